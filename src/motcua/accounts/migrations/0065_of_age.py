"""On the eighteenth birthday the representation ends by itself: nobody has to run anything for it (threats C1, C9)."""

from django.db import migrations

# Counted as PostgreSQL counts years (adr/0012): 29 February becomes the 28th. Where only the year is known, the year
# of the eighteenth birthday has to be over.
DAYS = """
CREATE FUNCTION accounts_of_age_on(born date, year_only boolean) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN year_only THEN make_date(extract(year FROM born)::int + 19, 1, 1)
                ELSE (born + interval '18 years')::date END
$$;

-- Of an account that was merged, the one that stays is judged: whoever runs that one runs both.
CREATE FUNCTION accounts_waits_for_owner(account bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_guardianship g JOIN accounts_account a ON a.id = account
                    WHERE g.account_id = coalesce(a.merged_into_id, a.id) AND g.settled_at IS NULL
                      AND g.ends_on <= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
$$;

-- Whether what was said for an account at some moment still counts: what a guardian said does, as long as they may.
CREATE FUNCTION accounts_still_said(account bigint, said_at timestamptz) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT 1 FROM accounts_guardianship g JOIN accounts_account a ON a.id = account
                        WHERE g.account_id = coalesce(a.merged_into_id, a.id)
                          AND g.ends_on <= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                          AND said_at < g.ends_on::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')
$$;
"""
DAYS_BACK = """
DROP FUNCTION accounts_still_said(bigint, timestamptz);
DROP FUNCTION accounts_waits_for_owner(bigint);
DROP FUNCTION accounts_of_age_on(date, boolean);
"""

MOVES = """
CREATE FUNCTION accounts_guardianship_moves() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    counted date;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_kept',
            MESSAGE = 'Người giữ tài khoản đã ghi nhận không được xóa.';
    END IF;
    SELECT accounts_of_age_on(p.born_on, p.born_year_only) INTO counted
      FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
     WHERE a.id = NEW.account_id AND p.kind = 'CITIZEN';
    IF TG_OP = 'INSERT' THEN
        IF counted IS NULL OR counted <= today OR NEW.settled_at IS NOT NULL OR NEW.reviewed_at IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_of_minor',
                MESSAGE = 'Chỉ tài khoản của người chưa đủ 18 tuổi mới do cha, mẹ hoặc người giám hộ giữ.';
        END IF;
        NEW.ends_on := counted;
        RETURN NEW;
    END IF;
    -- Whoever is forgotten has no birth date, and no day that tells it (migration 0038).
    IF NEW.ends_on IS NULL AND OLD.ends_on IS NOT NULL AND to_jsonb(NEW) - 'ends_on' = to_jsonb(OLD) - 'ends_on'
       AND EXISTS (SELECT 1 FROM accounts_account WHERE id = NEW.account_id AND status = 'closed') THEN
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - '{ends_on,told,request_number,settled_at,settled_by,settled_unit_id,settled_unit_code,rests_until,reviewed_at}'::text[])
         IS DISTINCT FROM
       (to_jsonb(OLD) - '{ends_on,told,request_number,settled_at,settled_by,settled_unit_id,settled_unit_code,rests_until,reviewed_at}'::text[])
       OR OLD.settled_at IS NOT NULL
          AND (to_jsonb(NEW) - '{told,reviewed_at}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{told,reviewed_at}'::text[])
       OR OLD.reviewed_at IS NOT NULL AND NEW.reviewed_at IS DISTINCT FROM OLD.reviewed_at
       OR NEW.ends_on IS DISTINCT FROM OLD.ends_on AND NEW.ends_on IS DISTINCT FROM counted
       OR NEW.ends_on IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_written_once',
            MESSAGE = 'Người giữ tài khoản chỉ được ghi một lần; ngày kết thúc tính theo ngày sinh.';
    END IF;
    IF OLD.settled_at IS NULL AND NEW.settled_at IS NOT NULL THEN
        NEW.settled_at := clock_timestamp();
        IF NEW.rests_until IS NOT NULL THEN
            NEW.rests_until := NEW.settled_at + interval '24 hours';
        END IF;
        IF NEW.ends_on > today THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_not_yet',
                MESSAGE = 'Chủ tài khoản chưa đủ 18 tuổi nên chưa nhận tài khoản được.';
        END IF;
        -- The request proved the card and the phone of the very person whose account this is.
        IF NOT EXISTS (
            SELECT 1 FROM accounts_assistapplication r
              JOIN accounts_identitydocument d ON d.number_bi = r.number_bi AND d.status = 'active'
              JOIN accounts_account a ON a.person_id = d.person_id AND a.status <> 'closed'
             WHERE r.request_number = NEW.request_number AND r.kind = 'OF_AGE' AND r.status IN ('otp_ok', 'created')
               AND a.id = NEW.account_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_by_request',
                MESSAGE = 'Chủ tài khoản nhận tài khoản tại quầy, bằng giấy tờ và số điện thoại của chính mình.';
        END IF;
        IF EXISTS (SELECT 1 FROM accounts_pairwisesubject
                    WHERE account_id = NEW.account_id AND subject = NEW.settled_by) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_not_for_oneself',
                MESSAGE = 'Cán bộ không làm thủ tục nhận tài khoản cho chính mình.';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guardianship_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_guardianship
    FOR EACH ROW EXECUTE FUNCTION accounts_guardianship_moves();

CREATE FUNCTION accounts_birth_moves_day() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE accounts_guardianship g SET ends_on = accounts_of_age_on(NEW.born_on, NEW.born_year_only), told = 0
      FROM accounts_account a
     WHERE a.person_id = NEW.id AND g.account_id = a.id AND g.settled_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER birth_moves_day AFTER UPDATE OF born_on, born_year_only ON accounts_person FOR EACH ROW
    WHEN (NEW.born_on IS NOT NULL AND (OLD.born_on, OLD.born_year_only) IS DISTINCT FROM (NEW.born_on, NEW.born_year_only))
    EXECUTE FUNCTION accounts_birth_moves_day();

-- One phone for two accounts, of which one is a minor's: whoever has the phone runs the minor's account (threats C4).
CREATE FUNCTION accounts_shared_phone_is_guardians() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO accounts_guardianship (public_id, account_id, kind, recorded_by, unit_id, unit_code, request_number, settled_by, ends_on)
    SELECT gen_random_uuid(), a.id,
           coalesce((SELECT r.held_by FROM accounts_assistapplication r
                      WHERE r.phone_exception_id = x.id AND r.held_by IN ('PARENT', 'GUARDIAN') LIMIT 1), 'PARENT'),
           x.requested_by, a.vouching_unit_id, a.vouching_unit_code, '', '',
           accounts_of_age_on(p.born_on, p.born_year_only)
      FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
      JOIN accounts_phoneexception x ON x.id = NEW.exception_id
     WHERE a.id = NEW.account_id AND p.kind = 'CITIZEN' AND p.born_on IS NOT NULL
       AND accounts_of_age_on(p.born_on, p.born_year_only) > (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        ON CONFLICT (account_id) WHERE settled_at IS NULL DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER shared_phone_is_guardians AFTER INSERT ON accounts_phonebinding FOR EACH ROW
    WHEN (NEW.exception_id IS NOT NULL AND NEW.status = 'active')
    EXECUTE FUNCTION accounts_shared_phone_is_guardians();
"""
# Settling is not enough: whatever the guardian could still enter with has ended in the same transaction (threats C4).
HANDED = """
CREATE FUNCTION accounts_guardianship_handed_over() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r accounts_assistapplication;
BEGIN
    SELECT * INTO r FROM accounts_assistapplication WHERE request_number = NEW.request_number;
    IF r.id IS NULL OR r.status <> 'created' OR r.account_id IS DISTINCT FROM NEW.account_id
       OR EXISTS (SELECT 1 FROM accounts_account WHERE id = NEW.account_id AND password <> ''
                     AND (password_set_at IS NULL OR password_set_at < NEW.settled_at))
       OR NOT EXISTS (SELECT 1 FROM accounts_phonebinding WHERE account_id = NEW.account_id AND role = 'primary'
                         AND phone_bi = r.phone_bi AND verified_at >= NEW.settled_at)
       OR EXISTS (SELECT 1 FROM accounts_phonebinding WHERE account_id = NEW.account_id AND status = 'active'
                     AND verified_at < NEW.settled_at)
       OR EXISTS (SELECT 1 FROM accounts_session s LEFT JOIN accounts_mandate m ON m.id = s.mandate_id
                   WHERE s.ended_at IS NULL AND s.created_at < NEW.settled_at
                     AND NEW.account_id IN (s.account_id, m.representative_id, s.taken_up_by_id))
       OR EXISTS (SELECT 1 FROM accounts_emailbinding WHERE account_id = NEW.account_id AND status = 'active'
                     AND verified_at < NEW.settled_at)
       OR EXISTS (SELECT 1 FROM accounts_authenticator WHERE account_id = NEW.account_id AND ended_at IS NULL
                     AND added_at < NEW.settled_at)
       OR EXISTS (SELECT 1 FROM accounts_passkey WHERE account_id = NEW.account_id AND ended_at IS NULL
                     AND added_at < NEW.settled_at)
       OR EXISTS (SELECT 1 FROM accounts_recoverycode WHERE account_id = NEW.account_id AND used_at IS NULL
                     AND voided_at IS NULL AND made_at < NEW.settled_at)
       OR r.verdict <> 'MATCH' AND NEW.rests_until IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_handed_over',
            MESSAGE = 'Nhận tài khoản phải kết thúc mọi cách vào của người giữ trước đây.';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guardianship_handed_over AFTER UPDATE ON accounts_guardianship
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.settled_at IS NULL AND NEW.settled_at IS NOT NULL)
    EXECUTE FUNCTION accounts_guardianship_handed_over();

-- Nobody vouches for the own phone but one officer: the phone of before has a day to say no (threats C4).
CREATE FUNCTION accounts_take_over_rests() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_guardianship
                WHERE account_id = NEW.account_id AND rests_until > clock_timestamp()) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'take_over_rests',
            MESSAGE = 'Nhà mạng chưa xác nhận số của chủ tài khoản: mật khẩu một lần chỉ được gửi sau 24 giờ.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER take_over_rests BEFORE INSERT ON accounts_tempcredential
    FOR EACH ROW EXECUTE FUNCTION accounts_take_over_rests();

-- Whose phone a minor's account answers to is said by somebody, never left out; "their own" is proved or explained.
CREATE FUNCTION accounts_application_says_whose_phone() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
                WHERE a.id = NEW.account_id AND p.kind = 'CITIZEN'
                  AND accounts_of_age_on(p.born_on, p.born_year_only)
                      > (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
       AND (NEW.held_by = ''
            OR NEW.held_by = 'SELF' AND NEW.verdict <> 'MATCH' AND NEW.override_reason = ''
            OR NEW.held_by <> 'SELF' AND NOT EXISTS (SELECT 1 FROM accounts_guardianship
                                                      WHERE account_id = NEW.account_id AND settled_at IS NULL)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'application_says_whose_phone',
            MESSAGE = 'Công dân chưa đủ 18 tuổi: yêu cầu phải ghi ai dùng số điện thoại của tài khoản.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_says_whose_phone BEFORE UPDATE OF status ON accounts_assistapplication FOR EACH ROW
    WHEN (NEW.status = 'created' AND OLD.status <> 'created' AND NEW.kind <> 'OF_AGE')
    EXECUTE FUNCTION accounts_application_says_whose_phone();
"""
HANDED_BACK = """
DROP TRIGGER application_says_whose_phone ON accounts_assistapplication;
DROP FUNCTION accounts_application_says_whose_phone();
DROP TRIGGER take_over_rests ON accounts_tempcredential;
DROP FUNCTION accounts_take_over_rests();
DROP TRIGGER guardianship_handed_over ON accounts_guardianship;
DROP FUNCTION accounts_guardianship_handed_over();
"""

MOVES_BACK = """
DROP TRIGGER shared_phone_is_guardians ON accounts_phonebinding;
DROP FUNCTION accounts_shared_phone_is_guardians();
DROP TRIGGER birth_moves_day ON accounts_person;
DROP FUNCTION accounts_birth_moves_day();
DROP TRIGGER guardianship_moves ON accounts_guardianship;
DROP FUNCTION accounts_guardianship_moves();
"""

# Whoever had the phone and the password has nothing left to enter with.
SHUT = """
CREATE FUNCTION accounts_shut_until_owner_comes() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF accounts_waits_for_owner(NEW.account_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'account_waits_for_owner',
            MESSAGE = 'Chủ tài khoản đã đủ 18 tuổi và chưa nhận tài khoản: người giữ trước đây không dùng được nữa.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER session_waits_for_owner BEFORE INSERT ON accounts_session
    FOR EACH ROW EXECUTE FUNCTION accounts_shut_until_owner_comes();
CREATE TRIGGER session_not_revived BEFORE UPDATE OF ended_at, token_hash ON accounts_session FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL OR NEW.token_hash IS DISTINCT FROM OLD.token_hash)
    EXECUTE FUNCTION accounts_shut_until_owner_comes();
CREATE TRIGGER temp_credential_waits_for_owner BEFORE INSERT ON accounts_tempcredential
    FOR EACH ROW EXECUTE FUNCTION accounts_shut_until_owner_comes();
CREATE TRIGGER phone_waits_for_owner BEFORE INSERT ON accounts_phonebinding
    FOR EACH ROW EXECUTE FUNCTION accounts_shut_until_owner_comes();
CREATE TRIGGER phone_not_revived BEFORE UPDATE OF status ON accounts_phonebinding FOR EACH ROW
    WHEN (OLD.status <> 'active' AND NEW.status = 'active')
    EXECUTE FUNCTION accounts_shut_until_owner_comes();
CREATE TRIGGER email_waits_for_owner BEFORE INSERT ON accounts_emailbinding
    FOR EACH ROW EXECUTE FUNCTION accounts_shut_until_owner_comes();

CREATE FUNCTION accounts_password_waits_for_owner() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF accounts_waits_for_owner(NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'account_waits_for_owner',
            MESSAGE = 'Chủ tài khoản đã đủ 18 tuổi và chưa nhận tài khoản: chưa đặt mật khẩu được.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER password_waits_for_owner BEFORE UPDATE OF password ON accounts_account FOR EACH ROW
    WHEN (NEW.password <> '' AND NEW.password IS DISTINCT FROM OLD.password)
    EXECUTE FUNCTION accounts_password_waits_for_owner();
-- What an officer locked, an officer unlocks; nobody activates it.
CREATE TRIGGER activation_waits_for_owner BEFORE UPDATE OF status ON accounts_account FOR EACH ROW
    WHEN (OLD.status = 'pending_activation' AND NEW.status = 'active')
    EXECUTE FUNCTION accounts_password_waits_for_owner();

-- A code for the account, to the phone that still answers for it. The desk's own (ASSIST) go to the owner's new phone.
CREATE FUNCTION accounts_code_waits_for_owner() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_phonebinding b
                 JOIN accounts_account a ON a.id = b.account_id
                 JOIN accounts_identitydocument d ON d.person_id = a.person_id
                WHERE b.phone_bi = NEW.phone_bi AND b.status = 'active' AND d.number_bi = NEW.subject_bi
                  AND accounts_waits_for_owner(a.id))
       -- Whom a STEP_UP is about only the program knows; whoever shares the phone with an own account goes on.
       OR NEW.purpose = 'STEP_UP'
          AND EXISTS (SELECT 1 FROM accounts_phonebinding b
                       WHERE b.phone_bi = NEW.phone_bi AND b.status = 'active' AND accounts_waits_for_owner(b.account_id))
          AND NOT EXISTS (SELECT 1 FROM accounts_phonebinding b
                           WHERE b.phone_bi = NEW.phone_bi AND b.status = 'active'
                             AND NOT accounts_waits_for_owner(b.account_id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'account_waits_for_owner',
            MESSAGE = 'Chủ tài khoản đã đủ 18 tuổi và chưa nhận tài khoản: không gửi mã cho người giữ trước đây.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER code_waits_for_owner BEFORE INSERT ON accounts_passcode FOR EACH ROW
    WHEN (NEW.purpose <> 'ASSIST') EXECUTE FUNCTION accounts_code_waits_for_owner();
"""
SHUT_BACK = """
DROP TRIGGER code_waits_for_owner ON accounts_passcode;
DROP FUNCTION accounts_code_waits_for_owner();
DROP TRIGGER activation_waits_for_owner ON accounts_account;
DROP TRIGGER password_waits_for_owner ON accounts_account;
DROP FUNCTION accounts_password_waits_for_owner();
DROP TRIGGER email_waits_for_owner ON accounts_emailbinding;
DROP TRIGGER phone_not_revived ON accounts_phonebinding;
DROP TRIGGER phone_waits_for_owner ON accounts_phonebinding;
DROP TRIGGER temp_credential_waits_for_owner ON accounts_tempcredential;
DROP TRIGGER session_not_revived ON accounts_session;
DROP TRIGGER session_waits_for_owner ON accounts_session;
DROP FUNCTION accounts_shut_until_owner_comes();
"""

# A guardian does not come into the vault of an account that its owner runs, nor into one that waits for its owner.
MERGES = """
CREATE FUNCTION accounts_merge_of_guarded() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF accounts_waits_for_owner(NEW.survivor_id) OR accounts_waits_for_owner(NEW.absorbed_id)
       OR EXISTS (SELECT 1 FROM accounts_guardianship WHERE account_id = NEW.survivor_id AND settled_at IS NULL)
          AND NOT EXISTS (SELECT 1 FROM accounts_guardianship WHERE account_id = NEW.absorbed_id AND settled_at IS NULL)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_of_guarded',
            MESSAGE = 'Tài khoản do cha, mẹ hoặc người giám hộ giữ không nhận tài khoản của chính chủ.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER merge_of_guarded BEFORE UPDATE OF state ON accounts_merge FOR EACH ROW
    WHEN (NEW.kind = 'MERGE' AND NEW.state IN ('AGREED', 'DONE')) EXECUTE FUNCTION accounts_merge_of_guarded();
"""
MERGES_BACK = """
DROP TRIGGER merge_of_guarded ON accounts_merge;
DROP FUNCTION accounts_merge_of_guarded();
"""

# A mandate is used by whoever runs the representative's account; from the day on that is nobody.
_STANDS = """
CREATE OR REPLACE FUNCTION accounts_mandate_stands(mandate bigint, code text, today date) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM accounts_mandate m JOIN accounts_account r ON r.id = accounts_stands_for(m.representative_id)
         WHERE m.id = mandate AND m.revoked_at IS NULL AND r.status = 'active'{and_more}
           AND m.valid_from <= today AND (m.valid_to IS NULL OR m.valid_to >= today)
           AND (code = '' OR cardinality(m.scope) = 0 OR code = ANY (m.scope))
    )
$$;
"""
STANDS = _STANDS.format(and_more=" AND NOT accounts_waits_for_owner(r.id)")
STANDS_BACK = _STANDS.format(and_more="")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0064_guardianships")]
    operations = [
        migrations.RunSQL(DAYS, DAYS_BACK),
        migrations.RunSQL(MOVES, MOVES_BACK),
        migrations.RunSQL(HANDED, HANDED_BACK),
        migrations.RunSQL(STANDS, STANDS_BACK),
        migrations.RunSQL(SHUT, SHUT_BACK),
        migrations.RunSQL(MERGES, MERGES_BACK),
    ]
