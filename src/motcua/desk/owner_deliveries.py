"""What the desk owes after an owner was put right: the papers move, and both owners are told."""

from collections.abc import Mapping
from uuid import UUID

from motcua.desk.lost_keys import ReceiptOf, as_kept
from motcua.desk.models import DossierComponent, OwnerCorrection, Result
from motcua.desk.ports import AccountRegistry, OwnersVault, PortalUnavailable
from motcua.outbox import errands

MOVE = "desk.move"
TELL_OWNERS = "desk.tell_owners"

_PORTAL_PAUSE = 60
_DELIVERY_PAUSE = 20


def promise(correction: OwnerCorrection) -> None:
    """Within the transaction of the approval."""
    data = {"correction": str(correction.public_id)}
    errands.promise(MOVE, f"desk.move:{correction.public_id}", data)
    for whom in ("from", "to"):
        errands.promise(
            TELL_OWNERS, f"desk.tell_owners:{correction.public_id}:{whom}", {**data, "whom": whom}
        )


def move(data: Mapping[str, errands.Fact], *, vault: OwnersVault, receipt_of: ReceiptOf = as_kept) -> None:
    """Handler of MOVE. Waits for what is still owed to the vault; then all of it lies in the right one."""
    done = _correction(data)
    dossier, check = done.dossier, done.done_check
    if check is None:
        return
    if _still_owed(dossier.pk):
        raise errands.TryLater(_DELIVERY_PAUSE)
    try:
        moved = vault.move(
            receipt=receipt_of(check, dossier),
            from_subject=done.from_subject,
            dossier_code=dossier.code or "",
            reason=done.reason,
            asked_by=done.asked_by,
            approved_by=done.approved_by,
            unit_code=dossier.unit_code,
        )
    except PortalUnavailable as silent:
        raise errands.Silence(_PORTAL_PAUSE) from silent
    for old, new in moved.items():
        for rows in (DossierComponent.objects, Result.objects):
            rows.filter(dossier=dossier, delivered_as=old).update(delivered_as=new)


def tell_owners(data: Mapping[str, errands.Fact], *, registry: AccountRegistry) -> None:
    """Handler of TELL_OWNERS: each owner is told of the dossier, neither of the other."""
    done = _correction(data)
    away = data["whom"] == "from"
    template = "dossier_moved_away" if away else "dossier_moved_here"
    try:
        registry.tell(
            subject=done.from_subject if away else done.to_subject,
            template=template,
            params={"code": done.dossier.code or "", "unit": done.dossier.unit.code},
            key=f"{template}:{done.public_id}",
        )
    except PortalUnavailable as silent:
        raise errands.Silence(_PORTAL_PAUSE) from silent


def _correction(data: Mapping[str, errands.Fact]) -> OwnerCorrection:
    return OwnerCorrection.objects.select_related("dossier", "done_check").get(
        public_id=UUID(str(data["correction"]))
    )


def _still_owed(dossier_pk: int) -> bool:
    component = DossierComponent.objects.filter(
        dossier_id=dossier_pk, how=DossierComponent.How.UPLOADED, delivered_as=""
    )
    result = Result.objects.filter(
        dossier_id=dossier_pk, withdrawn_at=None, signed_at__isnull=False, delivered_as=""
    )
    return component.exists() or result.exists()
