"""Errands: what a transaction promised to have done outside it, done once and not forgotten."""

import logging
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from motcua.outbox.clock import DbClock
from motcua.outbox.models import Errand
from motcua.outbox.sending import pause

log = logging.getLogger(__name__)

Fact = str | int | bool
Handler = Callable[[Mapping[str, Fact]], None]

#: Longer than any handler takes; a worker that died holds its errand no longer than this.
LEASE = timedelta(seconds=120)
#: With waits of at most an hour this is about half a day of failing.
MAX_ATTEMPTS = 20
_LONGEST_PAUSE = 3600

_ID = re.compile(r"[A-Za-z0-9_.:@/-]{0,120}")
_NUMBER_OF_A_PERSON = re.compile(r"\+?[0-9]{9,12}")


class TryLater(Exception):
    """A handler cannot go on yet through no fault of its own; never counts towards giving up."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("try later")


def promise(kind: str, key: str, data: Mapping[str, Fact]) -> None:
    """Have ``kind`` done, with the caller's transaction. The same key again is the same promise."""
    for name, fact in data.items():
        if isinstance(fact, str) and (not _ID.fullmatch(fact) or _NUMBER_OF_A_PERSON.fullmatch(fact)):
            raise ValueError(f"{kind}: {name} is not an id")
    Errand.objects.bulk_create(
        [Errand(kind=kind, key=key, data=dict(data), created_at=DbClock(), not_before=DbClock())],
        ignore_conflicts=True,
    )


def run_due(handlers: Mapping[str, Handler], limit: int = 20) -> int:
    """Do what is due; returns how many are done. Called with no transaction open; a handler opens its own.

    A handler may be called again after a crash: it makes its own second call harmless.
    """
    _bury()
    done = 0
    for _ in range(limit):
        errand = _claim(tuple(handlers))
        if errand is None:
            break
        done += _run(errand, handlers[errand.kind])
    return done


def _run(errand: Errand, handler: Handler) -> bool:
    try:
        handler(errand.data)
    except TryLater as later:
        _give_back(
            errand, after=timedelta(seconds=later.seconds), attempts=errand.attempts - 1, failure="try_later"
        )
        return False
    except Exception as broken:
        # The type only: what an exception says may hold somebody's name or number.
        failure = type(broken).__name__
        log.error(
            "outbox.errand_failed", extra={"errand": errand.kind, "errand_id": errand.pk, "kind": failure}
        )
        _fail(errand, failure=failure)
        return False
    _held(errand).update(state=Errand.State.DONE, done_at=DbClock(), lease=None, lease_until=None, failure="")
    return True


@transaction.atomic(durable=True)
def _claim(kinds: tuple[str, ...]) -> Errand | None:
    due = Q(state=Errand.State.WAITING, not_before__lte=DbClock()) | Q(
        state=Errand.State.RUNNING, lease_until__lte=DbClock()
    )
    errand = (
        Errand.objects.filter(due, kind__in=kinds)
        .order_by("not_before", "id")
        .select_for_update(skip_locked=True)
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
