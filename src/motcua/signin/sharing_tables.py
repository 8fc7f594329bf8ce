"""Đồng ý chia sẻ: what a person lets a system know, until they take it back."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from motcua.accounts.models import Account
from motcua.keys.columns import since
from motcua.signin.scopes import ClaimScope


class Sharing(models.Model):
    """Given once for a set of information; more information is another row, which takes the place of this one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("signin.Client", on_delete=models.PROTECT, related_name="+")
    scopes = ArrayField(models.TextField(choices=ClaimScope.choices))
    given_at = since()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "đồng ý chia sẻ"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "client"],
                condition=Q(ended_at=None),
                name="sharing_one_standing",
                violation_error_message="Mỗi người chỉ có một đồng ý còn hiệu lực với một hệ thống.",
            ),
        ]

    def __str__(self) -> str:
        return f"sharing:{self.pk}"


__all__ = ["Sharing"]
