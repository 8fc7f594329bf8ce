"""Nếu đã áp dụng: which receptions of the last days a binding gate would have refused. Codes only, nobody's data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, QuerySet

from motcua.desk.models import Dossier
from motcua.kernel.authority import Authority, Power

LOOKED_BACK: Final = timedelta(days=7)
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Reception:
    """One dossier that was received unchecked."""

    code: str
    unit_code: str
    procedure: str
    officer_name: str
    received_at: datetime

    def __repr__(self) -> str:
        return f"dossier:{self.code}"


@dataclass(frozen=True, slots=True)
class Preview:
    """The counts, and one page of the list, newest first."""

    total: int
    by_unit: list[tuple[str, int]]
    by_procedure: list[tuple[str, int]]
    by_officer: list[tuple[str, int]]
    rows: list[Reception]
    number: int
    more: bool


def counts(viewer: Authority, unit_ids: Sequence[int], *, now: datetime) -> dict[int, int]:
    """Of each unit that has any; one statement."""
    viewer.require(Power.GRANT)
    rows = Dossier.objects.filter(
        unit_id__in=set(unit_ids) & set(viewer.subtree), unchecked=True, received_at__gt=now - LOOKED_BACK
    )
    return dict(rows.values_list("unit_id").annotate(n=Count("id")))


def preview(viewer: Authority, unit_ids: Sequence[int], *, now: datetime, page: int = 1) -> Preview:
    """What the last week would have looked like; units that are not the viewer's are left out."""
    viewer.require(Power.GRANT)
    found = Dossier.objects.filter(
        unit_id__in=set(unit_ids) & set(viewer.subtree), unchecked=True, received_at__gt=now - LOOKED_BACK
    )
    first = (page - 1) * PAGE
    seen = list(
        found.order_by("-received_at", "-id").values_list(
            "code", "unit_code", "procedure__name", "received_by_name", "received_at"
        )[first : first + PAGE + 1]
    )
    by_unit = _counted(found, "unit_code")
    return Preview(
        total=sum(count for _, count in by_unit),
        by_unit=by_unit,
        by_procedure=_counted(found, "procedure__name"),
        by_officer=_counted(found, "received_by_name"),
        rows=[
            Reception(code or "", unit, procedure, officer, at)
            for code, unit, procedure, officer, at in seen[:PAGE]
            if at is not None
        ],
        number=page,
        more=len(seen) > PAGE,
    )


def _counted(found: QuerySet[Dossier], column: str) -> list[tuple[str, int]]:
    """The most frequent first."""
    rows = found.order_by().values_list(column).annotate(n=Count("id")).order_by("-n", column)
    return [(str(word), count) for word, count in rows]
