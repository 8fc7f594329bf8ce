"""Which world this database is, and in a training world: courses, trainees, what they tried. Invented people only.

Nobody's number, name or password lies here: each follows from a row's id and the installation's own key
(``invented``), so that a sheet can be printed again and nothing has to be kept secret.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.journal.models import ClockTimestamp

_SUBJECT = r"\A[0-9a-f]{32}\Z"
#: A course is a seminar, not a province.
MOST_SEATS = 60


class World(models.Model):
    """One row, written when the tables are made and never again: is what lies here real, or for training?"""

    class Kind(models.TextChoices):
        REAL = "REAL", "Thật"
        TRAINING = "TRAINING", "Tập huấn"

    kind = models.TextField("loại", choices=Kind.choices)
    marked_at = models.DateTimeField("lúc", db_default=ClockTimestamp())

    class Meta:
        verbose_name = "dấu của cơ sở dữ liệu"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="world_single",
                condition=Q(id=1),
                violation_error_message="Một cơ sở dữ liệu chỉ có một dấu.",
            ),
            models.CheckConstraint(
                name="world_kind_known",
                condition=Q(kind__in=["REAL", "TRAINING"]),
                violation_error_message="Cơ sở dữ liệu là thật hoặc để tập huấn.",
            ),
        ]

    def __str__(self) -> str:
        return f"world:{self.pk}"


class Course(models.Model):
    """A class of one trainer, on some days; every seat has a sign-in that ends with it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.TextField("tên lớp")
    trainer_subject = models.TextField("giảng viên")
    unit_code = models.TextField("đơn vị của giảng viên")
    seats = models.PositiveSmallIntegerField("số học viên")
    last_day = models.DateField("ngày cuối")
    made_at = models.DateTimeField("lúc mở", db_default=ClockTimestamp())
    ended_at = models.DateTimeField("lúc kết thúc", null=True)

    class Meta:
        verbose_name = "lớp tập huấn"
        indexes: ClassVar = [models.Index(fields=["trainer_subject", "-id"], name="course_of_trainer")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="course_has_name",
                condition=Q(name__regex=r"\A\S.{0,78}\S\Z"),
                violation_error_message="Tên lớp phải có từ 2 đến 80 ký tự.",
            ),
            models.CheckConstraint(
                name="course_has_seats",
                condition=Q(seats__gte=1, seats__lte=MOST_SEATS),
                violation_error_message="Mỗi lớp có từ 1 đến 60 học viên.",
            ),
            models.CheckConstraint(
                name="course_has_trainer",
                condition=Q(trainer_subject__regex=_SUBJECT),
                violation_error_message="Lớp tập huấn phải có giảng viên.",
            ),
        ]

    def __str__(self) -> str:
        return f"course:{self.pk}"

    @property
    def short_name(self) -> str:
        """Without the word that stands before it everywhere: trainers type “Lớp 1” as often as “1”."""
        first, _, rest = self.name.partition(" ")
        return rest.strip() if first.casefold() == "lớp" and rest.strip() else self.name


class Trainee(models.Model):
    """A seat: an invented officer and a colleague of theirs, alone at a desk of their own."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="trainees")
    nth = models.PositiveSmallIntegerField("số thứ tự")
    subject = models.TextField("cán bộ", unique=True)
    colleague_subject = models.TextField("đồng nghiệp", unique=True)
    unit_code = models.TextField("đơn vị", unique=True)

    class Meta:
        verbose_name = "học viên"
        constraints: ClassVar = [
            models.UniqueConstraint(name="trainee_seat_once", fields=["course", "nth"]),
            models.CheckConstraint(
                name="trainee_opaque",
                condition=Q(subject__regex=_SUBJECT, colleague_subject__regex=_SUBJECT),
                violation_error_message="Mã của học viên không đúng dạng.",
            ),
            models.CheckConstraint(
                name="trainee_has_colleague",
                condition=~Q(subject=F("colleague_subject")),
                violation_error_message="Học viên và đồng nghiệp phải là hai người.",
            ),
        ]

    def __str__(self) -> str:
        return f"trainee:{self.pk}"


class Attempt(models.Model):
    """One go at one task, with people of its own; written over until it is handed in, and then never again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(Trainee, on_delete=models.PROTECT, related_name="attempts")
    task = models.TextField("bài tập")
    begun_at = models.DateTimeField("lúc bắt đầu", db_default=ClockTimestamp())
    hints = models.PositiveSmallIntegerField("số gợi ý đã xem", db_default=0)
    answers = models.JSONField("câu trả lời", db_default=models.Value({}, models.JSONField()))
    handed_in_at = models.DateTimeField("lúc nộp bài", null=True)
    score = models.PositiveSmallIntegerField("điểm", null=True)
    out_of = models.PositiveSmallIntegerField("điểm tối đa")
    verdicts = models.JSONField("nhận xét", db_default=models.Value([], models.JSONField()))

    class Meta:
        verbose_name = "lượt làm bài"
        indexes: ClassVar = [models.Index(fields=["trainee", "task", "-id"], name="attempt_of_task")]
        constraints: ClassVar = [
            # The people of a task stand at one desk: another task's would be in the way.
            models.UniqueConstraint(
                name="attempt_one_open",
                fields=["trainee"],
                condition=Q(handed_in_at=None),
                violation_error_message="Ông/bà đang làm một bài khác.",
            ),
            models.CheckConstraint(
                name="attempt_scored_when_handed_in",
                condition=Q(handed_in_at=None, score=None)
                | Q(handed_in_at__isnull=False, score__isnull=False),
                violation_error_message="Bài đã nộp thì có điểm, bài đang làm thì chưa.",
            ),
            models.CheckConstraint(
                name="attempt_score_fits",
                condition=Q(score=None) | Q(score__lte=F("out_of")),
                violation_error_message="Điểm không vượt quá điểm tối đa của bài.",
            ),
            models.CheckConstraint(
                name="attempt_task_is_a_code",
                condition=Q(task__regex=r"\Ai{1,3}-[a-z-]{2,40}\Z"),
                violation_error_message="Bài tập không có trong danh mục.",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt:{self.pk}"
