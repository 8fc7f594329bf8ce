"""One bucket per quota window and person: how often, and until when it counts."""

from django.db import models
from django.db.models import Q


class Bucket(models.Model):
    """``key`` is a keyed digest: the table names nobody."""

    key = models.BinaryField(primary_key=True, max_length=32)
    used = models.IntegerField()
    window_ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used__gte=0),
                name="limits_bucket_used",
                violation_error_message="Số lần đã dùng không được âm.",
            ),
        ]

    def __str__(self) -> str:
        return "bucket"


class Unlocking(models.Model):
    """A supervisor let somebody go on before the window ended: kept as evidence."""

    quota = models.CharField(max_length=60)
    who = models.BinaryField(max_length=32)
    unlocked_by = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    unlocked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(unlocked_by="") & ~Q(reason=""),
                name="limits_unlocking_accounted",
                violation_error_message="Mở khóa phải ghi người mở và lý do.",
            ),
        ]

    def __str__(self) -> str:
        return f"unlocking {self.pk}"
