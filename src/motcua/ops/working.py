"""The worker: sends what is to be sent, does what was promised, seals the journal, clears what has lapsed.

No transaction is open between the rounds or while somebody outside is asked. A stop is heeded between two
rounds, so the item in hand is finished first.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils.module_loading import import_string

from motcua.journal import sealing, witnessing
from motcua.ops import handlers, metrics
from motcua.outbox import errands, mailing, sending
from motcua.outbox.ports import EmailGateway, SmsGateway

_log = logging.getLogger("motcua.worker")
_PAUSE = 0.25
_PAUSE_AFTER_TROUBLE = 2.0
_LETTER_IN_HAND = 3.0  # a letter that takes longer is sent again by the next worker, with the same Message-ID
_BATCH = 5  # a stop waits for at most this many items


@dataclass(slots=True)
class Round:
    kind: str
    work: Callable[[], int]
    every: float
    due_at: float = 0.0


def rounds() -> list[Round]:
    gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
    known, rests = handlers.handlers(), errands.Rests()
    return [
        Round("message", lambda: sending.send_due(gateway=gateway, limit=_BATCH), every=0.0),
        Round("errand", lambda: errands.run_due(known, limit=_BATCH, rests=rests), every=0.0),
        Round("seal", _seal, every=5.0),
        *(Round(kind, work, every) for kind, work, every in handlers.chores()),
    ]


def mail_rounds() -> list[Round]:
    """Letters have a thread of their own: a mail server may take its time, a code by SMS may not wait for it."""
    if not settings.MAIL_HOST:
        return []
    gateway: EmailGateway = import_string(settings.EMAIL_GATEWAY)()
    return [Round("letter", lambda: mailing.send_due(gateway=gateway, limit=_BATCH), every=0.0)]


def national_rounds() -> list[Round]:
    """Cổng DVCQG has a thread of its own too: its silence keeps no citizen's message waiting."""
    if not settings.NATIONAL_SYNC:
        return []
    known, rests = handlers.national_handlers(), errands.Rests()
    return [Round("national", lambda: errands.run_due(known, limit=_BATCH, rests=rests), every=0.0)]


def _seal() -> int:
    return sealing.seal_due(datetime.now(UTC), settings.KEYRING.journal_key, witnessing.configured())


def main() -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    beside = [
        threading.Thread(target=work_until, args=(stop, planned), daemon=True)
        for planned in (mail_rounds(), national_rounds())
        if planned
    ]
    for thread in beside:
        thread.start()
    work_until(stop, rounds())
    for thread in beside:
        thread.join(_LETTER_IN_HAND)


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
    """A round that raises is told and tried again later: the other rounds must go on."""
    try:
        done = each.work()
    except DatabaseError:
        _log.warning("database not reached", extra={"kind": each.kind})
        close_old_connections()
        connection.close()
    except Exception:
        _log.exception("round failed", extra={"kind": each.kind})
    else:
        metrics.count_work(each.kind, done)
        return done
    metrics.count_failed_work(each.kind)
    return None
