"""Phí, lệ phí: asked once, paid once, with a receipt number; while it is owed the dossier may wait (state 6)."""

import uuid
from datetime import date, datetime, time, timedelta

from django.db.models import Sum
from django.utils import timezone

from motcua.desk import deliveries, dossiers, moving, numbering, running_clock
from motcua.desk.models import Charge, Dossier
from motcua.desk.moving import OPEN, move, note, require_state
from motcua.desk.states import State
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal

SERIES = "BL"
MOST_VND = 1_000_000_000


class AmountWrong(Refusal):
    code = "amount_wrong"
    message = "Số tiền phải là số nguyên đồng, lớn hơn 0 và không quá 1.000.000.000 đồng."


class AlreadyPaid(Refusal):
    code = "already_paid"
    status = 409
    message = "Khoản này đã được nộp. Đề nghị ông/bà tải lại trang để xem biên lai."


def ask(
    *,
    authority: Authority,
    dossier_id: uuid.UUID,
    kind: Charge.Kind,
    amount_vnd: int,
    wait: bool,
    now: datetime,
) -> Charge:
    """What is to be paid; with ``wait`` the dossier stands still in state 6 until it is.

    Raises AmountWrong, NotInThisState, DeskRule (asked before), NotFound, NotAuthorised.
    """
    if not authority.powers & {Power.RECEIVE_DOSSIER, Power.PROCESS}:
        raise NotAuthorised
    if not 0 < amount_vnd <= MOST_VND:
        raise AmountWrong
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.RECEIVED, State.PROCESSING, *([] if wait else [State.DONE]))
        if dossier.state != State.DONE:
            moving.require_here(dossier, authority)
        else:
            moving.require_received_here(dossier, authority)
        charge = Charge.objects.create(
            dossier=dossier, kind=kind, amount_vnd=amount_vnd, asked_by=authority.subject, unit=dossier.unit
        )
        came_from = dossier.state
        if wait:
            move(dossier, State.PAYMENT, paused_at=now)
            deliveries.promise_moved(dossier)
        _note(
            dossier, "charge_asked", f"Yêu cầu nộp {Charge.Kind(kind).label.lower()}.", authority, came_from
        )
        return charge


def take(*, authority: Authority, charge_id: uuid.UUID, how: Charge.How, now: datetime) -> Charge:
    """Money taken at the desk, with a receipt number of the unit's year. Raises AlreadyPaid, NotFound."""
    if not authority.powers & {Power.RECEIVE_DOSSIER, Power.HAND_OUT}:
        raise NotAuthorised
    dossier_id = _dossier_of(authority, charge_id)
    with moving.locked(authority, dossier_id) as dossier:
        moving.require_received_here(dossier, authority)
        _pay(
            dossier,
            charge_id,
            now,
            paid_how=how,
            taken_by=authority.subject,
            taken_by_name=moving.name_of(authority),
        )
        _note(dossier, "charge_paid", "Đã thu phí, lệ phí.", authority, dossier.state)
    return Charge.objects.get(public_id=charge_id)


def paid_online(*, charge_id: uuid.UUID, reference: str, now: datetime) -> Charge:
    """The payment system says so; the same reference twice is one payment. Raises AlreadyPaid, NotFound."""
    charge = Charge.objects.select_related("dossier").filter(public_id=charge_id).first()
    if charge is None:
        raise NotFound
    with moving.held(charge.dossier_id) as dossier:
        charge.refresh_from_db()
        if charge.paid_at is not None and charge.reference == reference:
            return charge
        _pay(dossier, charge_id, now, paid_how=Charge.How.ONLINE, reference=reference[:120])
        note(
            dossier,
            "charge_paid",
            "Đã nộp phí, lệ phí trực tuyến.",
            by=dossier.owner_subject,
            unit_code=dossier.unit_code,
            from_state=dossier.state,
        )
    charge.refresh_from_db()
    return charge


def taken_on(authority: Authority, day: date) -> tuple[list[Charge], int]:
    """The unit's cash list of a day, in order, and its sum in VND."""
    if not authority.powers & {Power.RECEIVE_DOSSIER, Power.HAND_OUT, Power.INSPECT}:
        raise NotAuthorised
    begin = timezone.make_aware(datetime.combine(day, time()))
    rows = Charge.objects.filter(
        unit_id=authority.unit_id, paid_at__gte=begin, paid_at__lt=begin + timedelta(days=1)
    )
    total: int = rows.aggregate(total=Sum("amount_vnd"))["total"] or 0
    return list(rows.select_related("dossier__procedure").order_by("paid_at", "id")), total


def _pay(dossier: Dossier, charge_id: uuid.UUID, now: datetime, **how: object) -> None:
    require_state(dossier, *OPEN, State.DONE)
    number = numbering.draw_in_year(dossier.unit_id, SERIES, now)
    paid = Charge.objects.filter(public_id=charge_id, dossier=dossier, paid_at=None).update(
        paid_at=now, receipt_number=number, **how
    )
    if not paid:
        raise AlreadyPaid
    owed = Charge.objects.filter(dossier=dossier, paid_at=None).exists()
    if dossier.state == State.PAYMENT and not owed:
        move(dossier, State.PROCESSING, **running_clock.resumed(dossier, now, after_supplement=False))
        deliveries.promise_moved(dossier)


def _dossier_of(authority: Authority, charge_id: uuid.UUID) -> uuid.UUID:
    seen = dossiers.seen_by(authority).order_by()
    found = (
        Charge.objects.filter(public_id=charge_id, dossier__in=seen)
        .values_list("dossier__public_id", flat=True)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _note(dossier: Dossier, kind: str, words: str, authority: Authority, came_from: str) -> None:
    note(dossier, kind, words, by=authority.subject, unit_code=authority.unit_code, from_state=came_from)
