"""A text that its provider took and did not deliver goes on by another, once, while it is still worth reading."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.kernel.sealing import SealBroken
from motcua.outbox import carrying, delivery_news, health, sending
from motcua.outbox.carrying import Outcome
from motcua.outbox.clock import DbClock
from motcua.outbox.lines import Line
from motcua.outbox.models import Handover, Message, Provider

State = Handover.State


def rescue_due(*, lines: Sequence[Line], limit: int = 50) -> int:
    """Judge who delivers, then carry what is lost by a line that is up; returns how many were taken.

    Called with no transaction open. Of several workers one begins each try (outbox/carrying.py).
    """
    delivery_news.sweep()
    health.judge_silence(lines)
    taken = 0
    for message in _lost()[:limit]:
        taken += _carry_on(message, lines)
    return taken


def _lost() -> "QuerySet[Message]":
    """Taken, not delivered, words still here, and every provider that had it has failed it."""
    own = Handover.objects.filter(reference=OuterRef("reference"))
    silent = Provider.objects.filter(
        code=OuterRef("provider"), state=Provider.State.RESTING, cause=Provider.Cause.UNDELIVERED
    )
    long_ago = Q(kind=Message.Kind.OTP, taken_at__lte=DbClock() - health.GRACE) | Q(
        kind=Message.Kind.NOTICE, taken_at__lte=DbClock() - carrying.NOTICE_WAIT
    )
    failed_it = Q(state__in=[State.UNDELIVERED, State.REFUSED, State.BUSY]) | (
        Q(state=State.TAKEN) & Exists(silent) & long_ago
    )
    return (
        Message.objects.filter(state=Message.State.SENT, body_sealed__isnull=False)
        .exclude(expires_at__isnull=False, expires_at__lte=DbClock() + sending.LAST_MOMENT)
        .filter(Exists(own), ~Exists(own.exclude(failed_it)))
        .order_by("-kind", "id")
    )


def _carry_on(message: Message, lines: Sequence[Line]) -> bool:
    tried = carrying.earlier(message.reference)
    standings = health.read(lines)
    others = [
        one.line
        for one in standings
        if one.line.code not in tried or tried[one.line.code].state == State.BUSY
    ]
    up = {one.line.code for one in standings if one.up}
    try:
        text = sending.opened(message)
    except SealBroken:
        _give_up(message, "unreadable")
        return False
    for line in others:
        if line.code not in up:
            continue
        carried = carrying.hand_over(text, line, held=False)
        if carried.outcome is Outcome.TAKEN:
            _taken(message, line, carried.receipt)
            return True
    settled = all(handover.state in (State.UNDELIVERED, State.REFUSED) for handover in tried.values())
    if settled and not others:
        _give_up(message, "undelivered")
    return False


def _taken(message: Message, line: Line, receipt: str) -> None:
    still = Message.objects.filter(pk=message.pk, state=Message.State.SENT)
    still.update(gateway_receipt=receipt[:100])
    if not line.receipts:
        still.update(body_sealed=None)


def _give_up(message: Message, failure: str) -> None:
    Message.objects.filter(pk=message.pk, state=Message.State.SENT).update(
        state=Message.State.FAILED, sent_at=None, body_sealed=None, failure=failure
    )
