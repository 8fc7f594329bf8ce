"""What people were shown, which version, and what they answered."""

from django.db import models

from motcua.accounts.models.columns import one_of, since
from motcua.accounts.models.people import Account


class Agreement(models.Model):
    """One person's answer to one version of one text; written once (threats DP-02)."""

    class Text(models.TextChoices):
        PROCESSING = "PROCESSING", "Thông báo xử lý dữ liệu cá nhân"
        CHANNELS = "CHANNELS", "Đồng ý nhận thông báo qua email"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="agreements")
    text = models.CharField(max_length=10, choices=Text.choices)
    version = models.CharField(max_length=20)
    agreed = models.BooleanField()
    at = since()

    class Meta:
        verbose_name = "lượt trả lời một văn bản"
        constraints = [
            models.UniqueConstraint(fields=["account", "text", "version"], name="agreement_once"),
            one_of("agreement", "text", ["PROCESSING", "CHANNELS"]),
        ]

    def __str__(self) -> str:
        return f"agreement:{self.pk}"
