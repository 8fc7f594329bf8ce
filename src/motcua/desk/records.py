"""Sổ sách của một hồ sơ trên đường đi: hops, notices, opinions, charges, results, hand-outs. Rules: migration 0007.

Part of this room's tables (``models`` imports this file at its end); rows are added and completed, never rewritten.
"""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from motcua.files.models import StoredFile
from motcua.units.models import Unit


def _since() -> "models.DateTimeField[Any, Any]":
    return models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)


def _both_or_neither(name: str, at: str, by: str, words: str) -> models.CheckConstraint:
    """A moment and whose act it was stand together."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{at}__isnull": True, by: ""}) | Q(**{f"{at}__isnull": False}) & ~Q(**{by: ""}),
        violation_error_message=words,
    )


class Hop(models.Model):
    """Chặng: one unit's hold of a dossier, in the order of the process; printed on form 05."""

    class Outcome(models.TextChoices):
        OPEN = "", "Đang giữ"
        FORWARD = "FORWARD", "Chuyển tiếp"
        BACK = "BACK", "Trả lại bước trước"
        ENDED = "ENDED", "Kết thúc"

    dossier = models.ForeignKey("desk.Dossier", on_delete=models.PROTECT, related_name="hops")
    order = models.PositiveSmallIntegerField()
    step_order = models.PositiveSmallIntegerField()
    step_name = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    power = models.TextField()
    handed_by = models.TextField()
    handed_by_name = models.TextField(blank=True, default="")
    handed_at = _since()
    accepted_by = models.TextField(blank=True, default="")
    accepted_by_name = models.TextField(blank=True, default="")
    accepted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    note = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "chặng xử lý"
        indexes: ClassVar = [
            models.Index(fields=["unit", "dossier"], name="hop_of_unit"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "order"], name="hop_order_once"),
            models.UniqueConstraint(
                name="hop_one_open",
                fields=["dossier"],
                condition=Q(left_at=None),
                violation_error_message="Hồ sơ đang ở một bước khác. Đề nghị ông/bà tải lại trang.",
            ),
            _both_or_neither(
                "hop_accepted_by_somebody", "accepted_at", "accepted_by", "Bước xử lý phải ghi người nhận."
            ),
            models.CheckConstraint(
                name="hop_left_after_acceptance",
                condition=Q(left_at=None, outcome="")
                | Q(left_at__isnull=False, outcome__in=["FORWARD", "BACK", "ENDED"])
                & (Q(accepted_at__isnull=False) | Q(outcome="ENDED")),
                violation_error_message="Chỉ chuyển tiếp hồ sơ đã nhận.",
            ),
        ]

    def __str__(self) -> str:
        return f"hop:{self.pk}"


class Notice(models.Model):
    """Phiếu đã ban hành: forms 02, 03, 04, and the stop of 2025. At most one of each kind (NĐ 61/2018, điều 15, 19)."""

    class Kind(models.TextChoices):
        SUPPLEMENT = "SUPPLEMENT", "Yêu cầu bổ sung, hoàn thiện hồ sơ"
        REFUSAL = "REFUSAL", "Từ chối tiếp nhận, giải quyết hồ sơ"
        APOLOGY = "APOLOGY", "Xin lỗi và hẹn lại ngày trả kết quả"
        STOP = "STOP", "Dừng giải quyết hồ sơ"
        WITHDRAWAL = "WITHDRAWAL", "Rút hồ sơ theo yêu cầu của chủ hồ sơ"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey("desk.Dossier", on_delete=models.PROTECT, related_name="notices")
    kind = models.TextField(choices=Kind.choices)
    number = models.TextField()
    issued_at = _since()
    issued_by = models.TextField()
    issued_by_name = models.TextField(blank=True, default="")
    issued_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    #: What to complete, a line each: {"name", "what"}.
    items = models.JSONField(default=list)
    answer_by = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    old_due_at = models.DateTimeField(null=True, blank=True)
    new_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "phiếu đã ban hành"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="notice_once_of_a_kind",
                fields=["dossier", "kind"],
                violation_error_message="Hồ sơ đã có phiếu này; mỗi hồ sơ chỉ được ban hành một lần.",
            ),
            models.UniqueConstraint(
                name="notice_number_once",
                fields=["issued_unit", "number"],
                violation_error_message="Số phiếu này đã dùng.",
            ),
            models.CheckConstraint(
                name="notice_has_reason",
                condition=Q(reason__regex=r"\S{1}.{3}")
                & Q(kind__in=["SUPPLEMENT", "REFUSAL", "APOLOGY", "STOP", "WITHDRAWAL"]),
                violation_error_message="Phiếu phải ghi rõ lý do.",
            ),
            models.CheckConstraint(
                name="notice_new_date_iff_apology",
                condition=Q(kind="APOLOGY", old_due_at__isnull=False, new_due_at__gt=F("old_due_at"))
                | ~Q(kind="APOLOGY") & Q(old_due_at=None, new_due_at=None),
                violation_error_message="Ngày hẹn mới phải sau ngày hẹn cũ.",
            ),
        ]

    def __str__(self) -> str:
        return f"notice:{self.public_id}"


class Opinion(models.Model):
    """Ý kiến phối hợp: what another agency was asked, until when, and what it answered (NĐ 61/2018, điều 19)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey("desk.Dossier", on_delete=models.PROTECT, related_name="opinions")
    asked_of = models.TextField()
    asked_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.TextField()
    asked_by = models.TextField()
    asked_at = _since()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_by = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "ý kiến phối hợp"
        indexes: ClassVar = [
            models.Index(
                fields=["asked_unit", "due_at"], name="opinion_waiting", condition=Q(answered_at=None)
            ),
        ]
        constraints: ClassVar = [
            _both_or_neither(
                "opinion_answered_by_somebody",
                "answered_at",
                "answered_by",
                "Ý kiến trả lời phải ghi người ghi nhận.",
            ),
            models.CheckConstraint(
                name="opinion_says_something",
                condition=Q(content__regex=r"\S{1}.{3}")
                & ~Q(asked_of="")
                & (Q(answered_at=None) | ~Q(answer="")),
                violation_error_message="Nội dung xin ý kiến và ý kiến trả lời không được để trống.",
            ),
        ]

    def __str__(self) -> str:
        return f"opinion:{self.public_id}"

    @property
    def overdue(self) -> bool:
        """Asked for, and not answered in time."""
        return self.answered_at is None and self.due_at < timezone.now()


#: Asked for, neither paid nor called off.
OWED = Q(paid_at=None, cancelled_at=None)


class Charge(models.Model):
    """Phí, lệ phí of one dossier: asked once, paid once, with a receipt number without gaps per unit and year.

    What was mistyped is called off before it is paid; what was paid is only given back, and both stay written.
    """

    class Kind(models.TextChoices):
        FEE = "FEE", "Lệ phí"
        CHARGE = "CHARGE", "Phí"

    class How(models.TextChoices):
        CASH = "CASH", "Tiền mặt tại quầy"
        TRANSFER = "TRANSFER", "Chuyển khoản"
        ONLINE = "ONLINE", "Thanh toán trực tuyến"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey("desk.Dossier", on_delete=models.PROTECT, related_name="charges")
    kind = models.TextField(choices=Kind.choices)
    amount_vnd = models.PositiveIntegerField()
    asked_by = models.TextField()
    asked_at = _since()
    paid_how = models.TextField(choices=How.choices, blank=True, default="")
    paid_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.TextField(blank=True, default="")
    taken_by_name = models.TextField(blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    receipt_number = models.TextField(blank=True, default="")
    #: The payment system's own id, so that one payment pays once.
    reference = models.TextField(blank=True, default="")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.TextField(blank=True, default="")
    cancel_reason = models.TextField(blank=True, default="")
    refunded_at = models.DateTimeField(null=True, blank=True)
    refunded_by = models.TextField(blank=True, default="")
    refunded_by_name = models.TextField(blank=True, default="")
    refund_reason = models.TextField(blank=True, default="")
    #: Of a series of its own, without gaps per unit and year.
    refund_number = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "khoản thu"
        indexes: ClassVar = [
            models.Index(fields=["unit", "paid_at"], name="charge_taken", condition=Q(paid_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="charge_once_of_a_kind",
                fields=["dossier", "kind"],
                condition=Q(cancelled_at=None, refunded_at=None),
                violation_error_message="Khoản thu này đã được yêu cầu.",
            ),
            models.UniqueConstraint(
                name="charge_receipt_once",
                fields=["unit", "receipt_number"],
                condition=~Q(receipt_number=""),
                violation_error_message="Số biên lai này đã dùng.",
            ),
            models.UniqueConstraint(
                name="charge_reference_once",
                fields=["reference"],
                condition=~Q(reference=""),
                violation_error_message="Giao dịch thanh toán này đã được ghi nhận.",
            ),
            models.CheckConstraint(
                name="charge_paid_whole",
                condition=Q(amount_vnd__gt=0, kind__in=["FEE", "CHARGE"])
                & (
                    Q(paid_at=None, paid_how="", receipt_number="", taken_by="")
                    | Q(paid_at__isnull=False, paid_how__in=["CASH", "TRANSFER", "ONLINE"])
                    & ~Q(receipt_number="")
                    & (Q(paid_how="ONLINE") | ~Q(taken_by=""))
                ),
                violation_error_message="Khoản thu phải ghi cách nộp, số biên lai và người thu.",
            ),
            models.CheckConstraint(
                name="charge_cancelled_unpaid",
                condition=Q(cancelled_at=None, cancelled_by="", cancel_reason="")
                | Q(cancelled_at__isnull=False, paid_at=None)
                & ~Q(cancelled_by="")
                & Q(cancel_reason__regex=r"\S{1}.{3}"),
                violation_error_message="Chỉ hủy khoản chưa nộp, có lý do; khoản đã nộp thì hoàn trả.",
            ),
            models.CheckConstraint(
                name="charge_refunded_after_payment",
                condition=Q(refunded_at=None, refunded_by="", refund_reason="", refund_number="")
                | Q(refunded_at__isnull=False, paid_at__isnull=False)
                & ~Q(refunded_by="")
                & ~Q(refunded_by=F("taken_by"))
                & ~Q(refund_number="")
                & Q(refund_reason__regex=r"\S{1}.{3}"),
                violation_error_message=(
                    "Chỉ hoàn trả khoản đã nộp, có lý do, số phiếu, và do người khác người thu ghi nhận."
                ),
            ),
            models.UniqueConstraint(
                name="charge_refund_number_once",
                fields=["unit", "refund_number"],
                condition=~Q(refund_number=""),
                violation_error_message="Số phiếu hoàn trả này đã dùng.",
            ),
        ]

    def __str__(self) -> str:
        return f"charge:{self.public_id}"

    @property
    def owed(self) -> bool:
        """As ``OWED``, of a row that was read."""
        return self.paid_at is None and self.cancelled_at is None


class Result(models.Model):
    """Kết quả giải quyết: attached by a specialist, signed by a leader, hidden in the vault until handed out."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey("desk.Dossier", on_delete=models.PROTECT, related_name="results")
    name = models.TextField()
    type_code = models.TextField()
    number = models.TextField(blank=True, default="")
    issued_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    draft = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    attached_by = models.TextField()
    attached_at = _since()
    signed = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    signed_by = models.TextField(blank=True, default="")
    signed_by_name = models.TextField(blank=True, default="")
    signed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    delivered_as = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "kết quả giải quyết"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="result_one_standing",
                fields=["dossier"],
                condition=Q(withdrawn_at=None),
                violation_error_message="Hồ sơ đã có kết quả. Đề nghị ông/bà thu hồi dự thảo cũ trước.",
            ),
            _both_or_neither(
                "result_signed_by_somebody", "signed_at", "signed_by", "Kết quả đã ký phải ghi người ký."
            ),
            models.CheckConstraint(
                name="result_signed_has_file",
                condition=Q(signed_at=None, signed=None) | Q(signed_at__isnull=False, signed__isnull=False),
                violation_error_message="Kết quả đã ký phải có tệp đã ký.",
            ),
            models.CheckConstraint(
                name="result_signed_by_another",
                condition=Q(signed_at=None) | ~Q(signed_by=F("attached_by")),
                violation_error_message="Người ký kết quả phải là người khác người soạn.",
            ),
        ]

    def __str__(self) -> str:
        return f"result:{self.public_id}"


class HandOut(models.Model):
    """Trả kết quả: to whom, on which paper, how; once (NĐ 61/2018, điều 6 and 20)."""

    class How(models.TextChoices):
        AT_DESK = "AT_DESK", "Tại bộ phận một cửa"
        POST = "POST", "Qua bưu chính công ích"
        ONLINE = "ONLINE", "Trực tuyến, trong Kho dữ liệu"

    dossier = models.OneToOneField("desk.Dossier", on_delete=models.PROTECT, related_name="hand_out")
    how = models.TextField(choices=How.choices)
    at = _since()
    by = models.TextField()
    by_name = models.TextField(blank=True, default="")
    to_name = models.TextField()
    #: Empty for the owner; else what the person is to the owner, and the paper that proves it.
    to_relation = models.TextField(blank=True, default="")
    to_proof = models.TextField(blank=True, default="")
    tracking_number = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "lượt trả kết quả"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hand_out_to_somebody",
                condition=~Q(to_name="") & (Q(to_relation="") | ~Q(to_proof="")),
                violation_error_message="Người nhận thay phải có giấy tờ chứng minh quyền nhận.",
            ),
            models.CheckConstraint(
                name="hand_out_post_is_tracked",
                condition=Q(how__in=["AT_DESK", "ONLINE"], tracking_number="")
                | Q(how="POST") & ~Q(tracking_number=""),
                violation_error_message="Trả qua bưu chính phải ghi số hiệu bưu gửi.",
            ),
        ]

    def __str__(self) -> str:
        return f"hand_out:{self.pk}"


class Rating(models.Model):
    """Đánh giá mức độ hài lòng: one per dossier, by its owner, after the result was handed out."""

    dossier = models.OneToOneField("desk.Dossier", on_delete=models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True, default="")
    at = _since()

    class Meta:
        verbose_name = "đánh giá hài lòng"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rating_one_to_five",
                condition=Q(stars__gte=1, stars__lte=5),
                violation_error_message="Mức đánh giá từ 1 đến 5.",
            ),
        ]

    def __str__(self) -> str:
        return f"rating:{self.pk}"


class YearCounter(models.Model):
    """The last running number of a unit's series in a year; drawing locks it until the commit, so there is no gap."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    series = models.TextField()
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name = "số thứ tự trong năm"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "year", "series"], name="year_counter_once"),
        ]

    def __str__(self) -> str:
        return f"year_counter:{self.pk}"
