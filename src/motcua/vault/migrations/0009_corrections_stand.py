"""What two officers decided about a paper stays; what waits may be declined or taken back, and nothing else."""

from django.db import migrations

STANDS = """
CREATE FUNCTION vault_correction_written_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.approved_by_subject = '' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF NEW.paper_id = OLD.paper_id THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE'
        AND OLD.new_paper_id IS NULL
        AND (to_jsonb(NEW) - 'new_paper_id') IS NOT DISTINCT FROM (to_jsonb(OLD) - 'new_paper_id') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Việc chuyển giấy tờ đã duyệt không được sửa, xóa.'
        USING ERRCODE = '23514', CONSTRAINT = 'correction_written_once';
END $$;
CREATE TRIGGER correction_written_once BEFORE UPDATE OR DELETE ON vault_correction
    FOR EACH ROW EXECUTE FUNCTION vault_correction_written_once();
"""
STANDS_BACK = """
DROP TRIGGER correction_written_once ON vault_correction;
DROP FUNCTION vault_correction_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0008_versions_move")]
    operations = [migrations.RunSQL(STANDS, STANDS_BACK)]
