"""Giấy tờ mượn từ Kho dữ liệu: whether the owner still agrees, as far as this desk has heard.

What was decided with a paper stays. That it is no longer opened stands in the dossier's history, so that whoever
works on it next knows before looking, and can ask the owner for the paper.
"""

from collections.abc import Set
from typing import Final

from django.db import transaction

from motcua.desk import national_owing
from motcua.desk.models import Dossier, DossierComponent, DossierEvent

#: ``delivered_as`` of a paper that the vault would not lend.
NOT_LENT: Final = "not-lent"
ENDED: Final = "loan_ended"


def was_lent(line: DossierComponent) -> bool:
    """Whether the vault lent it once: then a refusal means that the owner took the consent back."""
    return line.delivered_as not in {"", NOT_LENT}


@transaction.atomic
def note_ended(line: DossierComponent) -> None:
    """One line of history for each paper, however many look."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=line.dossier_id)
    if DossierEvent.objects.filter(dossier=dossier, kind=ENDED, facts__order=line.order).exists():
        return
    DossierEvent.objects.create(
        dossier=dossier,
        kind=ENDED,
        to_state=dossier.state,
        words=f"Chủ kho đã rút lại sự đồng ý dùng giấy tờ trong Kho dữ liệu: {line.name}.",
        facts={"order": line.order},
    )
    national_owing.owe(dossier)


def ended_orders(dossier: Dossier) -> Set[int]:
    """Which components of a dossier can no longer be opened; from its history, read with it."""
    return {event.facts["order"] for event in dossier.events.all() if event.kind == ENDED}
