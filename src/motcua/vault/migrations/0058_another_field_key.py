"""Rows of this room are sealed anew when the field key changes, past rules that keep them from any other change."""

from django.db import migrations

from motcua.keys.guarding import let_reseal, resealable


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("vault", "0054_owners_come_of_age"), ("keys", "0001_initial")]

    operations = [
        resealable("vault_contest", "words_sealed"),
        resealable("vault_paper", "number_sealed", "subject_name_sealed"),
        resealable("vault_papercorrection", "number_sealed", "subject_name_sealed"),
        resealable("vault_paperreport", "words_sealed"),
        let_reseal("vault_contest_written_once", "words_sealed"),
        let_reseal("vault_paper_written_once", "number_sealed", "subject_name_sealed"),
        let_reseal("vault_paper_correction_guard", "number_sealed", "subject_name_sealed"),
        let_reseal("vault_paper_report_guard", "words_sealed"),
    ]
