"""Phiên bản: what stands in the catalogue, what an entry would change there, and the change itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from motcua.desk.models import (
    Component,
    Dossier,
    Procedure,
    ProcedureForm,
    Process,
    ProcessStep,
)
from motcua.desk.procedures.columns import COMPONENT, FORM, PROCEDURE, STEP, Entry, Kind
from motcua.kernel.person_name import fold

_DAYS = frozenset({"valid_from", "valid_to"})


class Outcome(StrEnum):
    """What happens to one entry."""

    NEW = "NEW"
    NEW_VERSION = "NEW_VERSION"
    CORRECTED = "CORRECTED"
    END_CHANGED = "END_CHANGED"
    UNCHANGED = "UNCHANGED"
    ERROR = "ERROR"


OUTCOME_WORDS = {
    Outcome.NEW: "Thủ tục mới",
    Outcome.NEW_VERSION: "Phiên bản mới",
    Outcome.CORRECTED: "Sửa phiên bản",
    Outcome.END_CHANGED: "Đổi ngày hết hiệu lực",
    Outcome.UNCHANGED: "Không thay đổi",
    Outcome.ERROR: "Lỗi",
}


@dataclass(slots=True)
class Version:
    """One version as it stands, or as it would stand; ``pk`` is None while it is only planned."""

    pk: int | None
    entry: Entry
    used: bool = False
    rewritten: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report."""

    at: str
    code: str
    name: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return OUTCOME_WORDS[self.outcome]


@dataclass(slots=True)
class Plan:
    """What would happen; nothing is written yet."""

    lines: list[Line] = field(default_factory=list)
    versions: dict[str, list[Version]] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return any(line.outcome is Outcome.ERROR for line in self.lines)

    @property
    def changes(self) -> int:
        return sum(line.outcome not in (Outcome.ERROR, Outcome.UNCHANGED) for line in self.lines)

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome is outcome for line in self.lines)


@dataclass(frozen=True, slots=True)
class Item:
    """An entry on its way in: where it stands in its file, and what is wrong with it already."""

    at: str
    entry: Entry
    problems: tuple[str, ...] = ()


def whole(rows: QuerySet[Procedure]) -> list[Procedure]:
    """The rows with all their parts and whether a dossier uses them; five queries whatever their number."""
    return list(
        rows.annotate(used=Exists(Dossier.objects.filter(procedure=OuterRef("pk")))).prefetch_related(
            Prefetch("components", Component.objects.order_by("order")),
            Prefetch("forms", ProcedureForm.objects.order_by("order")),
            Prefetch("processes", Process.objects.order_by("order")),
            Prefetch("processes__steps", ProcessStep.objects.order_by("order")),
        )
    )


def entry_of(row: Procedure) -> Entry:
    """The row as an entry; the same canonical values as an entry that was read."""
    entry: Entry = {}
    for column in PROCEDURE:
        value = getattr(row, column.name)
        if isinstance(value, date):
            value = value.isoformat()
        entry[column.name] = _ordered(column.words, value) if column.kind is Kind.WORDS else value
    entry["components"] = [
        {c.name: getattr(part, c.name) for c in COMPONENT} for part in row.components.all()
    ]
    entry["forms"] = [{c.name: getattr(part, c.name) for c in FORM} for part in row.forms.all()]
    entry["processes"] = [
        {"name": process.name, "steps": [_step(step) for step in process.steps.all()]}
        for process in row.processes.all()
    ]
    return entry


def plan(items: Sequence[Item], *, today: date) -> Plan:
    """A dry run: each entry against what stands and against those before it in the same file."""
    made = Plan(versions=_standing({item.entry["code"] for item in items}))
    outcomes: dict[int, Line] = {}
    by_day = sorted(range(len(items)), key=lambda n: (items[n].entry["code"], items[n].entry["valid_from"]))
    seen: set[tuple[str, str]] = set()
    for n in by_day:
        item = items[n]
        entry, key = item.entry, (item.entry["code"], item.entry["valid_from"])
        if item.problems:
            outcome, reasons = Outcome.ERROR, item.problems
        elif key in seen:
            outcome, reasons = Outcome.ERROR, ("Thủ tục này với cùng ngày hiệu lực đã có ở dòng khác.",)
        else:
            outcome, reasons = _placed(made.versions.setdefault(entry["code"], []), dict(entry), today)
        seen.add(key)
        outcomes[n] = Line(item.at, entry["code"], entry["name"], outcome, reasons)
    made.lines = [outcomes[n] for n in range(len(items))]
    return made


@transaction.atomic
def apply(made: Plan) -> list[int]:
    """Write the plan, ends first; the keys of the versions that changed. The database has the last word."""
    changed: list[int] = []
    everything = [version for versions in made.versions.values() for version in versions]
    for version in everything:
        if version.pk is not None and version.ended:
            Procedure.objects.filter(pk=version.pk).update(valid_to=version.entry["valid_to"])
            changed.append(version.pk)
    for version in everything:
        if version.pk is not None and version.rewritten:
            _rewrite(version.pk, version.entry)
            changed.append(version.pk)
        elif version.pk is None:
            changed.append(insert(version.entry).pk)
    return changed


@transaction.atomic
def insert(entry: Entry, *, is_sample: bool = False) -> Procedure:
    """A new version with its parts."""
    row = Procedure.objects.create(**_columns(entry), is_sample=is_sample)
    row.refresh_from_db(fields=["valid_from", "valid_to"])
    _insert_parts(row, entry)
    return row


def _placed(versions: list[Version], entry: Entry, today: date) -> tuple[Outcome, tuple[str, ...]]:
    """Put the entry among the versions of its code, or say why it cannot stand there."""
    entry["components"] = _as_they_stand(versions, entry)
    if not versions:
        versions.append(Version(None, entry))
        return Outcome.NEW, ()
    same = next((one for one in versions if one.entry["valid_from"] == entry["valid_from"]), None)
    later = min((_from(one) for one in versions if _from(one) > entry["valid_from"]), default=None)
    if later and (entry["valid_to"] or "") >= later:
        return Outcome.ERROR, (f"Trùng ngày với phiên bản có hiệu lực từ {_vietnamese(later)}.",)
    if same is not None:
        return _again(same, entry, later, today)
    before = next((one for one in versions if _covers(one, entry["valid_from"])), None)
    if before is not None:
        if _content(before.entry) == _content(entry) and entry["valid_to"] in (
            None,
            before.entry["valid_to"],
        ):
            return Outcome.UNCHANGED, ()
        if before.used and entry["valid_from"] < today.isoformat():
            return Outcome.ERROR, (
                "Phiên bản đang áp dụng đã có hồ sơ. Phiên bản mới phải từ hôm nay trở đi.",
            )
        entry["valid_to"] = entry["valid_to"] or before.entry["valid_to"]
        before.entry = {**before.entry, "valid_to": _day_before(entry["valid_from"])}
        before.ended = before.pk is not None
    elif later:
        entry["valid_to"] = entry["valid_to"] or _day_before(later)
    versions.append(Version(None, entry))
    return Outcome.NEW_VERSION, ()


def _as_they_stand(versions: list[Version], entry: Entry) -> list[Entry]:
    """Whoever sends a catalogue without knowing of ``not_reused`` unticks nothing: of the newest version of then."""
    earlier = [one for one in versions if one.entry["valid_from"] <= entry["valid_from"]] or versions
    newest = max(earlier, key=_from).entry["components"] if earlier else []
    known = {part["type_code"]: bool(part.get("not_reused")) for part in newest}
    return [
        {**part, "not_reused": known.get(part["type_code"], False)}
        if part.get("not_reused") is None
        else part
        for part in entry["components"]
    ]


def _again(same: Version, entry: Entry, later: str | None, today: date) -> tuple[Outcome, tuple[str, ...]]:
    """An entry from the very day of a version that stands."""
    if later and entry["valid_to"] is None:
        entry["valid_to"] = same.entry["valid_to"] or _day_before(later)
    if _content(same.entry) == _content(entry):
        if same.entry["valid_to"] == entry["valid_to"]:
            return Outcome.UNCHANGED, ()
        if same.used and entry["valid_to"] and entry["valid_to"] < _day_before(today.isoformat()):
            return Outcome.ERROR, ("Phiên bản đã có hồ sơ thì không hết hiệu lực từ một ngày đã qua.",)
        same.entry, same.ended = entry, same.pk is not None
        return Outcome.END_CHANGED, ()
    if same.used:
        why = "Phiên bản này đã có hồ sơ nên không sửa được. Đề nghị đặt ngày hiệu lực khác để lập phiên bản mới."
        return Outcome.ERROR, (why,)
    same.entry, same.rewritten = entry, same.pk is not None
    return Outcome.CORRECTED, ()


def _standing(codes: Iterable[str]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for row in whole(Procedure.objects.filter(code__in=list(codes)).order_by("code", "valid_from")):
        found.setdefault(row.code, []).append(Version(row.pk, entry_of(row), used=bool(getattr(row, "used"))))  # noqa: B009
    return found


def _rewrite(pk: int, entry: Entry) -> None:
    row = Procedure.objects.select_for_update().get(pk=pk)
    Procedure.objects.filter(pk=pk).update(**_columns(entry), is_sample=False)
    ProcessStep.objects.filter(process__procedure=row).delete()
    for part in (Process, Component, ProcedureForm):
        part._default_manager.filter(procedure=row).delete()
    _insert_parts(row, entry)


def _insert_parts(row: Procedure, entry: Entry) -> None:
    Component.objects.bulk_create(
        Component(procedure=row, order=n, **part) for n, part in enumerate(entry["components"], start=1)
    )
    ProcedureForm.objects.bulk_create(
        ProcedureForm(procedure=row, order=n, **part) for n, part in enumerate(entry["forms"], start=1)
    )
    ways = Process.objects.bulk_create(
        Process(procedure=row, order=n, name=way["name"]) for n, way in enumerate(entry["processes"], start=1)
    )
    ProcessStep.objects.bulk_create(
        ProcessStep(process=process, order=n, **step)
        for process, way in zip(ways, entry["processes"], strict=True)
        for n, step in enumerate(way["steps"], start=1)
    )


def _columns(entry: Entry) -> dict[str, object]:
    return {**{column.name: entry[column.name] for column in PROCEDURE}, "name_folded": fold(entry["name"])}


def _step(step: ProcessStep) -> Entry:
    values = {column.name: getattr(step, column.name) for column in STEP}
    words = next(column.words for column in STEP if column.name == "leave_when")
    return {**values, "leave_when": _ordered(words, values["leave_when"])}


def _ordered(words: Iterable[str], picked: Iterable[str]) -> list[str]:
    chosen = set(picked)
    return [word for word in words if word in chosen]


def _content(entry: Entry) -> Entry:
    return {name: value for name, value in entry.items() if name not in _DAYS}


def _from(version: Version) -> str:
    return str(version.entry["valid_from"])


def _covers(version: Version, day: str) -> bool:
    last = version.entry["valid_to"]
    return _from(version) <= day and (last is None or last >= day)


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _vietnamese(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"
