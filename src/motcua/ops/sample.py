"""Mẫu: the catalogue, units and people that `make run` starts with. Loaded once; edits stay."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from motcua.ops import people
from motcua.ops.models import Milestone
from motcua.ops.sign_ins import DATA, PEOPLE

_LOADED = "sample-loaded"

# In this order: each stands on the ones before it. Each adds what is missing and overwrites nothing.
_STEPS = (
    ("motcua.units.sample", DATA / "units_binh_dinh_2022.json"),
    ("motcua.units.calendar_sample", DATA / "work_calendar_swaps.json"),
    ("motcua.desk.sample", DATA / "procedures_education.json"),
    ("motcua.ops.people", PEOPLE),
)


@transaction.atomic
def load() -> bool:
    """All of it or none of it; False when it was there already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('motcua sample'))")
    if Milestone.objects.filter(name=_LOADED).exists():
        _enrol()
        return False
    for module, path in _STEPS:
        if find_spec(module) is not None:
            step: Callable[[Path], object] = import_module(module).load
            step(path)
    Milestone.objects.create(name=_LOADED)
    _enrol()
    return True


def _enrol() -> None:
    """At whichever start the second factor is on for the first time."""
    if settings.OFFICER_SECOND_FACTOR:
        people.enrol(PEOPLE)
