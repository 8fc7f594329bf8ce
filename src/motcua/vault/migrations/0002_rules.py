"""What the vault can never hold, whoever writes into it (threats C9, C16, DP-08)."""

from django.db import migrations

# C9: the owner is the account that the receipt names; the hash is the file's own.
OWNER_FROM_RECEIPT = """
CREATE FUNCTION vault_paper_owner_from_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM accounts_pairwisesubject s
         WHERE s.audience = NEW.receipt_audience AND s.subject = NEW.receipt_subject
           AND s.account_id = NEW.owner_id
    ) THEN
        RAISE EXCEPTION 'Chủ kho dữ liệu phải là người được xác thực khi tiếp nhận hồ sơ.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_owner_from_receipt';
    END IF;
    IF NEW.file_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM files_storedfile f WHERE f.id = NEW.file_id AND f.sha256 = NEW.sha256
    ) THEN
        RAISE EXCEPTION 'Mã băm của giấy tờ phải là mã băm của tệp.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_owner_from_receipt';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM vault_paper p WHERE p.id = NEW.replaces_id
           AND p.owner_id = NEW.owner_id AND p.version = NEW.version - 1
    ) THEN
        RAISE EXCEPTION 'Bản mới chỉ thay bản cũ của cùng một chủ.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_owner_from_receipt';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_owner_from_receipt BEFORE INSERT ON vault_paper
    FOR EACH ROW EXECUTE FUNCTION vault_paper_owner_from_receipt();
"""
OWNER_FROM_RECEIPT_BACK = """
DROP TRIGGER paper_owner_from_receipt ON vault_paper;
DROP FUNCTION vault_paper_owner_from_receipt();
"""

# A paper is written once. Only CURRENT ends, MOVED by an approved correction; only a hidden result appears.
PAPER_WRITTEN_ONCE = """
CREATE FUNCTION vault_paper_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Giấy tờ trong kho không được xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_written_once';
    END IF;
    IF (to_jsonb(NEW) - '{state,visible_from}'::text[])
           IS DISTINCT FROM (to_jsonb(OLD) - '{state,visible_from}'::text[])
       OR (NEW.state <> OLD.state AND OLD.state <> 'CURRENT')
       OR (NEW.visible_from IS DISTINCT FROM OLD.visible_from AND OLD.visible_from IS NOT NULL) THEN
        RAISE EXCEPTION 'Giấy tờ trong kho không được sửa.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_written_once';
    END IF;
    IF NEW.state = 'MOVED' AND OLD.state <> 'MOVED' AND NOT EXISTS (
        SELECT 1 FROM vault_correction c WHERE c.paper_id = NEW.id AND c.approved_by_subject <> ''
    ) THEN
        RAISE EXCEPTION 'Giấy tờ chỉ được chuyển chủ khi có hai người duyệt.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_written_once BEFORE UPDATE OR DELETE ON vault_paper
    FOR EACH ROW EXECUTE FUNCTION vault_paper_written_once();
"""
PAPER_WRITTEN_ONCE_BACK = """
DROP TRIGGER paper_written_once ON vault_paper;
DROP FUNCTION vault_paper_written_once();
"""

# C16: a loan stands on a consent of the paper's owner, for that dossier, not withdrawn.
# The consent is locked, so that a withdrawal under way is waited for.
LENT_BY_CONSENT = """
CREATE FUNCTION vault_loan_by_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given vault_consent%ROWTYPE;
BEGIN
    SELECT * INTO given FROM vault_consent c WHERE c.id = NEW.consent_id FOR SHARE;
    IF NOT FOUND OR given.withdrawn_at IS NOT NULL OR given.dossier_code <> NEW.dossier_code OR NOT EXISTS (
        SELECT 1 FROM vault_paper p WHERE p.id = NEW.paper_id AND p.owner_id = given.owner_id
           AND p.state = 'CURRENT' AND p.visible_from <= clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'Giấy tờ chỉ được dùng khi chủ kho đồng ý cho hồ sơ đó.'
            USING ERRCODE = '23514', CONSTRAINT = 'loan_by_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER loan_by_consent BEFORE INSERT ON vault_loan
    FOR EACH ROW EXECUTE FUNCTION vault_loan_by_consent();
"""
LENT_BY_CONSENT_BACK = """
DROP TRIGGER loan_by_consent ON vault_loan;
DROP FUNCTION vault_loan_by_consent();
"""

# A consent is only ever withdrawn, once; a contest only answered, once.
ENDED_ONCE = """
CREATE FUNCTION vault_consent_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_at') IS DISTINCT FROM (to_jsonb(OLD) - 'withdrawn_at') THEN
        RAISE EXCEPTION 'Sự đồng ý chỉ có thể được rút lại, không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'consent_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_written_once BEFORE UPDATE OR DELETE ON vault_consent
    FOR EACH ROW EXECUTE FUNCTION vault_consent_written_once();
CREATE FUNCTION vault_contest_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
       OR (to_jsonb(NEW) - '{answered_at,answered_by_subject,answered_unit_code,answer}'::text[])
          IS DISTINCT FROM
          (to_jsonb(OLD) - '{answered_at,answered_by_subject,answered_unit_code,answer}'::text[]) THEN
        RAISE EXCEPTION 'Khiếu nại chỉ có thể được trả lời, không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'contest_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contest_written_once BEFORE UPDATE OR DELETE ON vault_contest
    FOR EACH ROW EXECUTE FUNCTION vault_contest_written_once();
"""
ENDED_ONCE_BACK = """
DROP TRIGGER contest_written_once ON vault_contest;
DROP FUNCTION vault_contest_written_once();
DROP TRIGGER consent_written_once ON vault_consent;
DROP FUNCTION vault_consent_written_once();
"""

# Looks and loans are only added; a look and a contest belong to the owner of what was looked at.
APPEND_ONLY = """
CREATE FUNCTION vault_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Lịch sử kho dữ liệu chỉ được ghi thêm.'
        USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER look_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault_look
    FOR EACH STATEMENT EXECUTE FUNCTION vault_append_only();
CREATE TRIGGER loan_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault_loan
    FOR EACH STATEMENT EXECUTE FUNCTION vault_append_only();
ALTER TABLE vault_paper ADD CONSTRAINT paper_id_and_owner UNIQUE (id, owner_id);
ALTER TABLE vault_look ADD CONSTRAINT look_of_the_papers_owner
    FOREIGN KEY (paper_id, owner_id) REFERENCES vault_paper (id, owner_id);
ALTER TABLE vault_look ADD CONSTRAINT look_id_owner_and_unit UNIQUE (id, owner_id, unit_code);
ALTER TABLE vault_contest ADD CONSTRAINT contest_of_the_looks_owner
    FOREIGN KEY (look_id, owner_id, unit_code) REFERENCES vault_look (id, owner_id, unit_code);
"""
APPEND_ONLY_BACK = """
ALTER TABLE vault_contest DROP CONSTRAINT contest_of_the_looks_owner;
ALTER TABLE vault_look DROP CONSTRAINT look_id_owner_and_unit;
ALTER TABLE vault_look DROP CONSTRAINT look_of_the_papers_owner;
ALTER TABLE vault_paper DROP CONSTRAINT paper_id_and_owner;
DROP TRIGGER loan_append_only ON vault_loan;
DROP TRIGGER look_append_only ON vault_look;
DROP FUNCTION vault_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_vault")]
    operations = [
        migrations.RunSQL(OWNER_FROM_RECEIPT, OWNER_FROM_RECEIPT_BACK),
        migrations.RunSQL(PAPER_WRITTEN_ONCE, PAPER_WRITTEN_ONCE_BACK),
        migrations.RunSQL(LENT_BY_CONSENT, LENT_BY_CONSENT_BACK),
        migrations.RunSQL(ENDED_ONCE, ENDED_ONCE_BACK),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
    ]
