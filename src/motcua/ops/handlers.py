"""Which errands the worker knows, and the chores it does at intervals. Each room adds its line."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from motcua import journal
from motcua.accounts import retention
from motcua.desk import promises, reconciling
from motcua.desk import retention as desk_retention
from motcua.files import keeping
from motcua.limits import spending
from motcua.outbox import retention as outbox_retention
from motcua.outbox.errands import Handler
from motcua.units import officers
from motcua.vault import expiring
from motcua.vault import retention as vault_retention

Chore = tuple[str, Callable[[], int], float]


def handlers() -> dict[str, Handler]:
    """Kind of errand → who does it. A handler makes its own second call harmless (outbox/errands.py)."""
    registry = import_string(settings.ACCOUNT_REGISTRY)()
    vault = import_string(settings.OWNERS_VAULT)()
    payments = import_string(settings.PAYMENT_GATEWAY)()
    return dict(promises.handlers(registry=registry, vault=vault, payments=payments))


def national_handlers() -> dict[str, Handler]:
    """What is owed to Cổng DVCQG; asked for only where a province is connected."""
    return dict(promises.national_handlers(import_string(settings.NATIONAL_REGISTER)()))


def chores() -> Iterator[Chore]:
    """(name, work that answers how many items it did, seconds between two rounds)."""
    yield "bucket", spending.sweep, 60.0
    yield "file", lambda: keeping.purge_due(timezone.now(), limit=20), 60.0
    yield "lapsed_data", lambda: retention.purge_due(timezone.now()), 600.0
    yield "old_message", lambda: outbox_retention.purge_due(_messages_erased), 3600.0
    yield "old_look", vault_retention.purge_due, 3600.0
    yield "expiring_paper", lambda: expiring.tell_due(on=timezone.localdate()), 3600.0
    yield "replaced_phone", officers.release_replaced, 3600.0
    yield "old_dossier", desk_retention.purge_due, 21_600.0
    yield "compared_day", lambda: reconciling.reconcile_due(import_string(settings.PORTAL_LEDGER)()), 3600.0
    yield "left_file", lambda: keeping.sweep(timezone.now()), 3600.0


def _messages_erased(counts: dict[str, int]) -> None:
    journal.record("ops.outbox.erased", subject="room:outbox", facts=counts)
