"""What was promised goes only when it is over and its day has passed, whoever deletes (threats DP-11)."""

from django.db import migrations

MESSAGES = """
CREATE FUNCTION outbox_message_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state IN ('WAITING', 'SENDING') OR OLD.created_at > clock_timestamp()
           - (CASE WHEN OLD.kind = 'OTP' THEN interval '24 hours' ELSE interval '90 days' END) THEN
        RAISE EXCEPTION 'Tin nhắn chưa đến ngày được xóa.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_message_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER outbox_message_kept BEFORE DELETE ON outbox_message
    FOR EACH ROW EXECUTE FUNCTION outbox_message_kept();
"""
MESSAGES_BACK = """
DROP TRIGGER outbox_message_kept ON outbox_message;
DROP FUNCTION outbox_message_kept();
"""

ERRANDS = """
CREATE FUNCTION outbox_errand_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.state = 'DONE' AND OLD.done_at <= clock_timestamp() - interval '30 days')
       OR (OLD.state = 'DEAD' AND OLD.not_before <= clock_timestamp() - interval '365 days') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Công việc chưa đến ngày được xóa.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_errand_kept';
END $$;
CREATE TRIGGER outbox_errand_kept BEFORE DELETE ON outbox_errand
    FOR EACH ROW EXECUTE FUNCTION outbox_errand_kept();
"""
ERRANDS_BACK = """
DROP TRIGGER outbox_errand_kept ON outbox_errand;
DROP FUNCTION outbox_errand_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [
        migrations.RunSQL(MESSAGES, MESSAGES_BACK),
        migrations.RunSQL(ERRANDS, ERRANDS_BACK),
    ]
