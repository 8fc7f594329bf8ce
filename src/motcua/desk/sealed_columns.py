"""Một cửa: what of owners and filers lies sealed here."""

from typing import Final

from motcua.keys.registry import Sealed

SEALED: Final = (
    Sealed("desk.AccountCheck", "number_sealed", "desk.check.number", found_by="number_bi"),
    Sealed("desk.AccountCheck", "owner_name_sealed", "desk.check.owner_name"),
    Sealed("desk.Dossier", "contact_sealed", "desk.dossier.contact"),
    Sealed("desk.Dossier", "owner_number_sealed", "desk.dossier.owner_number", found_by="owner_number_bi"),
    Sealed("desk.Dossier", "waiting_representative_sealed", "desk.dossier.waiting_representative"),
    Sealed("desk.FilingDraft", "typed_sealed", "desk.filing.typed"),
    Sealed("desk.GateException", "paper_sealed", "desk.exception.paper"),
    Sealed("desk.GroupRow", "typed_sealed", "desk.group.typed"),
)
