"""What arrived from a desk, by the day, in the same process; ``day_as_json`` is what an address of the API answers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from motcua.accounts.models import OwnerNews
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_ledger import Digest, Owed, digest_of
from motcua.gateways import portal_line
from motcua.vault.models import Paper

_MOVED = "moved:"


class LocalLedger:
    """Implements ``desk.ports_ledger.PortalLedger`` over what the portal's rooms keep."""

    def digest(self, *, day: date) -> Mapping[Owed, Digest]:
        return {kind: digest_of(keys) for kind, keys in self.arrived(day=day).items()}

    def arrived(self, *, day: date) -> Mapping[Owed, Sequence[str]]:
        _require_line()
        return {kind: _keys(settings.DESK_ID, kind, _within(day, _WHEN[kind])) for kind in Owed}

    def missing(self, *, kind: Owed, keys: Sequence[str]) -> Sequence[str]:
        _require_line()
        there = set(_keys(settings.DESK_ID, kind, Q(**{f"{_NAME[kind]}__in": list(keys)})))
        return [key for key in keys if key not in there]


def day_as_json(desk: str, day: date) -> dict[str, Any]:
    """For whoever asks from outside: counts and hashes of one desk's day, no key and no person."""
    digests = {kind: digest_of(_keys(desk, kind, _within(day, _WHEN[kind]))) for kind in Owed}
    return {
        "desk": desk,
        "day": day.isoformat(),
        "arrived": {
            kind.value.lower(): {"count": found.count, "sha256": found.sha256}
            for kind, found in digests.items()
        },
    }


_WHEN = {Owed.NOTICES: "told_at", Owed.PAPERS: "kept_at", Owed.RESULTS: "kept_at", Owed.MOVES: "kept_at"}
_NAME = {Owed.NOTICES: "key", Owed.PAPERS: "put_key", Owed.RESULTS: "put_key", Owed.MOVES: "public_id"}


def _keys(desk: str, kind: Owed, which: Q) -> list[str]:
    rows: QuerySet[Any]
    if kind is Owed.NOTICES:
        rows = OwnerNews.objects.filter(audience=desk)
    else:
        rows = Paper.objects.filter(receipt_audience=desk)
        moved = Q(put_key__startswith=_MOVED)
        rows = rows.filter(moved) if kind is Owed.MOVES else rows.exclude(moved)
        if kind is not Owed.MOVES:
            source = Paper.Source.RESULT if kind is Owed.RESULTS else Paper.Source.COMPONENT
            rows = rows.filter(source=source)
    return sorted(str(key) for key in rows.filter(which).values_list(_NAME[kind], flat=True))


def _within(day: date, column: str) -> Q:
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return Q(**{f"{column}__gte": begins, f"{column}__lt": ends})


def _require_line() -> None:
    if not portal_line.line_is_up():
        raise PortalUnavailable
