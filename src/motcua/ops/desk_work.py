"""What the worker does for a desk: what it owes to owners, to the portal and to Cổng DVCQG, and what it forgets."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.desk import owner_aliases, portal_keys, promises, reconciling, retention, standing
from motcua.guests import retention as guests_retention
from motcua.ops.chore import Chore
from motcua.ops.holding import unless_held
from motcua.outbox.errands import Handler
from motcua.protection import breach_keeping, breach_noting, breaches


def handlers() -> dict[str, Handler]:
    """Kind of errand → who does it."""
    registry = import_string(settings.ACCOUNT_REGISTRY)()
    vault = import_string(settings.OWNERS_VAULT)()
    payments = import_string(settings.PAYMENT_GATEWAY)()
    resets = None if settings.HOSTS_PORTAL else import_string(settings.OFFICER_RESETS)()
    found = dict(promises.handlers(registry=registry, vault=vault, payments=payments, resets=resets))
    if not settings.HOSTS_PORTAL:
        found |= {breach_keeping.FIND: breach_keeping.find, breaches.TELL: breach_noting.note}
    return found


def national_handlers() -> dict[str, Handler]:
    """What is owed to Cổng DVCQG; asked for only where a province is connected."""
    return dict(promises.national_handlers(import_string(settings.NATIONAL_REGISTER)()))


def chores() -> Iterator[Chore]:
    yield "old_dossier", retention.purge_due, 21_600.0
    ledger = import_string(settings.PORTAL_LEDGER)()
    yield "compared_day", unless_held(lambda: reconciling.reconcile_due(ledger)), 3600.0
    merges = import_string(settings.MERGED_OWNERS)()
    yield "merged_owner", unless_held(lambda: owner_aliases.learn_due(merges)), 15.0
    yield "old_guest", guests_retention.purge_due, 3600.0
    if not settings.HOSTS_PORTAL:
        portal = import_string(settings.PORTAL_STANDING)()
        yield "told_standing", unless_held(lambda: standing.tell_due(portal)), 5.0
        yield "told_procedure", unless_held(lambda: standing.tell_procedures(portal)), 600.0
        yield "portal_key", portal_keys.source().refresh, 60.0
