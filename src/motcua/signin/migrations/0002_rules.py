"""A registration is written once, decided once and ended once, by the database's clock (threats T-29)."""

from django.db import migrations

RULES = """
CREATE FUNCTION signin_registration_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moving text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.decision = 'WAITING' AND NEW.ended_at IS NULL
            AND NEW.expires_on > current_date AND NEW.expires_on <= current_date + 731 THEN
            NEW.asked_at := clock_timestamp();
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Đăng ký kết nối bắt đầu bằng chờ duyệt và có thời hạn không quá hai năm.'
            USING ERRCODE = '23514', CONSTRAINT = 'registration_begins_waiting';
    ELSIF TG_OP = 'UPDATE' AND OLD.decision = 'WAITING' AND NEW.decision <> 'WAITING'
        AND NEW.ended_at IS NULL THEN
        NEW.decided_at := clock_timestamp();
        moving := '{decision,decided_by_subject,decided_at,decided_reason}';
    ELSIF TG_OP = 'UPDATE' AND OLD.decision = 'APPROVED' AND OLD.ended_at IS NULL
        AND NEW.ended_by_subject <> '' THEN
        NEW.ended_at := clock_timestamp();
        moving := '{ended_by_subject,ended_at,ended_reason}';
    END IF;
    IF moving IS NOT NULL AND (to_jsonb(NEW) - moving) IS NOT DISTINCT FROM (to_jsonb(OLD) - moving) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Đăng ký kết nối đã ghi không được sửa, xóa; thay đổi bằng đăng ký mới.'
        USING ERRCODE = '23514', CONSTRAINT = 'registration_written_once';
END $$;
CREATE TRIGGER registration_moves BEFORE INSERT OR UPDATE OR DELETE ON signin_registration
    FOR EACH ROW EXECUTE FUNCTION signin_registration_moves();

CREATE FUNCTION signin_client_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Mã, tên của hệ thống kết nối không được sửa, xóa.'
        USING ERRCODE = '23514', CONSTRAINT = 'client_stays';
END $$;
CREATE TRIGGER client_stays BEFORE UPDATE OR DELETE ON signin_client
    FOR EACH ROW EXECUTE FUNCTION signin_client_stays();
"""
RULES_BACK = """
DROP TRIGGER client_stays ON signin_client;
DROP FUNCTION signin_client_stays();
DROP TRIGGER registration_moves ON signin_registration;
DROP FUNCTION signin_registration_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("signin", "0001_clients")]
    operations = [migrations.RunSQL(RULES, RULES_BACK)]
