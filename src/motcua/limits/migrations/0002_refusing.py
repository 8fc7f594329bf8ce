"""A statement that has counted too far refuses itself: what it counted is undone with it, everywhere."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION limits_refuse(counted jsonb) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LM429', MESSAGE = 'a quota is used up', DETAIL = counted::text;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("limits", "0001_initial")]
    operations = [migrations.RunSQL(_REFUSE, "DROP FUNCTION limits_refuse(jsonb)")]
