"""Bằng chứng đã dùng: what a system showed to prove who it is and that a token is its own; each is believed once."""

from typing import ClassVar

from django.db import models

from motcua.keys.columns import fingerprint_is_32_bytes


class UsedAssertion(models.Model):
    """A system's proof of who it is, which is believed once (RFC 7523)."""

    client = models.ForeignKey("signin.Client", on_delete=models.PROTECT, related_name="+")
    jti_hash = models.BinaryField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = "lời chứng đã dùng"
        constraints: ClassVar = [
            fingerprint_is_32_bytes("used_assertion", "jti_hash"),
            models.UniqueConstraint(
                fields=["client", "jti_hash"],
                name="used_assertion_once",
                violation_error_message="Lời chứng này đã được dùng.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["until"], name="used_assertion_until")]

    def __str__(self) -> str:
        return f"used_assertion:{self.pk}"


class UsedProof(models.Model):
    """A proof that a token is shown by its holder, which is believed once (RFC 9449); nobody and no call is named."""

    mark = models.BinaryField(primary_key=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = "bằng chứng giữ thẻ đã dùng"
        constraints: ClassVar = [fingerprint_is_32_bytes("used_proof", "mark")]

    def __str__(self) -> str:
        return "used_proof"


__all__ = ["UsedAssertion", "UsedProof"]
