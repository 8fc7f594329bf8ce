"""Who is signed in where. Only a hash of the cookie is kept."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q, Value

from motcua.accounts.models.columns import StatementTimestamp, fingerprint_is_32_bytes, one_of, since
from motcua.accounts.models.mandates import Mandate
from motcua.accounts.models.people import Account
from motcua.accounts.models.providers import Provider


class Session(models.Model):
    """One browser signed in to one account."""

    class Audience(models.TextChoices):
        CITIZEN = "CITIZEN", "Công dân"
        OFFICER = "OFFICER", "Cán bộ"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.BinaryField(unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sessions")
    #: The account is an organisation's, and this is the right of whoever acts for it.
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="sessions")
    #: Who signed in and took the mandate up: the way back leads to this account and to no other.
    taken_up_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    audience = models.CharField(max_length=8, choices=Audience.choices)
    unit_code = models.CharField(max_length=64, blank=True, default="")
    device_hash = models.BinaryField()
    device_words = models.CharField(max_length=80, blank=True, default="")
    created_at = since()
    seen_at = since()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")
    #: What was proved besides the password, and when last: sensitive acts want it fresh.
    factor = models.CharField(max_length=8, blank=True, default="", db_default="")
    proved_at = models.DateTimeField(null=True)
    #: Who said who this is.
    provider = models.CharField(
        max_length=8, choices=Provider.choices, default=Provider.DVCQG, db_default=Provider.DVCQG
    )
    #: When VNeID said it in this very session: for a while that stands in for the password that nobody has.
    vneid_proved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            fingerprint_is_32_bytes("session", "token_hash"),
            one_of("session", "provider", ["DVCQG", "VNEID"]),
            one_of("session", "audience", ["CITIZEN", "OFFICER"]),
            models.CheckConstraint(
                name="session_factor_was_proved",
                condition=Q(factor="", proved_at__isnull=True)
                | Q(factor__in=["TOTP", "PASSKEY", "RECOVERY"], proved_at__isnull=False),
                violation_error_message="Phiên phải ghi yếu tố thứ hai cùng với lúc đã xác thực.",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(ended_at__isnull=True), name="session_live"),
        ]

    def __str__(self) -> str:
        return f"session:{self.pk}"


class KnownDevice(models.Model):
    """A browser from which the owner has signed in before: strangers cannot lock it out (threats T-41)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="devices")
    device_hash = models.BinaryField()
    first_seen_at = since()
    last_seen_at = since()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "device_hash"], name="known_device_once"),
            fingerprint_is_32_bytes("known_device", "device_hash"),
        ]

    def __str__(self) -> str:
        return f"known_device:{self.pk}"


class Disavowal(models.Model):
    """A "không phải tôi" link sent with a notice; valid ten days, used once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="disavowals")
    token_hash = models.BinaryField(unique=True)
    about = models.CharField(max_length=40)
    #: The joining or parting that the notice told of.
    merge = models.ForeignKey(
        "accounts.Merge", on_delete=models.PROTECT, null=True, related_name="disavowals"
    )
    created_at = since()
    expires_at = models.DateTimeField(
        db_default=StatementTimestamp() + Value(timedelta(days=10)), editable=False
    )
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [fingerprint_is_32_bytes("disavowal", "token_hash")]

    def __str__(self) -> str:
        return f"disavowal:{self.pk}"
