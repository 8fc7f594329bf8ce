"""Which errands the worker knows, and the chores it does at intervals. Each system that is here adds its own."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from motcua import journal
from motcua.figures import counting
from motcua.files import keeping, key_change
from motcua.health import beating, neighbours
from motcua.keys import resealing
from motcua.limits import everywhere, spending
from motcua.ops import connected_work
from motcua.ops.chore import Chore
from motcua.ops.holding import unless_held
from motcua.outbox import retention as outbox_retention
from motcua.outbox.errands import Handler
from motcua.protection import duties, running
from motcua.radar import looking
from motcua.units import confirming, officers, remembered_search


def handlers() -> dict[str, Handler]:
    """Kind of errand → who does it. A handler makes its own second call harmless (outbox/errands.py)."""
    return {kind: handler for system in _systems() for kind, handler in system.handlers().items()}


def national_handlers() -> dict[str, Handler]:
    """What a desk owes to Cổng DVCQG; asked for only where a province is connected."""
    found: dict[str, Handler] = import_module("motcua.ops.desk_work").national_handlers()
    return found


def chores() -> Iterator[Chore]:
    """(name, work that answers how many items it did, seconds between two rounds).

    Each run is written down (``health.beating``); of what deletes personal data also how much ever went
    (``protection.running``).
    """
    deletes = {duty.chore for duty in duties.duties()}
    for name, work, every in _chores():
        kept = running.noted(name, work) if name in deletes else work
        yield name, beating.watched(name, kept, every), every
    yield "pulse", beating.alive, beating.BEAT_SECONDS


def _chores() -> Iterator[Chore]:
    yield "bucket", spending.sweep, 60.0
    yield "alarm", everywhere.judge, everywhere.EVERY
    yield "file", lambda: keeping.purge_due(timezone.now(), limit=20), 60.0
    yield "file_key", key_change.rewrap_due, 5.0
    yield "field_key", resealing.reseal_due, 5.0
    yield "old_message", lambda: outbox_retention.purge_due(_messages_erased), 3600.0
    yield "replaced_phone", officers.release_replaced, 3600.0
    yield "old_search", remembered_search.purge_due, 600.0
    yield "figure", counting.count_due, 5.0
    yield "lapsed_post", lambda: confirming.lapse_due(on=timezone.localdate()), 3600.0
    yield "radar", lambda: looking.look_due(timezone.now()), 3600.0
    yield "left_file", lambda: keeping.sweep(timezone.now()), 3600.0
    if settings.TRAINING:
        yield "training_course", import_module("motcua.training.courses").end_due, 60.0
    knocks = import_string(settings.NEIGHBOURS)
    yield "neighbour", unless_held(lambda: neighbours.ask_all(knocks())), neighbours.EVERY
    yield from connected_work.chores()
    for system in _systems():
        yield from system.chores()


def _systems() -> Iterator[Any]:
    """The work of the systems that are hosted here; the tables of the others are not."""
    if settings.HOSTS_PORTAL:
        yield import_module("motcua.ops.portal_work")
    if settings.HOSTS_DESK:
        yield import_module("motcua.ops.desk_work")


def _messages_erased(counts: dict[str, int]) -> None:
    journal.record("ops.outbox.erased", subject="room:outbox", facts=counts)
