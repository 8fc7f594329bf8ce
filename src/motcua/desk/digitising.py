"""Số hóa: what was taken as paper at the counter is scanned afterwards, once, into its own line (TT 01/2023)."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from motcua.desk import deliveries, moving
from motcua.desk.models import Dossier, DossierComponent
from motcua.desk.moving import note, require_state
from motcua.desk.states import State
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal

How = DossierComponent.How


class NothingScanned(Refusal):
    code = "nothing_scanned"
    message = "Chưa có bản quét nào. Đề nghị ông/bà chọn tệp cho ít nhất một giấy tờ."


def waiting(dossier: Dossier) -> list[DossierComponent]:
    """The lines that lie here as paper only, though the catalogue wants them digitised."""
    wanted = dossier.procedure.components.filter(digitise=True).values("order")
    lines = DossierComponent.objects.filter(
        dossier=dossier, how=How.PAPER, supplement=False, order__in=wanted
    )
    return list(lines.order_by("order"))


def digitise(
    *, authority: Authority, dossier_id: uuid.UUID, scans: Mapping[int, StoredFile], now: datetime
) -> Dossier:
    """Each scan to its line; the counts of what was handed in on paper stay. The papers go to the owner's vault.

    Raises NothingScanned, NotInThisState, NotWhereItLies, NotFound, NotAuthorised, DeskRule.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.RECEIVED, State.PROCESSING)
        moving.require_received_here(dossier, authority)
        done = [line for line in waiting(dossier) if line.order in scans]
        if not done:
            raise NothingScanned
        at_reception = DossierComponent.objects.filter(dossier=dossier, how=How.UPLOADED, supplement=False)
        first = not at_reception.exists()
        for line in done:
            DossierComponent.objects.filter(pk=line.pk).update(how=How.UPLOADED, file=scans[line.order])
            keeping.keep_until(scans[line.order], dossier.arrived_at + deliveries.COMPONENTS_KEPT_FOR)
        note(
            dossier,
            "digitised",
            f"Số hóa {len(done)} giấy tờ đã nhận bản giấy.",
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=dossier.state,
            first=first,
        )
        deliveries.promise_scanned(dossier, done)
        return dossier
