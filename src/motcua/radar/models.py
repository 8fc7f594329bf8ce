"""What was seen on a day, and what a head made of it. All of it is written once; triggers refuse every change."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from motcua.journal.models import ClockTimestamp


class Kind(models.TextChoices):
    SAME_PHONE = "SAME_PHONE", "Một số điện thoại, nhiều người"
    STAFF_PHONE = "STAFF_PHONE", "Dùng số điện thoại của cán bộ"
    SAME_SCAN = "SAME_SCAN", "Một bản quét, nhiều người"
    CODE_AT_ONCE = "CODE_AT_ONCE", "Nhập mã ngay sau khi gửi"
    BURST = "BURST", "Tạo dồn dập"
    AFTER_HOURS = "AFTER_HOURS", "Ngoài giờ làm việc"
    NO_PAPER = "NO_PAPER", "Thiếu giấy đề nghị đã ký"
    LOOKS = "LOOKS", "Tra cứu nhiều, không có hồ sơ"
    TAKE_OVERS = "TAKE_OVERS", "Giao nhiều tài khoản đủ 18 tuổi"
    UNLINK_STOPPED = "UNLINK_STOPPED", "Chủ tài khoản dừng việc gỡ VNeID"


class LookedDay(models.Model):
    """A day that was looked through: once, whatever two workers do."""

    day = models.DateField("ngày", unique=True)
    found = models.IntegerField("số dòng", db_default=0)
    at = models.DateTimeField("lúc", db_default=ClockTimestamp())

    class Meta:
        verbose_name = "ngày đã rà soát"

    def __str__(self) -> str:
        return f"looked_day:{self.pk}"


class Sighting(models.Model):
    """One kind of conspicuous work of one officer on one day; ``lines`` are the ids of the journal that show it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.DateField("ngày")
    kind = models.TextField("loại", choices=Kind.choices)
    officer_subject = models.TextField("cán bộ")
    unit_code = models.TextField("đơn vị")
    #: Whose head judges it: the unit above where the officer is a head of the own unit.
    judged_at = models.TextField("đơn vị xem xét")
    lines = ArrayField(models.BigIntegerField(), verbose_name="dòng nhật ký")
    count = models.IntegerField("số lần")
    facts = models.JSONField("số liệu")
    first_at = models.DateTimeField("từ lúc")
    last_at = models.DateTimeField("đến lúc")
    made_at = models.DateTimeField("ghi lúc", db_default=ClockTimestamp())

    class Meta:
        verbose_name = "dòng rà soát"
        indexes: ClassVar = [models.Index(fields=["judged_at", "-day", "-id"], name="sighting_of_judge")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="sighting_once_a_day", fields=["day", "kind", "officer_subject", "unit_code"]
            ),
            models.CheckConstraint(
                name="sighting_kind_known",
                condition=Q(kind__in=Kind.values),
                violation_error_message="Loại rà soát phải có trong danh mục.",
            ),
            models.CheckConstraint(
                name="sighting_has_evidence",
                condition=Q(lines__len__gte=1),
                violation_error_message="Dòng rà soát phải có ít nhất một dòng nhật ký làm bằng chứng.",
            ),
            models.CheckConstraint(
                name="sighting_counts",
                condition=Q(count__gte=1),
                violation_error_message="Dòng rà soát phải có số lần từ một trở lên.",
            ),
            models.CheckConstraint(
                name="sighting_in_time",
                condition=Q(first_at__lte=F("last_at")),
                violation_error_message="Lúc đầu của dòng rà soát không được sau lúc cuối.",
            ),
        ]

    def __str__(self) -> str:
        return f"sighting:{self.pk}"


class Judgement(models.Model):
    """What a head made of a line; the newest stands, the earlier ones stay."""

    class Outcome(models.TextChoices):
        PROPER = "PROPER", "Hợp lệ"
        REMINDED = "REMINDED", "Nhắc nhở"
        EXPLANATION = "EXPLANATION", "Yêu cầu giải trình"
        INSPECTION = "INSPECTION", "Chuyển thanh tra"

    sighting = models.ForeignKey(
        Sighting, on_delete=models.PROTECT, related_name="judgements", db_index=False
    )
    #: Of two heads who decide at once one is first.
    nth = models.SmallIntegerField("lần")
    outcome = models.TextField("kết luận", choices=Outcome.choices)
    reason = models.TextField("lý do")
    by_subject = models.TextField("người kết luận")
    unit_code = models.TextField("đơn vị")
    at = models.DateTimeField("lúc", db_default=ClockTimestamp())

    class Meta:
        verbose_name = "kết luận rà soát"
        constraints: ClassVar = [
            models.UniqueConstraint(name="judgement_in_turn", fields=["sighting", "nth"]),
            models.CheckConstraint(
                name="judgement_outcome_known",
                condition=Q(outcome__in=["PROPER", "REMINDED", "EXPLANATION", "INSPECTION"]),
                violation_error_message="Kết luận rà soát phải có trong danh mục.",
            ),
            models.CheckConstraint(
                name="judgement_says_why",
                condition=Q(reason__regex=r"\S.{8,}\S"),
                violation_error_message="Kết luận rà soát phải có lý do từ 10 ký tự.",
            ),
        ]

    def __str__(self) -> str:
        return f"judgement:{self.pk}"
