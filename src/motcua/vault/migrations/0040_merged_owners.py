"""Two vaults of one person are read as one: what either holds may be lent. Each receipt goes on naming its own."""

import importlib

from django.db import migrations

_RULES = importlib.import_module("motcua.vault.migrations.0002_rules")


def _again(text: str) -> str:
    """The function of that time, written over the one that stands; its trigger stays."""
    return (
        text[: text.index("CREATE TRIGGER")]
        .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        .replace("LANGUAGE plpgsql AS", "LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS")
    )


LENT_BACK = _again(_RULES.LENT_BY_CONSENT)
LENT = LENT_BACK.replace(
    "p.owner_id = given.owner_id",
    "accounts_stands_for(p.owner_id) = accounts_stands_for(given.owner_id)",
)


class Migration(migrations.Migration):
    dependencies = [("vault", "0038_forgotten_owners"), ("accounts", "0045_merge_rules")]
    operations = [
        migrations.RunSQL(LENT, LENT_BACK),
    ]
