"""A letter goes only when it is over and its day has passed; a wording once written stays as it was."""

from django.db import migrations

LETTERS = """
CREATE FUNCTION outbox_letter_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state IN ('WAITING', 'SENDING') OR OLD.created_at > clock_timestamp()
           - (CASE WHEN OLD.kind = 'CODE' THEN interval '24 hours' ELSE interval '90 days' END) THEN
        RAISE EXCEPTION 'Thư chưa đến ngày được xóa.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_letter_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER outbox_letter_kept BEFORE DELETE ON outbox_letter
    FOR EACH ROW EXECUTE FUNCTION outbox_letter_kept();
"""
LETTERS_BACK = """
DROP TRIGGER outbox_letter_kept ON outbox_letter;
DROP FUNCTION outbox_letter_kept();
"""

WORDINGS = """
CREATE FUNCTION outbox_wording_begins() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.withdrawn_at IS NOT NULL OR NEW.valid_from < clock_timestamp() - interval '1 minute' THEN
        RAISE EXCEPTION 'Mẫu thông báo chỉ có hiệu lực từ nay về sau.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_wording_begins';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outbox_wording_begins BEFORE INSERT ON outbox_noticewording
    FOR EACH ROW EXECUTE FUNCTION outbox_wording_begins();

CREATE FUNCTION outbox_wording_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
       AND OLD.valid_from > clock_timestamp()
       AND (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by') = (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Bản mẫu thông báo đã ghi thì giữ nguyên; chỉ bỏ được bản chưa có hiệu lực.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_wording_stays';
END $$;
CREATE TRIGGER outbox_wording_stays BEFORE UPDATE OR DELETE ON outbox_noticewording
    FOR EACH ROW EXECUTE FUNCTION outbox_wording_stays();
"""
WORDINGS_BACK = """
DROP TRIGGER outbox_wording_stays ON outbox_noticewording;
DROP FUNCTION outbox_wording_stays();
DROP TRIGGER outbox_wording_begins ON outbox_noticewording;
DROP FUNCTION outbox_wording_begins();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_letters")]
    operations = [
        migrations.RunSQL(LETTERS, LETTERS_BACK),
        migrations.RunSQL(WORDINGS, WORDINGS_BACK),
    ]
