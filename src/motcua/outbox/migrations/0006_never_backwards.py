"""What became of a text is only ever known better; what was handed over is kept for the bill."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION outbox_message_forward() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    known CONSTANT jsonb := '{"WAITING": 0, "SENDING": 0, "SENT": 1, "EXPIRED": 2, "FAILED": 2, "DELIVERED": 3}';
BEGIN
    IF (known->>NEW.state)::int < (known->>OLD.state)::int
       OR NEW.state <> OLD.state AND (known->>NEW.state)::int = 2 AND (known->>OLD.state)::int = 2 THEN
        RAISE EXCEPTION 'Trạng thái tin nhắn không lùi lại.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_message_forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outbox_message_forward BEFORE UPDATE OF state ON outbox_message
    FOR EACH ROW EXECUTE FUNCTION outbox_message_forward();
"""
#: On the way back no taken text keeps its words: the rule of before returns.
FORWARD_BACK = """
DROP TRIGGER outbox_message_forward ON outbox_message;
DROP FUNCTION outbox_message_forward();
UPDATE outbox_message SET body_sealed = NULL WHERE state NOT IN ('WAITING', 'SENDING');
"""

HANDOVERS = """
CREATE FUNCTION outbox_handover_forward() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    known CONSTANT jsonb := '{"TRYING": 0, "BUSY": 0, "DOUBTFUL": 0, "REFUSED": 1, "TAKEN": 1,'
        ' "UNDELIVERED": 2, "DELIVERED": 3}';
BEGIN
    IF (known->>NEW.state)::int < (known->>OLD.state)::int
       OR (NEW.reference, NEW.provider) IS DISTINCT FROM (OLD.reference, OLD.provider)
       OR (NEW.kind, NEW.purpose, NEW.unit_code) IS DISTINCT FROM (OLD.kind, OLD.purpose, OLD.unit_code)
       OR (OLD.taken_at IS NOT NULL
           AND (NEW.taken_at, NEW.price_vnd) IS DISTINCT FROM (OLD.taken_at, OLD.price_vnd)) THEN
        RAISE EXCEPTION 'Lượt chuyển tin không lùi lại và không đổi tin, đơn vị hay giá.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_handover_forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outbox_handover_forward BEFORE UPDATE ON outbox_handover
    FOR EACH ROW EXECUTE FUNCTION outbox_handover_forward();

CREATE FUNCTION outbox_handover_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.tried_at > clock_timestamp() - interval '24 months' THEN
        RAISE EXCEPTION 'Lượt chuyển tin chưa đến ngày được xóa.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_handover_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER outbox_handover_kept BEFORE DELETE ON outbox_handover
    FOR EACH ROW EXECUTE FUNCTION outbox_handover_kept();
"""
HANDOVERS_BACK = """
DROP TRIGGER outbox_handover_kept ON outbox_handover;
DROP FUNCTION outbox_handover_kept();
DROP TRIGGER outbox_handover_forward ON outbox_handover;
DROP FUNCTION outbox_handover_forward();
"""

#: A replay is known by its event id: that is kept far longer than a signature is good for (5 minutes).
NEWS = """
CREATE FUNCTION outbox_news_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.noted_at > clock_timestamp() - interval '24 hours' THEN
        RAISE EXCEPTION 'Tin báo phát chưa đến ngày được xóa.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_news_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER outbox_news_kept BEFORE DELETE ON outbox_deliverynews
    FOR EACH ROW EXECUTE FUNCTION outbox_news_kept();
"""
NEWS_BACK = """
DROP TRIGGER outbox_news_kept ON outbox_deliverynews;
DROP FUNCTION outbox_news_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0005_providers")]
    operations = [
        migrations.RunSQL(FORWARD, FORWARD_BACK),
        migrations.RunSQL(HANDOVERS, HANDOVERS_BACK),
        migrations.RunSQL(NEWS, NEWS_BACK),
    ]
