"""Mẫu: the catalogue, units and people that `make run` starts with. Loaded once; edits stay."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from importlib import import_module

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from motcua.ops.models import Milestone
from motcua.ops.sign_ins import DATA, PEOPLE

_LOADED = "sample-loaded"
#: Two sample desks still warn when they are loaded, as desks did before 20/7/2022.
_WARNS_FOR = timedelta(days=60)
Step = Callable[[], object]


def load() -> bool:
    """All of it or none of it; False when it was there already."""
    if Milestone.objects.filter(name=_LOADED).exists():
        _enrol()
        return False
    return _load(_steps())


@transaction.atomic
def _load(steps: Sequence[Step]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('motcua sample'))")
    if Milestone.objects.filter(name=_LOADED).exists():
        _enrol()
        return False
    for step in steps:
        step()
    Milestone.objects.create(name=_LOADED)
    _enrol()
    return True


def _enrol() -> None:
    """At whichever start the second factor is on for the first time."""
    if settings.OFFICER_SECOND_FACTOR and settings.HOSTS_PORTAL:
        import_module("motcua.ops.people").enrol(PEOPLE)


def _steps() -> list[Step]:
    """In this order: each stands on the ones before it. Each adds what is missing and overwrites nothing."""
    steps = [
        _file("units.sample", "units_binh_dinh_2022.json", warning_until=timezone.localdate() + _WARNS_FOR),
        _file("units.calendar_sample", "work_calendar_swaps.json"),
    ]
    if settings.HOSTS_DESK:
        steps.append(_file("desk.sample", "procedures_education.json"))
    if settings.HOSTS_PORTAL:
        people, desks = import_module("motcua.ops.people"), import_module("motcua.ops.sample_desks")
        ours = [*steps, partial(people.load, PEOPLE), desks.register]
        return [*ours, import_module("motcua.training.world").begin] if settings.HOSTS_DESK else ours
    # Whom the portal knows is asked before anything is written: no transaction is open while a stranger thinks.
    appointing = import_module("motcua.ops.appointing")
    return [*steps, partial(appointing.appoint, appointing.ask(PEOPLE))]


def _file(module: str, name: str, **more: date) -> Step:
    return partial(import_module(f"motcua.{module}").load, DATA / name, **more)
