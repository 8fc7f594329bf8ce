"""A paper whose owner was forgotten is emptied: the row stays for the dossiers it was used in, and says nothing."""

from django.db import migrations

# A title that becomes empty: this trigger judges it and decides what the row says then; the other judges all else.
FORGOTTEN = """
CREATE FUNCTION vault_paper_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM accounts_closure
                    WHERE account_id = OLD.owner_id AND forgotten_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Giấy tờ trong kho chỉ được xóa khi chủ kho đã đóng tài khoản 30 ngày.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_forgotten';
    END IF;
    NEW := OLD;
    NEW.title := '';
    NEW.folded_title := '';
    NEW.issuer := '';
    NEW.issued_on := NULL;
    NEW.valid_until := NULL;
    NEW.number_sealed := '';
    NEW.subject_name_sealed := '';
    NEW.same_paper_bi := sha256(convert_to(OLD.public_id::text, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER paper_forgotten BEFORE UPDATE ON vault_paper
    FOR EACH ROW WHEN (NEW.title = '' AND OLD.title <> '') EXECUTE FUNCTION vault_paper_forgotten();

DROP TRIGGER paper_written_once ON vault_paper;
CREATE TRIGGER paper_written_once BEFORE UPDATE ON vault_paper
    FOR EACH ROW WHEN (NEW.title <> '' OR OLD.title = '') EXECUTE FUNCTION vault_paper_written_once();
CREATE TRIGGER paper_stays BEFORE DELETE ON vault_paper
    FOR EACH ROW EXECUTE FUNCTION vault_paper_written_once();
"""
BACK = """
DROP TRIGGER paper_stays ON vault_paper;
DROP TRIGGER paper_written_once ON vault_paper;
CREATE TRIGGER paper_written_once BEFORE UPDATE OR DELETE ON vault_paper
    FOR EACH ROW EXECUTE FUNCTION vault_paper_written_once();
DROP TRIGGER paper_forgotten ON vault_paper;
DROP FUNCTION vault_paper_forgotten();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0012_agreements_end"), ("accounts", "0038_closures")]
    operations = [migrations.RunSQL(FORGOTTEN, BACK)]
