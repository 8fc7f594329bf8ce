"""Errands: what a transaction promised to have done outside it, done once and not forgotten."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField
from django.db.models.lookups import Exact
from django.utils import timezone

from motcua.outbox.clock import DbClock
from motcua.outbox.models import Errand
from motcua.outbox.sending import pause, spread

log = logging.getLogger(__name__)

Fact = str | int | bool
Handler = Callable[[Mapping[str, Fact]], None]

#: Longer than any handler takes; a worker that died holds its errand no longer than this.
LEASE = timedelta(seconds=120)
#: The fact that names whose errand it is: of one line the next is begun when the one before is done or given up.
LINE = "line"
#: With waits of at most an hour this is about half a day of failing.
MAX_ATTEMPTS = 20
_LONGEST_PAUSE = 3600
#: A neighbour that was silent is tried again within this, however long the silence lasts.
_LONGEST_REST = 30
_LOST_ANSWERS = 2
_LONGEST_SILENCE = 300

_ID = re.compile(r"[A-Za-z0-9_.:@/-]{0,120}")
_NUMBER_OF_A_PERSON = re.compile(r"\+?[0-9]{9,12}")


class TryLater(Exception):
    """A handler cannot go on yet through no fault of its own; never counts towards giving up."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("try later")


class Silence(TryLater):
    """Nobody answers: all errands of this kind rest, and one of them finds out when the silence is over."""


@dataclass(slots=True)
class Rests:
    """Which kinds rest, in this process: a silence of half an hour is not asked about by every errand in turn."""

    clock: Callable[[], float] = time.monotonic
    _until: dict[str, float] = field(default_factory=dict)
    _times: dict[str, int] = field(default_factory=dict)

    def awake(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """The kinds that may be tried now."""
        return tuple(kind for kind in kinds if self._until.get(kind, 0.0) <= self.clock())

    def heard(self, kind: str) -> None:
        """Somebody answered: the rest of them need not wait."""
        self._until.pop(kind, None)
        self._times.pop(kind, None)

    def silent(self, kind: str) -> None:
        """One lost answer is no silence; from the third in a row they rest, twice as long each time, with jitter."""
        self._times[kind] = self._times.get(kind, 0) + 1
        if (beyond := self._times[kind] - _LOST_ANSWERS) > 0:
            self._until[kind] = self.clock() + pause(beyond, longest=_LONGEST_REST).total_seconds()


#: Part of every reception: plain SQL.
_PROMISE: Final = """
    INSERT INTO outbox_errand (kind, key, data, state, created_at, not_before, attempts, failure)
    VALUES (%s, %s, %s::jsonb, 'WAITING', clock_timestamp(), clock_timestamp(), 0, '')
    ON CONFLICT DO NOTHING
"""


def promise(kind: str, key: str, data: Mapping[str, Fact]) -> None:
    """Have ``kind`` done, with the caller's transaction. The same key again is the same promise.

    With a fact ``line`` (an opaque id) errands of the same line are done one after the other, in this order.
    """
    for name, fact in data.items():
        if isinstance(fact, str) and (not _ID.fullmatch(fact) or _NUMBER_OF_A_PERSON.fullmatch(fact)):
            raise ValueError(f"{kind}: {name} is not an id")
    with connection.cursor() as cursor:
        cursor.execute(_PROMISE, [kind, key, json.dumps(dict(data))])


def keep(kind: str, key: str) -> None:
    """What was promised was done by somebody else, with the caller's transaction: nobody need come back to it."""
    Errand.objects.filter(kind=kind, key=key, state=Errand.State.WAITING).update(
        state=Errand.State.DONE, done_at=DbClock(), failure=""
    )


def run_due(handlers: Mapping[str, Handler], limit: int = 20, rests: Rests | None = None) -> int:
    """Do what is due; returns how many are done. Called with no transaction open; a handler opens its own.

    A handler may be called again after a crash: it makes its own second call harmless. ``rests`` remembers from
    one round to the next who is silent.
    """
    _bury()
    known, done = rests or Rests(), 0
    for _ in range(limit):
        errand = _claim(known.awake(tuple(handlers)))
        if errand is None:
            break
        done += _run(errand, handlers[errand.kind], known)
    return done


def _run(errand: Errand, handler: Handler, rests: Rests) -> bool:
    try:
        handler(errand.data)
    except TryLater as later:
        if isinstance(later, Silence):
            rests.silent(errand.kind)
        _give_back(errand, after=_patience(errand, later), attempts=errand.attempts - 1, failure="try_later")
        return False
    except Exception as broken:
        # The type only: what an exception says may hold somebody's name or number.
        failure = type(broken).__name__
        log.error(
            "outbox.errand_failed", extra={"errand": errand.kind, "errand_id": errand.pk, "kind": failure}
        )
        _fail(errand, failure=failure)
        return False
    rests.heard(errand.kind)
    _held(errand).update(state=Errand.State.DONE, done_at=DbClock(), lease=None, lease_until=None, failure="")
    return True


def _patience(errand: Errand, later: TryLater) -> timedelta:
    """As long as was asked, or less: jitter keeps errands apart. In a silence longer with the age of the errand."""
    seconds = float(later.seconds)
    if isinstance(later, Silence):
        age = (timezone.now() - errand.created_at).total_seconds()
        seconds = max(seconds, min(age / 4, _LONGEST_SILENCE))
    return timedelta(seconds=seconds) * spread()


class _Line(Func):
    """``data``'s line as the index spells it: a name that is handed over as a parameter matches no index."""

    template = "(%(expressions)s ->> 'line')"
    output_field = TextField()


@transaction.atomic(durable=True)
def _claim(kinds: tuple[str, ...]) -> Errand | None:
    due = Q(state=Errand.State.WAITING, not_before__lte=DbClock()) | Q(
        state=Errand.State.RUNNING, lease_until__lte=DbClock()
    )
    before = Errand.objects.filter(
        Exact(_Line(F("data")), _Line(OuterRef("data"))),
        state__in=[Errand.State.WAITING, Errand.State.RUNNING],
        pk__lt=OuterRef("pk"),
    )
    errand = (
        Errand.objects.filter(due, ~Exists(before), kind__in=kinds)
        .order_by("not_before", "id")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if errand is None:
        return None
    errand.lease = uuid.uuid4()
    errand.attempts += 1
    Errand.objects.filter(pk=errand.pk).update(
        state=Errand.State.RUNNING,
        lease=errand.lease,
        lease_until=DbClock() + LEASE,
        attempts=F("attempts") + 1,
    )
    return errand


def _bury() -> None:
    """An errand that takes its worker with it every time is given up like any other."""
    Errand.objects.filter(
        state=Errand.State.RUNNING, lease_until__lte=DbClock(), attempts__gte=MAX_ATTEMPTS
    ).update(state=Errand.State.DEAD, lease=None, lease_until=None, failure="worker_lost")


def _fail(errand: Errand, *, failure: str) -> None:
    if errand.attempts >= MAX_ATTEMPTS:
        _held(errand).update(state=Errand.State.DEAD, lease=None, lease_until=None, failure=failure[:80])
        return
    _give_back(
        errand,
        after=pause(errand.attempts, longest=_LONGEST_PAUSE),
        attempts=errand.attempts,
        failure=failure,
    )


def _give_back(errand: Errand, *, after: timedelta, attempts: int, failure: str) -> None:
    _held(errand).update(
        state=Errand.State.WAITING,
        lease=None,
        lease_until=None,
        not_before=DbClock() + after,
        attempts=attempts,
        failure=failure[:80],
    )


def _held(errand: Errand) -> QuerySet[Errand]:
    """A worker whose lease ran out changes nothing."""
    return Errand.objects.filter(pk=errand.pk, lease=errand.lease)
