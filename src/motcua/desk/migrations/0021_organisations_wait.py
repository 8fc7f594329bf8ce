"""An organisation waits for the portal: its representative is asked about then, and it is not received without."""

# ruff: noqa: S608 - two parts of one function, both written here
from django.db import migrations, models

HEAD = """
CREATE OR REPLACE FUNCTION desk_dossier_for_another() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r desk_representation;
    asker text := 'OWNER';
"""
TAIL = """
    IF EXISTS (SELECT 1 FROM desk_procedure p WHERE p.id = NEW.procedure_id
                  AND cardinality(p.who_may_ask) > 0 AND NOT asker = ANY (p.who_may_ask)) THEN
        PERFORM desk_refuse('desk_who_may_ask', 'Thủ tục này không nhận hồ sơ theo tư cách nộp đã chọn.');
    END IF;
    RETURN NEW;
END $$;
"""

WAITS = (
    HEAD
    + """
    waited boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        waited := OLD.waiting_representative_sealed IS NOT NULL;
        IF NEW.waiting_representative_sealed IS DISTINCT FROM OLD.waiting_representative_sealed
           AND NOT (waited AND NEW.waiting_representative_sealed IS NULL AND NEW.state <> 'PROVISIONAL') THEN
            PERFORM desk_refuse('desk_right_waits', 'Người đại diện chờ kiểm tra không được đổi.');
        ELSIF NEW.representation_id IS DISTINCT FROM OLD.representation_id
              AND NOT (waited AND NEW.state = 'RECEIVED') THEN
            PERFORM desk_refuse('desk_right_unchanged', 'Quyền nộp thay không được đổi sau khi nộp hồ sơ.');
        ELSIF NOT (OLD.state IN ('PROVISIONAL', 'NEW') AND NEW.state = 'RECEIVED') THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.waiting_representative_sealed IS NOT NULL THEN
        asker := 'ORGANISATION';
    END IF;
    IF NEW.representation_id IS NOT NULL THEN
        SELECT * INTO r FROM desk_representation WHERE id = NEW.representation_id;
        asker := r.asker;
        IF (TG_OP = 'INSERT' OR waited) AND (r.at <= clock_timestamp() - interval '5 minutes'
                                             OR r.mandate_at <= clock_timestamp() - interval '5 minutes') THEN
            PERFORM desk_refuse('desk_right_fresh', 'Quyền nộp thay phải được kiểm tra khi nộp hồ sơ.');
        ELSIF waited AND r.kind <> 'ORGANISATION' THEN
            PERFORM desk_refuse('desk_right_of_organisation', 'Tổ chức nộp hồ sơ qua người đại diện đã đăng ký.');
        ELSIF r.representative_subject <> '' AND r.representative_subject = NEW.received_by THEN
            PERFORM desk_refuse('desk_right_not_own', 'Cán bộ không tiếp nhận hồ sơ do mình đại diện nộp.');
        END IF;
        PERFORM desk_representation_allows(NEW, r);
    ELSIF waited THEN
        PERFORM desk_refuse('desk_right_of_organisation', 'Tổ chức nộp hồ sơ qua người đại diện đã đăng ký.');
    ELSIF (NEW.filer_name <> '' OR NEW.person_name <> '') AND NOT (NEW.private_matter AND NEW.channel = 'ONLINE') THEN
        PERFORM desk_refuse('desk_right_wanted', 'Hồ sơ nộp thay phải có quyền nộp thay và giấy tờ chứng minh.');
    END IF;
"""
    + TAIL
    + """
DROP TRIGGER desk_dossier_right ON desk_dossier;
CREATE TRIGGER desk_dossier_right
    BEFORE INSERT OR UPDATE OF state, representation_id, waiting_representative_sealed ON desk_dossier
    FOR EACH ROW EXECUTE FUNCTION desk_dossier_for_another();
"""
)
WAITS_BACK = (
    HEAD
    + """
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.representation_id IS DISTINCT FROM OLD.representation_id THEN
        PERFORM desk_refuse('desk_right_unchanged', 'Quyền nộp thay không được đổi sau khi nộp hồ sơ.');
    ELSIF TG_OP = 'UPDATE' AND NOT (OLD.state IN ('PROVISIONAL', 'NEW') AND NEW.state = 'RECEIVED') THEN
        RETURN NEW;
    END IF;
    IF NEW.representation_id IS NOT NULL THEN
        SELECT * INTO r FROM desk_representation WHERE id = NEW.representation_id;
        asker := r.asker;
        IF TG_OP = 'INSERT' AND (r.at <= clock_timestamp() - interval '5 minutes'
                                 OR r.mandate_at <= clock_timestamp() - interval '5 minutes') THEN
            PERFORM desk_refuse('desk_right_fresh', 'Quyền nộp thay phải được kiểm tra khi nộp hồ sơ.');
        ELSIF r.representative_subject <> '' AND r.representative_subject = NEW.received_by THEN
            PERFORM desk_refuse('desk_right_not_own', 'Cán bộ không tiếp nhận hồ sơ do mình đại diện nộp.');
        END IF;
        PERFORM desk_representation_allows(NEW, r);
    ELSIF (NEW.filer_name <> '' OR NEW.person_name <> '') AND NOT (NEW.private_matter AND NEW.channel = 'ONLINE') THEN
        PERFORM desk_refuse('desk_right_wanted', 'Hồ sơ nộp thay phải có quyền nộp thay và giấy tờ chứng minh.');
    END IF;
"""
    + TAIL
    + """
DROP TRIGGER desk_dossier_right ON desk_dossier;
CREATE TRIGGER desk_dossier_right BEFORE INSERT OR UPDATE OF state, representation_id ON desk_dossier
    FOR EACH ROW EXECUTE FUNCTION desk_dossier_for_another();
"""
)


class Migration(migrations.Migration):
    dependencies = [("desk", "0020_lists_of_a_million")]

    operations = [
        migrations.AddField(
            model_name="dossier", name="waiting_representative_sealed", field=models.BinaryField(null=True)
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("waiting_representative_sealed", None),
                    models.Q(
                        ("filer_name", ""),
                        ("person_name", ""),
                        ("representation", None),
                        ("state", "PROVISIONAL"),
                    ),
                    _connector="OR",
                ),
                name="dossier_representative_waits",
                violation_error_message="Số của người đại diện chỉ giữ khi tiếp nhận tạm, chờ Cổng trả lời.",
            ),
        ),
        migrations.RunSQL(WAITS, WAITS_BACK),
    ]
