"""What an intruder with the running system's rights may not undo: a binding gate, a phone known as staff's."""

from django.db import migrations

# The gate that binds does not come loose again; before it binds, its day may be moved.
GATE_DAY = """
CREATE FUNCTION units_unit_gate_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was date := coalesce(OLD.gate_binds_from, DATE '2022-07-20');
BEGIN
    IF was <= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
       AND coalesce(NEW.gate_binds_from, DATE '2022-07-20') > was THEN
        RAISE EXCEPTION 'Ngày áp dụng đã đến thì không được lùi lại.'
            USING ERRCODE = '23514', CONSTRAINT = 'unit_gate_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER unit_gate_stays BEFORE UPDATE OF gate_binds_from ON units_unit
    FOR EACH ROW EXECUTE FUNCTION units_unit_gate_stays();
"""
GATE_DAY_BACK = """
DROP TRIGGER unit_gate_stays ON units_unit;
DROP FUNCTION units_unit_gate_stays();
"""

# A phone of staff is written once and goes only with its officer, or when a newer one takes its place.
STAFF_PHONE = """
CREATE FUNCTION units_staffphone_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'active') IS DISTINCT FROM (to_jsonb(OLD) - 'active')
       OR (NEW.active AND NOT OLD.active) THEN
        RAISE EXCEPTION 'Số điện thoại của cán bộ không được sửa, không được xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'staff_phone_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER staff_phone_written_once BEFORE UPDATE OR DELETE ON units_staffphone
    FOR EACH ROW EXECUTE FUNCTION units_staffphone_written_once();

CREATE FUNCTION units_staffphone_replaced() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM units_officer WHERE id = NEW.officer_id AND active)
       AND NOT EXISTS (SELECT 1 FROM units_staffphone
                        WHERE officer_id = NEW.officer_id AND active AND id > NEW.id) THEN
        RAISE EXCEPTION 'Cán bộ đang làm việc phải có số điện thoại.'
            USING ERRCODE = '23514', CONSTRAINT = 'staff_phone_replaced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER staff_phone_replaced AFTER UPDATE OF active ON units_staffphone
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.active AND NOT NEW.active)
    EXECUTE FUNCTION units_staffphone_replaced();
"""
STAFF_PHONE_BACK = """
DROP TRIGGER staff_phone_replaced ON units_staffphone;
DROP FUNCTION units_staffphone_replaced();
DROP TRIGGER staff_phone_written_once ON units_staffphone;
DROP FUNCTION units_staffphone_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0003_search_path")]
    operations = [
        migrations.RunSQL(GATE_DAY, GATE_DAY_BACK),
        migrations.RunSQL(STAFF_PHONE, STAFF_PHONE_BACK),
    ]
