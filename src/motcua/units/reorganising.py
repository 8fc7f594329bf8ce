"""Sắp xếp đơn vị: found, rename, close, merge, split, name who follows; what becomes of it is kept for ever."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from motcua import journal
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import carrying, tree
from motcua.units.models import Unit, UnitChange

_SHORTEST_REASON: Final = 10
_LONGEST: Final = 300


class UnitMalformed(Refusal):
    code = "unit_malformed"
    message = "Chưa lưu được đơn vị: {why} Đề nghị ông/bà kiểm tra lại."


class UnitReasonWanted(Refusal):
    code = "unit_reason_wanted"
    message = "Đề nghị ông/bà ghi căn cứ, ít nhất 10 ký tự, ví dụ số quyết định."


class UnitNotOpen(Refusal):
    code = "unit_not_open"
    status = 409
    message = "Đơn vị “{unit}” đã có ngày kết thúc hoạt động. Đề nghị ông/bà tải lại trang."


class OwnUnitStays(Refusal):
    code = "own_unit_stays"
    status = 403
    message = (
        "Ông/bà không được cho đơn vị đang làm việc của mình kết thúc hoạt động. "
        "Đề nghị quản trị viên cấp trên thực hiện."
    )


class SuccessorWanted(Refusal):
    code = "successor_wanted"
    message = (
        "Đơn vị có bộ phận một cửa, hoặc còn việc đang giải quyết, phải có đơn vị kế thừa. "
        "Đề nghị ông/bà chọn đơn vị kế thừa."
    )


class SuccessorNotOpen(Refusal):
    code = "successor_not_open"
    message = (
        "Đơn vị kế thừa phải khác đơn vị kết thúc và còn hoạt động sau ngày đó. "
        "Đề nghị ông/bà chọn đơn vị khác hoặc thêm đơn vị mới trước."
    )


class OwnSuccessorStays(Refusal):
    code = "own_successor_stays"
    status = 403
    message = (
        "Ông/bà không được chỉ định đơn vị kế thừa cho đơn vị đang làm việc của mình. "
        "Đề nghị quản trị viên cấp trên thực hiện."
    )


class SuccessorNamedAbove(Refusal):
    code = "successor_named_above"
    status = 403
    message = (
        "Đơn vị kế thừa hiện nay nằm ngoài phạm vi quản trị của ông/bà, do cấp trên chỉ định. "
        "Đề nghị quản trị viên cấp trên thực hiện."
    )


class NoLastDay(Refusal):
    code = "unit_has_no_last_day"
    status = 409
    message = (
        "Đơn vị “{unit}” chưa có ngày kết thúc hoạt động nên chưa cần đơn vị kế thừa. "
        "Đề nghị ông/bà cho đơn vị kết thúc hoạt động và chọn đơn vị kế thừa ở đó."
    )


class SuccessorKept(Refusal):
    code = "successor_kept"
    status = 409
    message = (
        "Đơn vị “{unit}” đã có đơn vị kế thừa tiếp nhận việc nên không chỉ định lại được. "
        "Đề nghị ông/bà tải lại trang."
    )


class NotOfTheSplit(Refusal):
    code = "successor_not_of_the_split"
    status = 409
    message = (
        "Đơn vị “{unit}” đã chia tách nên chỉ được chỉ định cho một trong các đơn vị được tách ra. "
        "Đề nghị ông/bà chọn đơn vị khác."
    )


class NothingAssigned(Refusal):
    code = "successor_nothing_assigned"
    status = 409
    message = "Đơn vị này đang là đơn vị kế thừa. Đề nghị ông/bà chọn đơn vị khác."


class TakesOverLater(Refusal):
    code = "unit_takes_over_later"
    status = 409
    message = (
        "Đơn vị “{unit}” tiếp nhận việc của đơn vị khác từ sau ngày đó. "
        "Đề nghị ông/bà chọn ngày hoạt động cuối cùng muộn hơn."
    )


class LastDayPast(Refusal):
    code = "unit_last_day_past"
    message = "Ngày hoạt động cuối cùng phải từ hôm nay trở đi. Đề nghị ông/bà nhập lại."


class NothingChanged(Refusal):
    code = "unit_nothing_changed"
    message = "Tên mới giống tên đang dùng. Đề nghị ông/bà kiểm tra lại."


@dataclass(frozen=True, slots=True)
class NewUnit:
    """What a unit is founded with."""

    code: str
    name: str
    short_name: str
    kind: str
    parent_code: str
    valid_from: date
    district: str = ""
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    dossier_prefix: str = ""
    has_desk: bool = False


@transaction.atomic
def add(*, authority: Authority, new: NewUnit, reason: str) -> Unit:
    """Found a unit below a unit of the administrator's. Raises UnitMalformed, NotFound."""
    authority.require(Power.GRANT)
    why = _reason(reason)
    parent = _below(authority, new.parent_code)
    values = asdict(new)
    values.pop("parent_code")
    unit = Unit(parent=parent, **values)
    if not new.code[:1].isalpha():
        raise UnitMalformed(why="Mã đơn vị phải bắt đầu bằng chữ cái thường không dấu.")
    _validate(unit)
    unit.save()
    _note(unit, UnitChange.Kind.ADDED, authority, new.valid_from, why, after=_names(unit))
    return unit


@transaction.atomic
def rename(
    *, authority: Authority, unit_code: str, name: str, short_name: str, reason: str, on: date
) -> None:
    """From today the unit is called otherwise; the code and the old name stay findable."""
    authority.require(Power.GRANT)
    why = _reason(reason)
    unit = _below(authority, unit_code)
    if not _is_open_ended(unit):
        raise UnitNotOpen(unit=unit.short_name)
    before = _names(unit)
    unit.name, unit.short_name = name, short_name
    if _names(unit) == before:
        raise NothingChanged
    _validate(unit)
    unit.save(update_fields=["name", "short_name"])
    _note(unit, UnitChange.Kind.RENAMED, authority, on, why, before=before, after=_names(unit))


def close(
    *,
    authority: Authority,
    unit_code: str,
    successor_code: str,
    last_day: date,
    reason: str,
    on: date,
    carry_posts: bool = False,
    work_left: int = 0,
) -> None:
    """A unit's last day, and who takes its work over ("" when nobody does).

    ``work_left``: what lies there and somebody has to go on with; then there has to be a successor. Whoever keeps that
    work counts it, this room does not know it. Raises SuccessorWanted.
    """
    if work_left and not successor_code:
        raise SuccessorWanted
    _end(
        authority=authority,
        codes=[unit_code],
        successors=[successor_code] if successor_code else [],
        kind=UnitChange.Kind.CLOSED,
        last_day=last_day,
        reason=reason,
        on=on,
        carry_posts=carry_posts,
    )


def merge(
    *,
    authority: Authority,
    unit_codes: Sequence[str],
    into_code: str,
    last_day: date,
    reason: str,
    on: date,
    carry_posts: bool = False,
) -> None:
    """Several units end on one day and one goes on with their work; all of them or none."""
    _end(
        authority=authority,
        codes=unit_codes,
        successors=[into_code],
        kind=UnitChange.Kind.MERGED,
        last_day=last_day,
        reason=reason,
        on=on,
        carry_posts=carry_posts,
    )


def split(
    *,
    authority: Authority,
    unit_code: str,
    into_codes: Sequence[str],
    last_day: date,
    reason: str,
    on: date,
    carry_posts: bool = False,
) -> None:
    """A unit ends and several go on; the first of them keeps what the old one received."""
    if len(set(into_codes)) < 2:
        raise SuccessorWanted
    _end(
        authority=authority,
        codes=[unit_code],
        successors=into_codes,
        kind=UnitChange.Kind.SPLIT,
        last_day=last_day,
        reason=reason,
        on=on,
        carry_posts=carry_posts,
    )


@transaction.atomic
def assign(*, authority: Authority, unit_code: str, successor_code: str, reason: str, on: date) -> None:
    """Who goes on with the work of a unit that has a last day: where nobody was named, or while it is not yet over.

    Of a unit that was split it is one of those that it was split into, at any time: which of them has the old dossiers
    may turn out later. What was carried to another successor and has not begun is carried anew.

    Raises OwnSuccessorStays, SuccessorNamedAbove, NoLastDay, SuccessorKept, NotOfTheSplit, SuccessorNotOpen, NotFound,
    UnitReasonWanted.
    """
    authority.require(Power.GRANT)
    why = _reason(reason)
    unit = _locked(authority, [unit_code], and_others=[successor_code])[0]
    _refuse_successor(authority, unit, successor_code, on)
    last = unit.valid_to or on
    (heir,) = _heirs(authority, [successor_code], [unit], last)
    if unit.successor_id == heir.pk:
        raise NothingAssigned
    former = unit.successor
    again = former is not None and last >= on and carrying.call_back(authority, unit, former, why=_why(unit))
    unit.successor = heir
    _save_end(unit)
    _note(
        unit,
        UnitChange.Kind.ASSIGNED,
        authority,
        max(on, last + timedelta(days=1)),
        why,
        before={"successor": former.code if former is not None else ""},
        successors=[heir.code],
    )
    if again:
        carrying.carry(authority, unit, heir, last, why, on)


def may_be_assigned(viewer: Authority, unit: Unit, *, on: date) -> bool:
    """Whether the viewer may name another successor; for showing the way there, never for deciding."""
    return _is_theirs(viewer, unit) and unit.valid_to is not None and _may_follow(unit, on) != ()


def may_follow(viewer: Authority, unit: Unit, *, on: date) -> list[Unit]:
    """For choosing: units that last, or of a unit that was split those that it was split into."""
    codes = _may_follow(unit, on)
    lasting = [one for one in tree.lasting(viewer) if one.pk != unit.pk]
    return [one for one in lasting if one.code in codes] if codes else lasting


def _is_theirs(viewer: Authority, unit: Unit) -> bool:
    """Nobody decides who follows the own unit, nor overrules whoever named a successor outside their reach."""
    return unit.pk != viewer.unit_id and (unit.successor_id is None or unit.successor_id in viewer.subtree)


def _refuse_successor(authority: Authority, unit: Unit, successor_code: str, on: date) -> None:
    if unit.pk == authority.unit_id:
        raise OwnSuccessorStays
    if not _is_theirs(authority, unit):
        raise SuccessorNamedAbove
    if unit.valid_to is None:
        raise NoLastDay(unit=unit.short_name)
    possible = _may_follow(unit, on)
    if possible == ():
        raise SuccessorKept(unit=unit.short_name)
    if possible is not None and successor_code not in possible:
        raise NotOfTheSplit(unit=unit.short_name)


def _why(unit: Unit) -> str:
    """With what reason the unit's present successor was named."""
    named = UnitChange.objects.filter(unit=unit, kind__in=["CLOSED", "MERGED", "SPLIT", "ASSIGNED"])
    return named.order_by("-id").values_list("reason", flat=True).first() or ""


def _may_follow(unit: Unit, on: date) -> tuple[str, ...] | None:
    """The codes that may; None for any, an empty tuple for none."""
    if unit.valid_to is None:
        return ()
    split = UnitChange.objects.filter(unit=unit, kind=UnitChange.Kind.SPLIT).order_by("-id").first()
    if split is not None:
        return tuple(split.successors)
    return None if unit.successor_id is None or unit.valid_to >= on else ()


def reaching(authority: Authority, unit: Unit) -> Authority:
    """The administrator with a unit that was founded a moment ago in reach, as the next request will have it."""
    return replace(authority, subtree=(*authority.subtree, unit.pk))


def history(viewer: Authority, unit_code: str) -> list[UnitChange]:
    """What became of a unit of the viewer's, newest first."""
    unit = tree.below(viewer, unit_code)
    return list(UnitChange.objects.filter(unit=unit).order_by("-at", "-id")[:200])


@transaction.atomic
def _end(
    *,
    authority: Authority,
    codes: Sequence[str],
    successors: Sequence[str],
    kind: UnitChange.Kind,
    last_day: date,
    reason: str,
    on: date,
    carry_posts: bool = False,
) -> None:
    authority.require(Power.GRANT)
    why = _reason(reason)
    if last_day < on:
        raise LastDayPast
    if not codes:
        raise NotFound
    units = _locked(authority, codes, and_others=successors)
    heirs = _heirs(authority, successors, units, last_day)
    for unit in units:
        if unit.pk == authority.unit_id:
            raise OwnUnitStays
        if not _is_open_ended(unit):
            raise UnitNotOpen(unit=unit.short_name)
        if not heirs and unit.has_desk:
            raise SuccessorWanted
        if Unit.objects.filter(successor=unit, valid_to__gte=last_day).exists():
            raise TakesOverLater(unit=unit.short_name)
        unit.valid_to, unit.successor = last_day, heirs[0] if heirs else None
        _validate(unit)
        _save_end(unit)
        _note(
            unit,
            kind,
            authority,
            last_day,
            why,
            before=_names(unit),
            successors=[heir.code for heir in heirs],
        )
        if carry_posts and heirs:
            carrying.carry(authority, unit, heirs[0], last_day, why, on)


def _save_end(unit: Unit) -> None:
    try:
        with transaction.atomic():
            unit.save(update_fields=["valid_to", "successor"])
    except IntegrityError as no:
        # Meanwhile somebody closed the successor: the database saw it first.
        raise SuccessorNotOpen from no


def _locked(authority: Authority, codes: Sequence[str], and_others: Sequence[str]) -> list[Unit]:
    """The units with these codes, locked together with those that follow.

    Of two administrators the second waits and then sees that it is done: whoever ends a unit that somebody makes the
    successor of another waits as well. In one order, so that none deadlocks.
    """
    wanted = {*codes, *and_others}
    found = Unit.objects.select_for_update().filter(code__in=wanted, id__in=authority.subtree).order_by("id")
    units = list(found)
    if len(units) != len(wanted):
        raise NotFound
    return [unit for unit in units if unit.code in set(codes)]


def _heirs(authority: Authority, codes: Sequence[str], ending: Sequence[Unit], last_day: date) -> list[Unit]:
    found = {unit.code: unit for unit in Unit.objects.filter(code__in=codes, id__in=authority.subtree)}
    heirs = [found[code] for code in codes if code in found]
    if len(heirs) != len(codes):
        raise NotFound
    for heir in heirs:
        if heir in ending or not heir.is_open(last_day + timedelta(days=1)):
            raise SuccessorNotOpen
    return heirs


def _below(authority: Authority, code: str) -> Unit:
    unit = Unit.objects.select_for_update().filter(code=code, id__in=authority.subtree).first()
    if unit is None:
        raise NotFound
    return unit


def _is_open_ended(unit: Unit) -> bool:
    return unit.valid_to is None


def _reason(typed: str) -> str:
    reason = plain_text.clean(typed, max_length=_LONGEST, lines=True)
    if len(reason) < _SHORTEST_REASON:
        raise UnitReasonWanted
    return reason


def _validate(unit: Unit) -> None:
    """What the tables would refuse, said in words beforehand; they still have the last word."""
    try:
        unit.full_clean()
    except ValidationError as wrong:
        raise UnitMalformed(why=_first(wrong)) from None


def _first(wrong: ValidationError) -> str:
    told = wrong.message_dict
    name, messages = next(iter(told.items()))
    if name == "code" and any("đã tồn tại" in str(text) or "already" in str(text) for text in messages):
        return "Mã đơn vị này đã có."
    return str(messages[0])


def _names(unit: Unit) -> dict[str, str]:
    return {"name": unit.name, "short_name": unit.short_name}


def _note(
    unit: Unit,
    kind: UnitChange.Kind,
    authority: Authority,
    effective_on: date,
    reason: str,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    successors: Sequence[str] = (),
) -> None:
    UnitChange.objects.create(
        unit=unit,
        kind=kind,
        effective_on=effective_on,
        before=before or {},
        after=after or {},
        successors=list(successors),
        reason=reason,
        by_subject=authority.subject,
    )
    journal.record(
        "units.unit.changed",
        subject=f"unit:{unit.pk}",
        actor=authority.subject,
        unit_code=unit.code,
        facts={
            "kind": kind.value,
            "since": effective_on.isoformat(),
            **({"into": successors[0]} if successors else {}),
        },
    )
