"""Two vaults of one person are one: what comes under either receipt is the survivor's, what either holds may be lent."""

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


FROM_RECEIPT_BACK = _again(_RULES.OWNER_FROM_RECEIPT)
FROM_RECEIPT = FROM_RECEIPT_BACK.replace(
    "s.account_id = NEW.owner_id", "NEW.owner_id IN (s.account_id, accounts_stands_for(s.account_id))"
)
LENT_BACK = _again(_RULES.LENT_BY_CONSENT)
LENT = LENT_BACK.replace(
    "p.owner_id = given.owner_id",
    "accounts_stands_for(p.owner_id) = accounts_stands_for(given.owner_id)",
)


class Migration(migrations.Migration):
    dependencies = [("vault", "0038_forgotten_owners"), ("accounts", "0045_merge_rules")]
    operations = [
        migrations.RunSQL(FROM_RECEIPT, FROM_RECEIPT_BACK),
        migrations.RunSQL(LENT, LENT_BACK),
    ]
