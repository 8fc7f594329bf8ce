"""Rows of this room are sealed anew when the field key changes, past rules that keep them from any other change."""

from django.db import migrations

from motcua.keys.guarding import let_reseal, resealable


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("units", "0025_successors_outlive"), ("keys", "0001_initial")]

    operations = [
        resealable("units_officer", "phone_sealed"),
        resealable("units_searchmemory", "sealed"),
        let_reseal("units_officer_stays", "phone_sealed"),
    ]
