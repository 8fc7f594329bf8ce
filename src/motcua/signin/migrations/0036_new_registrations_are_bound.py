"""Whoever is registered from now on gets no tokens that anybody could show (threats T-29)."""

from django.db import migrations

BEGINS = """
CREATE FUNCTION signin_registration_bound() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.bearer_until IS NOT NULL THEN
        RAISE EXCEPTION 'Đăng ký kết nối mới chỉ dùng thẻ gắn với khóa của hệ thống.'
            USING ERRCODE = '23514', CONSTRAINT = 'registration_bound';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_bound BEFORE INSERT ON signin_registration
    FOR EACH ROW EXECUTE FUNCTION signin_registration_bound();

CREATE FUNCTION signin_used_proof_kept() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.until < clock_timestamp() THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Bằng chứng giữ thẻ đã dùng được giữ cho đến khi hết giờ, không sửa.'
        USING ERRCODE = '23514', CONSTRAINT = 'used_proof_kept';
END $$;
CREATE TRIGGER used_proof_kept BEFORE UPDATE OR DELETE ON signin_usedproof
    FOR EACH ROW EXECUTE FUNCTION signin_used_proof_kept();
"""
BEGINS_BACK = """
DROP TRIGGER used_proof_kept ON signin_usedproof;
DROP FUNCTION signin_used_proof_kept();
DROP TRIGGER registration_bound ON signin_registration;
DROP FUNCTION signin_registration_bound();
"""


class Migration(migrations.Migration):
    dependencies = [("signin", "0035_tokens_of_their_holder")]
    operations = [migrations.RunSQL(BEGINS, BEGINS_BACK)]
