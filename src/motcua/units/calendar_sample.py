"""Mẫu ngày nghỉ hoán đổi, làm bù: the announced swaps, to start from and to edit. Overwrites nothing."""

import json
from datetime import date
from pathlib import Path

from django.db import transaction

from motcua.units.models import CalendarDay


@transaction.atomic
def load(path: Path) -> int:
    """Add the days that were never entered; returns how many were added."""
    told = json.loads(path.read_text(encoding="utf-8"))
    entered = set(CalendarDay.objects.values_list("day", flat=True))
    rows = [
        CalendarDay(
            day=date.fromisoformat(one["day"]),
            kind=CalendarDay.Kind(one["kind"]),
            occasion=one["occasion"],
            source=one["source"],
            swapped_with=date.fromisoformat(one["swapped_with"]),
            is_sample=True,
        )
        for one in told["days"]
        if date.fromisoformat(one["day"]) not in entered
    ]
    return len(CalendarDay.objects.bulk_create(rows))
