"""Danh sách lớp: what a school uploaded, what became of each row, and the shares that stay when the rows are gone."""

import uuid
from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q, Value

from motcua.accounts.models.columns import StatementTimestamp, fingerprint_is_32_bytes, one_of, since
from motcua.units.models import Unit

MOST_ROWS: Final = 5_000
#: A class is called 9A1 or Mầm 2; what is longer is something else in the wrong column.
LONGEST_CLASS: Final = 20
#: How long names and numbers of a list are kept.
KEPT: Final = timedelta(days=7)


class ClassList(models.Model):
    """One list of a unit. Its rows live for seven days; the list stays, with its shares, and names nobody."""

    class Purpose(models.TextChoices):
        ADMISSION = "ADMISSION", "Tuyển sinh đầu cấp"
        EXAM = "EXAM", "Đăng ký dự thi, xét tốt nghiệp"
        TRANSFER = "TRANSFER", "Chuyển trường, cấp giấy tờ cho học sinh"
        INVITATION = "INVITATION", "Vận động học sinh tạo tài khoản"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_code = models.CharField(max_length=64)
    officer_subject = models.CharField(max_length=64)
    #: Who asked in this round: a colleague may ask again.
    asked_by = models.CharField(max_length=64)
    label = models.CharField(max_length=120)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    #: A keyed digest of all that was in the file: the same list is not checked twice side by side.
    content_mac = models.BinaryField()
    size = models.PositiveIntegerField()
    #: Which round of questions; the same list asked about again is a further round.
    run = models.PositiveIntegerField(default=1)
    begun_at = since()
    finished_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(db_default=StatementTimestamp() + Value(KEPT), editable=False)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "danh sách lớp"
        indexes: ClassVar = [
            models.Index(fields=["unit", "-begun_at", "-id"], name="class_list_of_unit"),
            models.Index(
                fields=["kept_until"], name="class_list_to_forget", condition=Q(forgotten_at__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "content_mac"],
                name="class_list_once_while_kept",
                condition=Q(forgotten_at__isnull=True),
            ),
            models.CheckConstraint(
                name="class_list_of_an_officer",
                condition=~Q(officer_subject="") & ~Q(asked_by="") & ~Q(unit_code="") & ~Q(label=""),
                violation_error_message="Danh sách lớp phải có tên, đơn vị và cán bộ tải lên.",
            ),
            models.CheckConstraint(
                name="class_list_size",
                condition=Q(size__gte=1, size__lte=MOST_ROWS),
                violation_error_message="Mỗi danh sách có từ 1 đến 5.000 dòng.",
            ),
            models.CheckConstraint(
                name="class_list_kept_seven_days",
                condition=Q(kept_until=F("begun_at") + Value(KEPT)),
                violation_error_message="Dữ liệu của danh sách lớp chỉ được giữ 7 ngày.",
            ),
            one_of("class_list", "purpose", ["ADMISSION", "EXAM", "TRANSFER", "INVITATION"]),
            fingerprint_is_32_bytes("class_list", "content_mac"),
        ]

    def __str__(self) -> str:
        return f"class_list:{self.public_id}"


class ClassRow(models.Model):
    """One pupil of the list: what stood in the row, sealed, and the answer; gone with the list's seven days."""

    class Answer(models.TextChoices):
        WAITING = "WAITING", "Chưa kiểm tra"
        FOUND = "FOUND", "Có tài khoản"
        NOT_FOUND = "NOT_FOUND", "Không tìm thấy"
        OTHER_NAME = "OTHER_NAME", "Tên không khớp"
        MALFORMED = "MALFORMED", "Sai mẫu"
        TWICE = "TWICE", "Trùng"

    class_list = models.ForeignKey(ClassList, on_delete=models.PROTECT, related_name="rows")
    #: As the file counts its rows, so that an officer finds it there.
    nth = models.PositiveIntegerField()
    class_label = models.CharField(max_length=LONGEST_CLASS, blank=True, default="")
    typed_sealed = models.BinaryField()
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.WAITING)
    #: Why the row was not asked about; words for the officer, with nobody's data in them.
    said = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "dòng danh sách kiểm tra"
        indexes: ClassVar = [
            models.Index(
                fields=["class_list", "nth"], name="class_row_waiting", condition=Q(answer="WAITING")
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["class_list", "nth"], name="class_row_once"),
            one_of(
                "class_row",
                "answer",
                ["WAITING", "FOUND", "NOT_FOUND", "OTHER_NAME", "MALFORMED", "TWICE"],
            ),
        ]

    def __str__(self) -> str:
        return f"class_row:{self.pk}"


class ClassTally(models.Model):
    """After each round: of so many pupils of a class so many were found. Counts only; nobody is in it."""

    class_list = models.ForeignKey(ClassList, on_delete=models.PROTECT, related_name="tallies")
    run = models.PositiveIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    class_label = models.CharField(max_length=LONGEST_CLASS, blank=True, default="")
    pupils = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    at = since()

    class Meta:
        verbose_name = "tỷ lệ của lớp"
        indexes: ClassVar = [
            models.Index(fields=["unit", "class_label", "-at", "-id"], name="class_tally_of_class")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["class_list", "run", "class_label"], name="class_tally_once"),
            models.CheckConstraint(
                name="class_tally_of_pupils",
                condition=Q(pupils__gte=1) & Q(found__lte=F("pupils")),
                violation_error_message="Số học sinh có tài khoản không vượt quá số học sinh của lớp.",
            ),
        ]

    def __str__(self) -> str:
        return f"class_tally:{self.pk}"
