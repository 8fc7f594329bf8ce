"""A row of a class list that finds an account may say with its answer that the account is not linked to VNeID."""

from django.db import migrations

# Beside the line that lets rows be sealed anew (0080), which stays where it is.
_PATCH = """
DO $patch$
DECLARE
    body text := pg_get_functiondef('accounts_class_row_written_once()'::regprocedure);
    patched text := replace(body, $was${was}$was$, $is${is_}$is$);
BEGIN
    IF patched = body THEN
        RAISE EXCEPTION 'accounts: accounts_class_row_written_once is not what was expected';
    END IF;
    EXECUTE patched;
END $patch$;
"""
_BEFORE = "OR NEW.said <> OLD.said\n"
_NOW = "OR NEW.said <> OLD.said AND NOT (OLD.answer = 'WAITING' AND NEW.answer = 'FOUND' AND OLD.said = '')\n"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0104_identity_providers_validate")]
    operations = [
        migrations.RunSQL(_PATCH.format(was=_BEFORE, is_=_NOW), _PATCH.format(was=_NOW, is_=_BEFORE)),
    ]
