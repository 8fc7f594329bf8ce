"""A look is never changed, and goes only after 24 months, when nobody contests it (threats DP-08, DP-09)."""

from django.db import migrations

KEPT = """
DROP TRIGGER look_append_only ON vault_look;
CREATE FUNCTION vault_look_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at <= clock_timestamp() - interval '24 months'
       AND NOT EXISTS (SELECT 1 FROM vault_contest c WHERE c.look_id = OLD.id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Lịch sử kho dữ liệu chỉ được ghi thêm.'
        USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER look_append_only BEFORE UPDATE OR DELETE ON vault_look
    FOR EACH ROW EXECUTE FUNCTION vault_look_kept();
CREATE TRIGGER look_not_emptied BEFORE TRUNCATE ON vault_look
    FOR EACH STATEMENT EXECUTE FUNCTION vault_append_only();
"""
BACK = """
DROP TRIGGER look_not_emptied ON vault_look;
DROP TRIGGER look_append_only ON vault_look;
DROP FUNCTION vault_look_kept();
CREATE TRIGGER look_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault_look
    FOR EACH STATEMENT EXECUTE FUNCTION vault_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0005_search_path")]
    operations = [migrations.RunSQL(KEPT, BACK)]
