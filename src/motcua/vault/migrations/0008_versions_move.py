"""A paper's old versions move with it: what has a newer version may still be moved by two officers, and only that."""

import importlib

from django.db import migrations

_RULES = importlib.import_module("motcua.vault.migrations.0002_rules").PAPER_WRITTEN_ONCE
WRITTEN_ONCE_BACK = (
    _RULES[: _RULES.index("CREATE TRIGGER")]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace("LANGUAGE plpgsql AS", "LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS")
)
WRITTEN_ONCE = WRITTEN_ONCE_BACK.replace(
    "(NEW.state <> OLD.state AND OLD.state <> 'CURRENT')",
    "(NEW.state <> OLD.state AND OLD.state <> 'CURRENT'"
    " AND NOT (OLD.state = 'SUPERSEDED' AND NEW.state = 'MOVED'))",
)


class Migration(migrations.Migration):
    dependencies = [("vault", "0007_expiry_notice")]
    operations = [migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK)]
