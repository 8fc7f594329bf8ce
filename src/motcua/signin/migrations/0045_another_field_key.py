"""Rows of this room are sealed anew when the field key changes, past rules that keep them from any other change."""

from django.db import migrations

from motcua.keys.guarding import let_reseal, resealable


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("signin", "0041_owners_come_of_age"), ("keys", "0001_initial")]

    operations = [
        resealable("signin_keptanswer", "answer_sealed"),
        resealable("signin_signingkey", "private"),
        let_reseal("signin_kept_answer_stays", "answer_sealed"),
        let_reseal("signin_signing_key_moves", "private"),
    ]
