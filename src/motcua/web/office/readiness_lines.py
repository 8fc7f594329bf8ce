"""Sẵn sàng áp dụng: what each desk has and lacks before its day, put together from the rooms that know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings

from motcua.desk import gate_preview
from motcua.figures import readiness
from motcua.figures.readiness import Share
from motcua.figures.reporting import Period
from motcua.kernel.authority import Authority
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.units import gate_reading
from motcua.units.gate_reading import Staffing

if TYPE_CHECKING:
    from motcua.units.gate_tables import GateChange
    from motcua.units.models import Unit

PAGE: Final = 30
_LOOKED_BACK: Final = timedelta(days=29)
#: A unit is ready when so many of a hundred dossiers of the last thirty days had a checked owner.
ENOUGH_PERCENT: Final = 95.0
#: Nobody receives their own matter: a colleague has to be there (SPEC 6).
ENOUGH_RECEIVERS: Final = 2
SORTS: Final = (
    ("", "Tên đơn vị"),
    ("ty-le", "Tỷ lệ tài khoản, thấp trước"),
    ("bi-tu-choi", "Sẽ bị từ chối, nhiều trước"),
    ("ngay", "Ngày áp dụng, sớm trước"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One desk. Apart from the portal it knows nothing of creators and factors: nobody comes in here without two."""

    unit: "Unit"
    binds: bool
    receivers: int
    creators: int
    officers: int
    enrolled: int
    share: Share
    refused: int
    waiting: "GateChange | None"
    second_factor: bool
    accounts_here: bool

    @property
    def missing(self) -> list[str]:
        """What stands in the way, in words; empty when the unit is ready."""
        share = self.share.percent
        wants = [
            (self.receivers < ENOUGH_RECEIVERS, f"cần {ENOUGH_RECEIVERS} cán bộ tiếp nhận"),
            (self.accounts_here and not self.creators, "chưa có cán bộ tạo tài khoản"),
            (self.second_factor and self.enrolled < self.officers, "còn cán bộ chưa xác thực hai bước"),
            (share is not None and share < ENOUGH_PERCENT, f"tỷ lệ tài khoản dưới {ENOUGH_PERCENT:.0f}%"),
        ]
        return [words for lacks, words in wants if lacks]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; empty means any."""

    words: str = ""
    gate: str = ""
    ready: str = ""
    sort: str = ""


def lines(viewer: Authority, *, now: datetime, on: date, second_factor: bool) -> list[Line]:
    """Every open desk of the viewer's; so many statements whatever the number of units."""
    units = gate_reading.desks_of(viewer, on=on)
    staff = gate_reading.staffing(units, on=on)
    enrolled = _enrolled({who for here in staff.values() for who in here.everybody})
    shares = readiness.shares(viewer, [unit.code for unit in units], Period(on - _LOOKED_BACK, on))
    refused = gate_preview.counts(viewer, [unit.pk for unit in units], now=now)
    waiting = gate_reading.waiting(viewer)
    return [
        _line(unit, on, staff.get(unit.pk, Staffing()), enrolled, shares, refused, waiting, second_factor)
        for unit in units
    ]


def _enrolled(subjects: set[str]) -> set[str]:
    """Of these officers, who has a second factor: known where accounts are."""
    if not settings.HOSTS_PORTAL:
        return set()
    from motcua.accounts import factor_standing  # accounts are not everywhere

    return factor_standing.enrolled_among(subjects)


def chosen(found: Sequence[Line], wanted: Wanted) -> list[Line]:
    """Those that fit, in the order that was asked for."""
    words = set(fold(wanted.words).split())
    fitting = [
        line
        for line in found
        if words <= _said_of(line.unit)
        and (not wanted.gate or (wanted.gate == "ap-dung") == line.binds)
        and (not wanted.ready or (wanted.ready == "du") == (not line.missing))
    ]
    return sorted(fitting, key=lambda line: (_rank(line, wanted.sort), collation_key(line.unit.short_name)))


def _said_of(unit: "Unit") -> set[str]:
    return set(fold(f"{unit.name} {unit.short_name} {unit.code.replace('-', ' ')} {unit.district}").split())


def _rank(line: Line, sort: str) -> float:
    match sort:
        case "ty-le":
            return -1.0 if line.share.percent is None else line.share.percent
        case "bi-tu-choi":
            return -line.refused
        case "ngay":
            return line.unit.gate_day.toordinal()
    return 0


def _line(
    unit: "Unit",
    on: date,
    staff: Staffing,
    enrolled: set[str],
    shares: dict[str, Share],
    refused: dict[int, int],
    waiting: "dict[int, GateChange]",
    second_factor: bool,
) -> Line:
    return Line(
        unit=unit,
        binds=unit.gate_binds(on),
        receivers=len(staff.receivers),
        creators=len(staff.creators),
        officers=len(staff.everybody),
        enrolled=len(staff.everybody & enrolled),
        share=shares.get(unit.code, Share()),
        refused=refused.get(unit.pk, 0),
        waiting=waiting.get(unit.pk),
        second_factor=second_factor and settings.HOSTS_PORTAL,
        accounts_here=settings.HOSTS_PORTAL,
    )
