"""Rows of this room are sealed anew when the field key changes, past rules that keep them from any other change."""

from django.db import migrations

from motcua.keys.guarding import let_reseal, resealable


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("desk", "0056_unlinked_owners"), ("keys", "0001_initial")]

    operations = [
        resealable("desk_accountcheck", "number_sealed", "owner_name_sealed"),
        resealable("desk_dossier", "contact_sealed", "owner_number_sealed", "waiting_representative_sealed"),
        resealable("desk_filingdraft", "typed_sealed"),
        resealable("desk_gateexception", "paper_sealed"),
        resealable("desk_grouprow", "typed_sealed"),
        let_reseal("desk_check_guard", "number_sealed", "owner_name_sealed"),
        let_reseal(
            "desk_dossier_as_filed", "contact_sealed", "owner_number_sealed", "waiting_representative_sealed"
        ),
        let_reseal(
            "desk_dossier_by_colleague",
            "contact_sealed",
            "owner_number_sealed",
            "waiting_representative_sealed",
        ),
        let_reseal(
            "desk_dossier_corrected", "contact_sealed", "owner_number_sealed", "waiting_representative_sealed"
        ),
        let_reseal(
            "desk_dossier_filed_online",
            "contact_sealed",
            "owner_number_sealed",
            "waiting_representative_sealed",
        ),
        let_reseal(
            "desk_dossier_guard", "contact_sealed", "owner_number_sealed", "waiting_representative_sealed"
        ),
        let_reseal(
            "desk_dossier_clock", "contact_sealed", "owner_number_sealed", "waiting_representative_sealed"
        ),
        let_reseal(
            "desk_dossier_life", "contact_sealed", "owner_number_sealed", "waiting_representative_sealed"
        ),
        let_reseal(
            "desk_dossier_received_now",
            "contact_sealed",
            "owner_number_sealed",
            "waiting_representative_sealed",
        ),
        let_reseal(
            "desk_dossier_for_another",
            "contact_sealed",
            "owner_number_sealed",
            "waiting_representative_sealed",
        ),
        let_reseal("desk_filing_draft_guard", "typed_sealed"),
        let_reseal("desk_exception_guard", "paper_sealed"),
        let_reseal("desk_exception_by_head", "paper_sealed"),
        let_reseal("desk_group_row_guard", "typed_sealed"),
    ]
