"""The desk's errands, as the worker runs them."""

from collections.abc import Mapping
from functools import partial

from motcua import journal
from motcua.desk import deliveries, lost_keys, national, officer_resets, owner_deliveries, paying, provisional
from motcua.desk.ports import AccountRegistry, NotOffered, OwnersVault, PaymentGateway
from motcua.desk.ports_national import NationalRegister
from motcua.desk.ports_officers import OfficerResets
from motcua.outbox.errands import Fact, Handler


def handlers(
    *,
    registry: AccountRegistry,
    vault: OwnersVault,
    payments: PaymentGateway | None = None,
    resets: OfficerResets | None = None,
) -> Mapping[str, Handler]:
    """For ``errands.run_due``: what to do for each kind this room promises."""
    asked: dict[str, Handler] = (
        {paying.RECHECK: partial(paying.handle_recheck, gateway=payments)} if payments else {}
    )
    if resets:
        asked[officer_resets.TELL] = partial(officer_resets.tell, resets=resets)
    shown = partial(lost_keys.receipt_of, registry=registry)
    owed: Mapping[str, Handler] = {
        deliveries.TELL: partial(deliveries.tell, registry=registry),
        deliveries.VAULT: partial(deliveries.fill_vault, vault=vault, receipt_of=shown),
        deliveries.RESULT: partial(deliveries.deliver_result, vault=vault, receipt_of=shown),
        deliveries.SHOW: partial(deliveries.show_result, vault=vault),
        deliveries.LOOK: partial(deliveries.note_look, vault=vault, receipt_of=shown),
        owner_deliveries.MOVE: partial(owner_deliveries.move, vault=vault, receipt_of=shown),
        owner_deliveries.TELL_OWNERS: partial(owner_deliveries.tell_owners, registry=registry),
        deliveries.RECHECK: partial(provisional.handle_recheck, registry=registry),
    }
    return asked | {kind: _unless_not_offered(kind, handler) for kind, handler in owed.items()}


def national_handlers(register: NationalRegister) -> Mapping[str, Handler]:
    """What is owed to Cổng DVCQG; run beside the others, so that its silence keeps nobody waiting."""
    return {national.TELL: partial(national.tell, register=register)}


def _unless_not_offered(kind: str, handler: Handler) -> Handler:
    """A portal without the service is owed nothing: the journal says so, and nobody asks again."""

    def run(data: Mapping[str, Fact]) -> None:
        try:
            handler(data)
        except NotOffered:
            about = {name: str(data[name]) for name in ("dossier", "correction") if name in data}
            for name, which in about.items():
                journal.record("desk.debt.not_offered", subject=f"{name}:{which}", facts={"kind": kind})

    return run
