"""What was found stays; a breach is decided once; nobody is told before a second officer said so."""

from django.db import migrations

FOUND_ONCE = """
CREATE FUNCTION protection_breach_decided_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.made_at := clock_timestamp();
        IF NEW.decision <> 'WAITING' THEN
            RAISE EXCEPTION 'Hồ sơ sự cố mới lập thì chờ người thứ hai.' USING ERRCODE = '23514',
                CONSTRAINT = 'breach_begins_waiting';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.decision <> 'WAITING' OR NEW.decision = 'WAITING'
       OR (to_jsonb(NEW) - ARRAY['decision', 'decided_by', 'decided_why', 'decided_at'])
          IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['decision', 'decided_by', 'decided_why', 'decided_at']) THEN
        RAISE EXCEPTION 'Hồ sơ sự cố đã lập không sửa, không xóa; quyết định một lần.' USING ERRCODE = '23514',
            CONSTRAINT = 'breach_decided_once';
    END IF;
    NEW.decided_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER breach_decided_once BEFORE INSERT OR UPDATE OR DELETE ON protection_breach
    FOR EACH ROW EXECUTE FUNCTION protection_breach_decided_once();
"""
FOUND_ONCE_BACK = """
DROP TRIGGER breach_decided_once ON protection_breach;
DROP FUNCTION protection_breach_decided_once();
"""

TOLD = """
CREATE FUNCTION protection_breach_told() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said text;
BEGIN
    SELECT decision INTO said FROM protection_breach WHERE id = coalesce(NEW.breach_id, OLD.breach_id);
    IF TG_OP = 'INSERT' THEN
        IF said IS DISTINCT FROM 'WAITING' OR NEW.told <> 'NOT_YET' THEN
            RAISE EXCEPTION 'Danh sách của sự cố đã khép lại.' USING ERRCODE = '23514',
                CONSTRAINT = 'breach_list_closed';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.told <> 'NOT_YET' OR NEW.told = 'NOT_YET'
       OR (to_jsonb(NEW) - 'told') IS DISTINCT FROM (to_jsonb(OLD) - 'told') THEN
        RAISE EXCEPTION 'Danh sách của sự cố không sửa, không xóa; mỗi người được báo một lần.'
            USING ERRCODE = '23514', CONSTRAINT = 'breach_person_told_once';
    END IF;
    IF said IS DISTINCT FROM 'APPROVED' THEN
        RAISE EXCEPTION 'Chưa có người thứ hai duyệt thì không báo cho ai.' USING ERRCODE = '23514',
            CONSTRAINT = 'breach_told_when_approved';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER breach_person_told BEFORE INSERT OR UPDATE OR DELETE ON protection_breachperson
    FOR EACH ROW EXECUTE FUNCTION protection_breach_told();
"""
TOLD_BACK = """
DROP TRIGGER breach_person_told ON protection_breachperson;
DROP FUNCTION protection_breach_told();
"""


class Migration(migrations.Migration):
    dependencies = [("protection", "0002_breaches")]
    operations = [migrations.RunSQL(FOUND_ONCE, FOUND_ONCE_BACK), migrations.RunSQL(TOLD, TOLD_BACK)]
