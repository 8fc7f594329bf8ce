"""A trainer opens a course, every seat can work alone, and all of it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from motcua.accounts import identity, signing_in
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.training import courses, invented
from motcua.training.models import Course
from motcua.units.models import Unit
from tests.training.courses import a_course, authority_of, seat


def sign_in(number: str, password: str) -> object:
    from motcua.kernel.citizen_id import CitizenId

    return signing_in.sign_in(
        number=CitizenId.parse(number),
        password=password,
        device="d" * 32,
        device_words="Chrome",
        address="127.0.0.0",
    )


def test_each_seat_signs_in_at_a_desk_of_its_own(trainer: Authority) -> None:
    course = a_course(trainer, seats=2)
    one, two = (courses.seat_of(seat(course, nth)) for nth in (1, 2))
    assert sign_in(one.number, one.password) and sign_in(one.colleague_number, one.password)
    with pytest.raises(signing_in.WrongPassword):
        sign_in(one.number, two.password)

    first, second = (authority_of(seat(course, nth).subject) for nth in (1, 2))
    assert first.unit_code != second.unit_code
    assert set(first.subtree).isdisjoint(second.subtree)
    assert first.may(Power.RECEIVE_DOSSIER) and first.may(Power.OPEN_ACCOUNT) and not first.may(Power.GRANT)
    assert authority_of(seat(course, 1).colleague_subject).may(Power.APPROVE_EXCEPTION)


def test_the_sheet_is_the_same_whenever_it_is_printed_and_nothing_of_it_is_kept(trainer: Authority) -> None:
    course = a_course(trainer, seats=1)
    (told,) = courses.seats_of(trainer, course)
    assert [told] == list(courses.seats_of(trainer, course))
    row = seat(course)
    kept = " ".join(str(value) for value in vars(row).values())
    assert told.password not in kept and told.number not in kept


def test_a_trainer_sees_own_courses_only(trainer: Authority) -> None:
    course = a_course(trainer, seats=1)
    another = authority_of(seat(course).subject)
    with pytest.raises(NotAuthorised):
        courses.own_course(another, course.public_id)
    other_trainer = trainer.__class__(
        officer_id=1, subject="f" * 32, unit_id=1, unit_code="x", powers=frozenset({Power.GRANT})
    )
    assert list(courses.own_courses(other_trainer)) == []
    for act in (courses.own_course, lambda viewer, _: courses.seats_of(viewer, course)):
        with pytest.raises(NotFound):
            act(other_trainer, course.public_id)
    with pytest.raises(NotFound):
        courses.end(authority=other_trainer, public_id=course.public_id)


@pytest.mark.parametrize(("name", "seats"), [("x", 3), ("   ", 3), ("Lớp", 0), ("Lớp", 61)])
def test_a_course_needs_a_name_and_some_seats(trainer: Authority, name: str, seats: int) -> None:
    with pytest.raises(courses.CourseMalformed):
        a_course(trainer, seats=seats, name=name)
    assert not Course.objects.exists()


@pytest.mark.parametrize("days", [-1, 32])
def test_a_course_lasts_from_today_for_a_month_at_most(trainer: Authority, days: int) -> None:
    today = timezone.localdate()
    with pytest.raises(courses.CourseDays):
        courses.open_course(
            authority=trainer, name="Lớp", seats=1, last_day=today + timedelta(days=days), on=today
        )


def test_when_a_course_ends_no_sign_in_of_it_opens_anything(trainer: Authority) -> None:
    course = a_course(trainer, seats=2)
    told = courses.seat_of(seat(course))
    subjects = [seat(course).subject, seat(course).colleague_subject]
    courses.end(authority=trainer, public_id=course.public_id)

    with pytest.raises(signing_in.WrongPassword):
        sign_in(told.number, told.password)
    for subject in subjects:
        with pytest.raises(NotAuthorised):
            authority_of(subject)
    number = invented.officer(course.pk, 1).data.citizen_id
    assert identity.account_by_number(number) is None
    course.refresh_from_db()
    with pytest.raises(courses.CourseOver):
        courses.seats_of(trainer, course)
    with pytest.raises(courses.CourseOver):
        courses.end(authority=trainer, public_id=course.public_id)


def test_a_course_ends_by_itself_after_its_last_day(trainer: Authority) -> None:
    course, lasting = a_course(trainer, seats=1), a_course(trainer, seats=1, name="Lớp còn học")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE training_course SET last_day = %s WHERE id = %s",
            [timezone.localdate() - timedelta(days=1), course.pk],
        )
        cursor.execute("SET session_replication_role = origin")
    assert courses.end_due() == 1
    assert courses.end_due() == 0
    lasting.refresh_from_db()
    assert lasting.ended_at is None


def test_two_never_share_a_number_or_a_phone() -> None:
    people = [invented.citizen(attempt, part).data for attempt in range(1, 400) for part in range(4)]
    people += [invented.misremembered(attempt) for attempt in range(1, 400)]
    people += [
        invented.officer(course, nth, colleague=colleague).data
        for course in range(1, 12)
        for nth in range(1, 61)
        for colleague in (False, True)
    ]
    assert len({each.citizen_id.value for each in people}) == len(people)
    brought = [
        each.phone.value for each in people if each not in [invented.misremembered(a) for a in range(1, 2)]
    ]
    assert len(set(brought)) >= len(people) - 399  # who misremembers brings the own phone


def test_a_desk_of_a_seat_has_a_prefix_that_no_real_desk_has(trainer: Authority) -> None:
    course = a_course(trainer, seats=2)
    prefixes = set(Unit.objects.filter(code__startswith="tap-huan-").values_list("dossier_prefix", flat=True))
    assert len(prefixes) == course.seats
    assert all(prefix.endswith(".T00") for prefix in prefixes)


@pytest.mark.parametrize(
    ("typed", "shown"), [("Lớp thử 01/12", "thử 01/12"), ("lớp A", "A"), ("Khóa 1", "Khóa 1"), ("Lớp", "Lớp")]
)
def test_the_word_before_a_name_is_said_once(typed: str, shown: str) -> None:
    assert Course(name=typed).short_name == shown
