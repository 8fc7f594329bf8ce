"""What a guardian agreed to lends nothing more once the owner is of age; nobody looks as the owner until they came."""

from django.db import migrations, models

# To renew is to say yes again, once, to what still stands.
RENEWED = """
CREATE OR REPLACE FUNCTION vault_consent_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - '{withdrawn_at,ended_by_move,renewed_at}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{withdrawn_at,ended_by_move,renewed_at}'::text[])
       OR OLD.renewed_at IS NOT NULL AND NEW.renewed_at IS DISTINCT FROM OLD.renewed_at THEN
        RAISE EXCEPTION 'Sự đồng ý chỉ có thể được rút lại, không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'consent_written_once';
    END IF;
    IF NEW.renewed_at IS DISTINCT FROM OLD.renewed_at THEN
        NEW.renewed_at := clock_timestamp();
        IF accounts_waits_for_owner(NEW.owner_id) THEN
            RAISE EXCEPTION 'Chủ kho đã đủ 18 tuổi và chưa nhận tài khoản: chưa ai đồng ý lại được.'
                USING ERRCODE = '23514', CONSTRAINT = 'consent_waits_for_owner';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""
RENEWED_BACK = """
CREATE OR REPLACE FUNCTION vault_consent_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - '{withdrawn_at,ended_by_move}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{withdrawn_at,ended_by_move}'::text[]) THEN
        RAISE EXCEPTION 'Sự đồng ý chỉ có thể được rút lại, không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'consent_written_once';
    END IF;
    RETURN NEW;
END $$;
"""

OF_AGE = """
CREATE FUNCTION vault_consent_waits_for_owner() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.said_at > clock_timestamp() THEN
        NEW.said_at := clock_timestamp();
    END IF;
    IF NEW.given_how = 'ONLINE' AND accounts_waits_for_owner(NEW.owner_id)
       AND accounts_still_said(NEW.owner_id, coalesce(NEW.said_at, clock_timestamp())) THEN
        RAISE EXCEPTION 'Chủ kho đã đủ 18 tuổi và chưa nhận tài khoản: không ai đồng ý trực tuyến thay được.'
            USING ERRCODE = '23514', CONSTRAINT = 'consent_waits_for_owner';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_waits_for_owner BEFORE INSERT ON vault_consent FOR EACH ROW
    EXECUTE FUNCTION vault_consent_waits_for_owner();

-- Chosen for a dossier that was filed while a guardian might: it goes on, however late the paper is fetched.
CREATE FUNCTION vault_loan_still_agreed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.chosen_at > clock_timestamp() THEN
        NEW.chosen_at := clock_timestamp();
    END IF;
    IF NOT (SELECT accounts_still_said(c.owner_id, coalesce(c.renewed_at, c.said_at, c.given_at))
                   OR c.said_at IS NOT NULL AND NEW.chosen_at IS NOT NULL
                      AND NEW.chosen_at > clock_timestamp() - interval '30 days'
                      AND NOT accounts_still_said(c.owner_id, NEW.chosen_at)
              FROM vault_consent c WHERE c.id = NEW.consent_id) THEN
        RAISE EXCEPTION 'Sự đồng ý do cha, mẹ hoặc người giám hộ cho; chủ kho đã đủ 18 tuổi phải tự đồng ý lại.'
            USING ERRCODE = '23514', CONSTRAINT = 'loan_still_agreed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER loan_still_agreed BEFORE INSERT ON vault_loan
    FOR EACH ROW EXECUTE FUNCTION vault_loan_still_agreed();

CREATE FUNCTION vault_look_waits_for_owner() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF accounts_waits_for_owner(NEW.owner_id) THEN
        RAISE EXCEPTION 'Chủ kho đã đủ 18 tuổi và chưa nhận tài khoản: người giữ trước đây không xem được giấy tờ.'
            USING ERRCODE = '23514', CONSTRAINT = 'look_waits_for_owner';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER look_waits_for_owner BEFORE INSERT ON vault_look FOR EACH ROW
    WHEN (NEW.role = 'OWNER') EXECUTE FUNCTION vault_look_waits_for_owner();
"""
OF_AGE_BACK = """
DROP TRIGGER look_waits_for_owner ON vault_look;
DROP FUNCTION vault_look_waits_for_owner();
DROP TRIGGER loan_still_agreed ON vault_loan;
DROP FUNCTION vault_loan_still_agreed();
DROP TRIGGER consent_waits_for_owner ON vault_consent;
DROP FUNCTION vault_consent_waits_for_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0040_merged_owners"), ("accounts", "0065_of_age")]
    operations = [
        migrations.AddField("consent", "renewed_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField("consent", "said_at", models.DateTimeField(null=True, editable=False)),
        migrations.AddField("loan", "chosen_at", models.DateTimeField(null=True, editable=False)),
        migrations.RunSQL(RENEWED, RENEWED_BACK),
        migrations.RunSQL(OF_AGE, OF_AGE_BACK),
    ]
