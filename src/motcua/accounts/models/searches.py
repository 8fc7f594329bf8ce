"""Lists that left the house as files."""

from django.db import models

from motcua.accounts.models.columns import since


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
