"""Rows of this room are sealed anew when the field key changes, past rules that keep them from any other change."""

from django.db import migrations

from motcua.keys.guarding import let_reseal, resealable


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("guests", "0002_scope_of_mandate"), ("keys", "0001_initial")]

    operations = [
        resealable("guests_guestsession", "name_sealed", "tokens_sealed"),
        let_reseal("guests_session_moves", "name_sealed", "tokens_sealed"),
    ]
