"""One bucket per quota window and person: how often, and until when it counts; who was refused, who was unlocked."""

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

#: No unlocking lasts longer; whoever needs more asks again.
LONGEST_UNLOCKING: Final = timedelta(hours=24)


class Bucket(models.Model):
    """``key`` is a keyed digest: the table names nobody."""

    key = models.BinaryField(primary_key=True, max_length=32)
    used = models.IntegerField()
    window_ends_at = models.DateTimeField()
    #: Which budget and which of its windows this is; "" for a marker that counts nothing.
    quota = models.TextField(db_default="")
    nth = models.SmallIntegerField(db_default=0)
    #: So many more while an unlocking lasts.
    allowance = models.IntegerField(db_default=0)
    allowed_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(used__gte=0),
                name="limits_bucket_used",
                violation_error_message="Số lần đã dùng không được âm.",
            ),
            models.CheckConstraint(
                condition=Q(allowance=0) | Q(allowance__gt=0, allowed_until__isnull=False),
                name="limits_bucket_allowance_ends",
                violation_error_message="Phần được mở khóa phải có lúc hết hiệu lực.",
            ),
        ]

    def __str__(self) -> str:
        return "bucket"


class Tally(models.Model):
    """How often somebody (a keyed digest) was refused by a budget on a day, and how often its alarm rang."""

    day = models.DateField("ngày")
    quota = models.TextField("hạn mức")
    who = models.BinaryField("của ai", max_length=32)
    refused = models.IntegerField("số lần bị từ chối", db_default=0)
    alarms = models.IntegerField("số lần báo động", db_default=0)

    class Meta:
        verbose_name = "sổ từ chối"
        constraints: ClassVar = [
            models.UniqueConstraint(name="limits_tally_once", fields=["day", "quota", "who"]),
            models.CheckConstraint(
                condition=Q(refused__gte=0, alarms__gte=0),
                name="limits_tally_counts_up",
                violation_error_message="Số lần bị từ chối không được âm.",
            ),
        ]

    def __str__(self) -> str:
        return f"tally:{self.pk}"


class Unlocking(models.Model):
    """A supervisor let somebody go on before the window ended, for a time: kept as evidence."""

    quota = models.CharField(max_length=60)
    who = models.BinaryField(max_length=32)
    unlocked_by = models.CharField(max_length=64)
    #: The supervisor as ``who`` would be written, so that the database can see that they are two.
    by_who = models.BinaryField(max_length=32, default=bytes)
    unit_code = models.TextField(db_default="")
    reason = models.CharField(max_length=200)
    unlocked_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(unlocked_by="") & ~Q(reason=""),
                name="limits_unlocking_accounted",
                violation_error_message="Mở khóa phải ghi người mở và lý do.",
            ),
            models.CheckConstraint(
                condition=~Q(by_who=F("who")),
                name="limits_unlocking_by_another",
                violation_error_message="Không ai tự mở khóa cho mình.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("unlocked_at"), ends_at__lte=F("unlocked_at") + LONGEST_UNLOCKING),
                name="limits_unlocking_ends",
                violation_error_message="Mở khóa phải có lúc hết hiệu lực, chậm nhất sau 24 giờ.",
            ),
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S.{8,}\S"),
                name="limits_unlocking_says_why",
                violation_error_message="Mở khóa phải có lý do từ 10 ký tự.",
            ),
        ]

    def __str__(self) -> str:
        return f"unlocking {self.pk}"


class Minute(models.Model):
    """How many codes were sent, typed rightly or wrongly in one minute; written by SQL only (``everywhere``)."""

    minute = models.DateTimeField("phút")
    what = models.TextField("việc")
    shard = models.SmallIntegerField("phần")
    times = models.IntegerField("số lần")

    class Meta:
        verbose_name = "số mã OTP trong một phút"
        constraints: ClassVar = [
            models.UniqueConstraint(name="limits_minute_once", fields=["minute", "what", "shard"]),
            models.CheckConstraint(
                name="limits_minute_counts",
                condition=Q(times__gte=1, what__in=["SENT", "DECOY", "RIGHT", "WRONG"]),
                violation_error_message="Số mã OTP trong một phút không hợp lệ.",
            ),
        ]

    def __str__(self) -> str:
        return "minute"


class Watch(models.Model):
    """L10 and L11: what is done about the whole system's codes now. Two rows, rewritten."""

    name = models.TextField("dòng", primary_key=True)
    state = models.TextField("mức", db_default="CALM")
    since = models.DateTimeField("từ lúc")
    held_until = models.DateTimeField("giữ đến", null=True)
    judged_at = models.DateTimeField("xét lúc", null=True)
    numbers = models.JSONField("số liệu", db_default=models.Value({}, models.JSONField()))
    alarms = models.IntegerField("số lần báo động", db_default=0)
    alarm_day = models.DateField("ngày báo động", null=True)

    class Meta:
        verbose_name = "báo động toàn hệ thống"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="limits_watch_known",
                condition=Q(name="L10", state__in=["CALM", "RAISED", "PAUSED"])
                | Q(name="L11", state__in=["CALM", "RAISED"]),
                violation_error_message="Báo động toàn hệ thống chỉ có L10, L11 và mức đã định.",
            ),
            models.CheckConstraint(
                name="limits_watch_held",
                condition=Q(state="CALM", held_until=None) | ~Q(state="CALM") & Q(held_until__isnull=False),
                violation_error_message="Biện pháp đang bật phải có lúc hết.",
            ),
            models.CheckConstraint(
                name="limits_watch_counts",
                condition=Q(alarms__gte=0),
                violation_error_message="Số lần báo động không được âm.",
            ),
        ]

    def __str__(self) -> str:
        return "watch"
