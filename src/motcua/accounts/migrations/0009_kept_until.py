"""Who asked about whom, and known browsers, go only when their day has passed, whoever deletes (DP-08, T-41)."""

from django.db import migrations

KEPT = """
CREATE FUNCTION accounts_look_up_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.at <= clock_timestamp() - interval '24 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Dấu vết tra cứu chưa đến ngày được xóa.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'look_up_kept';
END $$;
CREATE TRIGGER look_up_kept BEFORE DELETE ON accounts_lookup
    FOR EACH ROW EXECUTE FUNCTION accounts_look_up_kept();

CREATE FUNCTION accounts_known_device_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.last_seen_at <= clock_timestamp() - interval '12 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Thiết bị đã biết chưa đến ngày được xóa.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'known_device_kept';
END $$;
CREATE TRIGGER known_device_kept BEFORE DELETE ON accounts_knowndevice
    FOR EACH ROW EXECUTE FUNCTION accounts_known_device_kept();
"""
BACK = """
DROP TRIGGER known_device_kept ON accounts_knowndevice;
DROP FUNCTION accounts_known_device_kept();
DROP TRIGGER look_up_kept ON accounts_lookup;
DROP FUNCTION accounts_look_up_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_no_creating")]
    operations = [migrations.RunSQL(KEPT, BACK)]
