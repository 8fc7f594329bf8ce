"""Hôm nay tại quầy: a unit's numbers of the day, and the exceptions an officer has asked for."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from motcua.desk.dossiers import Place, places_of
from motcua.desk.models import Dossier, GateException
from motcua.desk.states import State
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound

_OPEN = (State.RECEIVED, State.PROCESSING, State.SUPPLEMENT, State.PAYMENT)
_MOST_EXCEPTIONS = 50


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counted along indexes that begin with the unit; nothing older than today is read."""

    received: int
    received_by_me: int
    due: int
    unproven: int


def numbers(authority: Authority, *, now: datetime) -> Numbers:
    """Today at the officer's unit."""
    authority.require(Power.RECEIVE_DOSSIER)
    begins = timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time()))
    ends = begins + timedelta(days=1)
    own = Dossier.objects.filter(unit_id__in=authority.units)
    arrived = own.filter(arrived_at__gte=begins, arrived_at__lt=ends).exclude(code=None)
    return Numbers(
        received=arrived.count(),
        received_by_me=arrived.filter(received_by=authority.subject).count(),
        due=own.filter(due_at__gte=begins, due_at__lt=ends, state__in=_OPEN).count(),
        unproven=own.filter(state=State.PROVISIONAL).count(),
    )


def work(authority: Authority, *, now: datetime) -> dict[Place, int]:
    """How much waits on each work list of this officer; two queries along the indexes of what is open here."""
    begins = timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time()))
    here = Dossier.objects.filter(at_unit_id__in=authority.units, state__in=[state.value for state in _OPEN])
    counted = here.aggregate(
        MINE=Count("pk", filter=Q(at_officer=authority.subject)),
        TO_ACCEPT=Count("pk", filter=Q(at_officer="", state=State.PROCESSING)),
        TODAY=Count("pk", filter=Q(due_at__gte=begins, due_at__lt=begins + timedelta(days=1))),
        OVERDUE=Count("pk", filter=Q(due_at__lt=now)),
    )
    shown = places_of(authority)
    numbers = {Place(name): count for name, count in counted.items() if Place(name) in shown}
    if Place.TO_HAND_OUT in shown:
        done = Dossier.objects.filter(unit_id__in=authority.units, state=State.DONE)
        numbers[Place.TO_HAND_OUT] = done.count()
    return numbers


def exceptions_asked(authority: Authority) -> list[GateException]:
    """What this officer asked for at this unit, newest first, with the dossier it led to."""
    authority.require(Power.RECEIVE_DOSSIER)
    rows = GateException.objects.select_related("dossier").filter(
        unit_id=authority.unit_id, asked_by=authority.subject
    )
    return list(rows.order_by("-asked_at")[:_MOST_EXCEPTIONS])


def approved_exception(authority: Authority, public_id: uuid.UUID) -> GateException:
    """An exception that this officer asked for and a leader approved."""
    authority.require(Power.RECEIVE_DOSSIER)
    row = (
        GateException.objects.select_related("dossier")
        .filter(public_id=public_id, unit_id=authority.unit_id, asked_by=authority.subject)
        .exclude(approved_at=None)
        .first()
    )
    if row is None:
        raise NotFound
    return row
