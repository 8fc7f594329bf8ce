"""Phiếu: supplement (02), refusal (03), apology (04), stop and withdrawal; each at most once for a dossier."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from motcua.desk import deliveries, dossiers, handling, moving, numbering
from motcua.desk.deadlines import due_words
from motcua.desk.models import Dossier, Notice
from motcua.desk.moving import OPEN, move, note, require_state
from motcua.desk.states import State
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal

#: The letters after the number, as offices abbreviate them.
SERIES = {
    Notice.Kind.SUPPLEMENT: "YCBS",
    Notice.Kind.REFUSAL: "TC",
    Notice.Kind.APOLOGY: "XL",
    Notice.Kind.STOP: "DGQ",
    Notice.Kind.WITHDRAWAL: "RHS",
}
_MOST_ITEMS = 30


class NothingToComplete(Refusal):
    code = "nothing_to_complete"
    message = (
        "Phiếu phải ghi ít nhất một giấy tờ cần bổ sung, hoàn thiện, để người dân chỉ phải đi lại một lần."
    )


class AnswerDayPassed(Refusal):
    code = "answer_day_passed"
    message = "Ngày cuối để bổ sung phải sau hôm nay. Đề nghị ông/bà chọn ngày khác."


class AlreadyAsked(Refusal):
    code = "notice_already_issued"
    status = 409
    message = "Hồ sơ đã có phiếu số {slip}. Theo quy định mỗi hồ sơ chỉ ban hành phiếu này một lần."


class NoDueDate(Refusal):
    code = "no_due_date_to_move"
    status = 409
    message = "Hồ sơ không có hạn trả nên không cần phiếu xin lỗi."


class NewDateTooEarly(Refusal):
    code = "new_date_too_early"
    message = "Ngày hẹn mới phải sau hạn trả cũ ({old}). Đề nghị ông/bà chọn ngày khác."


@dataclass(frozen=True, slots=True)
class Item:
    """One paper to complete and what is wrong with it."""

    name: str
    what: str


def ask_supplement(
    *,
    authority: Authority,
    dossier_id: uuid.UUID,
    items: Sequence[Item],
    reason: str,
    answer_by: date | None,
    now: datetime,
) -> Notice:
    """Mẫu 02, once and complete (NĐ 61/2018, điều 15.3); the clock stands until the papers are there.

    Raises NothingToComplete, AnswerDayPassed, AlreadyAsked, NotInThisState, ReasonWanted, NotAuthorised.
    """
    _require_any(authority, Power.PROCESS, Power.RECEIVE_DOSSIER)
    if answer_by is not None and answer_by <= timezone.localtime(now).date():
        raise AnswerDayPassed
    lines = [
        {"name": plain_text.clean(i.name, max_length=300), "what": plain_text.clean(i.what, max_length=600)}
        for i in items[:_MOST_ITEMS]
        if i.name.strip()
    ]
    if not lines:
        raise NothingToComplete
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.RECEIVED, State.PROCESSING)
        moving.require_holder(dossier, authority, or_leader=True)
        issued = _issue(
            dossier, Notice.Kind.SUPPLEMENT, authority, reason, now, items=lines, answer_by=answer_by
        )
        came_from = move(dossier, State.SUPPLEMENT, paused_at=now)
        _told(dossier, issued, authority, came_from, "supplement_requested", "Yêu cầu bổ sung giấy tờ.")
        return issued


def refuse(*, authority: Authority, dossier_id: uuid.UUID, reason: str, now: datetime) -> Notice:
    """Mẫu 03: not accepted when it was only filed, stopped when it was worked on (điều 17, 19.8)."""
    _require_any(authority, Power.PROCESS, Power.RECEIVE_DOSSIER, Power.SIGN)
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.NEW, *OPEN)
        moving.require_holder(dossier, authority, or_leader=True)
        issued = _issue(dossier, Notice.Kind.REFUSAL, authority, reason, now)
        handling.end(dossier, issued.reason)
        to = State.NOT_ACCEPTED if dossier.state == State.NEW else State.STOPPED
        came_from = move(dossier, to, closed_reason=issued.reason)
        _told(dossier, issued, authority, came_from, "dossier_refused", "Từ chối giải quyết hồ sơ.")
        return issued


def stop(*, authority: Authority, dossier_id: uuid.UUID, reason: str, now: datetime) -> Notice:
    """Thông báo dừng giải quyết (mẫu 05 of 2025): a leader's decision."""
    authority.require(Power.SIGN)
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, *OPEN)
        moving.require_here(dossier, authority)
        issued = _issue(dossier, Notice.Kind.STOP, authority, reason, now)
        handling.end(dossier, issued.reason)
        came_from = move(dossier, State.STOPPED, closed_reason=issued.reason)
        _told(dossier, issued, authority, came_from, "dossier_stopped", "Dừng giải quyết hồ sơ.")
        return issued


def withdraw(*, authority: Authority, dossier_id: uuid.UUID, reason: str, now: datetime) -> Notice:
    """The owner came to the desk and asks for the papers back; the officer writes it down."""
    authority.require(Power.RECEIVE_DOSSIER)
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, *OPEN)
        moving.require_received_here(dossier, authority)
        issued = _issue(dossier, Notice.Kind.WITHDRAWAL, authority, reason, now)
        handling.end(dossier, issued.reason)
        came_from = move(dossier, State.WITHDRAWN, closed_reason=issued.reason)
        _told(dossier, issued, authority, came_from, "dossier_withdrawn", "Rút hồ sơ theo yêu cầu.")
        return issued


def apologise(
    *, authority: Authority, dossier_id: uuid.UUID, reason: str, new_due_at: datetime, now: datetime
) -> Notice:
    """Mẫu 04: once, at least a day before the date that cannot be kept, with a new one (điều 19.9).

    Raises NoDueDate, NewDateTooEarly, AlreadyAsked, DeskRule (too late: the database says so).
    """
    _require_any(authority, Power.PROCESS, Power.SIGN)
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.RECEIVED, State.PROCESSING)
        moving.require_holder(dossier, authority, or_leader=True)
        if dossier.due_at is None:
            raise NoDueDate
        if new_due_at <= dossier.due_at:
            raise NewDateTooEarly(old=due_words(dossier.due_at))
        issued = _issue(
            dossier,
            Notice.Kind.APOLOGY,
            authority,
            reason,
            now,
            old_due_at=dossier.due_at,
            new_due_at=new_due_at,
        )
        Dossier.objects.filter(pk=dossier.pk).update(
            due_at=new_due_at, due_words=due_words(new_due_at), version=dossier.version + 1
        )
        dossier.refresh_from_db()
        _told(dossier, issued, authority, dossier.state, "due_date_moved", "Xin lỗi và hẹn lại ngày trả.")
        return issued


def notice_for_officer(authority: Authority, notice_id: uuid.UUID) -> Notice:
    """A notice of a dossier that the officer may open, for printing. Raises NotFound."""
    found = (
        Notice.objects.select_related("dossier__procedure", "dossier__unit", "issued_unit")
        .filter(public_id=notice_id, dossier__in=dossiers.seen_by(authority).order_by())
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _issue(
    dossier: Dossier,
    kind: Notice.Kind,
    authority: Authority,
    reason: str,
    now: datetime,
    **more: object,
) -> Notice:
    if known := Notice.objects.filter(dossier=dossier, kind=kind).first():
        raise AlreadyAsked(slip=known.number)
    return Notice.objects.create(
        dossier=dossier,
        kind=kind,
        number=numbering.draw_in_year(authority.unit_id, SERIES[kind], now),
        issued_by=authority.subject,
        issued_by_name=moving.name_of(authority),
        issued_unit_id=authority.unit_id,
        reason=moving.reason_of(reason),
        **more,
    )


def _told(
    dossier: Dossier, issued: Notice, authority: Authority, came_from: str, template: str, words: str
) -> None:
    note(
        dossier,
        f"{issued.kind.lower()}_issued",
        f"{words} Phiếu số {issued.number}.",
        by=authority.subject,
        unit_code=authority.unit_code,
        from_state=came_from,
    )
    deliveries.promise_moved(dossier, template)


def _require_any(authority: Authority, *powers: Power) -> None:
    if not authority.powers & set(powers):
        raise NotAuthorised
