"""One text and the lines it may take: what was tried where is written down before and after each try.

Where a text may have been taken, another provider gets it only if that is right for its kind. A code that is
still alive goes on at once: two texts are better than none, and both say the same. A notice waits until the
first provider says what became of it, or long enough that it will not.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import BooleanField, Case, Value, When

from motcua.kernel.phone import Phone
from motcua.outbox import delivery_news, health
from motcua.outbox.clock import DbClock
from motcua.outbox.gsm7 import parts
from motcua.outbox.health import Standing
from motcua.outbox.lines import Line
from motcua.outbox.models import Handover, Message
from motcua.outbox.ports import CannotCarry, MaybeTaken, NumberRejected, OperatorBusy, Throttled

if TYPE_CHECKING:
    from uuid import UUID

log = logging.getLogger(__name__)

#: So long a notice that may have been taken waits before another provider carries it.
NOTICE_WAIT = timedelta(minutes=10)
#: A try that nobody finished: its worker is gone.
ABANDONED = timedelta(seconds=15)

State = Handover.State
_NOT_AGAIN = frozenset({State.TAKEN, State.UNDELIVERED, State.DELIVERED, State.REFUSED})
_PERHAPS = frozenset({State.TRYING, State.DOUBTFUL})
_WITH_THEM = frozenset({State.TAKEN, State.DELIVERED})
_GIVEN_UP = frozenset({State.REFUSED, State.UNDELIVERED})


class Outcome(Enum):
    TAKEN = auto()
    REFUSED = auto()
    BUSY = auto()


@dataclass(frozen=True, slots=True, repr=False)
class Text:
    """A message opened for carrying."""

    message: Message
    to: Phone
    words: str

    @property
    def kind(self) -> str:
        return str(self.message.kind)


@dataclass(frozen=True, slots=True)
class Carried:
    outcome: Outcome
    line: Line | None = None
    receipt: str = ""
    failure: str = ""


def carry(text: Text, standings: Sequence[Standing], *, still_held: Callable[[], bool]) -> Carried:
    """Ask the lines in turn until one takes the text. No transaction may be open.

    What was taken already is not offered again: a worker may be lost between the line's yes and the message's own row,
    and news may say that a doubtful text was taken.
    """
    tried = earlier(text.message.reference)
    failure = "operator_busy"
    for line in health.order(standings, reference=text.message.reference.int, kind=text.kind):
        if _is_with(tried) or not still_held():
            break
        if not may_try(line, text.kind, tried):
            continue
        carried = hand_over(text, line, held=True)
        if carried.outcome is Outcome.TAKEN:
            return carried
        failure = carried.failure or failure
        tried = earlier(text.message.reference)
    if own := _is_with(tried):
        taker = next((one.line for one in standings if one.line.code == own.provider), None)
        return Carried(Outcome.TAKEN, taker, own.receipt)
    in_use = [one.line.code for one in standings if not one.off]
    if in_use and all(code in tried and tried[code].state in _GIVEN_UP for code in in_use):
        lost = any(tried[code].state == State.UNDELIVERED for code in in_use)
        return Carried(Outcome.REFUSED, failure="undelivered" if lost else failure)
    return Carried(Outcome.BUSY, failure=failure)


def _is_with(tried: Mapping[str, Handover]) -> Handover | None:
    """The line that has the text, as far as it is known."""
    return next((handover for handover in tried.values() if handover.state in _WITH_THEM), None)


def earlier(reference: "UUID") -> dict[str, Handover]:
    """What was tried with this text; ``waited``: so long ago that news would have come."""
    waited = Case(
        When(tried_at__lte=DbClock() - NOTICE_WAIT, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    found = Handover.objects.filter(reference=reference).annotate(waited=waited)
    return {handover.provider: handover for handover in found}


def may_try(line: Line, kind: str, tried: Mapping[str, Handover]) -> bool:
    """Not twice by one provider, and not by a second one while a notice may still be with the first."""
    own = tried.get(line.code)
    if own is not None and (own.state in _NOT_AGAIN or (own.state in _PERHAPS and not line.repeatable)):
        return False
    if kind == Message.Kind.OTP:
        return True
    others = [handover for code, handover in tried.items() if code != line.code]
    return all(
        handover.state not in _PERHAPS or handover.waited  # type: ignore[attr-defined]
        for handover in others
    )


def hand_over(text: Text, line: Line, *, held: bool) -> Carried:
    """One try at one line, noted before and after. ``held``: nobody else has this text in hand."""
    if not _begin(text, line, held=held):
        return Carried(Outcome.BUSY)
    reference = str(text.message.reference)
    try:
        receipt = line.gateway.send(to=text.to, text=text.words, reference=reference)
    except NumberRejected as no:
        failure = "no_template" if isinstance(no, CannotCarry) else "number_rejected"
        _end(text, line, State.REFUSED, failure=failure)
        return Carried(Outcome.REFUSED, line, failure=failure)
    except OperatorBusy as busy:
        return _not_taken(text, line, busy)
    except Exception as broken:
        # Our bug or theirs: one message must not stop the others. Its words may hold a number: log the type.
        log.error("outbox.gateway_broken", extra={"kind": type(broken).__name__, "reference": reference})
        _end(text, line, State.DOUBTFUL, failure="gateway_broken")
        health.failed(line, "gateway_broken")
        return Carried(Outcome.BUSY, line, failure="gateway_broken")
    _end(text, line, State.TAKEN, receipt=receipt)
    health.took(line)
    if line.receipts:
        delivery_news.apply_waiting(line.code, receipt[:100])
    return Carried(Outcome.TAKEN, line, receipt)


def _not_taken(text: Text, line: Line, busy: OperatorBusy) -> Carried:
    state = State.DOUBTFUL if isinstance(busy, MaybeTaken) else State.BUSY
    failure = "throttled" if isinstance(busy, Throttled) else "operator_busy"
    failure = "no_answer" if state == State.DOUBTFUL else failure
    _end(text, line, state, failure=failure)
    if failure != "throttled":
        health.failed(line, failure)
    return Carried(Outcome.BUSY, line, failure="operator_busy")


def _begin(text: Text, line: Line, *, held: bool) -> bool:
    """Committed before anything leaves. False where another worker is at it, or it is over there."""
    count, message = parts(text.words), text.message
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO outbox_handover AS h (reference, provider, kind, purpose, unit_code, state, tries, parts,
                                              price_vnd, tried_at, receipt, failure)
            VALUES (%s, %s, %s, %s, %s, 'TRYING', 1, %s, %s, clock_timestamp(), '', '')
            ON CONFLICT (reference, provider) DO UPDATE
               SET state = 'TRYING', tries = h.tries + 1, tried_at = clock_timestamp(), failure = ''
             WHERE h.state IN ('BUSY', 'DOUBTFUL')
                OR h.state = 'TRYING' AND (%s OR h.tried_at <= clock_timestamp() - %s * interval '1 second')
            RETURNING h.id
            """,
            [
                message.reference,
                line.code,
                message.kind,
                message.purpose,
                message.unit_code,
                count,
                line.price(text.to, count),
                held,
                ABANDONED.total_seconds(),
            ],
        )
        return cursor.fetchone() is not None


def _end(text: Text, line: Line, state: State, *, failure: str = "", receipt: str = "") -> None:
    """News may have come first: what is known better stays."""
    taken = {"taken_at": DbClock(), "receipt": receipt[:100]} if state == State.TAKEN else {}
    own = Handover.objects.filter(reference=text.message.reference, provider=line.code)
    if not own.filter(state=State.TRYING).update(
        state=state, failure=failure, answered_at=DbClock(), **taken
    ):
        own.filter(receipt="").update(receipt=receipt[:100], answered_at=DbClock())
