"""Danh mục thủ tục as an administrator looks through it; an even number of queries however long it is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from motcua import journal
from motcua.desk.models import Procedure
from motcua.desk.procedures import versions
from motcua.desk.procedures.columns import Entry
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound

PAGE = 25
_MOST_WORDS = 8


class Standing(StrEnum):
    """Where a procedure stands today."""

    IN_FORCE = "IN_FORCE"
    COMING = "COMING"
    ENDED = "ENDED"


STANDING_WORDS = {
    Standing.IN_FORCE: "Đang áp dụng",
    Standing.COMING: "Sắp áp dụng",
    Standing.ENDED: "Hết hiệu lực",
}
SORTS = {"ma": "code", "ten": "name_folded", "hieu-luc": "valid_from"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters; ``sort`` is one of SORTS, with "-" before it for the other direction."""

    words: str = ""
    field: str = ""
    level: str = ""
    standing: str = ""
    sort: str = "ma"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """One procedure by its version of today, else the coming, else the last one."""

    row: Procedure
    standing: Standing
    versions: int


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Found]
    total: int
    number: int

    @property
    def has_next(self) -> bool:
        return self.number * PAGE < self.total

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1


@dataclass(frozen=True, slots=True)
class StandingVersion:
    """One version with its content, for its own page."""

    entry: Entry
    standing: Standing
    used: bool
    is_sample: bool

    @property
    def since(self) -> date:
        return date.fromisoformat(self.entry["valid_from"])

    @property
    def until(self) -> date | None:
        last = self.entry["valid_to"]
        return date.fromisoformat(last) if last else None


def procedures(authority: Authority, wanted: Wanted, *, today: date) -> Page:
    """A page of the catalogue; three queries."""
    authority.require(Power.MANAGE_CATALOGUE)
    found = _matching(wanted, today)
    total = found.count()
    number = max(1, min(wanted.page, (total + PAGE - 1) // PAGE))
    column = SORTS.get(wanted.sort.lstrip("-"), "code")
    sign = "-" if wanted.sort.startswith("-") else ""
    rows = list(found.order_by(f"{sign}{column}", f"{sign}code")[(number - 1) * PAGE : number * PAGE])
    counts = dict(
        Procedure.objects.filter(code__in=[row.code for row in rows])
        .values_list("code")
        .annotate(n=Count("pk"))
        .values_list("code", "n")
    )
    return Page([Found(row, standing_of(row, today), counts[row.code]) for row in rows], total, number)


def entries_of(authority: Authority, wanted: Wanted, *, today: date) -> list[Entry]:
    """Every version of the procedures found, to be sent out; six queries and a line of the journal."""
    authority.require(Power.MANAGE_CATALOGUE)
    codes = _matching(wanted, today).values("code")
    rows = versions.whole(Procedure.objects.filter(code__in=codes).order_by("code", "valid_from"))
    journal.record(
        "desk.catalogue.exported",
        subject=f"unit:{authority.unit_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"versions": len(rows)},
    )
    return [versions.entry_of(row) for row in rows]


def fields(authority: Authority) -> list[str]:
    """The fields that procedures are of, for the filter."""
    authority.require(Power.MANAGE_CATALOGUE)
    return list(
        Procedure.objects.exclude(field="").order_by("field").values_list("field", flat=True).distinct()
    )


def versions_of(authority: Authority, code: str, *, today: date) -> list[StandingVersion]:
    """All versions, the newest first. Raises NotFound."""
    authority.require(Power.MANAGE_CATALOGUE)
    rows = versions.whole(Procedure.objects.filter(code=code).order_by("-valid_from"))
    if not rows:
        raise NotFound
    return [
        StandingVersion(
            versions.entry_of(row),
            standing_of(row, today),
            bool(getattr(row, "used")),  # noqa: B009 - annotated
            row.is_sample,
        )
        for row in rows
    ]


def standing_of(row: Procedure, today: date) -> Standing:
    """Where this version stands today."""
    if row.valid_from > today:
        return Standing.COMING
    return Standing.ENDED if row.valid_to is not None and row.valid_to < today else Standing.IN_FORCE


def _matching(wanted: Wanted, today: date) -> QuerySet[Procedure]:
    rank = Case(
        When(Q(valid_from__gt=today), then=Value(1)),
        When(Q(valid_to__lt=today), then=Value(2)),
        default=Value(0),
        output_field=IntegerField(),
    )
    shown = Procedure.objects.order_by("code", rank, "-valid_from").distinct("code").values("pk")
    found = Procedure.objects.filter(pk__in=shown)
    for word in fold(wanted.words).split()[:_MOST_WORDS]:
        found = found.filter(Q(name_folded__contains=word) | Q(code__icontains=word))
    if wanted.field:
        found = found.filter(field=wanted.field)
    if wanted.level:
        found = found.filter(levels__contains=[wanted.level])
    return found.filter(_standing(wanted.standing, today))


def _standing(wanted: str, today: date) -> Q:
    if wanted == Standing.IN_FORCE:
        return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    if wanted == Standing.COMING:
        return Q(valid_from__gt=today)
    return Q(valid_to__lt=today) if wanted == Standing.ENDED else Q()
