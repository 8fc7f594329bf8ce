"""The desk's errands, as the worker runs them."""

from collections.abc import Mapping
from functools import partial

from motcua.desk import deliveries, provisional
from motcua.desk.ports import AccountRegistry, OwnersVault
from motcua.outbox.errands import Handler


def handlers(*, registry: AccountRegistry, vault: OwnersVault) -> Mapping[str, Handler]:
    """For ``errands.run_due``: what to do for each kind this room promises."""
    return {
        deliveries.TELL: partial(deliveries.tell, registry=registry),
        deliveries.VAULT: partial(deliveries.fill_vault, vault=vault),
        deliveries.RESULT: partial(deliveries.deliver_result, vault=vault),
        deliveries.SHOW: partial(deliveries.show_result, vault=vault),
        deliveries.LOOK: partial(deliveries.note_look, vault=vault),
        deliveries.RECHECK: partial(provisional.handle_recheck, registry=registry),
    }
