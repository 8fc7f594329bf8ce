"""Đăng nhập qua Cổng: where a system may send people back to, agreed by two officers; and the requests that wait."""

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from motcua.keys.columns import fingerprint_is_32_bytes, since
from motcua.signin.scopes import ClaimScope

_SUBJECT: Final = r"\A[0-9a-f]{32}\Z"


class SignInRegistration(models.Model):
    """How a system may sign people in through the portal; written once, decided by a second officer, then only ended.

    ``desk``: the desk whose subjects the system is given (its own otherwise): a desk of the same installation keeps
    knowing its people. ``of_state``: a desk of the state, which needs no consent to learn who somebody is.
    """

    class Decision(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey("signin.Client", on_delete=models.PROTECT, related_name="entries")
    redirect_uris = ArrayField(models.TextField())
    post_logout_uris = ArrayField(models.TextField(), default=list)
    logout_uri = models.TextField(blank=True, default="")
    scopes = ArrayField(models.TextField(choices=ClaimScope.choices))
    desk = models.TextField(blank=True, default="")
    of_state = models.BooleanField(default=False)
    asked_by_subject = models.TextField()
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decision = models.TextField(choices=Decision.choices, default=Decision.WAITING)
    decided_by_subject = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_reason = models.TextField(blank=True, default="")
    ended_by_subject = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "đăng ký đăng nhập"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="entry_second_officer",
                condition=Q(decision="WAITING", decided_by_subject="", decided_at=None)
                | Q(decision="WITHDRAWN", decided_by_subject=F("asked_by_subject"), decided_at__isnull=False)
                | (
                    Q(decision__in=["APPROVED", "DECLINED"], decided_at__isnull=False)
                    & Q(decided_by_subject__regex=_SUBJECT)
                    & ~Q(decided_by_subject=F("asked_by_subject"))
                ),
                violation_error_message="Đăng ký đăng nhập phải do cán bộ khác duyệt.",
            ),
            models.CheckConstraint(
                name="entry_asked_by_officer",
                condition=Q(asked_by_subject__regex=_SUBJECT),
                violation_error_message="Đăng ký đăng nhập phải do một cán bộ đề nghị.",
            ),
            models.CheckConstraint(
                name="entry_ended_by_officer",
                condition=Q(ended_at=None, ended_by_subject="", ended_reason="")
                | (
                    Q(decision="APPROVED", ended_at__isnull=False, ended_by_subject__regex=_SUBJECT)
                    & Q(ended_reason__regex=r"\S")
                ),
                violation_error_message="Chỉ ngừng được đăng ký đã duyệt, và phải ghi người ngừng, lý do.",
            ),
            models.CheckConstraint(
                name="entry_scopes_known",
                condition=Q(scopes__contains=["openid"]) & Q(scopes__contained_by=list(ClaimScope.values)),
                violation_error_message="Nhóm thông tin không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="entry_comes_back_somewhere",
                condition=Q(redirect_uris__len__range=(1, 10)) & Q(post_logout_uris__len__lte=10),
                violation_error_message="Đăng ký đăng nhập phải có 1 đến 10 địa chỉ quay về.",
            ),
            models.UniqueConstraint(
                name="entry_one_waiting",
                fields=["client"],
                condition=Q(decision="WAITING"),
                violation_error_message="Hệ thống này đang có một đăng ký đăng nhập chờ duyệt.",
            ),
            models.UniqueConstraint(
                name="entry_one_live",
                fields=["client"],
                condition=Q(decision="APPROVED", ended_at=None),
                violation_error_message="Hệ thống này đang có một đăng ký đăng nhập còn hiệu lực.",
            ),
            models.UniqueConstraint(
                name="entry_desk_once",
                fields=["desk"],
                condition=Q(decision="APPROVED", ended_at=None) & ~Q(desk=""),
                violation_error_message="Mã Bộ phận một cửa này đã giao cho hệ thống khác.",
            ),
        ]

    def __str__(self) -> str:
        return f"entry:{self.pk}"


class SignInRequest(models.Model):
    """What a system asked when it sent somebody here, kept while they sign in and agree; answered once.

    ``asked`` are the parameters as they came. ``device_hash``: the browser that brought them, and no other.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey("signin.Client", on_delete=models.PROTECT, related_name="+")
    device_hash = models.BinaryField()
    asked = models.JSONField()
    made_at = since()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "yêu cầu đăng nhập"
        constraints: ClassVar = [fingerprint_is_32_bytes("sign_in_request", "device_hash")]

    def __str__(self) -> str:
        return f"sign_in_request:{self.pk}"


__all__ = ["SignInRegistration", "SignInRequest"]
