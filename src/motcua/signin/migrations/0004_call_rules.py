"""A desk belongs to one unit's systems; counters only grow; an answer that was given is never another (C13)."""

from django.db import migrations

RULES = """
CREATE FUNCTION signin_audience_of_one_unit() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Two units that ask for the same desk at once wait for each other.
    PERFORM pg_advisory_xact_lock(hashtextextended('signin_audience:' || NEW.audience, 0));
    IF EXISTS (SELECT 1 FROM signin_registration r JOIN signin_client c ON c.id = r.client_id
                WHERE r.audience = NEW.audience AND r.decision IN ('WAITING', 'APPROVED')
                  AND c.unit_id <> (SELECT unit_id FROM signin_client WHERE id = NEW.client_id)) THEN
        RAISE EXCEPTION 'Mã bộ phận một cửa này đã thuộc hệ thống của đơn vị khác.'
            USING ERRCODE = '23514', CONSTRAINT = 'registration_audience_of_one_unit';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_audience BEFORE INSERT ON signin_registration
    FOR EACH ROW EXECUTE FUNCTION signin_audience_of_one_unit();

CREATE FUNCTION signin_call_count_grows() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.hour < clock_timestamp() - interval '90 days' THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.client_id, NEW.hour, NEW.scope) IS NOT DISTINCT FROM (OLD.client_id, OLD.hour, OLD.scope)
        AND NEW.calls >= OLD.calls AND NEW.refused >= OLD.refused
        AND NEW.missed >= OLD.missed AND NEW.alarms >= OLD.alarms THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Số lần gọi đã đếm không giảm, và được giữ 90 ngày.'
        USING ERRCODE = '23514', CONSTRAINT = 'call_count_grows';
END $$;
CREATE TRIGGER call_count_grows BEFORE UPDATE OR DELETE ON signin_callcount
    FOR EACH ROW EXECUTE FUNCTION signin_call_count_grows();

CREATE FUNCTION signin_kept_answer_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.answered_at IS NULL AND NEW.lease_until <= clock_timestamp() + interval '5 minutes' THEN
            NEW.asked_at := clock_timestamp();
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF OLD.answered_at IS NULL OR OLD.asked_at < clock_timestamp() - interval '2 days' THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.answered_at IS NULL
        AND (NEW.public_id, NEW.client_id, NEW.key, NEW.operation, NEW.body_mac, NEW.asked_at)
            IS NOT DISTINCT FROM
            (OLD.public_id, OLD.client_id, OLD.key, OLD.operation, OLD.body_mac, OLD.asked_at)
        AND NEW.lease_until <= clock_timestamp() + interval '5 minutes' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Trả lời đã giữ không được sửa, và được giữ hai ngày.'
        USING ERRCODE = '23514', CONSTRAINT = 'kept_answer_stays';
END $$;
CREATE TRIGGER kept_answer_stays BEFORE INSERT OR UPDATE OR DELETE ON signin_keptanswer
    FOR EACH ROW EXECUTE FUNCTION signin_kept_answer_stays();
"""
RULES_BACK = """
DROP TRIGGER kept_answer_stays ON signin_keptanswer;
DROP FUNCTION signin_kept_answer_stays();
DROP TRIGGER call_count_grows ON signin_callcount;
DROP FUNCTION signin_call_count_grows();
DROP TRIGGER registration_audience ON signin_registration;
DROP FUNCTION signin_audience_of_one_unit();
"""


class Migration(migrations.Migration):
    dependencies = [("signin", "0003_calls")]
    operations = [migrations.RunSQL(RULES, RULES_BACK)]
