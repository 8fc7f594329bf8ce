"""Phí, lệ phí: asked once, paid once, with a receipt number; while it is owed the dossier may wait (state 6).

What was mistyped is called off before it is paid; what was paid is only given back, by somebody else than who took it.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from motcua.desk import deliveries, dossiers, moving, numbering, running_clock
from motcua.desk.models import Charge, Dossier, Procedure
from motcua.desk.moving import OPEN, move, note, noted_by, require_state
from motcua.desk.records import OWED
from motcua.desk.states import State
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal

SERIES, REFUNDS = "BL", "HT"
MOST_VND = 1_000_000_000


class AmountWrong(Refusal):
    code = "amount_wrong"
    message = "Số tiền phải là số nguyên đồng, lớn hơn 0 và không quá 1.000.000.000 đồng."


class NothingIsCharged(Refusal):
    code = "nothing_is_charged"
    status = 409
    message = "Thủ tục này không thu {kind}. Đề nghị ông/bà không yêu cầu người nộp hồ sơ nộp khoản này."


class AlreadyPaid(Refusal):
    code = "already_paid"
    status = 409
    message = "Khoản này đã được nộp. Đề nghị ông/bà tải lại trang để xem biên lai."


class ChargeCancelled(Refusal):
    code = "charge_cancelled"
    status = 409
    message = "Khoản thu này đã được hủy. Đề nghị ông/bà tải lại trang để xem khoản phải nộp."


class PaidIsRefunded(Refusal):
    code = "paid_charge_is_refunded"
    status = 409
    message = "Khoản này đã được nộp nên không hủy được. Đề nghị ông/bà ghi phiếu hoàn trả."


class NothingToRefund(Refusal):
    code = "nothing_to_refund"
    status = 409
    message = "Khoản này chưa được nộp hoặc đã hoàn trả. Đề nghị ông/bà tải lại trang."


class TakerDoesNotRefund(Refusal):
    code = "taker_does_not_refund"
    status = 403
    message = "Ông/bà là người đã thu khoản này. Đề nghị cán bộ khác ghi phiếu hoàn trả."


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

    Raises AmountWrong, NothingIsCharged, NotInThisState, DeskRule (asked before), NotFound, NotAuthorised.
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
        if kind not in kinds_of(dossier.procedure):
            raise NothingIsCharged(kind=Charge.Kind(kind).label.lower())
        charge = Charge.objects.create(
            dossier=dossier, kind=kind, amount_vnd=amount_vnd, asked_by=authority.subject, unit=dossier.unit
        )
        came_from = dossier.state
        if wait:
            move(dossier, State.PAYMENT, paused_at=now)
            deliveries.promise_moved(dossier)
        words = f"Yêu cầu nộp {Charge.Kind(kind).label.lower()}."
        noted_by(dossier, "charge_asked", words, authority, from_state=came_from)
        return charge


def kinds_of(procedure: Procedure) -> tuple[Charge.Kind, ...]:
    """What may be asked for it: a sum that the catalogue knows, or one that is set elsewhere; 0 is nothing."""
    sums = {Charge.Kind.FEE: procedure.fee_vnd, Charge.Kind.CHARGE: procedure.charge_vnd}
    return tuple(kind for kind, amount in sums.items() if amount != 0)


def cancel(*, authority: Authority, charge_id: uuid.UUID, reason: str, now: datetime) -> Charge:
    """Called off before it was paid, by whoever may ask for it; a dossier that waited for nothing else goes on.

    Raises PaidIsRefunded, ChargeCancelled, ReasonWanted, NotWhereItLies, NotFound, NotAuthorised.
    """
    if not authority.powers & {Power.RECEIVE_DOSSIER, Power.PROCESS}:
        raise NotAuthorised
    words = moving.reason_of(reason)
    with moving.locked(authority, _dossier_of(authority, charge_id)) as dossier:
        if not authority.works_for(dossier.unit_id):
            moving.require_here(dossier, authority)
        gone = Charge.objects.filter(OWED, public_id=charge_id, dossier=dossier).update(
            cancelled_at=now, cancelled_by=authority.subject, cancel_reason=words
        )
        charge = Charge.objects.get(public_id=charge_id)
        if not gone:
            raise PaidIsRefunded if charge.paid_at is not None else ChargeCancelled
        came_from = dossier.state
        _go_on(dossier, now)
        said = f"Hủy yêu cầu nộp {charge.get_kind_display().lower()}."
        noted_by(dossier, "charge_cancelled", said, authority, from_state=came_from)
        return charge


def refund(*, authority: Authority, charge_id: uuid.UUID, reason: str, now: datetime) -> Charge:
    """The whole sum given back, with a number of its own series; the payment and its receipt stay as they were.

    Raises NothingToRefund, TakerDoesNotRefund, ReasonWanted, NotWhereItLies, NotFound, NotAuthorised.
    """
    if not authority.powers & {Power.RECEIVE_DOSSIER, Power.HAND_OUT}:
        raise NotAuthorised
    words = moving.reason_of(reason)
    with moving.locked(authority, _dossier_of(authority, charge_id)) as dossier:
        moving.require_received_here(dossier, authority)
        charge = Charge.objects.get(public_id=charge_id)
        if charge.paid_at is None or charge.refunded_at is not None:
            raise NothingToRefund
        if charge.taken_by == authority.subject:
            raise TakerDoesNotRefund
        Charge.objects.filter(pk=charge.pk, refunded_at=None).update(
            refunded_at=now,
            refunded_by=authority.subject,
            refunded_by_name=moving.name_of(authority),
            refund_reason=words,
            refund_number=numbering.draw_in_year(dossier.unit_id, REFUNDS, now),
        )
        noted_by(dossier, "charge_refunded", f"Hoàn trả {charge.get_kind_display().lower()}.", authority)
    charge.refresh_from_db()
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
        noted_by(dossier, "charge_paid", "Đã thu phí, lệ phí.", authority)
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


@dataclass(frozen=True, slots=True)
class CashDay:
    """One day of a unit's money, in VND: what came in, what was given back, and what is left of it."""

    taken: list[Charge]
    refunded: list[Charge]

    @property
    def total_taken(self) -> int:
        return sum(charge.amount_vnd for charge in self.taken)

    @property
    def total_refunded(self) -> int:
        return sum(charge.amount_vnd for charge in self.refunded)

    @property
    def net(self) -> int:
        return self.total_taken - self.total_refunded


def cash_day(authority: Authority, day: date) -> CashDay:
    """The unit's cash list of a day, both parts in their order; two queries. A refund counts on its own day.

    Raises NotAuthorised.
    """
    if not authority.powers & {Power.RECEIVE_DOSSIER, Power.HAND_OUT, Power.INSPECT}:
        raise NotAuthorised
    begin = timezone.make_aware(datetime.combine(day, time()))
    end = begin + timedelta(days=1)
    rows = Charge.objects.filter(unit_id__in=authority.units).select_related("dossier__procedure")
    return CashDay(
        taken=list(rows.filter(paid_at__gte=begin, paid_at__lt=end).order_by("paid_at", "id")),
        refunded=list(rows.filter(refunded_at__gte=begin, refunded_at__lt=end).order_by("refunded_at", "id")),
    )


def _pay(dossier: Dossier, charge_id: uuid.UUID, now: datetime, **how: object) -> None:
    require_state(dossier, *OPEN, State.DONE)
    number = numbering.draw_in_year(dossier.unit_id, SERIES, now)
    paid = Charge.objects.filter(OWED, public_id=charge_id, dossier=dossier).update(
        paid_at=now, receipt_number=number, **how
    )
    if not paid:
        called_off = Charge.objects.filter(public_id=charge_id, cancelled_at__isnull=False).exists()
        raise ChargeCancelled if called_off else AlreadyPaid
    _go_on(dossier, now)


def _go_on(dossier: Dossier, now: datetime) -> None:
    """When nothing is owed any more, what waited for the money is worked on again."""
    owed = Charge.objects.filter(OWED, dossier=dossier).exists()
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
