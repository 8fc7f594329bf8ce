"""What a guardian's line that was taken back no longer does; and that it is taken back in time (threats C1, C4)."""

from django.db import migrations

# {g}, {own}: what the line must not be, so that it counts.
ASKS = """
CREATE OR REPLACE FUNCTION accounts_waits_for_owner(account bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_guardianship g JOIN accounts_account a ON a.id = account
                    WHERE g.account_id = coalesce(a.merged_into_id, a.id) AND g.settled_at IS NULL{g}
                      AND g.ends_on <= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
$$;
CREATE OR REPLACE FUNCTION accounts_still_said(account bigint, said_at timestamptz) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT 1 FROM accounts_guardianship g JOIN accounts_account a ON a.id = account
                        WHERE g.account_id = coalesce(a.merged_into_id, a.id){g}
                          AND g.ends_on <= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                          AND said_at < g.ends_on::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')
$$;
CREATE OR REPLACE FUNCTION accounts_birth_moves_day() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE accounts_guardianship g SET ends_on = accounts_of_age_on(NEW.born_on, NEW.born_year_only), told = 0
      FROM accounts_account a
     WHERE a.person_id = NEW.id AND g.account_id = a.id AND g.settled_at IS NULL{g};
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION accounts_shared_phone_is_guardians() RETURNS trigger LANGUAGE plpgsql
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
        ON CONFLICT (account_id) WHERE settled_at IS NULL{own} DO NOTHING;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION accounts_application_says_whose_phone() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
                WHERE a.id = NEW.account_id AND p.kind = 'CITIZEN'
                  AND accounts_of_age_on(p.born_on, p.born_year_only)
                      > (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
       AND (NEW.held_by = ''
            OR NEW.held_by = 'SELF' AND NEW.verdict <> 'MATCH' AND NEW.override_reason = ''
            OR NEW.held_by <> 'SELF' AND NOT EXISTS (SELECT 1 FROM accounts_guardianship
                                                      WHERE account_id = NEW.account_id AND settled_at IS NULL{own})) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'application_says_whose_phone',
            MESSAGE = 'Công dân chưa đủ 18 tuổi: yêu cầu phải ghi ai dùng số điện thoại của tài khoản.';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION accounts_merge_of_guarded() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF accounts_waits_for_owner(NEW.survivor_id) OR accounts_waits_for_owner(NEW.absorbed_id)
       OR EXISTS (SELECT 1 FROM accounts_guardianship WHERE account_id = NEW.survivor_id AND settled_at IS NULL{own})
          AND NOT EXISTS (SELECT 1 FROM accounts_guardianship WHERE account_id = NEW.absorbed_id AND settled_at IS NULL{own})
    THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_of_guarded',
            MESSAGE = 'Tài khoản do cha, mẹ hoặc người giám hộ giữ không nhận tài khoản của chính chủ.';
    END IF;
    RETURN NEW;
END $$;
"""
MOVES = """
CREATE OR REPLACE FUNCTION accounts_guardianship_moves() RETURNS trigger LANGUAGE plpgsql
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
        IF counted IS NULL OR counted <= today OR NEW.settled_at IS NOT NULL OR NEW.reviewed_at IS NOT NULL{born} THEN
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
    IF (to_jsonb(NEW) - '{{ends_on,told,request_number,settled_at,settled_by,settled_unit_id,settled_unit_code,rests_until,reviewed_at{columns}}}'::text[])
         IS DISTINCT FROM
       (to_jsonb(OLD) - '{{ends_on,told,request_number,settled_at,settled_by,settled_unit_id,settled_unit_code,rests_until,reviewed_at{columns}}}'::text[])
       OR OLD.settled_at IS NOT NULL
          AND (to_jsonb(NEW) - '{{told,reviewed_at}}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{{told,reviewed_at}}'::text[])
       OR OLD.reviewed_at IS NOT NULL AND NEW.reviewed_at IS DISTINCT FROM OLD.reviewed_at
       OR NEW.ends_on IS DISTINCT FROM OLD.ends_on AND NEW.ends_on IS DISTINCT FROM counted
       OR NEW.ends_on IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_written_once',
            MESSAGE = 'Người giữ tài khoản chỉ được ghi một lần; ngày kết thúc tính theo ngày sinh.';
    END IF;
{taken}    IF OLD.settled_at IS NULL AND NEW.settled_at IS NOT NULL THEN
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
"""
_TAKEN = """    -- Before the day only: afterwards whoever held the account would be let in again by one officer's word. What two
    -- officers let be shared is somebody else's phone as long as it is bound.
    IF OLD.taken_back_at IS NOT NULL AND (to_jsonb(NEW) - 'told') IS DISTINCT FROM (to_jsonb(OLD) - 'told') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_written_once',
            MESSAGE = 'Người giữ tài khoản đã bỏ ghi thì không đổi nữa.';
    END IF;
    IF OLD.taken_back_at IS NULL AND NEW.taken_back_at IS NOT NULL THEN
        NEW.taken_back_at := clock_timestamp();
        IF NEW.ends_on <= today THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_taken_back_in_time',
                MESSAGE = 'Chủ tài khoản đã đủ 18 tuổi: không bỏ ghi người giữ nữa, chủ tài khoản nhận tại quầy.';
        END IF;
        IF EXISTS (SELECT 1 FROM accounts_phonebinding
                    WHERE account_id = NEW.account_id AND status IN ('active', 'frozen') AND exception_id IS NOT NULL) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_of_shared_phone',
                MESSAGE = 'Số điện thoại dùng chung là của người giữ; đổi sang số của công dân trước khi bỏ ghi.';
        END IF;
        -- That the phone is the child's own is said by the operator, or proved since at a desk as a change of phone.
        IF NOT EXISTS (
            SELECT 1 FROM accounts_phonebinding b
             WHERE b.account_id = NEW.account_id AND b.role = 'primary' AND b.status = 'active'
               AND (b.verdict = 'MATCH' OR b.verified_at >= OLD.began_at AND EXISTS (
                    SELECT 1 FROM accounts_assistapplication r
                     WHERE r.account_id = NEW.account_id AND r.status = 'created' AND r.held_by = 'SELF'
                       AND r.phone_bi = b.phone_bi))) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_of_unproved_phone',
                MESSAGE = 'Chưa có căn cứ số điện thoại là của chính công dân; đổi số điện thoại trước khi bỏ ghi.';
        END IF;
    END IF;
"""
NOW = {"g": " AND g.taken_back_at IS NULL", "own": " AND taken_back_at IS NULL"}
BEFORE = {"g": "", "own": ""}
MOVES_NOW = MOVES.format(
    born=" OR NEW.taken_back_at IS NOT NULL",
    columns=",taken_back_at,taken_back_by,taken_back_unit_code,taken_back_reason",
    taken=_TAKEN,
)
MOVES_BEFORE = MOVES.format(born="", columns="", taken="")

# The last operation is the first one on the way back: of a line that was taken back the rules of before know nothing.
WAY_BACK = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM accounts_guardianship WHERE taken_back_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Đã có người giữ tài khoản được bỏ ghi: không lùi bản cập nhật này được (docs/upgrading.md).'
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0100_guardians_written_down")]
    operations = [
        migrations.RunSQL(ASKS.format(**NOW), ASKS.format(**BEFORE)),
        migrations.RunSQL(MOVES_NOW, MOVES_BEFORE),
        migrations.RunSQL(migrations.RunSQL.noop, WAY_BACK),
    ]
