"""What the worker does for the portal: what systems are told, what is forgotten, what its people hear of in time."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from motcua.accounts import (
    class_checking,
    class_lists,
    merging,
    of_age,
    of_age_news,
    phone_rechecks,
    resting_resets,
    retention,
    vneid_unlinking,
)
from motcua.ops.chore import Chore
from motcua.ops.holding import unless_held
from motcua.outbox.errands import Handler
from motcua.protection import breach_keeping, breach_telling, breaches, erasing
from motcua.signin import desk_dossiers, leaving, sharing, sign_in_retention
from motcua.vault import expiring
from motcua.vault import retention as vault_retention


def handlers() -> dict[str, Handler]:
    """Kind of errand → who does it."""
    line = import_string(settings.LOGOUT_LINE)()
    return {
        leaving.TELL: lambda data: leaving.tell(data, line=line),
        class_lists.CHECK: class_checking.check,
        breach_keeping.FIND: breach_keeping.find,
        breaches.TELL: breach_telling.tell,
    }


def chores() -> Iterator[Chore]:
    registry = import_string(settings.SUBSCRIBER_REGISTRY)()
    yield "resting_reset", resting_resets.settle_due, 30.0
    yield "account_merge", merging.settle_due, 60.0
    yield "of_age", of_age_news.tell_due, 600.0
    yield "of_age_password", of_age.give_rested, 60.0
    yield "lapsed_unlinking", vneid_unlinking.lapse_due, 3600.0
    yield "sharing_of_merged", sharing.end_of_merged, 60.0
    yield "phone_recheck", unless_held(lambda: phone_rechecks.recheck_due(registry)), 300.0
    yield "lapsed_data", lambda: retention.purge_due(timezone.now()), 600.0
    yield "closed_account", erasing.forget_due, 3600.0
    yield "old_class_list", class_lists.forget_lapsed, 600.0
    yield "old_look", vault_retention.purge_due, 3600.0
    yield "old_desk_dossier", desk_dossiers.purge_due, 21_600.0
    yield "ended_sign_in", leaving.end_what_is_over, 5.0
    yield "old_sign_in", sign_in_retention.purge_due, 600.0
    yield "expiring_paper", lambda: expiring.tell_due(on=timezone.localdate()), 3600.0
