"""A unit that is to take over outlives what it takes over, whoever follows it: also where nobody does."""

import importlib

from django.db import migrations

_BEFORE = importlib.import_module("motcua.units.migrations.0014_reorganised_rules")
NO_RING_BACK = _BEFORE.NO_RING.split("CREATE TRIGGER", maxsplit=1)[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)
# Without it a unit that ends with nobody after it takes the work of those that are to end in it later with it.
NO_RING = NO_RING_BACK.replace(
    "IF NEW.successor_id IS NULL THEN", "IF NEW.successor_id IS NULL AND NEW.valid_to IS NULL THEN"
)


class Migration(migrations.Migration):
    dependencies = [("units", "0022_successor_assigned")]
    operations = [migrations.RunSQL(NO_RING, NO_RING_BACK)]
