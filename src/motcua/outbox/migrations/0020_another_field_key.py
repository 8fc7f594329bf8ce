"""Rows of this room are sealed anew when the field key changes, past rules that keep them from any other change."""

from django.db import migrations

from motcua.keys.guarding import resealable


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("outbox", "0005_errands_in_line"), ("keys", "0001_initial")]

    operations = [
        resealable("outbox_letter", "to_sealed", "subject_sealed", "body_sealed"),
        resealable("outbox_message", "to_sealed", "body_sealed"),
    ]
