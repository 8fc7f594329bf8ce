"""Chi phí tin nhắn theo đơn vị: whose texts cost how much in a month; who helped themselves are one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from motcua.kernel.authority import Authority, Power
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.outbox import provider_report
from motcua.units import work_calendar
from motcua.units.models import Unit

PAGE: Final = 20
SELF_SERVICE: Final = "Tự phục vụ (công dân tự làm)"


class Sort(StrEnum):
    COST = "COST"
    TEXTS = "TEXTS"
    NAME = "NAME"


@dataclass(frozen=True, slots=True)
class Line:
    unit_code: str
    unit_name: str
    texts: int
    parts: int
    cost_vnd: int
    by_provider: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Line]
    number: int
    more: bool
    total_vnd: int
    total_texts: int


def of_month(authority: Authority, month: date, *, words: str = "", sort: Sort = Sort.COST) -> list[Line]:
    """The units of the authority and below; the province also sees those who helped themselves."""
    authority.require(Power.CONNECT_SYSTEMS)
    names = dict(Unit.objects.filter(id__in=authority.subtree).values_list("code", "name"))
    if work_calendar.manages_the_province(authority):
        names[""] = SELF_SERVICE
    lines = [_line(code, name, month_costs) for code, name, month_costs in _grouped(month, names)]
    wanted = fold(words) if words.strip() else ""
    found = [line for line in lines if wanted in fold(line.unit_name) or words.strip() == line.unit_code]
    return sorted(found, key=_ORDER[sort])


_ORDER: Final = {
    Sort.COST: lambda line: (-line.cost_vnd, collation_key(line.unit_name)),
    Sort.TEXTS: lambda line: (-line.texts, collation_key(line.unit_name)),
    Sort.NAME: lambda line: (collation_key(line.unit_name),),
}


def page(lines: Sequence[Line], number: int) -> Page:
    start = (number - 1) * PAGE
    return Page(
        rows=lines[start : start + PAGE],
        number=number,
        more=len(lines) > start + PAGE,
        total_vnd=sum(line.cost_vnd for line in lines),
        total_texts=sum(line.texts for line in lines),
    )


def _grouped(month: date, names: dict[str, str]) -> list[tuple[str, str, list[provider_report.Cost]]]:
    by_unit: dict[str, list[provider_report.Cost]] = {}
    for cost in provider_report.costs(month):
        if cost.unit_code in names:
            by_unit.setdefault(cost.unit_code, []).append(cost)
    return [(code, names[code], costs) for code, costs in by_unit.items()]


def _line(code: str, name: str, costs: list[provider_report.Cost]) -> Line:
    titles = provider_report.names()
    return Line(
        unit_code=code,
        unit_name=name,
        texts=sum(cost.texts for cost in costs),
        parts=sum(cost.parts for cost in costs),
        cost_vnd=sum(cost.cost_vnd for cost in costs),
        by_provider=[(titles.get(cost.provider, cost.provider), cost.cost_vnd) for cost in costs],
    )
