"""No owner is put right without a proof: asked with one, approved while it can be opened. Rows that stand are let be."""

from django.db import migrations

# Judged when a request comes and when it is approved; a request from before is declined and asked anew, and an old
# decision stays as it was. One scan may prove several dossiers of one request at one unit, and never those of another.
EVIDENCE = """
CREATE FUNCTION desk_owner_correction_evidence() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NOT (OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM files_storedfile f WHERE f.id = NEW.evidence_id
            AND f.purpose = 'EVIDENCE' AND f.kind = 'pdf' AND f.scan_status = 'CLEAN' AND f.purged_at IS NULL) THEN
        PERFORM desk_refuse('desk_owner_correction_evidence',
            'Đề nghị sửa chủ hồ sơ phải có tài liệu chứng minh (PDF) còn mở được.');
    ELSIF EXISTS (SELECT 1 FROM desk_ownercorrection o JOIN desk_dossier theirs ON theirs.id = o.dossier_id
            JOIN desk_dossier ours ON ours.id = NEW.dossier_id WHERE o.evidence_id = NEW.evidence_id
             AND ROW(o.batch, o.asked_by, theirs.unit_id) IS DISTINCT FROM ROW(NEW.batch, NEW.asked_by, ours.unit_id))
    THEN
        PERFORM desk_refuse('desk_owner_correction_own_evidence',
            'Tài liệu chứng minh phải là của chính lần đề nghị này, cho hồ sơ của cùng một đơn vị.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_owner_correction_evidence BEFORE INSERT OR UPDATE ON desk_ownercorrection
    FOR EACH ROW EXECUTE FUNCTION desk_owner_correction_evidence();
"""
EVIDENCE_BACK = """
DROP TRIGGER desk_owner_correction_evidence ON desk_ownercorrection;
DROP FUNCTION desk_owner_correction_evidence();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0031_reconciliation"), ("files", "0001_initial")]
    operations = [migrations.RunSQL(EVIDENCE, EVIDENCE_BACK)]
