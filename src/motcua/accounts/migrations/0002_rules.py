"""Rules across rows and rooms: staff phones (C5), clean scans (C11), write-once credentials (C15)."""

from django.db import migrations

# A violation carries the name of its rule as CONSTRAINT, so that the room can say the right sentence.
_STAFF_PHONE = """
CREATE FUNCTION accounts_phone_not_of_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'active' AND EXISTS (
        SELECT 1 FROM units_staffphone s
          JOIN units_officer o ON o.id = s.officer_id
         WHERE s.phone_bi = NEW.phone_bi AND s.active AND o.active
           AND NOT EXISTS (SELECT 1 FROM accounts_pairwisesubject p
                            WHERE p.account_id = NEW.account_id AND p.subject = o.subject)
    ) THEN
        RAISE EXCEPTION 'Số điện thoại của cán bộ không dùng cho tài khoản của công dân.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'phone_not_of_staff';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER phone_not_of_staff BEFORE INSERT OR UPDATE OF phone_bi, status, account_id
    ON accounts_phonebinding FOR EACH ROW EXECUTE FUNCTION accounts_phone_not_of_staff();

CREATE FUNCTION accounts_application_phone_not_of_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.phone_bi IS NOT NULL AND NEW.status IN ('draft', 'otp_ok', 'creating') AND EXISTS (
        SELECT 1 FROM units_staffphone s
          JOIN units_officer o ON o.id = s.officer_id
         WHERE s.phone_bi = NEW.phone_bi AND s.active AND o.active
           AND (o.subject = NEW.officer_subject OR NOT EXISTS (
                SELECT 1 FROM accounts_identitydocument d
                  JOIN accounts_account a ON a.person_id = d.person_id
                  JOIN accounts_pairwisesubject p ON p.account_id = a.id
                 WHERE d.number_bi = NEW.number_bi AND p.subject = o.subject))
    ) THEN
        RAISE EXCEPTION 'Số điện thoại của cán bộ không dùng cho tài khoản của công dân.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'phone_not_of_staff';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_phone_not_of_staff BEFORE INSERT OR UPDATE OF phone_bi, status, number_bi
    ON accounts_assistapplication FOR EACH ROW EXECUTE FUNCTION accounts_application_phone_not_of_staff();
"""
_STAFF_PHONE_AWAY = """
DROP TRIGGER application_phone_not_of_staff ON accounts_assistapplication;
DROP FUNCTION accounts_application_phone_not_of_staff();
DROP TRIGGER phone_not_of_staff ON accounts_phonebinding;
DROP FUNCTION accounts_phone_not_of_staff();
"""

# threats C4: an exception that two officers approved is good for that phone only.
_EXCEPTION_FITS = """
CREATE FUNCTION accounts_phone_exception_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.exception_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM accounts_phoneexception e WHERE e.id = NEW.exception_id AND e.phone_bi = NEW.phone_bi
    ) THEN
        RAISE EXCEPTION 'Việc duyệt dùng chung chỉ có giá trị cho đúng số điện thoại đã duyệt.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'phone_exception_fits';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER phone_exception_fits BEFORE INSERT OR UPDATE OF exception_id, phone_bi
    ON accounts_phonebinding FOR EACH ROW EXECUTE FUNCTION accounts_phone_exception_fits();
"""
_EXCEPTION_FITS_AWAY = """
DROP TRIGGER phone_exception_fits ON accounts_phonebinding;
DROP FUNCTION accounts_phone_exception_fits();
"""

_CLEAN_SCAN = """
CREATE FUNCTION accounts_application_scan_is_clean() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('otp_ok', 'creating', 'created') AND NOT EXISTS (
        SELECT 1 FROM files_storedfile f WHERE f.id = NEW.scan_id AND f.scan_status = 'CLEAN'
    ) THEN
        RAISE EXCEPTION 'Bản quét giấy tờ chưa được kiểm tra xong.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_scan_is_clean';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_scan_is_clean BEFORE INSERT OR UPDATE OF status, scan_id
    ON accounts_assistapplication FOR EACH ROW EXECUTE FUNCTION accounts_application_scan_is_clean();
"""
_CLEAN_SCAN_AWAY = """
DROP TRIGGER application_scan_is_clean ON accounts_assistapplication;
DROP FUNCTION accounts_application_scan_is_clean();
"""

_WRITE_ONCE = """
CREATE FUNCTION accounts_used_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at THEN
        RAISE EXCEPTION 'Mật khẩu một lần đã dùng thì không dùng lại được.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'temp_credential_used_once';
    END IF;
    IF NEW.account_id <> OLD.account_id OR NEW.password <> OLD.password
       OR NEW.created_at <> OLD.created_at OR NEW.expires_at > OLD.expires_at THEN
        RAISE EXCEPTION 'Mật khẩu một lần không sửa được.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'temp_credential_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER temp_credential_used_once BEFORE UPDATE
    ON accounts_tempcredential FOR EACH ROW EXECUTE FUNCTION accounts_used_once();

CREATE FUNCTION accounts_passcode_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.attempts < OLD.attempts OR NEW.code_mac <> OLD.code_mac OR NEW.expires_at <> OLD.expires_at
       OR NEW.purpose <> OLD.purpose OR NEW.subject_bi <> OLD.subject_bi OR NEW.phone_bi <> OLD.phone_bi
       OR NEW.session_hash <> OLD.session_hash OR NEW.payload_hash <> OLD.payload_hash
       OR (OLD.consumed_at IS NOT NULL AND NEW.consumed_at IS DISTINCT FROM OLD.consumed_at)
       OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at) THEN
        RAISE EXCEPTION 'Mã OTP đã gửi thì không sửa được.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'passcode_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER passcode_fixed BEFORE UPDATE
    ON accounts_passcode FOR EACH ROW EXECUTE FUNCTION accounts_passcode_fixed();

CREATE FUNCTION accounts_trace_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Dấu vết tra cứu chỉ được ghi thêm.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'look_up_append_only';
END $$;
CREATE TRIGGER look_up_append_only BEFORE UPDATE
    ON accounts_lookup FOR EACH ROW EXECUTE FUNCTION accounts_trace_stays();
"""
_WRITE_ONCE_AWAY = """
DROP TRIGGER look_up_append_only ON accounts_lookup;
DROP FUNCTION accounts_trace_stays();
DROP TRIGGER passcode_fixed ON accounts_passcode;
DROP FUNCTION accounts_passcode_fixed();
DROP TRIGGER temp_credential_used_once ON accounts_tempcredential;
DROP FUNCTION accounts_used_once();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_accounts"), ("units", "0002_rules"), ("files", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE accounts_request_number", "DROP SEQUENCE accounts_request_number"),
        migrations.RunSQL(_STAFF_PHONE, _STAFF_PHONE_AWAY),
        migrations.RunSQL(_EXCEPTION_FITS, _EXCEPTION_FITS_AWAY),
        migrations.RunSQL(_CLEAN_SCAN, _CLEAN_SCAN_AWAY),
        migrations.RunSQL(_WRITE_ONCE, _WRITE_ONCE_AWAY),
    ]
