"""Ngày áp dụng: a unit that only warns is to bind from a day on; one administrator asks, another agrees.

A day comes nearer, never moves away: what binds stays binding (threats C7), and only the database's owner sets a
later day before it has come.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from motcua import journal
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import sending, texts
from motcua.units import officers
from motcua.units.gate_tables import GateChange, GateChangeUnit
from motcua.units.models import Post, Unit

#: As many as one form carries (DATA_UPLOAD_MAX_NUMBER_FIELDS).
MOST_UNITS: Final = 400
_SHORTEST_REASON: Final = 10


class GateUnitsWanted(Refusal):
    code = "gate_units_wanted"
    message = "Chưa chọn đơn vị nào. Đề nghị ông/bà chọn từ 1 đến 400 đơn vị còn đang nhắc."


class GateReasonWanted(Refusal):
    code = "gate_reason_wanted"
    message = "Đề nghị ông/bà ghi căn cứ đổi ngày áp dụng, ít nhất 10 ký tự, ví dụ số công văn."


class GateDayPast(Refusal):
    code = "gate_day_past"
    message = "Ngày áp dụng mới phải sau hôm nay để cán bộ được báo trước. Đề nghị ông/bà chọn ngày khác."


class GateDayNotEarlier(Refusal):
    code = "gate_day_not_earlier"
    status = 409
    message = (
        "Đơn vị “{unit}” áp dụng từ {day}, không muộn hơn ngày đã chọn. "
        "Ngày áp dụng chỉ được đưa lên sớm hơn; đề nghị ông/bà bỏ đơn vị này hoặc chọn ngày sớm hơn."
    )


class GateChangeWaits(Refusal):
    code = "gate_change_waits"
    status = 409
    message = (
        "Có đơn vị đang chờ duyệt một đề nghị đổi ngày khác. "
        "Đề nghị ông/bà xem danh sách đề nghị, hoặc bỏ đơn vị đó rồi gửi lại."
    )


class GateChangeDecided(Refusal):
    code = "gate_change_decided"
    status = 409
    message = "Đề nghị này đã được xử lý. Đề nghị ông/bà tải lại danh sách."


class GateSecondPersonNeeded(Refusal):
    code = "gate_second_person_needed"
    status = 403
    message = "Người đề nghị không tự duyệt ngày áp dụng. Đề nghị quản trị viên khác duyệt."


class GateUnitsBeyond(Refusal):
    code = "gate_units_beyond"
    status = 403
    message = (
        "Có đơn vị trong đề nghị không thuộc phạm vi quản trị của ông/bà. "
        "Đề nghị quản trị viên của đơn vị cấp trên duyệt."
    )


def warning_units(viewer: Authority, codes: Iterable[str], *, on: date) -> list[Unit]:
    """Of these, the viewer's units with an open desk whose gate only warns yet."""
    viewer.require(Power.GRANT)
    units = Unit.objects.filter(code__in=set(codes), id__in=viewer.subtree, has_desk=True).order_by("id")
    return [unit for unit in units if unit.is_open(on) and not unit.gate_binds(on)]


def ask(
    *, authority: Authority, unit_codes: Sequence[str], binds_from: date, reason: str, on: date
) -> GateChange:
    """Put the new day before a second administrator; nothing changes yet.

    Raises GateUnitsWanted, GateReasonWanted, GateDayPast, GateDayNotEarlier, GateChangeWaits, NotFound.
    """
    authority.require(Power.GRANT)
    why = plain_text.clean(reason, max_length=300, lines=True)
    if len(why) < _SHORTEST_REASON:
        raise GateReasonWanted
    if binds_from <= on:
        raise GateDayPast
    if not 0 < len(set(unit_codes)) <= MOST_UNITS:
        raise GateUnitsWanted
    units = list(Unit.objects.filter(code__in=set(unit_codes), id__in=authority.subtree).order_by("id"))
    if len(units) != len(set(unit_codes)):
        raise NotFound
    _require_earlier(units, binds_from)
    try:
        return _write(authority, units, binds_from, why)
    except IntegrityError as broken:
        if _rule_of(broken) != "gate_change_one_waits":
            raise
        raise GateChangeWaits from broken


def approve(*, authority: Authority, change_id: UUID, on: date) -> GateChange:
    """The second administrator agrees: the day holds from now on, and the units' officers are told.

    Raises GateSecondPersonNeeded, GateUnitsBeyond, GateChangeDecided, GateDayPast, GateDayNotEarlier, NotFound.
    """
    change = seen(authority, change_id)
    if change.asked_by_subject == authority.subject:
        raise GateSecondPersonNeeded
    if change.binds_from <= on:
        raise GateDayPast
    with transaction.atomic():
        units = list(
            Unit.objects.select_for_update(of=("self",))
            .filter(id__in=change.lines.values("unit_id"))
            .order_by("id")
        )
        if not {unit.pk for unit in units} <= set(authority.subtree):
            raise GateUnitsBeyond
        _decide(change, GateChange.State.APPROVED, authority)
        _require_earlier(units, change.binds_from)
        Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(gate_binds_from=change.binds_from)
        GateChangeUnit.objects.filter(change=change).update(waiting=False)
        _note_change("approved", change, authority, len(units))
        for unit in units:
            _record_day(unit, change, authority)
        _tell_officers(units, change, on)
    return change


def decline(*, authority: Authority, change_id: UUID) -> None:
    """Another administrator does not agree. Raises GateSecondPersonNeeded, GateChangeDecided, NotFound."""
    change = seen(authority, change_id)
    if change.asked_by_subject == authority.subject:
        raise GateSecondPersonNeeded
    with transaction.atomic():
        released = _end(change, GateChange.State.DECLINED, authority)
        _note_change("declined", change, authority, released)


def withdraw(*, authority: Authority, change_id: UUID) -> None:
    """Who asked takes it back. Raises GateChangeDecided, NotFound."""
    change = seen(authority, change_id)
    if change.asked_by_subject != authority.subject:
        raise NotFound
    with transaction.atomic():
        released = _end(change, GateChange.State.WITHDRAWN, authority)
        _note_change("withdrawn", change, authority, released)


def seen(viewer: Authority, change_id: UUID) -> GateChange:
    """A change that was asked at the viewer's unit or below; NotFound for any other."""
    viewer.require(Power.GRANT)
    change = (
        GateChange.objects.select_related("unit")
        .filter(public_id=change_id, unit_id__in=viewer.subtree)
        .first()
    )
    if change is None:
        raise NotFound
    return change


@transaction.atomic
def _write(authority: Authority, units: Sequence[Unit], binds_from: date, why: str) -> GateChange:
    change = GateChange.objects.create(
        unit_id=authority.unit_id, binds_from=binds_from, reason=why, asked_by_subject=authority.subject
    )
    GateChangeUnit.objects.bulk_create(
        [GateChangeUnit(change=change, unit=unit, bound_from=unit.gate_day) for unit in units]
    )
    _note_change("asked", change, authority, len(units))
    return change


def _end(change: GateChange, state: GateChange.State, authority: Authority) -> int:
    """No day changes; how many units may be asked for again."""
    _decide(change, state, authority)
    return GateChangeUnit.objects.filter(change=change).update(waiting=False)


def _decide(change: GateChange, state: GateChange.State, authority: Authority) -> None:
    """One UPDATE decides who was first."""
    decided = GateChange.objects.filter(pk=change.pk, state=GateChange.State.OPEN).update(
        state=state, decided_by_subject=authority.subject, decided_at=Now()
    )
    if not decided:
        raise GateChangeDecided


def _require_earlier(units: Iterable[Unit], binds_from: date) -> None:
    for unit in units:
        if unit.gate_day <= binds_from:
            raise GateDayNotEarlier(unit=unit.short_name, day=f"{unit.gate_day:%d/%m/%Y}")


def _tell_officers(units: Sequence[Unit], change: GateChange, on: date) -> None:
    """Who receives dossiers at the unit hears the day, once for each of their units."""
    held = Post.objects.filter(
        unit__in=units, revoked_at=None, officer__active=True, powers__contains=[Power.RECEIVE_DOSSIER.value]
    ).exclude(valid_to__lt=on)
    for unit_id, code, subject in held.values_list("unit_id", "unit__code", "grantee_subject").distinct():
        sending.enqueue(
            to=officers.phone_of(subject),
            text=texts.gate_day_set(first_on=change.binds_from, unit=code),
            purpose="gate_day_set",
            dedupe_key=f"gate-day:{change.public_id}:{unit_id}:{subject}",
        )


def _note_change(what: str, change: GateChange, authority: Authority, units: int) -> None:
    journal.record(
        f"units.gate_change.{what}",
        subject=f"gate_change:{change.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"count": units, "since": change.binds_from.isoformat()},
    )


def _record_day(unit: Unit, change: GateChange, authority: Authority) -> None:
    journal.record(
        "units.gate_day.set",
        subject=f"unit:{unit.code}",
        actor=authority.subject,
        unit_code=unit.code,
        facts={"since": change.binds_from.isoformat(), "was": unit.gate_day.isoformat()},
    )


def _rule_of(broken: IntegrityError) -> str:
    return str(getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "") or "")
