"""The rules of this room read the tables of this database, never a temporary table of the same name."""

from django.db import migrations

_EVERY_FUNCTION = """
DO $$
DECLARE
    rule regprocedure;
BEGIN
    FOR rule IN SELECT p.oid FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
                 WHERE p.pronamespace = 'public'::regnamespace AND l.lanname = 'plpgsql'
                   AND starts_with(p.proname, 'vault_') LOOP
        EXECUTE 'ALTER FUNCTION ' || rule || ' {}';
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_look_noted_once")]
    operations = [
        migrations.RunSQL(
            _EVERY_FUNCTION.format("SET search_path = pg_catalog, public, pg_temp"),
            _EVERY_FUNCTION.format("RESET search_path"),
        )
    ]
