"""Hồ sơ sự cố on the screen: the newest first, and of one the people it concerns, a page at a time, masked."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from motcua import journal
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound
from motcua.protection import whose
from motcua.protection.breach_keeping import BY_COMMAND
from motcua.protection.breaches import BreachListWaits, BreachStillSought, require
from motcua.protection.exposing import ACT_WORDS, DATA_WORDS, Act, Data
from motcua.protection.models import Breach, BreachPerson
from motcua.units import staff

PAGE: Final = 30
DECISIONS: Final = Breach.Decision.choices
TOLD: Final = BreachPerson.Told.choices
ORDERS: Final = {"": ("-times", "who"), "moi": ("-last_at", "who"), "cu": ("first_at", "who")}


@dataclass(frozen=True, slots=True)
class Seen:
    """A breach with the names of the officers it is about and by."""

    row: Breach
    about: str = field(repr=False)
    by: str = field(repr=False)
    decided_by: str = field(repr=False)

    @property
    def sought(self) -> bool:
        """The worker has not found its people yet."""
        return bool(self.row.decision == Breach.Decision.FINDING)

    @property
    def waits(self) -> bool:
        return bool(self.row.decision == Breach.Decision.WAITING)


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Seen]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty means any."""

    act: str = ""
    data: str = ""
    told: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One whom it concerns: the name where there is an account, everything else masked."""

    row: BreachPerson
    name: str = field(repr=False)
    number: str = field(repr=False)
    phone: str = field(repr=False)
    acts: tuple[str, ...]
    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    rows: list[Person]
    found: int
    number: int
    more: bool


def listing(viewer: Authority, *, decision: str = "", oldest_first: bool = False, page: int = 1) -> Page:
    """Three statements whatever their number."""
    require(viewer)
    rows = _open_to(viewer).filter(decision=decision) if decision else _open_to(viewer)
    begins = (page - 1) * PAGE
    found = list(rows.order_by("id" if oldest_first else "-id")[begins : begins + PAGE + 1])
    return Page(_named(found[:PAGE]), page, len(found) > PAGE)


def one(viewer: Authority, public_id: uuid.UUID) -> Seen:
    """Raises NotFound, also for whoever it is about."""
    require(viewer)
    row = _open_to(viewer).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return _named([row])[0]


def seen_by_command(row: Breach) -> Seen:
    """For whoever has the machine itself."""
    return _named([row])[0]


def may_see_people(viewer: Authority, row: Breach) -> bool:
    """Nobody gathers people alone: who asked for the list reads it when another has approved it."""
    approved = row.decision == Breach.Decision.APPROVED
    return viewer.subject != row.about_officer and (approved or viewer.subject != row.made_by)


def require_people(viewer: Authority, row: Breach) -> None:
    """Raises NotAuthorised, NotFound for whoever it is about, BreachStillSought, BreachListWaits."""
    require(viewer)
    if viewer.subject == row.about_officer:
        raise NotFound
    if row.decision == Breach.Decision.FINDING:
        raise BreachStillSought
    if not may_see_people(viewer, row):
        raise BreachListWaits


@transaction.atomic
def people(viewer: Authority, row: Breach, wanted: Wanted, *, page: int = 1) -> People:
    """Those whom it concerns, as filtered and sorted; each look leaves a line. Raises as ``require_people``."""
    require_people(viewer, row)
    rows, begins = _wanted(row, wanted), (page - 1) * PAGE
    found, shown = rows.count(), list(_shown(rows[begins : begins + PAGE]))
    journal.record(
        "protection.breach.listed",
        subject=f"breach:{row.public_id}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
        facts={"rows": len(shown)},
    )
    return People(shown, found, page, found > begins + PAGE)


def everybody(row: Breach) -> Iterator[Person]:
    """For the file."""
    yield from _shown(_wanted(row, Wanted()))


def figures(row: Breach) -> list[tuple[str, int]]:
    """Kinds of data in words → how many people."""
    counted = {kind: BreachPerson.objects.filter(breach=row, data__contains=[kind]).count() for kind in Data}
    return [(DATA_WORDS[kind], count) for kind, count in counted.items() if count]


def acts(row: Breach) -> list[tuple[str, int]]:
    """Kinds of acts in words → how many people."""
    counted = {act: BreachPerson.objects.filter(breach=row, acts__contains=[act]).count() for act in Act}
    return [(ACT_WORDS[act], count) for act, count in counted.items() if count]


def told(row: Breach) -> dict[str, int]:
    """How many were told, and how many have to be told on paper."""
    rows = BreachPerson.objects.filter(breach=row)
    return dict(rows.values_list("told").annotate(Count("id")).order_by())


def without_account(row: Breach) -> int:
    return BreachPerson.objects.filter(~Q(who__startswith="account:"), breach=row).count()


def _open_to(viewer: Authority) -> "QuerySet[Breach]":
    """Nobody reads what is written about the own work."""
    return Breach.objects.exclude(about_officer=viewer.subject)


def _wanted(row: Breach, wanted: Wanted) -> "QuerySet[BreachPerson]":
    rows = BreachPerson.objects.filter(breach=row)
    if wanted.act:
        rows = rows.filter(acts__contains=[wanted.act])
    if wanted.data:
        rows = rows.filter(data__contains=[wanted.data])
    if wanted.told:
        rows = rows.filter(told=wanted.told)
    return rows.order_by(*ORDERS.get(wanted.order, ORDERS[""]))


def _shown(rows: Iterable[BreachPerson]) -> Iterator[Person]:
    kept = list(rows)
    cards = whose.cards([row.who for row in kept])
    for row in kept:
        card = cards.get(row.who, _NOBODY_KNOWN)
        yield Person(
            row,
            card.full_name,
            card.number_masked,
            card.phone_masked,
            tuple(ACT_WORDS[Act(act)] for act in row.acts),
            tuple(DATA_WORDS[Data(kind)] for kind in row.data),
        )


_NOBODY_KNOWN: Final = whose.Card()


def _named(rows: list[Breach]) -> list[Seen]:
    names = {
        subject: one.full_name
        for subject, one in staff.officers_by_subject(
            subject for row in rows for subject in (row.about_officer, row.made_by, row.decided_by)
        ).items()
    }
    known = dict(whose.systems()) if any(row.about_system for row in rows) else {}
    return [
        Seen(
            row,
            _about(row, names, known),
            "Lệnh trên máy chủ" if row.made_by == BY_COMMAND else names.get(row.made_by, ""),
            names.get(row.decided_by, ""),
        )
        for row in rows
    ]


def _about(row: Breach, names: dict[str, str], known: dict[str, str]) -> str:
    if row.about_officer:
        return names.get(row.about_officer, "Cán bộ không còn trong danh sách")
    return known.get(row.about_system, row.about_system) if row.about_system else "Mọi cán bộ, mọi hệ thống"
