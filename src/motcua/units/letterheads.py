"""Đầu giấy: which agency stands above which on a paper, where it is written, when its desk is open."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final, TypedDict

from django.conf import settings

from motcua.kernel.working_time import Session, WorkCalendar
from motcua.units import tree
from motcua.units.models import Unit

_DAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class Letterhead(TypedDict):
    """The part of every paper form that says whose it is."""

    agency_above: str
    agency: str
    place: str


def letterhead_of(unit: Unit | None) -> Letterhead:
    """For a paper of this unit; of the topmost unit when the paper is no unit's own."""
    unit = unit or Unit.objects.filter(parent=None).order_by("valid_from", "id").first()
    province = f"Ủy ban nhân dân {settings.DESK_NAME}"
    if unit is None:
        return Letterhead(agency_above=province, agency="", place="")
    return Letterhead(
        agency_above=unit.parent.name if unit.parent else province,
        agency=unit.name,
        place=unit.district or (unit.parent.district if unit.parent else ""),
    )


def place_of(unit_code: str) -> str:
    """Where a paper of this unit is written; "" for a unit that is not there."""
    unit = Unit.objects.select_related("parent").filter(code=unit_code).first()
    return letterhead_of(unit)["place"] if unit else ""


def called(unit: Unit, *, on: date) -> str:
    """The unit's name on that day; of one that has ended, also who does its work now."""
    now = tree.working_unit(unit, on=on)
    return unit.name if now.pk == unit.pk else f"{unit.name} (nay là {now.name})"


def opening_hours(*, on: date) -> str:
    """When somebody sits at a desk in the week of that day, in words: every desk keeps the office's hours."""
    days = enumerate(WorkCalendar().week_of(on).days)
    return "; ".join(
        f"{_span([day for day, _ in same])}: {' và '.join(_hours(session) for session in sessions)}"
        for sessions, same in groupby(days, key=lambda day: day[1])
        if sessions
    )


def _hours(session: Session) -> str:
    opens, closes = session
    return f"{opens:%H:%M}–{closes:%H:%M}"


def _span(days: Sequence[int]) -> str:
    first, last = _DAYS[days[0]], _DAYS[days[-1]]
    return first if first == last else f"{first} đến {last}"
