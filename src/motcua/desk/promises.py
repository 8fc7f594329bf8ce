"""The desk's errands, as the worker runs them."""

from collections.abc import Mapping
from functools import partial

from motcua.desk import deliveries, owner_deliveries, paying, provisional
from motcua.desk.ports import AccountRegistry, OwnersVault, PaymentGateway
from motcua.outbox.errands import Handler


def handlers(
    *, registry: AccountRegistry, vault: OwnersVault, payments: PaymentGateway | None = None
) -> Mapping[str, Handler]:
    """For ``errands.run_due``: what to do for each kind this room promises."""
    asked = {paying.RECHECK: partial(paying.handle_recheck, gateway=payments)} if payments else {}
    return asked | {
        deliveries.TELL: partial(deliveries.tell, registry=registry),
        deliveries.VAULT: partial(deliveries.fill_vault, vault=vault),
        deliveries.RESULT: partial(deliveries.deliver_result, vault=vault),
        deliveries.SHOW: partial(deliveries.show_result, vault=vault),
        deliveries.LOOK: partial(deliveries.note_look, vault=vault),
        owner_deliveries.MOVE: partial(owner_deliveries.move, vault=vault),
        owner_deliveries.TELL_OWNERS: partial(owner_deliveries.tell_owners, registry=registry),
        deliveries.RECHECK: partial(provisional.handle_recheck, registry=registry),
    }
