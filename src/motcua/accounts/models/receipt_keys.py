"""Khóa ký biên nhận: every key that signs or signed receipts; public halves stay, receipts are read for years."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.accounts.models.columns import since


class ReceiptKey(models.Model):
    """An ES256 key. ``private`` is sealed with the installation's key ring; the first key has none here, it lies in
    ``receipt.pem``. A key is lost when somebody else may sign with it."""

    kid = models.TextField(unique=True)
    public = models.JSONField()
    private = models.BinaryField(null=True)
    made_at = since()
    signs_from = models.DateTimeField()
    lost_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "khóa ký biên nhận"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="receipt_key_shown_first",
                condition=Q(signs_from__gte=F("made_at")),
                violation_error_message="Khóa ký biên nhận phải được công bố trước khi dùng.",
            ),
        ]

    def __str__(self) -> str:
        return f"receipt_key:{self.pk}"


__all__ = ["ReceiptKey"]
