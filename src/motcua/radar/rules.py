"""The rules that read the journal alone: what an officer did, how often and when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from motcua.journal import watching
from motcua.journal.reading import Line
from motcua.kernel.working_time import WorkCalendar
from motcua.radar.finding import Finding, by_officer
from motcua.radar.models import Kind
from motcua.radar.thresholds import Thresholds
from motcua.units import posts, tree, work_calendar

OPENED: Final = "accounts.account.opened_assisted"
BEGUN: Final = "accounts.application.begun"
_REFUSED: Final = "accounts.application.refused"
_SENT: Final = "accounts.passcode.sent"
_ACCEPTED: Final = "accounts.passcode.accepted"
#: Who held an account does so no more, by one officer's word.
_HANDED: Final = ("accounts.account.taken_over", "accounts.guardianship.taken_back")
#: The owner said no; who had asked is a fact of the line, its actor is the owner.
_STOPPED: Final = "accounts.vneid.unlink_stopped"
_LOOKS: Final = frozenset({"accounts.look_up.made", "desk.account.checked"})
_WORKS: Final = frozenset({BEGUN, "desk.dossier.received", "desk.dossier.provisionally_received"})
#: The code of the refusal when an officer's phone is typed for a citizen.
STAFF_PHONE: Final = "staff_phone"
#: A school's list leaves a look-up for each pupil, written by the worker and bounded by budgets of its own (L14).
CLASS_LISTS: Final = "danh-sach-lop"


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day that any rule looks at, read once."""

    day: date
    lines: list[Line]

    def of(self, *events: str) -> list[Line]:
        return [line for line in self.lines if line.event in events]


def day_of(day: date) -> Day:
    """One statement."""
    events = {OPENED, _REFUSED, _SENT, _ACCEPTED, *_HANDED, _STOPPED, *_LOOKS, *_WORKS}
    return Day(day, watching.lines_of_day(day, events, but_for={CLASS_LISTS}))


def staff_phones(seen: Day, _: Thresholds) -> Iterator[Finding]:
    """Somebody's working phone, typed as a citizen's: refused then, and told now (threats T-01, T-02)."""
    lines = [line for line in seen.of(_REFUSED) if line.facts.get("code") == STAFF_PHONE]
    for (officer, unit_code), own in by_officer(lines).items():
        yield Finding(Kind.STAFF_PHONE, officer, unit_code, tuple(own), len(own))


def codes_at_once(seen: Day, law: Thresholds) -> Iterator[Finding]:
    """Sooner than a citizen can read a code aloud: the phone lies on the officer's side of the desk (T-02)."""
    sent = {line.subject: line for line in seen.of(_SENT) if line.facts.get("purpose") == "ASSIST"}
    pairs: dict[str, list[tuple[Line, Line]]] = {}
    for accepted in seen.of(_ACCEPTED):
        first = sent.get(accepted.subject)
        if first and first.actor and accepted.at - first.at <= timedelta(seconds=law.code_seconds):
            pairs.setdefault(first.actor, []).append((first, accepted))
    for officer, quick in pairs.items():
        unit_code = _unit_of(officer, seen)
        if len(quick) >= law.code_times and unit_code:
            fastest = min(int((typed.at - asked.at).total_seconds()) for asked, typed in quick)
            lines = tuple(line for pair in quick for line in pair)
            yield Finding(
                Kind.CODE_AT_ONCE, officer, unit_code, lines, len(quick), {"fastest_seconds": fastest}
            )


def bursts(seen: Day, law: Thresholds) -> Iterator[Finding]:
    """More accounts than one person can properly open at a desk in that time."""
    span = timedelta(minutes=law.burst_minutes)
    for (officer, unit_code), own in by_officer(seen.of(OPENED)).items():
        ordered = sorted(own, key=lambda line: line.at)
        crowded: dict[int, Line] = {}
        for nth, line in enumerate(ordered):
            together = [other for other in ordered[nth:] if other.at - line.at <= span]
            if len(together) >= law.burst:
                crowded |= {other.id: other for other in together}
        if crowded:
            yield Finding(Kind.BURST, officer, unit_code, tuple(crowded.values()), len(crowded))


def after_hours(seen: Day, law: Thresholds) -> Iterator[Finding]:
    """Work on people's data while the desk is closed, beyond the time it takes to finish for the day."""
    lines = [*_looks(seen), *seen.of(OPENED)]
    for (officer, unit_code), own in by_officer(lines).items():
        calendar = work_calendar.calendar_of(tree.unit(unit_code).pk)
        late = [line for line in own if not _near_hours(calendar, line.at, law.after_minutes)]
        if len(late) >= law.after_hours:
            yield Finding(Kind.AFTER_HOURS, officer, unit_code, tuple(late), len(late))


def looks_without_dossiers(seen: Day, law: Thresholds) -> Iterator[Finding]:
    """Many people looked up, few served: what a seller of look-ups leaves behind (threats 1.1)."""
    works = by_officer(seen.of(*_WORKS))
    for who, own in by_officer(_looks(seen)).items():
        done = len(works.get(who, ()))
        if len(own) >= law.looks and len(own) >= law.looks_each * max(done, 1):
            yield Finding(Kind.LOOKS, *who, tuple(own), len(own), {"works": done})


def take_overs(seen: Day, law: Thresholds) -> Iterator[Finding]:
    """Many accounts that left a guardian's hands by one officer: whose phones are they bound to? (threats T-43, C4)"""
    for (officer, unit_code), own in by_officer(seen.of(*_HANDED)).items():
        if len(own) >= law.take_overs:
            yield Finding(Kind.TAKE_OVERS, officer, unit_code, tuple(own), len(own))


def stopped_unlinkings(seen: Day, _: Thresholds) -> Iterator[Finding]:
    """The owner did not ask for what an officer wrote down: who stood at the desk? (threats T-18)"""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in seen.of(_STOPPED):
        if asker := str(line.facts.get("asker", "")):
            found.setdefault((asker, line.unit_code), []).append(line)
    for (officer, unit_code), own in found.items():
        yield Finding(Kind.UNLINK_STOPPED, officer, unit_code, tuple(own), len(own))


def _looks(seen: Day) -> list[Line]:
    """Look-ups by people; the automatic ones that confirm a provisional reception are not, nor class lists."""
    return [line for line in seen.of(*_LOOKS) if line.facts.get("kind", "COUNTER") == "COUNTER"]


def _near_hours(calendar: WorkCalendar, at: datetime, minutes: int) -> bool:
    return any(calendar.is_open_at(at + timedelta(minutes=shift)) for shift in (-minutes, 0, minutes))


def _unit_of(officer: str, seen: Day) -> str:
    """Where the officer worked that day; a code is sent without a unit. "" for who holds no post."""
    own = (line.unit_code for line in seen.lines if line.actor == officer and line.unit_code)
    held = (post.unit_code for post in posts.posts_of(officer, seen.day))
    return next(own, "") or next(held, "")


Rule = Callable[[Day, Thresholds], Iterator[Finding]]
RULES: Final[Sequence[Rule]] = (
    staff_phones,
    codes_at_once,
    bursts,
    after_hours,
    looks_without_dossiers,
    take_overs,
    stopped_unlinkings,
)
