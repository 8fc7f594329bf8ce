"""What a trainer opens, and who sits there."""

from datetime import timedelta

from django.utils import timezone

from motcua.kernel.authority import Authority
from motcua.training import courses
from motcua.training.models import Course, Trainee
from motcua.units import posts


def authority_of(subject: str) -> Authority:
    return posts.authority_of(subject, on=timezone.localdate())


def a_course(trainer: Authority, seats: int = 1, name: str = "Lớp mẫu") -> Course:
    today = timezone.localdate()
    return courses.open_course(
        authority=trainer, name=name, seats=seats, last_day=today + timedelta(days=2), on=today
    )


def seat(course: Course, nth: int = 1) -> Trainee:
    return course.trainees.select_related("course").get(nth=nth)
