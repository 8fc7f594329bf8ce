"""Whoever does not agree to a privileged right says why; whoever asked takes it back without a reason."""

from django.db import migrations, models

RULE = r"""
CREATE FUNCTION units_grant_request_declined() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.decided_by_subject <> NEW.asked_by_subject AND NEW.decided_reason !~ '\S.{3,}\S' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_request_declined_says_why',
            MESSAGE = 'Không duyệt đề nghị cấp quyền thì phải ghi lý do từ 5 ký tự.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_request_declined_says_why BEFORE UPDATE OF state ON units_grantrequest FOR EACH ROW
    WHEN (NEW.state = 'DECLINED' AND OLD.state = 'OPEN') EXECUTE FUNCTION units_grant_request_declined();
"""
RULE_BACK = """
DROP TRIGGER grant_request_declined_says_why ON units_grantrequest;
DROP FUNCTION units_grant_request_declined();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0041_marks_in_covers_validate")]
    operations = [
        migrations.AddField(
            "grantrequest", "decided_reason", models.TextField(blank=True, db_default="", default="")
        ),
        migrations.RunSQL(RULE, RULE_BACK),
    ]
