"""What became of a text, as its provider tells: believed once per event, in any order, and never backwards."""

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from motcua.outbox import health
from motcua.outbox.clock import DbClock
from motcua.outbox.models import DeliveryNews, Handover, Message
from motcua.outbox.ports import Heard

Said = DeliveryNews.Said
State = Handover.State
#: A text may be told of before the answer that took it has been written down.
_OPEN = [State.TRYING, State.BUSY, State.DOUBTFUL, State.TAKEN]


def note(provider: str, heard: Heard) -> bool:
    """Write the news down and act on them; False when this event was known already.

    News of a text whose receipt is not known yet wait for it (``apply_waiting``).
    """
    with transaction.atomic():
        kept = _written(provider, heard)
        if kept is None:
            return False
        handover = _handover(provider, heard.receipt, heard.reference)
        if handover is not None:
            _apply(handover, kept)
        return True


def _written(provider: str, heard: Heard) -> DeliveryNews | None:
    """The new row; None where this event id is there. Of two at once the second waits, and finds it there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO outbox_deliverynews (provider, event_id, receipt, said, noted_at, applied)
            VALUES (%s, %s, %s, %s, clock_timestamp(), false)
            ON CONFLICT (provider, event_id) DO NOTHING RETURNING id
            """,
            [provider, heard.event_id, heard.receipt, Said(heard.said).value],
        )
        row = cursor.fetchone()
    return DeliveryNews.objects.get(pk=row[0]) if row else None


def apply_waiting(provider: str, receipt: str) -> None:
    """What came before its text was known by this receipt."""
    if not DeliveryNews.objects.filter(provider=provider, receipt=receipt, applied=False).exists():
        return
    with transaction.atomic():
        handover = _handover(provider, receipt, "")
        waiting = DeliveryNews.objects.select_for_update().filter(
            provider=provider, receipt=receipt, applied=False
        )
        for kept in waiting.order_by("id"):
            if handover is not None:
                _apply(handover, kept)


def sweep() -> int:
    """News that came at the very moment in which their text was written down as taken."""
    known = Handover.objects.filter(provider=OuterRef("provider"), receipt=OuterRef("receipt"))
    late = DeliveryNews.objects.filter(Exists(known), applied=False).exclude(receipt="")
    found = list(late.values_list("provider", "receipt").distinct()[:100])
    for provider, receipt in found:
        apply_waiting(provider, receipt)
    return len(found)


def _handover(provider: str, receipt: str, reference: str) -> Handover | None:
    """Locked, so that news of one text follow one another."""
    named = Q(reference=reference) if reference else Q(receipt=receipt) & ~Q(receipt="")
    return Handover.objects.select_for_update().filter(named, provider=provider).first()


def _apply(handover: Handover, kept: DeliveryNews) -> None:
    if kept.said == Said.DELIVERED:
        _delivered(handover)
    elif kept.said == Said.UNDELIVERED:
        _undelivered(handover)
    else:
        _rows(handover).filter(state=State.DOUBTFUL).update(state=State.TAKEN, taken_at=DbClock())
    DeliveryNews.objects.filter(pk=kept.pk).update(applied=True)


def _rows(handover: Handover) -> QuerySet[Handover]:
    return Handover.objects.filter(pk=handover.pk)


def _delivered(handover: Handover) -> None:
    """Also after “not delivered”: the phone that has it has it."""
    now = DbClock()
    _rows(handover).filter(state__in=[*_OPEN, State.UNDELIVERED]).update(
        state=State.DELIVERED, taken_at=Coalesce(F("taken_at"), now), settled_at=now
    )
    Message.objects.filter(reference=handover.reference).exclude(state=Message.State.DELIVERED).update(
        state=Message.State.DELIVERED,
        sent_at=Coalesce(F("sent_at"), now),
        body_sealed=None,
        lease=None,
        lease_until=None,
        failure="",
    )
    handover.refresh_from_db(fields=["taken_at"])
    health.arrived(handover)


def _undelivered(handover: Handover) -> None:
    """The text is over only where no other provider has it and none can get it any more (outbox/rescuing.py)."""
    now = DbClock()
    changed = (
        _rows(handover)
        .filter(state__in=_OPEN)
        .update(state=State.UNDELIVERED, taken_at=Coalesce(F("taken_at"), now), settled_at=now)
    )
    with_others = Handover.objects.filter(
        reference=handover.reference, state__in=[*_OPEN, State.DELIVERED]
    ).exclude(pk=handover.pk)
    if changed and not with_others.exists():
        Message.objects.filter(
            reference=handover.reference, state=Message.State.SENT, body_sealed__isnull=True
        ).update(state=Message.State.FAILED, sent_at=None, failure="undelivered")
