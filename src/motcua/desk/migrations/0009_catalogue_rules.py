"""A version that dossiers use is never changed; a process is whole; a draft is applied once."""

from django.db import migrations

# Locks the version first: a dossier that is being received with it right now is waited for.
USED = """
CREATE FUNCTION desk_version_used(procedure_version bigint) RETURNS boolean LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM desk_procedure WHERE id = procedure_version FOR UPDATE;
    RETURN EXISTS (SELECT 1 FROM desk_dossier WHERE procedure_id = procedure_version);
END $$;

CREATE FUNCTION desk_procedure_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_procedure_kept', 'Thủ tục không được xóa, chỉ được đặt ngày hết hiệu lực.');
    ELSIF (to_jsonb(NEW) - 'valid_to') IS DISTINCT FROM (to_jsonb(OLD) - 'valid_to')
          AND desk_version_used(OLD.id) THEN
        PERFORM desk_refuse('desk_version_used',
            'Phiên bản thủ tục đã có hồ sơ thì không được sửa. Đề nghị lập phiên bản mới từ một ngày khác.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_procedure_guard BEFORE UPDATE OR DELETE ON desk_procedure
    FOR EACH ROW EXECUTE FUNCTION desk_procedure_guard();
"""
USED_BACK = """
DROP TRIGGER desk_procedure_guard ON desk_procedure;
DROP FUNCTION desk_procedure_guard();
DROP FUNCTION desk_version_used(bigint);
"""

PARTS = """
CREATE FUNCTION desk_version_parts_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    old_owner bigint;
    new_owner bigint;
BEGIN
    IF TG_TABLE_NAME = 'desk_processstep' THEN
        SELECT procedure_id INTO old_owner FROM desk_process WHERE id = OLD.process_id;
        SELECT procedure_id INTO new_owner FROM desk_process WHERE id = NEW.process_id;
        IF TG_OP = 'UPDATE' AND NEW.process_id <> OLD.process_id THEN
            PERFORM desk_refuse('desk_part_stays', 'Bước không chuyển sang quy trình khác được.');
        END IF;
    ELSE
        old_owner := OLD.procedure_id;
        new_owner := NEW.procedure_id;
    END IF;
    IF desk_version_used(coalesce(new_owner, old_owner))
       OR new_owner IS DISTINCT FROM old_owner AND old_owner IS NOT NULL AND desk_version_used(old_owner) THEN
        PERFORM desk_refuse('desk_version_used',
            'Phiên bản thủ tục đã có hồ sơ thì không được sửa. Đề nghị lập phiên bản mới từ một ngày khác.');
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER desk_version_parts_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_component
    FOR EACH ROW EXECUTE FUNCTION desk_version_parts_guard();
CREATE TRIGGER desk_version_parts_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_procedureform
    FOR EACH ROW EXECUTE FUNCTION desk_version_parts_guard();
CREATE TRIGGER desk_version_parts_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_process
    FOR EACH ROW EXECUTE FUNCTION desk_version_parts_guard();
CREATE TRIGGER desk_version_parts_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_processstep
    FOR EACH ROW EXECUTE FUNCTION desk_version_parts_guard();
"""
PARTS_BACK = """
DROP TRIGGER desk_version_parts_guard ON desk_component;
DROP TRIGGER desk_version_parts_guard ON desk_procedureform;
DROP TRIGGER desk_version_parts_guard ON desk_process;
DROP TRIGGER desk_version_parts_guard ON desk_processstep;
DROP FUNCTION desk_version_parts_guard();
"""

# Judged at the end of the transaction, when all steps of the process are there.
STEPS = """
CREATE FUNCTION desk_process_whole() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    way bigint;
    orders int[];
    powers text[];
    n int;
BEGIN
    IF TG_TABLE_NAME = 'desk_process' THEN
        way := NEW.id;
    ELSE
        way := coalesce(NEW.process_id, OLD.process_id);
    END IF;
    IF NOT EXISTS (SELECT 1 FROM desk_process WHERE id = way) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg("order" ORDER BY "order"), array_agg(power ORDER BY "order"), count(*)
      INTO orders, powers, n FROM desk_processstep WHERE process_id = way;
    IF n < 2 OR orders[n] <> n THEN
        PERFORM desk_refuse('desk_process_whole', 'Quy trình phải có từ hai bước, đánh số liên tục từ 1.');
    ELSIF powers[1] <> 'RECEIVE_DOSSIER' OR powers[n] <> 'HAND_OUT' THEN
        PERFORM desk_refuse('desk_process_whole',
            'Quy trình phải bắt đầu bằng bước tiếp nhận và kết thúc bằng bước trả kết quả.');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER desk_process_whole AFTER INSERT ON desk_process
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_process_whole();
CREATE CONSTRAINT TRIGGER desk_process_whole AFTER INSERT OR UPDATE OR DELETE ON desk_processstep
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_process_whole();
"""
STEPS_BACK = """
DROP TRIGGER desk_process_whole ON desk_processstep;
DROP TRIGGER desk_process_whole ON desk_process;
DROP FUNCTION desk_process_whole();
"""

DRAFTS = """
CREATE FUNCTION desk_draft_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.applied_at IS NOT NULL
       OR ROW(NEW.id, NEW.public_id, NEW.kind, NEW.officer_subject, NEW.unit_code, NEW.made_at)
          IS DISTINCT FROM ROW(OLD.id, OLD.public_id, OLD.kind, OLD.officer_subject, OLD.unit_code, OLD.made_at)
    THEN
        PERFORM desk_refuse('desk_draft_applied', 'Bản thảo này đã được áp dụng. Đề nghị lập bản thảo mới.');
    END IF;
    IF NEW.applied_at IS NOT NULL THEN
        NEW.applied_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_draft_guard BEFORE UPDATE ON desk_cataloguedraft
    FOR EACH ROW EXECUTE FUNCTION desk_draft_guard();
"""
DRAFTS_BACK = """
DROP TRIGGER desk_draft_guard ON desk_cataloguedraft;
DROP FUNCTION desk_draft_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0008_catalogue")]
    operations = [
        migrations.RunSQL(USED, USED_BACK),
        migrations.RunSQL(PARTS, PARTS_BACK),
        migrations.RunSQL(STEPS, STEPS_BACK),
        migrations.RunSQL(DRAFTS, DRAFTS_BACK),
    ]
