"""Lớp tập huấn: a trainer opens a course, every seat gets two officers and a desk of its own, and all of it ends."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from motcua import journal
from motcua.accounts import hashing, identity, practice
from motcua.journal.models import ClockTimestamp
from motcua.kernel.authority import Authority, Power
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import NotFound, Refusal
from motcua.training import invented, staging, tasks, world
from motcua.training.models import MOST_SEATS, Attempt, Course, Trainee
from motcua.units import granting, officers, reorganising
from motcua.units.models import Post, Unit
from motcua.units.reorganising import NewUnit

SEATS_AT_MOST: Final = MOST_SEATS
_WHY: Final = "Lớp tập huấn"
_OFFICER: Final = (Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT, Power.HAND_OUT)
_COLLEAGUE: Final = (Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT, Power.APPROVE_EXCEPTION)
_LONGEST_DAYS: Final = 31


class CourseMalformed(Refusal):
    code = "training_course_malformed"
    message = "Lớp tập huấn cần tên từ 2 đến 80 ký tự và từ 1 đến 60 học viên. Đề nghị ông/bà nhập lại."


class CourseDays(Refusal):
    code = "training_course_days"
    message = "Ngày cuối của lớp phải từ hôm nay và trong vòng 31 ngày. Đề nghị ông/bà nhập lại."


class CourseOver(Refusal):
    code = "training_course_over"
    status = 409
    message = "Lớp tập huấn đã kết thúc. Đề nghị giảng viên mở lớp mới."


@dataclass(frozen=True, slots=True, repr=False)
class Seat:
    """What the sheet of one trainee says."""

    nth: int
    public_id: uuid.UUID
    name: str
    number: str
    phone: str
    colleague_name: str
    colleague_number: str
    password: str = field(repr=False)


def open_course(*, authority: Authority, name: str, seats: int, last_day: date, on: date) -> Course:
    """All seats or none. Hashing takes a moment, so it is done before the transaction."""
    world.require()
    authority.require(Power.GRANT)
    told = clean(name, max_length=80).strip()
    if len(told) < 2 or not 1 <= seats <= MOST_SEATS:
        raise CourseMalformed
    if not 0 <= (last_day - on).days <= _LONGEST_DAYS:
        raise CourseDays
    course_id = staging.next_id("training_course")
    hashes = [hashing.hashed(invented.password(course_id, nth)) for nth in range(1, seats + 1)]
    with transaction.atomic():
        course = Course.objects.create(
            pk=course_id,
            name=told,
            trainer_subject=authority.subject,
            unit_code=authority.unit_code,
            seats=seats,
            last_day=last_day,
        )
        for nth, password in enumerate(hashes, start=1):
            _seat(authority, course, nth, password, on)
        _note_course("opened", course, {"seats": seats})
    return course


def own_courses(viewer: Authority) -> QuerySet[Course]:
    """Newest first; another trainer's are not there."""
    world.require()
    viewer.require(Power.GRANT)
    return Course.objects.filter(trainer_subject=viewer.subject).order_by("-pk")


def listed(viewer: Authority, *, words: str, state: str, order: str) -> QuerySet[Course]:
    """The own courses, found by name and by whether they go on ("mo") or are over ("xong")."""
    found = own_courses(viewer)
    if words:
        found = found.filter(name__icontains=words)
    if state:
        found = found.filter(ended_at__isnull=state == "mo")
    return found.order_by({"cu": "pk", "ten": "name"}.get(order, "-pk"))


def own_course(viewer: Authority, public_id: uuid.UUID) -> Course:
    """Raises NotFound for anybody else's."""
    course = own_courses(viewer).filter(public_id=public_id).first()
    if course is None:
        raise NotFound
    return course


def seats_of(viewer: Authority, course: Course) -> Sequence[Seat]:
    """The sheet, made anew each time: nothing of it lies anywhere."""
    own_course(viewer, course.public_id)
    if course.ended_at is not None:
        raise CourseOver
    return [seat_of(each) for each in course.trainees.select_related("course").order_by("nth")]


def seat_of(trainee: Trainee) -> Seat:
    course, nth = trainee.course_id, trainee.nth
    first, second = invented.officer(course, nth), invented.officer(course, nth, colleague=True)
    return Seat(
        nth=nth,
        public_id=trainee.public_id,
        name=first.data.full_name.value,
        number=first.data.citizen_id.value,
        phone=first.data.phone.local,
        colleague_name=second.data.full_name.value,
        colleague_number=second.data.citizen_id.value,
        password=invented.password(course, nth),
    )


def end(*, authority: Authority, public_id: uuid.UUID) -> None:
    """Now: no sign-in of the course opens anything, its people are closed, what is unfinished stays unscored."""
    course = own_course(authority, public_id)
    if not _end(course, by=authority.subject):
        raise CourseOver


def end_due(limit: int = 3) -> int:
    """Courses whose last day is over."""
    if not settings.TRAINING:
        return 0
    over = Course.objects.filter(ended_at=None, last_day__lt=timezone.localdate()).order_by("pk")[:limit]
    return sum(_end(course, by="system") for course in over)


@transaction.atomic
def _end(course: Course, *, by: str) -> bool:
    """One UPDATE decides who ends it."""
    if not Course.objects.filter(pk=course.pk, ended_at=None).update(ended_at=ClockTimestamp()):
        return False
    for trainee in course.trainees.order_by("nth"):
        for subject in (trainee.subject, trainee.colleague_subject):
            for post in Post.objects.filter(grantee_subject=subject, revoked_at=None).select_related("unit"):
                granting.end_post(post, by=by, reason="Lớp tập huấn đã kết thúc.")
            officers.deactivate(subject=subject, by=by)
        for colleague in (False, True):
            practice.clear(invented.officer(course.pk, trainee.nth, colleague=colleague).data.citizen_id)
    for attempt in Attempt.objects.filter(trainee__course=course):
        staging.clear(attempt.pk, tasks.task(attempt.task))
    _note_course("ended", course, {})
    return True


def _seat(authority: Authority, course: Course, nth: int, password: str, on: date) -> Trainee:
    unit = _desk_of_its_own(authority, course, nth, on)
    return Trainee.objects.create(
        course=course,
        nth=nth,
        subject=_appointed(course, nth, False, unit, password, on),
        colleague_subject=_appointed(course, nth, True, unit, password, on),
        unit_code=unit.code,
    )


def _desk_of_its_own(authority: Authority, course: Course, nth: int, on: date) -> Unit:
    """What one trainee does is in nobody else's lists."""
    mark = course.pk * (MOST_SEATS + 1) + nth
    return reorganising.add(
        authority=authority,
        new=NewUnit(
            code=f"tap-huan-{course.pk}-{nth}",
            name=f"Bộ phận Một cửa tập huấn số {nth:02}",
            short_name=f"Tập huấn {nth:02}",
            kind=Unit.Kind.PHONG_CM,
            parent_code=authority.unit_code,
            valid_from=on,
            dossier_prefix=f"{mark // 10_000 % 1000:03}.{mark // 100 % 100:02}.{mark % 100:02}.T00",
            has_desk=True,
        ),
        reason=_WHY,
    )


def _appointed(course: Course, nth: int, colleague: bool, unit: Unit, password: str, on: date) -> str:
    """An invented officer with the post; the opaque id."""
    data = invented.officer(course.pk, nth, colleague=colleague).data
    account = practice.settle(data, password=password)
    subject = identity.subject_of(account.public_id, settings.DESK_ID)
    officer = officers.register(subject=subject, full_name=data.full_name, phone=data.phone)
    posts = _COLLEAGUE if colleague else _OFFICER
    granting.bootstrap(
        officer_id=officer.pk, unit_code=unit.code, powers=posts, valid_from=on, reason="Học viên tập huấn"
    )
    return subject


def _note_course(what: str, course: Course, facts: dict[str, int]) -> None:
    journal.record(
        f"training.course.{what}",
        subject=f"course:{course.public_id}",
        actor=course.trainer_subject,
        unit_code=course.unit_code,
        facts=facts,
    )
