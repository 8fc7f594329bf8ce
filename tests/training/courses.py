"""A trainer of the sample world, and what they open."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from motcua.accounts import identity
from motcua.kernel.authority import Authority
from motcua.kernel.citizen_id import CitizenId
from motcua.ops import sign_ins
from motcua.training import courses
from motcua.training.models import Course, Trainee
from motcua.units import posts


def trainer() -> Authority:
    known = next(each for each in sign_ins.known() if each.role == "Quản trị đơn vị")
    account = identity.account_by_number(CitizenId.parse(known.number))
    assert account is not None
    return authority_of(identity.subject_of(account.public_id, settings.DESK_ID))


def authority_of(subject: str) -> Authority:
    return posts.authority_of(subject, on=timezone.localdate())


def a_course(seats: int = 2, name: str = "Lớp mẫu") -> Course:
    today = timezone.localdate()
    return courses.open_course(
        authority=trainer(), name=name, seats=seats, last_day=today + timedelta(days=2), on=today
    )


def seat(course: Course, nth: int = 1) -> Trainee:
    return course.trainees.select_related("course").get(nth=nth)
