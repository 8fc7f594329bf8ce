"""Điều chỉnh tài khoản: what an officer asked for at the desk, and another agreed to. Rules: migration 0031."""

import uuid

from django.db import models
from django.db.models import F, Q

from motcua.accounts.models.columns import one_of, since
from motcua.accounts.models.people import Account
from motcua.files.models import StoredFile


class Adjustment(models.Model):
    """One change of one account; written once, decided once. Who a person is changes by two officers only."""

    class Kind(models.TextChoices):
        ADD_NUMBER = "ADD_NUMBER", "Thêm số CCCD mới"
        CORRECT = "CORRECT", "Sửa họ tên, ngày sinh"
        LOCK = "LOCK", "Tạm khóa"
        UNLOCK = "UNLOCK", "Mở khóa"
        CLOSE = "CLOSE", "Đóng tài khoản"

    class Decision(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã thực hiện"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    class Qr(models.TextChoices):
        SAME = "SAME", "Khớp"
        DIFFERENT = "DIFFERENT", "Khác"
        UNREAD = "UNREAD", "Không đọc được"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    #: What it was and what it becomes.
    data_sealed = models.BinaryField(null=True)
    evidence = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    scan_qr = models.CharField(max_length=9, choices=Qr.choices, blank=True, default="")
    reason = models.CharField(max_length=300)
    unit_id = models.BigIntegerField()
    unit_code = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=64)
    asked_at = since()
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_reason = models.CharField(max_length=300, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(decision="WAITING"),
                name="adjustment_one_waiting",
                violation_error_message="Tài khoản này đang có một đề nghị cùng loại chờ duyệt.",
            ),
            models.CheckConstraint(
                name="adjustment_two_officers",
                condition=Q(decision="WAITING", decided_by="", decided_at__isnull=True)
                | Q(decision="APPROVED", decided_at__isnull=False)
                & ~Q(decided_by="")
                & (~Q(decided_by=F("asked_by")) | Q(kind__in=["LOCK", "UNLOCK"]))
                | Q(decision="DECLINED", decided_at__isnull=False)
                & ~Q(decided_by="")
                & ~Q(decided_by=F("asked_by"))
                | Q(decision="WITHDRAWN", decided_at__isnull=False, decided_by=F("asked_by")),
                violation_error_message="Người duyệt phải khác người đề nghị.",
            ),
            models.CheckConstraint(
                name="adjustment_has_reason",
                condition=Q(reason__regex=r"\S.{3,}") & ~Q(asked_by="") & ~Q(unit_code=""),
                violation_error_message="Đề nghị điều chỉnh phải ghi người đề nghị, đơn vị và lý do.",
            ),
            models.CheckConstraint(
                name="adjustment_says_what",
                condition=Q(
                    kind__in=["ADD_NUMBER", "CORRECT"], data_sealed__isnull=False, evidence__isnull=False
                )
                & ~Q(scan_qr="")
                | Q(kind__in=["LOCK", "UNLOCK", "CLOSE"], data_sealed__isnull=True, scan_qr=""),
                violation_error_message="Điều chỉnh thông tin định danh phải có nội dung và giấy tờ kèm theo.",
            ),
            one_of("adjustment", "kind", ["ADD_NUMBER", "CORRECT", "LOCK", "UNLOCK", "CLOSE"]),
            one_of("adjustment", "decision", ["WAITING", "APPROVED", "DECLINED", "WITHDRAWN"]),
            one_of("adjustment", "scan_qr", ["", "SAME", "DIFFERENT", "UNREAD"]),
        ]
        indexes = [
            models.Index(fields=["unit_id", "-id"], name="adjustment_of_unit"),
        ]

    def __str__(self) -> str:
        return f"adjustment:{self.public_id}"
