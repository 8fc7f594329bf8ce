"""Rows of this room are sealed anew when the field key changes, past rules that keep them from any other change."""

from django.db import migrations

from motcua.keys.guarding import resealable


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("files", "0003_known_file_key"), ("keys", "0001_initial")]

    operations = [
        resealable("files_storedfile", "name_sealed"),
    ]
