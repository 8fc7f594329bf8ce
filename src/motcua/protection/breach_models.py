"""Hồ sơ sự cố: whom a breach concerns, as it was found once; who approved that they are told."""

import uuid
from datetime import timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from motcua.journal.models import ClockTimestamp

_WHY = r"\S.{8,}\S"
#: Everybody's acts are looked into for so long at most; one officer's or one system's, as long as it takes.
WIDEST: Final = timedelta(days=90)


class Breach(models.Model):
    """One window of time and whoever acted in it. Found once, never changed after that; decided once."""

    class Decision(models.TextChoices):
        FINDING = "FINDING", "Đang tìm người bị ảnh hưởng"
        WAITING = "WAITING", "Chờ người thứ hai duyệt"
        APPROVED = "APPROVED", "Đã duyệt, báo cho người bị ảnh hưởng"
        DECLINED = "DECLINED", "Không báo"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Whose acts: an officer's, or a connected system's; neither means anybody's.
    about_officer = models.TextField("cán bộ", db_default="")
    about_system = models.TextField("hệ thống kết nối", db_default="")
    since = models.DateTimeField("từ lúc")
    until = models.DateTimeField("đến trước")
    aware_at = models.DateTimeField("lúc biết")
    reason = models.TextField("lý do lập")
    happened = models.TextField("việc đã xảy ra")
    measures = models.TextField("biện pháp")
    people = models.IntegerField("số người", db_default=0)
    lines = models.IntegerField("số lượt", db_default=0)
    lists = models.IntegerField("số danh sách", db_default=0)
    list_rows = models.IntegerField("số dòng của các danh sách", db_default=0)
    list_sha256 = models.CharField("dấu của danh sách", max_length=64, db_default="")
    made_by = models.TextField("người lập")
    unit_code = models.TextField("đơn vị lập")
    made_at = models.DateTimeField("lập lúc", db_default=ClockTimestamp())
    decision = models.TextField("quyết định", choices=Decision.choices, db_default="FINDING")
    decided_by = models.TextField("người quyết định", db_default="")
    decided_why = models.TextField("ý kiến", db_default="")
    decided_at = models.DateTimeField("quyết định lúc", null=True)

    class Meta:
        verbose_name = "hồ sơ sự cố"
        indexes: ClassVar = [models.Index(fields=["-id"], name="breach_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="breach_window_ends",
                condition=Q(until__gt=F("since")),
                violation_error_message="Khoảng thời gian của sự cố phải kết thúc sau khi bắt đầu.",
            ),
            models.CheckConstraint(
                name="breach_of_one_kind",
                condition=Q(about_officer="") | Q(about_system=""),
                violation_error_message="Hồ sơ sự cố xét một cán bộ hoặc một hệ thống, không cả hai.",
            ),
            models.CheckConstraint(
                name="breach_says_why",
                condition=Q(reason__regex=_WHY, happened__regex=_WHY, measures__regex=_WHY),
                violation_error_message="Hồ sơ sự cố phải ghi lý do, việc đã xảy ra và biện pháp, từ 10 ký tự.",
            ),
            models.CheckConstraint(
                name="breach_counts",
                condition=Q(people__gte=0, lines__gte=F("people"), lists__gte=0, list_rows__gte=0),
                violation_error_message="Số người, số lượt của hồ sơ sự cố không hợp lệ.",
            ),
            models.CheckConstraint(
                name="breach_list_marked",
                condition=Q(decision="FINDING", list_sha256="") | Q(list_sha256__regex=r"\A[0-9a-f]{64}\Z"),
                violation_error_message="Danh sách của hồ sơ sự cố phải có dấu SHA-256.",
            ),
            models.CheckConstraint(
                name="breach_decided_by_another",
                condition=~Q(decided_by=F("made_by")),
                violation_error_message="Người lập hồ sơ sự cố không tự duyệt.",
            ),
            models.CheckConstraint(
                name="breach_decided_whole",
                condition=Q(decision__in=["FINDING", "WAITING"], decided_by="", decided_at=None)
                | Q(decision__in=["APPROVED", "DECLINED"], decided_at__isnull=False, decided_why__regex=_WHY)
                & ~Q(decided_by=""),
                violation_error_message="Quyết định về hồ sơ sự cố phải có người, lúc và ý kiến.",
            ),
            models.CheckConstraint(
                name="breach_not_by_the_meant",
                condition=Q(about_officer="")
                | ~Q(made_by=F("about_officer")) & ~Q(decided_by=F("about_officer")),
                violation_error_message="Cán bộ bị xét không lập, không quyết định hồ sơ sự cố về mình.",
            ),
            models.CheckConstraint(
                name="breach_lies_behind",
                condition=Q(until__lte=F("made_at"), aware_at__lte=F("made_at")),
                violation_error_message="Khoảng thời gian và lúc biết của sự cố không ở tương lai.",
            ),
            models.CheckConstraint(
                name="breach_of_everybody_short",
                condition=~Q(about_officer="", about_system="") | Q(until__lte=F("since") + WIDEST),
                violation_error_message="Hồ sơ sự cố xét mọi cán bộ, mọi hệ thống thì không quá 90 ngày.",
            ),
        ]

    def __str__(self) -> str:
        return f"breach:{self.pk}"


class BreachPerson(models.Model):
    """One person whom it concerns, by an opaque id, and what of them was seen. Told at most once."""

    class Told(models.TextChoices):
        NOT_YET = "NOT_YET", "Chưa báo"
        SENT = "SENT", "Đã gửi tin"
        UNREACHED = "UNREACHED", "Không có số điện thoại: báo bằng văn bản"

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="concerned", db_index=False)
    #: ``account:…`` of this portal, ``number:…`` where a number has no account, ``subject:…`` of a desk's owner.
    who = models.TextField("người")
    times = models.IntegerField("số lượt")
    acts = ArrayField(models.TextField(), verbose_name="việc")
    data = ArrayField(models.TextField(), verbose_name="loại dữ liệu")
    first_at = models.DateTimeField("lần đầu")
    last_at = models.DateTimeField("lần cuối")
    told = models.TextField("báo tin", choices=Told.choices, db_default="NOT_YET")

    class Meta:
        verbose_name = "người liên quan đến sự cố"
        constraints: ClassVar = [
            models.UniqueConstraint(name="breach_person_once", fields=["breach", "who"]),
            models.CheckConstraint(
                name="breach_person_counts",
                condition=Q(times__gte=1, acts__len__gte=1, data__len__gte=1, first_at__lte=F("last_at")),
                violation_error_message="Người liên quan đến sự cố phải có ít nhất một lượt và loại dữ liệu.",
            ),
            models.CheckConstraint(
                name="breach_person_told_known",
                condition=Q(told__in=["NOT_YET", "SENT", "UNREACHED"]),
                violation_error_message="Tình trạng báo tin phải có trong danh mục.",
            ),
        ]

    def __str__(self) -> str:
        return f"breach_person:{self.pk}"
