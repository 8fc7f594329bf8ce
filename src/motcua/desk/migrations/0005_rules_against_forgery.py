"""What an intruder with the running system's rights may not write: forged answers, words of nobody, other days."""

from django.db import migrations

# A check says what its receipt says. The signature itself is judged by whoever holds the portal's key.
RECEIPT_AGREES = """
CREATE FUNCTION desk_check_receipt_agrees() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    body text := translate(split_part(NEW.receipt, '.', 2), '-_', '+/');
    claims jsonb;
BEGIN
    BEGIN
        claims := convert_from(decode(rpad(body, (length(body) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb;
    EXCEPTION WHEN data_exception THEN
        claims := NULL;
    END;
    IF NEW.receipt !~ '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]{86}$'
       OR ROW(claims->>'sub', claims->>'jti', claims->>'status')
          IS DISTINCT FROM ROW(NEW.subject, NEW.jti, NEW.status)
       OR coalesce(claims->>'aud', '') = '' THEN
        PERFORM desk_refuse('desk_check_receipt_agrees', 'Kết quả kiểm tra phải trùng với biên nhận đã ký.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_check_receipt_agrees BEFORE INSERT ON desk_accountcheck
    FOR EACH ROW WHEN (NEW.answer = 'FOUND') EXECUTE FUNCTION desk_check_receipt_agrees();
"""
RECEIPT_AGREES_BACK = """
DROP TRIGGER desk_check_receipt_agrees ON desk_accountcheck;
DROP FUNCTION desk_check_receipt_agrees();
"""

# An exception begins undecided, and is approved by somebody who may: here, above, or in the unit's successor.
APPROVED_BY_HEAD = """
CREATE FUNCTION desk_exception_by_head() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_at IS NOT NULL OR NEW.declined_at IS NOT NULL
           OR NEW.approved_by <> '' OR NEW.declined_by <> '' THEN
            PERFORM desk_refuse('desk_exception_undecided', 'Trường hợp ngoại lệ mới chưa thể đã được quyết định.');
        END IF;
    ELSIF OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL AND NOT EXISTS (
        WITH RECURSIVE up(id) AS (
            SELECT NEW.unit_id
            UNION
            SELECT n.id FROM up JOIN units_unit u ON u.id = up.id
              CROSS JOIN LATERAL (VALUES (u.parent_id), (u.successor_id)) AS n(id) WHERE n.id IS NOT NULL
        )
        SELECT 1 FROM units_post p JOIN units_officer o ON o.id = p.officer_id
         WHERE o.subject = NEW.approved_by AND o.active AND p.unit_id IN (SELECT id FROM up)
           AND 'APPROVE_EXCEPTION' = ANY (p.powers) AND p.revoked_at IS NULL
           AND p.valid_from <= today AND (p.valid_to IS NULL OR p.valid_to >= today)
    ) THEN
        PERFORM desk_refuse('desk_exception_by_head', 'Trường hợp ngoại lệ phải do người có quyền duyệt.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_exception_of_head BEFORE INSERT OR UPDATE ON desk_gateexception
    FOR EACH ROW EXECUTE FUNCTION desk_exception_by_head();
"""
APPROVED_BY_HEAD_BACK = """
DROP TRIGGER desk_exception_of_head ON desk_gateexception;
DROP FUNCTION desk_exception_by_head();
"""

# A dossier is received now, on a check that opens the gate now; whom it was received for and by stays.
RECEIVED_NOW = """
CREATE FUNCTION desk_dossier_received_now() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before_reception CONSTANT text[] := ARRAY['PROVISIONAL', 'NEW', 'NOT_ACCEPTED'];
BEGIN
    IF NEW.state = ANY (before_reception) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NOT OLD.state = ANY (before_reception) THEN
            IF ROW(NEW.owner_name, NEW.owner_folded, NEW.owner_number_sealed, NEW.owner_last3, NEW.received_by_name)
               IS DISTINCT FROM
               ROW(OLD.owner_name, OLD.owner_folded, OLD.owner_number_sealed, OLD.owner_last3, OLD.received_by_name)
            THEN
                PERFORM desk_refuse('desk_dossier_unchanged',
                    'Chủ hồ sơ và người tiếp nhận không được sửa sau khi tiếp nhận.');
            END IF;
            RETURN NEW;
        END IF;
        IF OLD.check_id IS NOT NULL THEN
            PERFORM desk_check_opens(NEW, OLD.state = 'PROVISIONAL');
        END IF;
    END IF;
    IF NEW.received_at NOT BETWEEN clock_timestamp() - interval '1 minute'
                               AND clock_timestamp() + interval '1 minute' THEN
        PERFORM desk_refuse('desk_received_now', 'Thời điểm tiếp nhận phải là lúc này.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_received_now BEFORE INSERT OR UPDATE ON desk_dossier
    FOR EACH ROW EXECUTE FUNCTION desk_dossier_received_now();
"""
RECEIVED_NOW_BACK = """
DROP TRIGGER desk_dossier_received_now ON desk_dossier;
DROP FUNCTION desk_dossier_received_now();
"""

# What was handed in stays as it was handed in; only where it went in the vault is noted later.
COMPONENT_KEPT = """
CREATE FUNCTION desk_component_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_component_kept', 'Thành phần của hồ sơ không được xóa.');
    ELSIF NEW.dossier_id <> OLD.dossier_id
       OR (to_jsonb(NEW) - 'delivered_as') IS DISTINCT FROM (to_jsonb(OLD) - 'delivered_as')
          AND EXISTS (SELECT 1 FROM desk_dossier WHERE id = OLD.dossier_id
                         AND state NOT IN ('PROVISIONAL', 'NEW', 'NOT_ACCEPTED')) THEN
        PERFORM desk_refuse('desk_component_kept', 'Thành phần của hồ sơ không được sửa sau khi tiếp nhận.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_component_kept BEFORE UPDATE OR DELETE ON desk_dossiercomponent
    FOR EACH ROW EXECUTE FUNCTION desk_component_kept();
"""
COMPONENT_KEPT_BACK = """
DROP TRIGGER desk_component_kept ON desk_dossiercomponent;
DROP FUNCTION desk_component_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_search_path"), ("units", "0003_search_path")]
    operations = [
        migrations.RunSQL(RECEIPT_AGREES, RECEIPT_AGREES_BACK),
        migrations.RunSQL(APPROVED_BY_HEAD, APPROVED_BY_HEAD_BACK),
        migrations.RunSQL(RECEIVED_NOW, RECEIVED_NOW_BACK),
        migrations.RunSQL(COMPONENT_KEPT, COMPONENT_KEPT_BACK),
    ]
