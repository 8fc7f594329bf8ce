"""A colleague, or the unit above, receives an officer's own matter; nothing is added to papers already received."""

from django.db import migrations

# Who worked at the unit at that moment (with this power; any power when NULL).
HELD = """
CREATE FUNCTION desk_held(who text, at bigint, wanted text, moment timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM units_officer o JOIN units_post p ON p.officer_id = o.id
         WHERE o.subject = who AND p.unit_id = at AND (wanted IS NULL OR wanted = ANY (p.powers))
           AND (o.deactivated_at IS NULL OR o.deactivated_at > moment)
           AND (p.revoked_at IS NULL OR p.revoked_at > moment)
           AND p.valid_from <= (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           AND (p.valid_to IS NULL OR p.valid_to >= (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    )
$$;
"""
HELD_BACK = "DROP FUNCTION desk_held(text, bigint, text, timestamptz);"

# Where the owner works, only a colleague with the right to receive does; without one, the unit above at its own
# desk (SPEC 6). A provisional reception was made when it arrived, by whoever could then.
BY_COLLEAGUE = """
CREATE FUNCTION desk_dossier_by_colleague() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before_reception CONSTANT text[] := ARRAY['PROVISIONAL', 'NEW', 'NOT_ACCEPTED'];
    moment timestamptz := clock_timestamp();
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT OLD.state = ANY (before_reception) THEN
            RETURN NEW;
        ELSIF OLD.state = 'PROVISIONAL' THEN
            moment := OLD.arrived_at;
        END IF;
    END IF;
    IF desk_held(NEW.owner_subject, NEW.unit_id, NULL, moment)
       AND NOT desk_held(NEW.received_by, NEW.unit_id, 'RECEIVE_DOSSIER', moment) THEN
        PERFORM desk_refuse('desk_owner_by_colleague',
            'Chủ hồ sơ là cán bộ của đơn vị: đề nghị cán bộ khác có quyền tiếp nhận của đơn vị nhận; '
            'không còn ai thì nộp tại đơn vị cấp trên.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_by_colleague BEFORE INSERT OR UPDATE ON desk_dossier
    FOR EACH ROW WHEN (NEW.owner_subject <> '' AND NEW.state NOT IN ('PROVISIONAL', 'NEW', 'NOT_ACCEPTED'))
    EXECUTE FUNCTION desk_dossier_by_colleague();
"""
BY_COLLEAGUE_BACK = """
DROP TRIGGER desk_dossier_by_colleague ON desk_dossier;
DROP FUNCTION desk_dossier_by_colleague();
"""

# The checklist is written with the dossier, before the first line of its history; afterwards it is whole, but for
# what a notice of supplement (form 02) asked for, marked as such, while it is being answered.
COMPONENTS_WHOLE = """
CREATE FUNCTION desk_components_whole() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.supplement THEN
        IF NOT EXISTS (SELECT 1 FROM desk_notice WHERE dossier_id = NEW.dossier_id AND kind = 'SUPPLEMENT'
                          AND (answered_at IS NULL OR answered_at > clock_timestamp() - interval '1 minute')) THEN
            PERFORM desk_refuse('desk_components_whole', 'Chỉ bổ sung giấy tờ theo phiếu yêu cầu bổ sung (mẫu 02).');
        END IF;
    ELSIF EXISTS (SELECT 1 FROM desk_dossierevent WHERE dossier_id = NEW.dossier_id) THEN
        PERFORM desk_refuse('desk_components_whole',
            'Không được thêm thành phần vào danh mục sau khi hồ sơ đã được tiếp nhận.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_components_whole BEFORE INSERT ON desk_dossiercomponent
    FOR EACH ROW EXECUTE FUNCTION desk_components_whole();
"""
COMPONENTS_WHOLE_BACK = """
DROP TRIGGER desk_components_whole ON desk_dossiercomponent;
DROP FUNCTION desk_components_whole();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0010_forgetting"), ("units", "0006_by_the_owner")]
    operations = [
        migrations.RunSQL(HELD, HELD_BACK),
        migrations.RunSQL(BY_COLLEAGUE, BY_COLLEAGUE_BACK),
        migrations.RunSQL(COMPONENTS_WHOLE, COMPONENTS_WHOLE_BACK),
    ]
