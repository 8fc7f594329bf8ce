"""An officer's latest searches, sealed: names and numbers stay out of addresses (SPEC 14)."""

import uuid

from django.db import models

from motcua.accounts.models.columns import StatementTimestamp, since


class SearchMemory(models.Model):
    """The filters of one search. Rows are reused, never deleted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer_subject = models.CharField(max_length=64)
    sealed = models.BinaryField()
    at = models.DateTimeField(db_default=StatementTimestamp())

    class Meta:
        indexes = [models.Index(fields=["officer_subject", "at"], name="search_of_officer")]

    def __str__(self) -> str:
        return f"search:{self.pk}"


class ListExport(models.Model):
    """A list that left the house as a file: who, for which unit, why, how many rows."""

    officer_subject = models.CharField(max_length=64)
    unit_code = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    rows = models.PositiveIntegerField()
    at = since()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="list_export_has_reason",
                condition=~models.Q(reason=""),
                violation_error_message="Kết xuất danh sách phải ghi lý do.",
            ),
            models.CheckConstraint(
                name="list_export_up_to_1000",
                condition=models.Q(rows__lte=1000),
                violation_error_message="Mỗi lần kết xuất không quá 1.000 dòng.",
            ),
        ]

    def __str__(self) -> str:
        return f"list_export:{self.pk}"
