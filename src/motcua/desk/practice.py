"""Tập huấn: what really happened at a trainee's desk with one number. In a training world only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from motcua.desk.asking import fingerprint_of
from motcua.desk.models import AccountCheck, Dossier
from motcua.kernel.citizen_id import CitizenId


class NotAPractice(Exception):
    """A bug of the caller: real receptions are nobody's exercise."""


@dataclass(frozen=True, slots=True)
class Reception:
    """One dossier: ``code`` is empty while it is provisional; components as (type of paper, how it came)."""

    code: str
    provisional: bool
    received_by: str
    at: datetime
    components: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AtTheDesk:
    """The answers to the checks of a number, first to last, and the dossiers of its owner."""

    answers: Sequence[str]
    statuses: frozenset[str]
    dossiers: Sequence[Reception]


def seen(unit_code: str, number: CitizenId, *, since: datetime) -> AtTheDesk:
    """At one unit, since a moment."""
    _require()
    mark = fingerprint_of(number)
    checks = AccountCheck.objects.filter(
        unit_code=unit_code, number_bi=mark, checked_at__gte=since, kind=AccountCheck.Kind.COUNTER
    ).order_by("pk")
    rows = list(checks.values_list("answer", "status"))
    dossiers = Dossier.objects.filter(unit_code=unit_code, owner_number_bi=mark, arrived_at__gte=since)
    return AtTheDesk(
        answers=[answer for answer, _ in rows],
        statuses=frozenset(status for _, status in rows if status),
        dossiers=[_reception(row) for row in dossiers.prefetch_related("components").order_by("pk")],
    )


def asked_about_own_account(subject: str, *, since: datetime) -> bool:
    """Whether this officer checked the own account at the desk, as if it were the owner's."""
    _require()
    return AccountCheck.objects.filter(
        officer_subject=subject, subject=subject, checked_at__gte=since
    ).exists()


def _reception(row: Dossier) -> Reception:
    return Reception(
        code=row.code or "",
        provisional=row.provisional_number is not None,
        received_by=row.received_by,
        at=row.arrived_at,
        components=[(each.type_code, each.how) for each in row.components.all()],
    )


def _require() -> None:
    if not settings.TRAINING:
        raise NotAPractice
