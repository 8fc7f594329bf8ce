"""Tiếp nhận theo lớp: a list of pupils, one procedure, a dossier for each. Rules: migration of group reception.

Part of this room's tables (``models`` imports this file at its end). What was typed is
sealed, and emptied after 30 days.
"""

import uuid
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from motcua.desk.models import AccountCheck, Dossier, Procedure, Process
from motcua.units.models import Unit

#: A class has at most so many pupils; an officer may ask about as many accounts in an hour (threats L14).
MOST_ROWS: Final = 60


class GroupReception(models.Model):
    """Lượt tiếp nhận theo lớp: what is the same for all its rows. Nothing of it changes once receiving began."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_code = models.TextField()
    officer_subject = models.TextField()
    label = models.TextField()
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    #: How each component is handed in: [[order, how, originals, certified, copies], …]; null until chosen.
    papers: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    result_wanted = models.TextField(
        choices=Dossier.ResultWanted.choices, default=Dossier.ResultWanted.AT_DESK
    )
    begun_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    receiving_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(
        db_default=RawSQL("clock_timestamp() + interval '30 days'", ()), editable=False
    )
    objects: "ClassVar[models.Manager[GroupReception]]" = models.Manager()

    class Meta:
        verbose_name = "lượt tiếp nhận theo lớp"
        indexes: ClassVar = [
            models.Index(fields=["officer_subject", "-begun_at", "-id"], name="group_of_officer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="group_of_an_officer",
                condition=Q(officer_subject__regex=r"\A[0-9a-f]{32}\Z") & ~Q(label="") & ~Q(unit_code=""),
                violation_error_message="Danh sách lớp phải có tên lớp và cán bộ lập.",
            ),
            models.CheckConstraint(
                name="group_received_as_chosen",
                condition=Q(receiving_at=None) | Q(papers__isnull=False),
                violation_error_message="Phải chọn cách nộp từng thành phần trước khi tiếp nhận cả lớp.",
            ),
        ]

    def __str__(self) -> str:
        return f"group:{self.public_id}"


class GroupRow(models.Model):
    """One pupil of the list. ``public_id`` is the key its dossier is received under: once, whoever clicks twice."""

    class Answer(models.TextChoices):
        WAITING = "WAITING", "Chưa kiểm tra"
        FOUND = "FOUND", "Có tài khoản"
        NOT_FOUND = "NOT_FOUND", "Chưa có tài khoản"
        UNKNOWN = "UNKNOWN", "Không rõ"
        MALFORMED = "MALFORMED", "Không đúng mẫu"
        TWICE = "TWICE", "Trùng"
        OTHER_NAME = "OTHER_NAME", "Tên không khớp"
        ALONE = "ALONE", "Tiếp nhận riêng"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = models.ForeignKey(GroupReception, on_delete=models.PROTECT, related_name="rows")
    nth = models.PositiveSmallIntegerField()
    typed_sealed = models.BinaryField(null=True)
    answer = models.TextField(choices=Answer.choices, default=Answer.WAITING)
    #: Why it is not received; words for the officer, without anybody's name.
    said = models.TextField(blank=True, default="")
    account_check = models.ForeignKey(
        AccountCheck, on_delete=models.PROTECT, null=True, related_name="group_rows"
    )
    #: Where this pupil's papers differ from the class's; null where they do not.
    papers: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    left_out = models.BooleanField(default=False)
    claimed_at = models.DateTimeField(null=True)
    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, null=True, related_name="group_row")
    objects: "ClassVar[models.Manager[GroupRow]]" = models.Manager()

    class Meta:
        verbose_name = "dòng của danh sách lớp"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "nth"], name="group_row_once"),
            models.CheckConstraint(
                name="group_row_within_a_class",
                condition=Q(nth__gte=1, nth__lte=MOST_ROWS),
                violation_error_message="Mỗi danh sách chỉ nhận một lớp, tối đa 60 học sinh.",
            ),
            models.CheckConstraint(
                name="group_row_answer_known",
                condition=Q(
                    answer__in=[
                        "WAITING",
                        "FOUND",
                        "NOT_FOUND",
                        "UNKNOWN",
                        "MALFORMED",
                        "TWICE",
                        "OTHER_NAME",
                        "ALONE",
                    ]
                ),
                violation_error_message="Kết quả kiểm tra của dòng không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="group_row_found_is_checked",
                condition=~Q(answer="FOUND") | Q(account_check__isnull=False),
                violation_error_message="Dòng có tài khoản phải kèm lần kiểm tra tài khoản.",
            ),
            models.CheckConstraint(
                name="group_row_received_as_found",
                condition=Q(dossier=None) | Q(answer="FOUND", left_out=False),
                violation_error_message="Chỉ tiếp nhận dòng đã kiểm tra thấy có tài khoản.",
            ),
        ]

    def __str__(self) -> str:
        return f"group_row:{self.public_id}"
