"""Tình hình gọi: how much a system asked, by day and scope, from counters that hold nothing of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, Max, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.signin.models import CallCount, Client, Registration

#: Days on the page; the counters are kept longer (signin/retention.py).
SHOWN: Final = 14
#: Above this share of misses a system is slowed (signin/calls.py, threats L14).
_MANY_MISSES: Final = 0.30
_FEW: Final = 20


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one scope."""

    on: date
    scope: str
    calls: int
    refused: int
    looked_up: int
    missed: int
    alarms: int

    @property
    def many_misses(self) -> bool:
        return self.looked_up >= _FEW and self.missed > self.looked_up * _MANY_MISSES


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a quota is used now."""

    words: str
    used: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Usage:
    days: Sequence[Day]
    quotas: Sequence[Used]
    last_at: datetime | None
    last_refusal: str
    last_refused_at: datetime | None
    alarms: int


def of(client: Client, live: Registration | None) -> Usage:
    """The last two weeks, the newest day first. The caller has asked whether the viewer may see this system."""
    begin = timezone.localdate() - timedelta(days=SHOWN - 1)
    counted = CallCount.objects.filter(client=client)
    recent = counted.annotate(on=TruncDate("hour")).filter(on__gte=begin)
    days = recent.values_list("on", "scope").annotate(
        in_all=Sum("calls"),
        in_vain=Sum("refused"),
        questions=Sum(F("looked_up") - F("unasked")),
        nobody=Sum("missed"),
        planted=Sum("alarms"),
    )
    refused = counted.exclude(last_refusal="").order_by("-last_at").first()
    rows = [Day(on, str(Registration.Scope(scope).label), *sums) for on, scope, *sums in days]
    return Usage(
        days=sorted(rows, key=lambda day: (-day.on.toordinal(), day.scope)),
        quotas=_quotas(client, live) if live else (),
        last_at=counted.aggregate(at=Max("last_at"))["at"],
        last_refusal=refused.last_refusal if refused else "",
        last_refused_at=refused.last_at if refused else None,
        alarms=sum(day.alarms for day in rows),
    )


def _quotas(client: Client, live: Registration) -> list[Used]:
    agreed = (live.per_minute, live.per_day)
    left = spending.peek_contract(Quota.CALLS_OF_CLIENT, client.client_id, agreed)
    words = ("Phút này", "Trong 24 giờ")
    return [
        Used(said, times - one.times, times) for said, times, one in zip(words, agreed, left, strict=True)
    ]
