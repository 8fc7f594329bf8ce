"""Nộp trực tuyến: an owner pays what a dossier owes, and the desk believes the payment system only.

The order's reference is made of the charge, so beginning twice is one order and two news of it are one payment.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from motcua import journal
from motcua.desk import charging, dossiers
from motcua.desk.charging import AlreadyPaid, ChargeCancelled
from motcua.desk.models import Charge, Dossier
from motcua.desk.moving import NotInThisState, require_state
from motcua.desk.ports import PaymentGateway, PaymentNews, PaymentStatus, PaymentUnavailable
from motcua.desk.records import OWED
from motcua.desk.states import State
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.scope import EVERYTHING, Scope
from motcua.outbox import errands

RECHECK = "desk.payment"
_REFERENCE = re.compile(r"MC([0-9a-f]{32})")
_PAYABLE = (State.RECEIVED, State.PROCESSING, State.PAYMENT, State.DONE)
_PAUSE = 60
_ASKED_FOR = timedelta(days=2)


class AmountDiffers(Refusal):
    """The payment system took another sum than was asked: nobody guesses, the office looks at it."""

    code = "payment_amount_differs"
    message = (
        "Số tiền hệ thống thanh toán báo về khác số tiền phải nộp nên chưa được ghi nhận."
        " Đề nghị liên hệ bộ phận một cửa để được đối soát."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Which charge of which dossier, and who says it is their own."""

    subject: str
    dossier_id: uuid.UUID
    charge_id: uuid.UUID
    within: Scope = EVERYTHING


@dataclass(frozen=True, slots=True)
class Bill:
    """A charge as its owner sees it."""

    charge_id: uuid.UUID
    kind: str
    amount: str
    paid: bool


def bills_of(dossier: Dossier) -> list[Bill]:
    """What the owner of this dossier may pay on-line now. The caller decides whose dossier it is."""
    if dossier.state not in _PAYABLE:
        return []
    return [_bill(charge) for charge in Charge.objects.filter(OWED, dossier=dossier).order_by("id")]


def bill(asked: Asked) -> Bill:
    """One charge of an own dossier, paid or not. Raises NotFound."""
    return _bill(_own(asked))


def begin(asked: Asked, *, gateway: PaymentGateway, return_to: str, notify_to: str, now: datetime) -> str:
    """The page to pay on; from here on the worker asks too, should no news come. Hold no transaction.

    Raises NotFound, AlreadyPaid, ChargeCancelled, NotInThisState, PaymentUnavailable.
    """
    charge = _own(asked)
    if charge.paid_at is not None:
        raise AlreadyPaid
    if charge.cancelled_at is not None:
        raise ChargeCancelled
    require_state(charge.dossier, *_PAYABLE)
    # Promised first: an order that the other side took, but we did not hear of, is asked for as well.
    errands.promise(
        RECHECK,
        f"{RECHECK}:{charge.public_id}:{int(now.timestamp()) // _PAUSE}",
        {"charge": str(charge.public_id), "begun": int(now.timestamp())},
    )
    return gateway.begin(
        reference=reference_of(charge.public_id),
        amount_vnd=charge.amount_vnd,
        words=f"{charge.get_kind_display()}: {charge.dossier.procedure.name}"[:200],
        return_to=return_to,
        notify_to=notify_to,
    )


def look(asked: Asked, *, gateway: PaymentGateway, now: datetime) -> PaymentStatus:
    """Ask the payment system about an own charge, and believe its answer.

    Raises NotFound, PaymentUnavailable, AmountDiffers, AlreadyPaid.
    """
    return _ask(_own(asked), gateway, now)


def reference_of(charge_id: uuid.UUID) -> str:
    return f"MC{charge_id.hex}"


def believe(news: PaymentNews, *, now: datetime) -> bool:
    """Record a payment that the payment system told of, however often it tells; whether it is paid now.

    Raises NotFound, AmountDiffers, AlreadyPaid or ChargeCancelled (the money goes back).
    """
    charge = _charge_of(news.reference)
    if news.status != PaymentStatus.PAID:
        return charge.paid_at is not None
    if not news.transaction or news.amount_vnd != charge.amount_vnd:
        # Money came in that the desk cannot record: the office and the payment system compare their books.
        journal.record(
            "desk.payment.doubted", subject=f"charge:{charge.public_id}", unit_code=charge.unit.code
        )
        raise AmountDiffers
    try:
        charging.paid_online(charge_id=charge.public_id, reference=news.transaction, now=now)
    except (AlreadyPaid, ChargeCancelled, NotInThisState):
        # Paid twice, after it was called off, or when the dossier was over: the money goes back.
        journal.record(
            "desk.payment.doubled", subject=f"charge:{charge.public_id}", unit_code=charge.unit.code
        )
        raise
    return True


def handle_recheck(data: Mapping[str, errands.Fact], *, gateway: PaymentGateway) -> None:
    """No news came, perhaps: ask until the order is decided, for two days at most."""
    now = timezone.now()
    charge = Charge.objects.get(public_id=str(data["charge"]))
    late = now.timestamp() - int(data["begun"]) > _ASKED_FOR.total_seconds()
    try:
        status = _ask(charge, gateway, now)
    except PaymentUnavailable:
        status = PaymentStatus.PENDING
    except (AmountDiffers, AlreadyPaid, ChargeCancelled, NotInThisState):
        return  # written down for the office; asking again changes nothing
    if status == PaymentStatus.PENDING and not late:
        raise errands.TryLater(_PAUSE)


def _ask(charge: Charge, gateway: PaymentGateway, now: datetime) -> PaymentStatus:
    if charge.paid_at is not None:
        return PaymentStatus.PAID
    news = gateway.ask(reference_of(charge.public_id))
    believe(news, now=now)
    return news.status


def _own(asked: Asked) -> Charge:
    dossier = dossiers.dossier_of_owner(asked.subject, asked.dossier_id, within=asked.within)
    found = Charge.objects.filter(dossier=dossier, public_id=asked.charge_id).first()
    if found is None:
        raise NotFound
    found.dossier = dossier
    return found


def _bill(charge: Charge) -> Bill:
    amount = f"{charge.amount_vnd:,} đồng".replace(",", ".")
    return Bill(charge.public_id, str(Charge.Kind(charge.kind).label), amount, charge.paid_at is not None)


def _charge_of(reference: str) -> Charge:
    found = _REFERENCE.fullmatch(reference)
    charge = (
        Charge.objects.select_related("unit").filter(public_id=uuid.UUID(hex=found[1])).first()
        if found
        else None
    )
    if charge is None:
        raise NotFound
    return charge
