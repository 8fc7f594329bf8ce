"""When an account was closed, by whom, and when its person was forgotten; so that nobody is forgotten too early."""

from django.db import models
from django.db.models import Q

from motcua.accounts.models.columns import one_of, since
from motcua.accounts.models.people import Account


class Closure(models.Model):
    """One row an account, written in the transaction that closes it."""

    class How(models.TextChoices):
        DESK = "DESK", "cán bộ đóng theo đề nghị"
        OWNER = "OWNER", "chủ tài khoản tự đóng"
        REPLAY = "REPLAY", "đóng lại sau khi khôi phục bản sao lưu"

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="closure")
    how = models.CharField(max_length=6, choices=How.choices)
    #: Which text the owner had read; empty at the desk.
    text_version = models.CharField(max_length=20, blank=True, default="")
    closed_at = since()
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "việc đóng tài khoản"
        constraints = [
            one_of("closure", "how", ["DESK", "OWNER", "REPLAY"]),
            models.CheckConstraint(
                name="closure_owner_read_the_text",
                condition=~Q(how="OWNER") | ~Q(text_version=""),
                violation_error_message="Chủ tài khoản phải đọc điều được giữ lại trước khi đóng.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["closed_at"], condition=Q(forgotten_at__isnull=True), name="closure_to_forget"
            )
        ]

    def __str__(self) -> str:
        return f"closure:{self.pk}"
