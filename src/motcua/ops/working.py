"""The worker: sends what is to be sent, does what was promised, seals the journal, clears what has lapsed.

No transaction is open between the rounds or while somebody outside is asked. A stop is heeded between two
rounds, so the item in hand is finished first.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils.module_loading import import_string

from motcua.health import beating
from motcua.journal import sealing, witnessing
from motcua.kernel.refusal import Refusal
from motcua.ops import half_restored, handlers, lookups_fit, metrics
from motcua.ops.holding import unless_held
from motcua.outbox import errands, looking, mailing, rescuing, sending
from motcua.outbox.lines import Line
from motcua.outbox.ports import EmailGateway

_log = logging.getLogger("motcua.worker")
_SILENT = 503  # a refusal of somebody who does not answer now; any other out of a round is a fault
_PAUSE = 0.25
_PAUSE_AFTER_TROUBLE = 2.0
_IN_HAND = 3.0  # what takes longer is taken up by the next worker, with the same reference or Message-ID
_BATCH = 5  # a stop waits for at most this many items


@dataclass(slots=True)
class Round:
    kind: str
    work: Callable[[], int]
    every: float
    due_at: float = 0.0
    #: Asked first where the round comes several times a second; what says no has nothing to do.
    looks: Callable[[], bool] | None = None
    waits: str = ""  # the code of the silence that its last go met: told once


def rounds() -> list[Round]:
    known, rests = handlers.handlers(), errands.Rests()
    return [
        Round(
            "errand",
            unless_held(lambda: errands.run_due(known, limit=_BATCH, rests=rests)),
            every=0.0,
            looks=looking.errands,
        ),
        Round("seal", beating.watched("seal", _seal, 5.0), every=5.0),
        *(Round(kind, work, every) for kind, work, every in handlers.chores()),
    ]


def text_rounds(lines: Sequence[Line], *, first: bool) -> list[Round]:
    """Texts have threads of their own: a provider that takes its time holds up neither errands nor the others."""
    send = unless_held(lambda: sending.send_due(gateway=lines, limit=_BATCH))
    texts = [Round("message", send, every=0.0, looks=looking.texts)]
    if first:
        rescue = unless_held(lambda: rescuing.rescue_due(lines=lines, limit=_BATCH))
        texts.append(Round("rescue", rescue, every=0.5))
    return texts


def mail_rounds() -> list[Round]:
    """Letters have a thread of their own: a mail server may take its time, a code by SMS may not wait for it."""
    if not settings.MAIL_HOST:
        return []
    gateway: EmailGateway = import_string(settings.EMAIL_GATEWAY)()
    return [
        Round(
            "letter",
            unless_held(lambda: mailing.send_due(gateway=gateway, limit=_BATCH)),
            every=0.0,
            looks=looking.letters,
        )
    ]


def national_rounds() -> list[Round]:
    """Cổng DVCQG has a thread of its own too: its silence keeps no citizen's message waiting."""
    if not settings.NATIONAL_SYNC:
        return []
    known, rests = handlers.national_handlers(), errands.Rests()
    tell = unless_held(lambda: errands.run_due(known, limit=_BATCH, rests=rests))
    return [Round("national", tell, every=0.0, looks=looking.errands)]


def _seal() -> int:
    return sealing.seal_due(datetime.now(UTC), settings.KEYRING.journal_key, witnessing.configured())


def main() -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    lines: Sequence[Line] = import_string(settings.SMS_LINES)()
    planned = [
        mail_rounds(),
        national_rounds(),
        *(text_rounds(lines, first=nth == 0) for nth in range(settings.SMS_SENDERS)),
    ]
    beside = [threading.Thread(target=work_until, args=(stop, one), daemon=True) for one in planned if one]
    for thread in beside:
        thread.start()
    work_until(stop, rounds())
    until = time.monotonic() + _IN_HAND
    for thread in beside:
        thread.join(max(0.0, until - time.monotonic()))
    _say_goodbye()


def _say_goodbye() -> None:
    """A worker that was stopped is not missed; where the database is gone as well, it is forgotten in a day."""
    try:
        beating.gone()
    except DatabaseError:
        _log.warning("database not reached", extra={"kind": "pulse"})
    finally:
        connection.close()


def work_until(stop: threading.Event, planned: list[Round]) -> None:
    _log.info("worker started")
    while not stop.is_set():
        stop.wait(_pass(planned, stop))
    connection.close()
    _log.info("worker stopped")


def _pass(planned: list[Round], stop: threading.Event) -> float:
    """One go over everything that is due; answers how long to rest."""
    rest = _PAUSE
    for each in planned:
        if stop.is_set() or time.monotonic() < each.due_at:
            continue
        each.due_at = time.monotonic() + each.every
        done = _try(each)
        if done is None:
            rest = max(rest, _PAUSE_AFTER_TROUBLE)
        elif done >= _BATCH and each.every == 0.0:
            rest = 0.0
    return rest


def _try(each: Round) -> int | None:
    """A round that raises is told and tried again later: the other rounds must go on.

    Nothing is done over rows that were brought back and not proved yet, or in which nobody is found with our keys.
    """
    try:
        idle = (each.looks is not None and not each.looks()) or half_restored.stands() or lookups_fit.miss()
        done = 0 if idle else each.work()
    except DatabaseError:
        _log.warning("database not reached", extra={"kind": each.kind})
        close_old_connections()
        connection.close()
    except Exception as failure:
        # A silence that is foreseen, as of a portal for an hour: neither a traceback nor a line each time.
        silence = failure.code if isinstance(failure, Refusal) and failure.status == _SILENT else ""
        if not silence:
            _log.exception("round failed", extra={"kind": each.kind})
        elif each.waits == silence:
            _log.debug("round waits", extra={"kind": each.kind, "code": silence})
        else:
            _log.warning("round waits", extra={"kind": each.kind, "code": silence})
        each.waits = silence
    else:
        each.waits = ""
        metrics.count_work(each.kind, done)
        return done
    metrics.count_failed_work(each.kind)
    return None
