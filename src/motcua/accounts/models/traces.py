"""What was asked about whom: look-ups the citizen sees afterwards, operators' answers, operators' table."""

from django.db import models

from motcua.accounts.models.columns import fingerprint_is_32_bytes, one_of, since
from motcua.keys.marks import MarkField


class LookUp(models.Model):
    """One account check. Kept by fingerprint, so that misses show once the person has an account (DP-08)."""

    number_bi = MarkField(alone=True)
    answer = models.CharField(max_length=10)
    asked_by = models.CharField(max_length=64)
    unit_code = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)
    procedure_code = models.CharField(max_length=40, blank=True, default="")
    reference = models.CharField(max_length=64, blank=True, default="")
    at = since()

    class Meta:
        constraints = [
            fingerprint_is_32_bytes("look_up", "number_bi"),
            one_of("look_up", "answer", ["FOUND", "NOT_FOUND", "REVIEW"]),
        ]
        indexes = [
            models.Index(fields=["number_bi", "-id"], name="look_up_of_number"),
            models.Index(fields=["at"], name="look_up_by_time"),
        ]

    def __str__(self) -> str:
        return f"look_up:{self.pk}"


class DecoyNumber(models.Model):
    """A well-formed number that is nobody's: whoever asks about it is harvesting (threats T-08, V-09)."""

    number_bi = MarkField(unique=True)
    planted_at = since()

    class Meta:
        constraints = [fingerprint_is_32_bytes("decoy", "number_bi")]

    def __str__(self) -> str:
        return f"decoy:{self.pk}"


class SubscriberCheck(models.Model):
    """One answer of an operator: result and time only (DP-11)."""

    subject_bi = MarkField(alone=True)
    phone_bi = MarkField(alone=True)
    verdict = models.CharField(max_length=10)
    operator = models.CharField(max_length=40, blank=True, default="")
    purpose = models.CharField(max_length=12)
    at = since()

    class Meta:
        constraints = [
            fingerprint_is_32_bytes("subscriber_check", "subject_bi"),
            fingerprint_is_32_bytes("subscriber_check", "phone_bi"),
            one_of("subscriber_check", "verdict", ["MATCH", "MISMATCH", "UNKNOWN"]),
        ]

    def __str__(self) -> str:
        return f"subscriber_check:{self.pk}"


class Operator(models.Model):
    """A mobile operator and the hotline its subscribers call."""

    name = models.CharField(max_length=40, unique=True)
    hotline = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class OperatorPrefix(models.Model):
    """The first three digits given to an operator; numbers are portable, so this is a guess."""

    prefix = models.CharField(max_length=3, unique=True)
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="prefixes")

    def __str__(self) -> str:
        return self.prefix


class OwnerNews(models.Model):
    """What a desk asked to be told to an owner, once for each key of the desk's: what both sides compare by the day."""

    audience = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    told_at = since()

    class Meta:
        verbose_name = "tin đã báo chủ hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["audience", "key"], name="owner_news_once"),
        ]
        indexes = [models.Index(fields=["audience", "told_at"], name="owner_news_by_day")]

    def __str__(self) -> str:
        return f"owner_news:{self.pk}"
