"""Texts leave: promised with the caller's transaction, claimed in a short one, sent in none."""

import logging
import secrets
import uuid
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from django.conf import settings
from django.db import transaction
from django.db.models import Func, Q, QuerySet

from motcua.kernel.phone import Phone
from motcua.kernel.sealing import SealBroken
from motcua.kernel.training_stamp import stamped_text
from motcua.outbox import carrying, health, quiet_hours
from motcua.outbox.carrying import Carried, Outcome, Text
from motcua.outbox.clock import DbClock
from motcua.outbox.gsm7 import SEGMENT
from motcua.outbox.lines import Carriers, lines_of
from motcua.outbox.models import Message

log = logging.getLogger(__name__)

#: A gateway answers within 4 s; a worker that died holds its message no longer than this.
LEASE = timedelta(seconds=15)
#: With less than this left, a code would arrive too late to be typed in.
LAST_MOMENT = timedelta(seconds=2)
#: With waits of at most 5 minutes this is about a day of trying.
MAX_ATTEMPTS = 300
#: Words of a notice whose delivery was never told of; a code's go when it ends.
WORDS_KEPT = 3 * carrying.NOTICE_WAIT
#: So many refusals in a row mean that the line is down: the rest of the round waits.
BUSY_IN_A_ROW = 3

_OTP_PREFIX = "otp"
_USUALLY_GONE_AFTER = timedelta(seconds=1)


class Progress(StrEnum):
    """What the screen says about a message: still with us, taken by the gateway, or never going to arrive."""

    WAITING = "WAITING"
    SENT = "SENT"
    FAILED = "FAILED"


_PROGRESS = {
    Message.State.WAITING: Progress.WAITING,
    Message.State.SENDING: Progress.WAITING,
    Message.State.SENT: Progress.SENT,
    Message.State.DELIVERED: Progress.SENT,
    Message.State.FAILED: Progress.FAILED,
    Message.State.EXPIRED: Progress.FAILED,
}


def enqueue(
    *,
    to: Phone,
    text: str,
    purpose: str,
    dedupe_key: str,
    expires_at: datetime | None = None,
    not_before: datetime | None = None,
    unit_code: str = "",
) -> Message:
    """Promise one text, with the caller's transaction: it leaves if that commits.

    The same ``dedupe_key`` (ids, never a number) again gives the message already promised. A text that
    expires is an OTP: it is never sent late. Other texts wait for the morning (outbox/quiet_hours.py).
    ``unit_code``: whose bill it is on; empty where somebody helped themselves.
    """
    if expires_at is None and purpose.lower().startswith(_OTP_PREFIX):
        raise ValueError("an OTP needs expires_at")
    if settings.TRAINING:
        text = stamped_text(text, SEGMENT)
    reference = uuid.uuid4()
    row = str(reference)
    Message.objects.bulk_create(
        [
            Message(
                kind=Message.Kind.NOTICE if expires_at is None else Message.Kind.OTP,
                purpose=purpose,
                reference=reference,
                dedupe_key=dedupe_key,
                to_sealed=settings.KEYRING.seal("outbox.to", row, to.value),
                to_bi=settings.KEYRING.fingerprint("phone", to.value),
                to_masked=to.masked,
                body_sealed=settings.KEYRING.seal("outbox.body", row, text),
                created_at=DbClock(),
                not_before=_first_moment(purpose, expires_at, not_before),
                expires_at=expires_at,
                unit_code=unit_code,
            )
        ],
        ignore_conflicts=True,
    )
    return Message.objects.get(dedupe_key=dedupe_key)


def _first_moment(purpose: str, expires_at: datetime | None, wanted: datetime | None) -> datetime | Func:
    if expires_at is not None or purpose in quiet_hours.AT_ANY_HOUR:
        return wanted or DbClock()
    return quiet_hours.first_moment(wanted)


def status(message_id: int) -> Progress:
    """Whether the gateway took it. One that is forgotten by now is over."""
    state = Message.objects.filter(pk=message_id).values_list("state", flat=True).first()
    return _PROGRESS[Message.State(state)] if state else Progress.SENT


def usual_status(promised_at: datetime) -> Progress:
    """What a code promised then would show by now: for codes that were never meant to leave (threats T-08).

    As the others fare: with us for the first second, and for as long as an earlier code is still waiting.
    """
    waits = Q(state__in=[Message.State.WAITING, Message.State.SENDING]) & ~_is_too_late()
    held_up = Q(kind=Message.Kind.OTP, created_at__lte=DbClock() - _USUALLY_GONE_AFTER) & waits
    young = Q(created_at__gte=promised_at, created_at__gt=DbClock() - _USUALLY_GONE_AFTER)
    seen = Message.objects.filter(held_up | young)
    return Progress.WAITING if seen.exists() else Progress.SENT


def receiver_of(message_id: int) -> Phone:
    """Who a message was for: to tell the same phone something more."""
    message = Message.objects.get(pk=message_id)
    return Phone.parse(settings.KEYRING.open("outbox.to", str(message.reference), message.to_sealed))


def send_due(*, gateway: Carriers, limit: int = 50) -> int:
    """Send what is due, codes first; returns how many were taken. ``gateway``: one, or all lines there are.

    Called with no transaction open. Any number of workers may do this at once.
    """
    _expire()
    lines = lines_of(gateway)
    sent = busy = 0
    for _ in range(limit):
        # What nobody would be asked to carry now waits where it is, and its tries are not used up.
        if not health.may_leave(health.read(lines)):
            break
        message = _claim()
        if message is None:
            break
        # No transaction is open here: a slow operator must hold neither locks nor a snapshot.
        outcome = _send(message, lines)
        sent += outcome is _Outcome.TAKEN
        busy = busy + 1 if outcome is _Outcome.BUSY else 0
        if busy >= BUSY_IN_A_ROW:
            break
    return sent


class _Outcome(Enum):
    TAKEN = auto()
    BUSY = auto()
    OVER = auto()


@transaction.atomic(durable=True)
def _claim() -> Message | None:
    """Take the next due message for one lease. A row whose lease ran out is due again."""
    message = (
        Message.objects.filter(_is_due(), ~_is_too_late())
        .order_by("-kind", "not_before", "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if message is None:
        return None
    message.lease = uuid.uuid4()
    message.attempts += 1
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.SENDING,
        lease=message.lease,
        lease_until=DbClock() + LEASE,
        attempts=message.attempts,
    )
    return message


def _send(message: Message, gateway: Carriers) -> _Outcome:
    if not _held(message).filter(~_is_too_late()).exists():
        _finish(message, state=Message.State.EXPIRED)
        return _Outcome.OVER
    try:
        text = opened(message)
    except SealBroken:
        log.error("outbox.unreadable", extra={"reference": str(message.reference)})
        _finish(message, state=Message.State.FAILED, failure="unreadable")
        return _Outcome.OVER
    standings = health.read(lines_of(gateway))
    carried = carrying.carry(
        text, standings, still_held=lambda: _held(message).filter(~_is_too_late()).exists()
    )
    match carried.outcome:
        case Outcome.TAKEN:
            _taken(message, carried)
            return _Outcome.TAKEN
        case Outcome.REFUSED:
            _finish(message, state=Message.State.FAILED, failure=carried.failure)
            return _Outcome.OVER
        case Outcome.BUSY:
            _try_later(message, failure=carried.failure)
            return _Outcome.BUSY


def opened(message: Message) -> Text:
    """Whom it is for and what it says. Raises SealBroken."""
    row = str(message.reference)
    to = Phone.parse(settings.KEYRING.open("outbox.to", row, message.to_sealed))
    return Text(message, to, settings.KEYRING.open("outbox.body", row, message.body_sealed or b""))


def _taken(message: Message, carried: Carried) -> None:
    """Where news of it will come, the words are kept until then: another provider may have to say them."""
    told = carried.line is not None and carried.line.receipts
    kept = {"body_sealed": message.body_sealed} if told else {}
    _finish(
        message,
        state=Message.State.SENT,
        gateway_receipt=carried.receipt[:100],
        sent_at=DbClock(),
        failure="",
        **kept,
    )


def _expire() -> None:
    """What is too late is over, and what it said is erased."""
    Message.objects.filter(
        Q(state=Message.State.WAITING) | Q(state=Message.State.SENDING, lease_until__lte=DbClock()),
        _is_too_late(),
    ).update(state=Message.State.EXPIRED, body_sealed=None, lease=None, lease_until=None)
    Message.objects.filter(
        _is_too_late() | Q(expires_at__isnull=True, sent_at__lte=DbClock() - WORDS_KEPT),
        state=Message.State.SENT,
        body_sealed__isnull=False,
    ).update(body_sealed=None)


def _finish(message: Message, **changes: object) -> None:
    """A worker whose lease ran out changes nothing."""
    _held(message).update(**{"body_sealed": None, "lease": None, "lease_until": None, **changes})


def _try_later(message: Message, *, failure: str) -> None:
    if message.attempts >= MAX_ATTEMPTS:
        _finish(message, state=Message.State.FAILED, failure=failure)
        return
    _held(message).update(
        state=Message.State.WAITING,
        lease=None,
        lease_until=None,
        failure=failure,
        not_before=DbClock()
        + pause(message.attempts, longest=4 if message.kind == Message.Kind.OTP else 300),
    )


def pause(attempts: int, *, longest: float) -> timedelta:
    """Twice as long each time, up to ``longest`` seconds; jitter keeps a queue from coming back at once."""
    return timedelta(seconds=min(float(longest), 2.0 ** min(attempts, 30))) * spread()


def spread() -> float:
    """Jitter: from a half to one, another each time."""
    return 0.5 + secrets.randbelow(1000) / 2000


def _held(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, lease=message.lease)


def _is_due() -> Q:
    return Q(state=Message.State.WAITING, not_before__lte=DbClock()) | Q(
        state=Message.State.SENDING, lease_until__lte=DbClock()
    )


def _is_too_late() -> Q:
    return Q(expires_at__isnull=False, expires_at__lte=DbClock() + LAST_MOMENT)
