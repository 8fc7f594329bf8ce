"""Rà soát một ngày: every rule over a day that is over, written down once, with the lines that show it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from motcua import journal
from motcua.kernel.authority import Power
from motcua.radar import rules
from motcua.radar.finding import MOST_LINES, Finding
from motcua.radar.models import LookedDay, Sighting
from motcua.radar.rules import Rule
from motcua.radar.thresholds import Thresholds
from motcua.units import heads

#: Days that are looked through afterwards, when the worker stood still.
BACK: Final = 7


def look_due(now: datetime) -> int:
    """Each day of the last week that nobody has looked through; how many lines were made. For the worker."""
    today = timezone.localdate(now)
    days = [today - timedelta(days=back) for back in range(BACK, 0, -1)]
    done = set(LookedDay.objects.filter(day__in=days).values_list("day", flat=True))
    return sum(look(day) for day in days if day not in done)


@transaction.atomic
def look(day: date) -> int:
    """One day; of two workers the second finds it done. How many lines were made."""
    if not _claim(day):
        return 0
    law, seen = Thresholds.now(), rules.day_of(day)
    found = [finding for rule in _rules() for finding in rule(seen, law)]
    Sighting.objects.bulk_create([_row(day, finding) for finding in found])
    journal.record("radar.day.looked", subject=f"radar_day:{day:%Y-%m-%d}", facts={"found": len(found)})
    return len(found)


def _claim(day: date) -> bool:
    """The unique day decides; whoever comes second waits for the first and then has nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO radar_lookedday (day) VALUES (%s) ON CONFLICT (day) DO NOTHING RETURNING 1", [day]
        )
        return cursor.fetchone() is not None


def _row(day: date, finding: Finding) -> Sighting:
    at = [line.at for line in finding.lines]
    return Sighting(
        day=day,
        kind=finding.kind,
        officer_subject=finding.officer,
        unit_code=finding.unit_code,
        judged_at=heads.judging_unit(finding.officer, finding.unit_code, Power.APPROVE_EXCEPTION, on=day),
        lines=sorted(line.id for line in finding.lines[:MOST_LINES]),
        count=finding.count,
        facts=finding.facts,
        first_at=min(at),
        last_at=max(at),
    )


def _rules() -> Iterator[Rule]:
    yield from rules.RULES
    if settings.HOSTS_PORTAL:
        from motcua.radar import rules_of_accounts  # accounts are not everywhere

        more: Sequence[Rule] = rules_of_accounts.RULES
        yield from more
