"""Lượt đăng nhập: what was issued for one sign-in at one system. Codes and tokens are known only as keyed hashes."""

import uuid
from datetime import timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value

from motcua.accounts.models import Account
from motcua.keys.columns import StatementTimestamp, fingerprint_is_32_bytes, since
from motcua.signin.scopes import ClaimScope

_SUBJECT: Final = r"\A[0-9a-f]{32}\Z"


class End(models.TextChoices):
    """Why a sign-in is over."""

    CODE_REUSED = "CODE_REUSED", "Mã được dùng lại"
    REFRESH_REUSED = "REFRESH_REUSED", "Thẻ gia hạn được dùng lại"
    REVOKED = "REVOKED", "Hệ thống trả lại"
    SESSION_ENDED = "SESSION_ENDED", "Phiên ở Cổng đã kết thúc"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN", "Người dùng rút đồng ý"


class SignIn(models.Model):
    """One sign-in of one person at one system, from its code to its end; the clock is the database's.

    ``session`` is the person's session at the portal; ``sid`` is what the system knows it by, and no other system.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey("signin.Client", on_delete=models.PROTECT, related_name="sign_ins")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    session = models.UUIDField()
    sid = models.TextField()
    subject = models.TextField()
    scopes = ArrayField(models.TextField(choices=ClaimScope.choices))
    redirect_uri = models.TextField()
    nonce = models.TextField(blank=True, default="")
    code_challenge = models.TextField()
    code_hash = models.BinaryField(unique=True)
    acr = models.TextField()
    amr = ArrayField(models.TextField())
    as_officer = models.BooleanField(default=False)
    signed_in_at = models.DateTimeField()
    made_at = since()
    code_until = models.DateTimeField(
        db_default=StatementTimestamp() + Value(timedelta(seconds=60)), editable=False
    )
    spent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(choices=End.choices, blank=True, default="")

    class Meta:
        verbose_name = "lượt đăng nhập"
        constraints: ClassVar = [
            fingerprint_is_32_bytes("sign_in", "code_hash"),
            models.CheckConstraint(
                name="sign_in_named",
                condition=Q(subject__regex=_SUBJECT, sid__regex=_SUBJECT),
                violation_error_message="Lượt đăng nhập phải mang mã người dùng và mã phiên riêng của hệ thống.",
            ),
            models.CheckConstraint(
                name="sign_in_proves_its_code",
                condition=Q(code_challenge__regex=r"\A[A-Za-z0-9_-]{43}\Z"),
                violation_error_message="Lượt đăng nhập phải gắn với một mã thử PKCE S256.",
            ),
            models.CheckConstraint(
                name="sign_in_ended_for_a_reason",
                condition=Q(ended_at=None, ended_why="")
                | (Q(ended_at__isnull=False) & Q(ended_why__in=list(End.values))),
                violation_error_message="Lượt đăng nhập kết thúc phải có lý do.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "client"], name="sign_in_of_account"),
            models.Index(fields=["session"], condition=Q(ended_at=None), name="sign_in_of_session"),
            models.Index(fields=["client", "sid"], name="sign_in_by_sid"),
        ]

    def __str__(self) -> str:
        return f"sign_in:{self.pk}"


class RefreshToken(models.Model):
    """One link of a chain: used once, and the next one takes its place."""

    sign_in = models.ForeignKey(SignIn, on_delete=models.PROTECT, related_name="refresh_tokens")
    token_hash = models.BinaryField(unique=True)
    made_at = since()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thẻ gia hạn"
        constraints: ClassVar = [
            fingerprint_is_32_bytes("refresh_token", "token_hash"),
            models.UniqueConstraint(
                fields=["sign_in"],
                condition=Q(used_at=None),
                name="refresh_token_one_unused",
                violation_error_message="Mỗi lượt đăng nhập chỉ có một thẻ gia hạn chưa dùng.",
            ),
        ]

    def __str__(self) -> str:
        return f"refresh_token:{self.pk}"


__all__ = ["End", "RefreshToken", "SignIn"]
