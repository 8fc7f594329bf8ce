"""Tỷ lệ tài khoản: how many receptions of a period had a checked owner, unit by unit, for whoever administers them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from motcua.figures.models import DayFigure
from motcua.figures.reporting import Period
from motcua.kernel.authority import Authority, Power


@dataclass(frozen=True, slots=True)
class Share:
    """Dossiers received, and those of them whose owner was checked."""

    received: int = 0
    checked: int = 0

    @property
    def percent(self) -> float | None:
        """With one decimal; None of nothing."""
        return round(100 * self.checked / self.received, 1) if self.received else None


def shares(viewer: Authority, units: Sequence[str], period: Period) -> dict[str, Share]:
    """Of each unit that received anything; the caller hands in units of the viewer's only."""
    viewer.require(Power.GRANT)
    found = DayFigure.objects.filter(
        unit_code__in=units, day__range=(period.since, period.until), figure__in=["received", "checked"]
    )
    rows = found.values_list("unit_code").annotate(
        received=Sum("value", filter=Q(figure="received"), default=0),
        checked=Sum("value", filter=Q(figure="checked"), default=0),
    )
    return {unit: Share(received, checked) for unit, received, checked in rows}
