"""Whoever does not agree to new days of an identity provider says why. What was declined before stays without.

That a change begins undecided, is decided once and is then left alone says ``provider_change_moves`` (0071).
"""

import importlib

from django.db import migrations, models

_BEFORE = importlib.import_module("motcua.accounts.migrations.0071_identity_provider_rules")
MOVES_BACK = _BEFORE.CHANGES.split("CREATE TRIGGER", maxsplit=1)[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)
_MAY = "{state,decided_by,decided_at}"
MOVES = MOVES_BACK.replace(_MAY, "{state,decided_by,decided_at,decided_reason}")
RULE = r"""
CREATE FUNCTION accounts_provider_change_declined() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT (CASE NEW.state WHEN 'DECLINED' THEN NEW.decided_reason ~ '\S.{3,}\S' ELSE NEW.decided_reason = '' END) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'provider_change_declined_says_why',
            MESSAGE = 'Không duyệt đề nghị đổi thời hạn thì phải ghi lý do từ 5 ký tự.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER provider_change_declined_says_why BEFORE INSERT OR UPDATE ON accounts_providerchange FOR EACH ROW
    EXECUTE FUNCTION accounts_provider_change_declined();
"""
RULE_BACK = """
DROP TRIGGER provider_change_declined_says_why ON accounts_providerchange;
DROP FUNCTION accounts_provider_change_declined();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0105_class_rows_say_unlinked")]
    operations = [
        migrations.AddField(
            "providerchange",
            "decided_reason",
            models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.RunSQL(MOVES, MOVES_BACK),
        migrations.RunSQL(RULE, RULE_BACK),
    ]
