"""Khóa ký: the portal's own keys for tokens, published before they are used and after they were."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.keys.columns import since


class SigningKey(models.Model):
    """An ES256 key. ``private`` is sealed with the installation's key ring: the table alone signs nothing."""

    kid = models.TextField(unique=True)
    public = models.JSONField()
    private = models.BinaryField()
    made_at = since()
    signs_from = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "khóa ký"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="signing_key_shown_first",
                condition=Q(signs_from__gte=F("made_at")),
                violation_error_message="Khóa ký phải được công bố trước khi dùng.",
            ),
        ]

    def __str__(self) -> str:
        return f"signing_key:{self.pk}"


__all__ = ["SigningKey"]
