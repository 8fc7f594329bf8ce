"""Phiên tại một cửa: one browser in which somebody is signed in through the portal."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now


class _Octets(Func):
    """``octet_length(column) = 32`` as a condition."""

    template = "octet_length(%(expressions)s) = 32"
    output_field = models.BooleanField()


class GuestSession(models.Model):
    """Whose it is never changes, and what ended stays ended (migration 0001). Only a hash of the cookie is kept.

    ``subject`` is the person's opaque id for this desk; ``portal_session`` names their session at the portal, so that
    signing out there ends this one. Name and tokens are sealed: nothing here says who somebody is.
    """

    class Audience(models.TextChoices):
        CITIZEN = "CITIZEN", "Công dân"
        OFFICER = "OFFICER", "Cán bộ"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.BinaryField(unique=True)
    subject = models.TextField()
    audience = models.TextField(choices=Audience.choices)
    organisation = models.BooleanField(default=False)
    #: Of whoever acts for one: the procedures their mandate is for; none: every one.
    mandate_scope = ArrayField(models.TextField(), default=list, db_default=[], blank=True)
    #: Signed in at the portal with two factors.
    strong = models.BooleanField(default=False)
    unit_code = models.TextField(blank=True, default="")
    name_sealed = models.BinaryField()
    portal_session = models.TextField()
    tokens_sealed = models.BinaryField(null=True)
    #: Until when the access token is good; after that it is fetched anew.
    tokens_until = models.DateTimeField(null=True)
    #: Somebody is fetching newer ones since then: a refresh token is good once.
    renewing_since = models.DateTimeField(null=True, editable=False)
    device_words = models.TextField(blank=True, default="")
    #: When the person proved at the portal who they are; older than this session where the portal asked nothing.
    signed_in_at = models.DateTimeField(db_default=Now(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_why = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "phiên tại một cửa"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="guest_session_token_hash_32",
                condition=Q(_Octets("token_hash")),
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
            models.CheckConstraint(
                name="guest_session_subject",
                condition=Q(subject__regex=r"\A[0-9a-f]{32}\Z"),
                violation_error_message="Phiên phải là của một người mà Cổng đã xác nhận.",
            ),
            models.CheckConstraint(
                name="guest_session_audience_known",
                condition=Q(audience__in=["CITIZEN", "OFFICER"]),
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
            models.CheckConstraint(
                name="guest_session_of_the_portal",
                condition=~Q(portal_session=""),
                violation_error_message="Phiên phải gắn với phiên đăng nhập tại Cổng.",
            ),
            models.CheckConstraint(
                name="guest_session_ended_forgets",
                condition=Q(ended_at=None, ended_why="")
                | Q(ended_at__isnull=False, tokens_sealed=None, tokens_until=None) & ~Q(ended_why=""),
                violation_error_message="Phiên đã kết thúc không được giữ lại thẻ truy cập.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["portal_session"], condition=Q(ended_at=None), name="guest_session_live"),
            models.Index(fields=["subject"], condition=Q(ended_at=None), name="guest_session_of_person"),
        ]

    def __str__(self) -> str:
        return f"guest_session:{self.pk}"
