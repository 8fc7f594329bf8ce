"""Chuyển xử lý: a dossier goes from hand to hand along its process, and each hand is written down (form 05)."""

import uuid
from datetime import date, datetime

from django.utils import timezone

from motcua.desk import deliveries, moving, steps
from motcua.desk.models import Dossier, Hop, ProcessStep
from motcua.desk.moving import move, note, require_state
from motcua.desk.states import State
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import Refusal
from motcua.units.models import Unit

_NOTE_LENGTH = 1000


class AlreadyHandedOn(Refusal):
    code = "already_handed_on"
    status = 409
    message = (
        "Hồ sơ đã được chuyển đến bước “{step}” rồi, không cần chuyển nữa. "
        "Đề nghị ông/bà tải lại trang hồ sơ để xem bước hiện tại."
    )


class NotYourTurn(Refusal):
    code = "not_your_turn"
    status = 403
    message = (
        "Bước “{step}” đang do người khác hoặc đơn vị khác giữ. Đề nghị ông/bà chờ hồ sơ được chuyển đến, "
        "hoặc liên hệ đơn vị đang giữ."
    )


class AlreadyAccepted(Refusal):
    code = "hop_already_accepted"
    status = 409
    message = "Hồ sơ này vừa có người khác nhận xử lý. Đề nghị ông/bà tải lại danh sách."


class AcceptFirst(Refusal):
    code = "accept_first"
    status = 409
    message = "Hồ sơ vừa đến bước này và chưa ai nhận. Đề nghị ông/bà bấm “Nhận xử lý” trước."


class NoStepBefore(Refusal):
    code = "no_step_before"
    status = 409
    message = "Đây là bước đầu nên không trả lại được. Đề nghị ông/bà yêu cầu bổ sung hoặc từ chối hồ sơ."


class NotForThisStep(Refusal):
    code = "unit_not_for_this_step"
    message = "Đơn vị đã chọn không thực hiện bước này. Đề nghị ông/bà chọn đơn vị khác trong danh sách."


def next_units(dossier: Dossier, *, on: date) -> list[Unit]:
    """Who may have it next; more than one where departments share a step, none before the hand-out."""
    way = steps.steps_of(dossier)
    hop = steps.open_hop(dossier)
    here = hop.step_order if hop else (way[0].order if way else 0)
    following = next((later for later in way if later.order > here), None)
    if following is None or steps.is_last(following):
        return []
    return steps.units_for(following, dossier, on=on)


def hand_over(
    *,
    authority: Authority,
    dossier_id: uuid.UUID,
    words: str = "",
    to_unit: str = "",
    now: datetime,
) -> Dossier:
    """To the next step of the process; before the last one (hand-out) the dossier is done.

    ``to_unit``: the code of one of ``next_units``; empty: the first of them. Raises NotForThisStep,
    NotYourTurn, AlreadyHandedOn, StepNotFinished, NotInThisState, NotFound.
    """
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.RECEIVED, State.PROCESSING)
        way = steps.steps_of(dossier)
        held, step = _held(dossier, way, authority, now)
        steps.require_finished(dossier, step)
        _leave(held, Hop.Outcome.FORWARD, words)
        following = next((later for later in way if later.order > step.order), None)
        if following is None or steps.is_last(following):
            return _done(dossier, held, authority)
        _give(dossier, following, _chosen(following, dossier, to_unit, now), authority, now)
        came_from = dossier.state
        if dossier.state == State.RECEIVED:
            move(dossier, State.PROCESSING)
            deliveries.promise_moved(dossier)
        note(
            dossier,
            "handed_over",
            f"Chuyển đến bước “{following.name}”.",
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=came_from,
        )
        return dossier


def accept(*, authority: Authority, dossier_id: uuid.UUID, now: datetime) -> Hop:
    """Take the dossier that was handed to this unit; of two officers one has it.

    Raises AlreadyAccepted, NotYourTurn, NotFound.
    """
    with moving.locked(authority, dossier_id) as dossier:
        hop = steps.open_hop(dossier)
        if hop is None:
            raise NotYourTurn(step=dossier.at_step or "Tiếp nhận")
        if hop.accepted_at is not None:
            raise AlreadyAccepted
        _require_turn(hop, authority)
        _take(hop, authority, now)
        note(
            dossier,
            "accepted",
            f"Nhận xử lý bước “{hop.step_name}”.",
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=dossier.state,
        )
        return hop


def reassign(*, authority: Authority, dossier_id: uuid.UUID, reason: str, now: datetime) -> Dossier:
    """A leader takes a dossier out of the hands of somebody who cannot go on; the unit has it to accept again.

    Raises NotYourTurn, NotWhereItLies, NotInThisState, ReasonWanted, NotAuthorised.
    """
    authority.require(Power.SIGN)
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.PROCESSING)
        hop = moving.require_here(dossier, authority)
        if hop is None or hop.accepted_at is None:
            raise NotYourTurn(step=dossier.at_step or "Tiếp nhận")
        step = next(each for each in steps.steps_of(dossier) if each.order == hop.step_order)
        _leave(hop, Hop.Outcome.BACK, moving.reason_of(reason))
        _give(dossier, step, hop.unit, authority, now)
        note(
            dossier,
            "reassigned",
            f"Giao lại bước “{step.name}”.",
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=dossier.state,
        )
        return dossier


def send_back(*, authority: Authority, dossier_id: uuid.UUID, reason: str, now: datetime) -> Dossier:
    """To the step before, with the reason; a draft that was not signed stays with it.

    Raises NoStepBefore, NotYourTurn, NotInThisState, NotFound.
    """
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.PROCESSING)
        way = steps.steps_of(dossier)
        held, step = _held(dossier, way, authority, now)
        before = [earlier for earlier in way if earlier.order < step.order and earlier.order > 1]
        if not before:
            raise NoStepBefore
        _leave(held, Hop.Outcome.BACK, moving.reason_of(reason))
        _give(dossier, before[-1], _where_it_was(dossier, before[-1], now), authority, now)
        note(
            dossier,
            "sent_back",
            f"Trả lại bước “{before[-1].name}”.",
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=dossier.state,
        )
        return dossier


def end(dossier: Dossier, words: str = "") -> None:
    """Nobody holds it any more: it was stopped, refused or withdrawn. Inside the caller's transaction."""
    if hop := steps.open_hop(dossier):
        _leave(hop, Hop.Outcome.ENDED, words)
    else:
        # Before the first hop it lies with whoever received it, and no hop's end says otherwise.
        Dossier.objects.filter(pk=dossier.pk).update(at_officer="", at_step="")


def may_act(authority: Authority, dossier: Dossier, hop: Hop | None) -> bool:
    """Whether the next step is this officer's to do; for showing buttons, never for deciding."""
    if hop is None:
        return authority.works_for(dossier.unit_id) and authority.may(Power.RECEIVE_DOSSIER)
    mine = hop.accepted_by in {"", authority.subject}
    return authority.works_for(hop.unit_id) and authority.may(Power(hop.power)) and mine


def _held(
    dossier: Dossier, way: list[ProcessStep], authority: Authority, now: datetime
) -> tuple[Hop, ProcessStep]:
    """The open hop, held by this officer, with its step; the first one is written down when it is left."""
    hop = steps.open_hop(dossier) or _first(dossier, way, authority, now)
    _require_turn(hop, authority)
    if hop.accepted_at is None:
        # A second click on “Chuyển” must not carry the dossier through a step nobody looked at.
        raise AcceptFirst
    if hop.accepted_by != authority.subject and hop.order > 1:
        raise NotYourTurn(step=hop.step_name)
    return hop, next(step for step in way if step.order == hop.step_order)


def _first(dossier: Dossier, way: list[ProcessStep], authority: Authority, now: datetime) -> Hop:
    """The reception itself, as the first line of the control slip."""
    if not authority.works_for(dossier.unit_id) or not authority.may(Power.RECEIVE_DOSSIER):
        raise NotYourTurn(step=way[0].name)
    received = dossier.received_at or now
    done_before = Hop.objects.filter(dossier=dossier).count()
    return Hop.objects.create(
        dossier=dossier,
        order=done_before + 1,
        step_order=way[0].order,
        step_name=way[0].name,
        unit=dossier.unit,
        power=way[0].power,
        handed_by=dossier.received_by,
        handed_by_name=dossier.received_by_name,
        handed_at=received,
        accepted_by=authority.subject if done_before else dossier.received_by,
        accepted_by_name=moving.name_of(authority) if done_before else dossier.received_by_name,
        accepted_at=received,
        due_at=steps.due_of(way[0], dossier.unit, received),
    )


def _require_turn(hop: Hop, authority: Authority) -> None:
    mine = Hop.objects.filter(dossier=hop.dossier_id, accepted_by=authority.subject)
    lies_here = authority.works_for(hop.unit_id) and authority.may(Power(hop.power))
    if not lies_here and mine.filter(outcome=Hop.Outcome.FORWARD, order=hop.order - 1).exists():
        # A second press of “Chuyển” in a tab that was left open.
        raise AlreadyHandedOn(step=hop.step_name)
    if not authority.works_for(hop.unit_id):
        raise NotYourTurn(step=hop.step_name)
    if not authority.may(Power(hop.power)):
        raise NotAuthorised(power=hop.power)


def _take(hop: Hop, authority: Authority, now: datetime) -> None:
    """One conditional UPDATE decides who has it."""
    name = moving.name_of(authority)
    taken = Hop.objects.filter(pk=hop.pk, accepted_at=None).update(
        accepted_by=authority.subject, accepted_by_name=name, accepted_at=now
    )
    if not taken:
        raise AlreadyAccepted
    hop.refresh_from_db()


def _leave(hop: Hop, outcome: Hop.Outcome, words: str) -> None:
    text = plain_text.clean(words, max_length=_NOTE_LENGTH, lines=True)
    left = Hop.objects.filter(pk=hop.pk, left_at=None).update(
        left_at=hop.handed_at, outcome=outcome, note=text
    )
    if not left:
        raise AlreadyAccepted


def _chosen(step: ProcessStep, dossier: Dossier, code: str, now: datetime) -> Unit:
    possible = steps.units_for(step, dossier, on=timezone.localdate(now))
    found = next((unit for unit in possible if unit.code == code), None) if code else possible[0]
    if found is None:
        raise NotForThisStep
    return found


def _where_it_was(dossier: Dossier, step: ProcessStep, now: datetime) -> Unit:
    """Back to the unit that had it at that step."""
    last = (
        Hop.objects.select_related("unit")
        .filter(dossier=dossier, step_order=step.order)
        .order_by("order")
        .last()
    )
    return last.unit if last else _chosen(step, dossier, "", now)


def _give(dossier: Dossier, step: ProcessStep, unit: Unit, authority: Authority, now: datetime) -> Hop:
    return Hop.objects.create(
        dossier=dossier,
        order=Hop.objects.filter(dossier=dossier).count() + 1,
        step_order=step.order,
        step_name=step.name,
        unit=unit,
        power=step.power,
        handed_by=authority.subject,
        handed_by_name=moving.name_of(authority),
        due_at=steps.due_of(step, unit, now),
    )


def _done(dossier: Dossier, held: Hop, authority: Authority) -> Dossier:
    """The result is signed: it waits at the receiving desk for its owner."""
    came_from = move(dossier, State.DONE)
    Dossier.objects.filter(pk=dossier.pk).update(at_unit=dossier.unit_id, at_officer="", at_step="")
    note(
        dossier,
        "finished",
        "Xử lý xong, kết quả chờ trả.",
        by=authority.subject,
        unit_code=authority.unit_code,
        from_state=came_from,
    )
    deliveries.promise_result(dossier)
    deliveries.promise_moved(dossier)
    return dossier
