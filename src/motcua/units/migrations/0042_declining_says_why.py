"""Whoever does not agree to a privileged right says why; whoever asked takes it back without a reason. What is decided stays."""

from django.db import migrations, models

RULES = r"""
-- In whatever way a request comes to be declined. What was declined before this rule stays without a reason.
CREATE FUNCTION units_grant_request_declined() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state = 'DECLINED' AND NEW.decided_by_subject <> NEW.asked_by_subject
       AND NEW.decided_reason !~ '\S.{3,}\S' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_request_declined_says_why',
            MESSAGE = 'Không duyệt đề nghị cấp quyền thì phải ghi lý do từ 5 ký tự.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_request_declined_says_why BEFORE INSERT OR UPDATE ON units_grantrequest FOR EACH ROW
    EXECUTE FUNCTION units_grant_request_declined();

-- Only the post that an approval made is written afterwards, once.
CREATE FUNCTION units_grant_request_decided() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (to_jsonb(NEW) - 'post_id') IS DISTINCT FROM (to_jsonb(OLD) - 'post_id')
       OR NEW.post_id IS DISTINCT FROM OLD.post_id AND NOT (OLD.post_id IS NULL AND OLD.state = 'APPROVED') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_request_decided_once',
            MESSAGE = 'Đề nghị cấp quyền đã quyết định thì không được sửa.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_request_decided_once BEFORE UPDATE ON units_grantrequest FOR EACH ROW
    WHEN (OLD.state <> 'OPEN') EXECUTE FUNCTION units_grant_request_decided();
"""
RULES_BACK = """
DROP TRIGGER grant_request_decided_once ON units_grantrequest;
DROP FUNCTION units_grant_request_decided();
DROP TRIGGER grant_request_declined_says_why ON units_grantrequest;
DROP FUNCTION units_grant_request_declined();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0041_marks_in_covers_validate")]
    operations = [
        migrations.AddField(
            "grantrequest",
            "decided_reason",
            models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.RunSQL(RULES, RULES_BACK),
    ]
