"""What an officer did, and what an owner was told, goes only on its day, whoever deletes (DP-10, DP-11, DP-25)."""

from django.db import migrations

KEPT = """
CREATE FUNCTION accounts_evidence_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    past boolean := CASE TG_TABLE_NAME
        WHEN 'accounts_ownernews' THEN
            (to_jsonb(OLD)->>'told_at')::timestamptz <= clock_timestamp() - interval '24 months'
        WHEN 'accounts_listexport' THEN
            (to_jsonb(OLD)->>'at')::timestamptz <= clock_timestamp() - interval '5 years'
        WHEN 'accounts_assistapplication' THEN
            (to_jsonb(OLD)->>'last_act_at')::timestamptz <= clock_timestamp() - interval '5 years'
            AND to_jsonb(OLD)->>'status' NOT IN ('draft', 'otp_ok', 'creating')
        ELSE false END;
BEGIN
    IF past THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Dòng này chưa đến ngày được xóa.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER owner_news_kept BEFORE DELETE ON accounts_ownernews
    FOR EACH ROW EXECUTE FUNCTION accounts_evidence_kept();
CREATE TRIGGER list_export_kept BEFORE DELETE ON accounts_listexport
    FOR EACH ROW EXECUTE FUNCTION accounts_evidence_kept();
CREATE TRIGGER assist_application_kept BEFORE DELETE ON accounts_assistapplication
    FOR EACH ROW EXECUTE FUNCTION accounts_evidence_kept();
"""
BACK = """
DROP TRIGGER assist_application_kept ON accounts_assistapplication;
DROP TRIGGER list_export_kept ON accounts_listexport;
DROP TRIGGER owner_news_kept ON accounts_ownernews;
DROP FUNCTION accounts_evidence_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0038_closures")]
    operations = [migrations.RunSQL(KEPT, BACK)]
