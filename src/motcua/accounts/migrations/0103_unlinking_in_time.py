"""What two officers agree to about a link to VNeID was asked within thirty days (as every two-officer request)."""

from django.db import migrations

RULES = """
CREATE FUNCTION accounts_vneid_unlinked_in_time() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.asked_at IS NULL OR OLD.asked_at <= clock_timestamp() - interval '30 days' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'vneid_unlinked_in_time',
            MESSAGE = 'Đề nghị gỡ liên kết VNeID đã quá 30 ngày: lập đề nghị mới khi chủ tài khoản có mặt.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vneid_unlinked_in_time BEFORE UPDATE OF ended_how ON accounts_vneidlink FOR EACH ROW
    WHEN (NEW.ended_how = 'DESK' AND OLD.ended_how = '') EXECUTE FUNCTION accounts_vneid_unlinked_in_time();
"""
RULES_BACK = """
DROP TRIGGER vneid_unlinked_in_time ON accounts_vneidlink;
DROP FUNCTION accounts_vneid_unlinked_in_time();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0102_requests_end_with_guardian")]
    operations = [migrations.RunSQL(RULES, RULES_BACK)]
