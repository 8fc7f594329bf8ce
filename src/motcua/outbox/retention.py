"""What the outbox forgets, and when: who got which text (threats DP-11), and errands long done."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import DateTimeField, Func, Model, Q, QuerySet, Value

from motcua.outbox.clock import DbClock
from motcua.outbox.models import DeliveryNews, Errand, Handover, Letter, Message

CODES: Final = timedelta(hours=24)
#: Far longer than a provider's signature is good for: a replay is known by its event id (threats T-31).
_NEWS: Final = timedelta(hours=25)
_AT_ONCE: Final = 500
_BATCHES: Final = 20
_OVER: Final = (
    Message.State.SENT,
    Message.State.DELIVERED,
    Message.State.FAILED,
    Message.State.EXPIRED,
)

_LETTER_OVER: Final = (Letter.State.SENT, Letter.State.FAILED, Letter.State.EXPIRED)


def purge_due(tell: Callable[[dict[str, int]], None]) -> int:
    """Delete what is over and past its day, some hundreds at a time; ``tell`` hears how many of what.

    The database judges the day, and a trigger refuses any other deletion (migration 0002). This room has
    no journal above or beside it: whoever asks writes the line.
    """
    erased = {what: _delete(rows) for what, rows in _due()}
    total = sum(erased.values())
    if total:
        tell(erased)
    return total


def overdue(at_most: int) -> int:
    """How many rows are past their day and still here; counted no further than ``at_most`` of each kind."""
    return sum(rows.order_by()[:at_most].count() for _, rows in _due())


def _due() -> "Iterator[tuple[str, QuerySet[Any]]]":
    notices = timedelta(days=settings.NOTICES_KEPT_DAYS)
    yield "codes", _old_messages(Message.Kind.OTP, CODES)
    yield "notices", _old_messages(Message.Kind.NOTICE, notices)
    yield "codes_by_email", _old_letters(Letter.Kind.CODE, CODES)
    yield "letters", _old_letters(Letter.Kind.NOTICE, notices)
    yield "errands", _old_errands()
    yield "handovers", _old_handovers()
    yield "delivery_news", DeliveryNews.objects.filter(noted_at__lte=DbClock() - _NEWS)


def _old_messages(kind: Message.Kind, kept: timedelta) -> "QuerySet[Message]":
    return Message.objects.filter(kind=kind, state__in=_OVER, created_at__lte=DbClock() - kept)


def _old_letters(kind: Letter.Kind, kept: timedelta) -> "QuerySet[Letter]":
    return Letter.objects.filter(kind=kind, state__in=_LETTER_OVER, created_at__lte=DbClock() - kept)


def _old_errands() -> "QuerySet[Errand]":
    done = Q(state=Errand.State.DONE, done_at__lte=DbClock() - timedelta(days=settings.ERRANDS_KEPT_DAYS))
    given_up = DbClock() - timedelta(days=settings.DEAD_ERRANDS_KEPT_DAYS)
    return Errand.objects.filter(done | Q(state=Errand.State.DEAD, not_before__lte=given_up))


def _old_handovers() -> "QuerySet[Handover]":
    """What texts cost whom; names nobody."""
    return Handover.objects.filter(tried_at__lte=_MonthsAgo(Value(settings.HANDOVERS_KEPT_MONTHS)))


class _MonthsAgo(Func):
    """By the database's own clock."""

    output_field = DateTimeField()
    template = "(clock_timestamp() - make_interval(months => %(expressions)s))"


def _delete(rows: "QuerySet[Any]") -> int:
    """Each batch is a transaction of its own, so that no round holds locks for long."""
    model: type[Model] = rows.model
    gone = 0
    for _ in range(_BATCHES):
        chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
        gone += model._default_manager.filter(pk__in=chosen).delete()[0]
        if len(chosen) < _AT_ONCE:
            break
    return gone
