"""What assisted creation shows to those who watch over officers: which requests belong together; never of whom.

Phones, numbers and scans are compared by their fingerprints; what leaves here are ids of requests.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from motcua.accounts.models import AssistApplication

_COLUMNS: Final = ("pk", "number_bi", "old_number_bi", "officer_subject", "unit_code", "created_at")


@dataclass(frozen=True, slots=True)
class Together:
    """Requests for different people that share a phone or a scan; ``officers`` began one of them that day."""

    applications: tuple[int, ...]
    people: int
    officers: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Seen:
    pk: int
    numbers: frozenset[bytes]
    officer: tuple[str, str]
    today: bool


def sharing_a_phone(day: date, *, back_days: int) -> list[Together]:
    """One phone in requests for different people within so many days, one of them begun on that day.

    A phone that a second officer has approved for two people is no news.
    """
    begins, ends = _of(day)
    asked = AssistApplication.objects.filter(phone_bi__isnull=False, phone_exception=None)
    phones = asked.filter(created_at__gte=begins, created_at__lt=ends).values("phone_bi")
    rows = asked.filter(
        phone_bi__in=phones, created_at__gte=begins - timedelta(days=back_days), created_at__lt=ends
    )
    return _together(rows.values_list("phone_bi", *_COLUMNS).order_by("pk"), begins)


def sharing_a_scan(day: date, *, back_days: int) -> list[Together]:
    """The very same file for different people, one of the requests begun on that day."""
    begins, ends = _of(day)
    asked = AssistApplication.objects.filter(scan__isnull=False)
    scans = asked.filter(created_at__gte=begins, created_at__lt=ends).values("scan__sha256")
    rows = asked.filter(
        scan__sha256__in=scans, created_at__gte=begins - timedelta(days=back_days), created_at__lt=ends
    )
    return _together(rows.values_list("scan__sha256", *_COLUMNS).order_by("pk"), begins)


def without_signed_paper(applications: Iterable[int]) -> set[int]:
    """Those of these finished requests to which the signed paper was never attached."""
    rows = AssistApplication.objects.filter(
        pk__in=set(applications),
        status=AssistApplication.Status.CREATED,
        kind__in=[AssistApplication.Kind.CREATE, AssistApplication.Kind.OF_AGE],
        signed_paper=None,
    )
    return set(rows.values_list("pk", flat=True))


def _together(rows: Iterable[tuple[Any, ...]], begins: datetime) -> list[Together]:
    groups: dict[bytes, list[_Seen]] = defaultdict(list)
    for shared, pk, number, old, officer, unit, at in rows:
        numbers = frozenset(bytes(each) for each in (number, old) if each is not None)
        groups[bytes(shared)].append(_Seen(pk, numbers, (officer, unit), at >= begins))
    found = []
    for group in groups.values():
        people, today = _people(group), frozenset(one.officer for one in group if one.today)
        if people > 1 and today:
            found.append(Together(tuple(one.pk for one in group), people, today))
    return found


def _people(group: Iterable[_Seen]) -> int:
    """Requests that share an old or new number are about one person."""
    persons: list[set[bytes]] = []
    for one in group:
        same = [person for person in persons if person & one.numbers]
        persons = [person for person in persons if not person & one.numbers]
        persons.append(set(one.numbers).union(*same))
    return len(persons)


def _of(day: date) -> tuple[datetime, datetime]:
    begins = timezone.make_aware(datetime.combine(day, time.min))
    return begins, begins + timedelta(days=1)
