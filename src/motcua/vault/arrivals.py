"""Đã đến kho: what a desk brought to owners on a day, by its own keys, for comparing both sides' days."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from motcua.accounts.models import OwnerNews
from motcua.vault.models import Paper

#: Notices by the key they were told with, papers and results by the key they were laid in with, moves by the new id.
KINDS: Final = ("NOTICES", "PAPERS", "RESULTS", "MOVES")
_MOVED: Final = "moved:"
_WHEN: Final = {"NOTICES": "told_at", "PAPERS": "kept_at", "RESULTS": "kept_at", "MOVES": "kept_at"}
_NAME: Final = {"NOTICES": "key", "PAPERS": "put_key", "RESULTS": "put_key", "MOVES": "public_id"}


def on(day: date, *, audience: str, kind: str) -> list[str]:
    """The keys of one kind that arrived from this desk on that day, in Vietnam; sorted."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    column = _WHEN[kind]
    return _keys(audience, kind, Q(**{f"{column}__gte": begins, f"{column}__lt": ends}))


def missing(keys: Sequence[str], *, audience: str, kind: str) -> list[str]:
    """Those that never arrived, on whatever day, in the order of the question."""
    there = set(_keys(audience, kind, Q(**{f"{_NAME[kind]}__in": list(keys)})))
    return [key for key in keys if key not in there]


def _keys(audience: str, kind: str, which: Q) -> list[str]:
    rows: QuerySet[Any]
    if kind == "NOTICES":
        rows = OwnerNews.objects.filter(audience=audience)
    else:
        rows = Paper.objects.filter(receipt_audience=audience)
        moved = Q(put_key__startswith=_MOVED)
        rows = rows.filter(moved) if kind == "MOVES" else rows.exclude(moved)
        if kind != "MOVES":
            source = Paper.Source.RESULT if kind == "RESULTS" else Paper.Source.COMPONENT
            rows = rows.filter(source=source)
    return sorted(str(key) for key in rows.filter(which).values_list(_NAME[kind], flat=True))
