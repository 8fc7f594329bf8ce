"""What a change of binding days can never do: be rewritten, come from a stranger, or be agreed to by one."""

from django.db import migrations

DECIDED_ONCE = """
CREATE FUNCTION units_gatechange_decided_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'OPEN'
       OR (to_jsonb(NEW) - '{state,decided_by_subject,decided_at}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{state,decided_by_subject,decided_at}'::text[]) THEN
        RAISE EXCEPTION 'Đề nghị đổi ngày áp dụng không được sửa hay xóa, chỉ được quyết định một lần.'
            USING ERRCODE = '23514', CONSTRAINT = 'gate_change_decided_once';
    END IF;
    NEW.decided_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER gate_change_decided_once BEFORE UPDATE OR DELETE ON units_gatechange
    FOR EACH ROW EXECUTE FUNCTION units_gatechange_decided_once();

CREATE FUNCTION units_gatechangeunit_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT OLD.waiting
       OR (to_jsonb(NEW) - 'waiting') IS DISTINCT FROM (to_jsonb(OLD) - 'waiting')
       OR EXISTS (SELECT 1 FROM units_gatechange WHERE id = OLD.change_id AND state = 'OPEN') THEN
        RAISE EXCEPTION 'Đơn vị trong đề nghị đổi ngày áp dụng không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'gate_change_unit_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate_change_unit_stays BEFORE UPDATE OR DELETE ON units_gatechangeunit
    FOR EACH ROW EXECUTE FUNCTION units_gatechangeunit_stays();
"""
DECIDED_ONCE_BACK = """
DROP TRIGGER gate_change_unit_stays ON units_gatechangeunit;
DROP FUNCTION units_gatechangeunit_stays();
DROP TRIGGER gate_change_decided_once ON units_gatechange;
DROP FUNCTION units_gatechange_decided_once();
"""

# Who may grant at a unit, or above it, may ask for its day; whoever agrees may so at every unit of the change.
BY_WHOM = """
CREATE FUNCTION units_gatechangeunit_asked_by_whom() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM units_gatechange c WHERE c.id = NEW.change_id AND c.state = 'OPEN'
                      AND units_may_grant(c.asked_by_subject, NEW.unit_id, false)) THEN
        RAISE EXCEPTION 'Ngày áp dụng phải do quản trị viên của đơn vị hoặc đơn vị cấp trên đề nghị.'
            USING ERRCODE = '23514', CONSTRAINT = 'gate_change_asked_by_whom';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate_change_asked_by_whom BEFORE INSERT ON units_gatechangeunit
    FOR EACH ROW EXECUTE FUNCTION units_gatechangeunit_asked_by_whom();

CREATE FUNCTION units_gatechange_agreed_by_whom() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM units_gatechangeunit l WHERE l.change_id = NEW.id
                  AND NOT units_may_grant(NEW.decided_by_subject, l.unit_id, false)) THEN
        RAISE EXCEPTION 'Người duyệt phải là quản trị viên của mọi đơn vị trong đề nghị.'
            USING ERRCODE = '23514', CONSTRAINT = 'gate_change_agreed_by_whom';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate_change_agreed_by_whom BEFORE UPDATE ON units_gatechange
    FOR EACH ROW WHEN (NEW.state = 'APPROVED' AND NEW.decided_by_subject <> NEW.asked_by_subject)
    EXECUTE FUNCTION units_gatechange_agreed_by_whom();
"""
BY_WHOM_BACK = """
DROP TRIGGER gate_change_agreed_by_whom ON units_gatechange;
DROP FUNCTION units_gatechange_agreed_by_whom();
DROP TRIGGER gate_change_asked_by_whom ON units_gatechangeunit;
DROP FUNCTION units_gatechangeunit_asked_by_whom();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0017_gate_changes")]
    operations = [
        migrations.RunSQL(DECIDED_ONCE, DECIDED_ONCE_BACK),
        migrations.RunSQL(BY_WHOM, BY_WHOM_BACK),
    ]
