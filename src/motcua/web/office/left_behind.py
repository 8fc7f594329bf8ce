"""Việc còn lại: what a unit leaves when it ends, in words, before an administrator says that it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from motcua.desk.open_work import Left
from motcua.kernel.authority import POWER_WORDS, Authority
from motcua.units import ending, tree
from motcua.units.ending import People
from motcua.web.office import workload_here

if TYPE_CHECKING:
    from motcua.units.models import Unit


@dataclass(frozen=True, slots=True)
class Leaving:
    """One unit, with everything that somebody will have to go on with."""

    unit: "Unit"
    left: Left
    requests: int
    people: People

    @property
    def work(self) -> int:
        """What a successor is needed for."""
        return self.left.any + self.requests

    @property
    def facts(self) -> list[tuple[str, str]]:
        """For ``parts/facts.html``; a nought is said too: that was looked at."""
        left, people = self.left, self.people
        return [
            ("Hồ sơ đang ở đơn vị", str(left.open)),
            ("Hồ sơ đã tiếp nhận, đang ở đơn vị khác", str(left.away)),
            ("Hồ sơ nộp trực tuyến chờ tiếp nhận", str(left.online)),
            ("Tiếp nhận tạm chờ kiểm tra tài khoản", str(left.provisional)),
            ("Kết quả chờ trả", str(left.to_hand_out)),
            ("Ý kiến được hỏi chưa trả lời", str(left.opinions)),
            ("Yêu cầu tạo tài khoản đang làm", str(self.requests)),
            ("Trường hợp ngoại lệ đã đề nghị, chưa có hồ sơ", str(left.exceptions)),
            ("Danh sách lớp chưa tiếp nhận xong", str(left.classes)),
            ("Cán bộ, vị trí", f"{people.officers} cán bộ giữ {people.posts} vị trí"),
            ("Cán bộ chỉ có vị trí tại đây", str(people.only_here)),
            ("Đề nghị cấp quyền chờ duyệt", str(people.requests)),
        ]


def of_units(units: "Sequence[Unit]", *, on: date) -> list[Leaving]:
    """Ten statements, however many units; what a unit took over itself it leaves as well."""
    ids = [unit.pk for unit in units]
    groups = ending.with_inherited(ids)
    left, asked = workload_here.left_at(groups), workload_here.requests_at(groups)
    people = ending.people_of(ids, on=on)
    return [
        Leaving(unit, left.get(unit.pk, Left()), asked.get(unit.pk, 0), people[unit.pk]) for unit in units
    ]


def together(units: "Sequence[Unit]", *, on: date) -> Leaving:
    """What several that end together leave: a dossier that went from one to another of them is counted once."""
    ids = [unit.pk for unit in units]
    every = {ids[0]: [one for group in ending.with_inherited(ids).values() for one in group]}
    left, asked = workload_here.left_at(every), workload_here.requests_at(every)
    people = ending.people_together(ids, on=on)
    return Leaving(units[0], left.get(ids[0], Left()), asked.get(ids[0], 0), people)


def left_to_nobody(viewer: Authority, *, on: date) -> list[Leaving]:
    """Units of the viewer's that ended with nobody after them and still have work: it came after they were counted."""
    units = tree.ended_with_nobody_after(viewer, on=on)
    return [one for one in of_units(units, on=on) if one.work] if units else []


def of_unit(unit: "Unit", *, on: date) -> Leaving:
    """The same, of one."""
    return of_units([unit], on=on)[0]


def choices(units: "Sequence[Unit]", *, on: date) -> list[tuple[str, str]]:
    """For choosing who follows: each with how many work there, so that work is not given to an empty office."""
    there = ending.working_at([unit.pk for unit in units], on=on)
    return [(unit.code, f"{unit.name} ({there[unit.pk]} cán bộ)") for unit in units]


@dataclass(frozen=True, slots=True)
class Follower:
    """Who does the work of a unit that has a last day, from when, and how many there can."""

    unit: "Unit | None"
    hands: Sequence[tuple[str, int]]

    @property
    def missing(self) -> list[str]:
        """Rights that nobody there holds on the day on which the work comes."""
        return [words.lower() for words, count in self.hands if not count]


def follower_of(unit: "Unit", *, on: date) -> Follower | None:
    """Of a unit that goes on, None: its own officers do its work."""
    if unit.valid_to is None:
        return None
    if unit.successor is None:
        return Follower(None, ())
    begins = max(on, unit.valid_to + timedelta(days=1))
    last = tree.working_unit(unit.successor, on=begins)
    hands = ending.hands_at(last, on=begins)
    return Follower(last, [(POWER_WORDS[power], count) for power, count in hands.items()])
