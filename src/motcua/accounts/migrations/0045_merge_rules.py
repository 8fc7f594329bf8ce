"""Accounts are joined and parted by two officers, after their rest, and in no other way; numbers follow only then."""

import importlib

from django.db import migrations

# Three days, in which whoever owns one of the two can still say no; seven where one of them has neither a phone nor
# an e-mail to be told at. An undoing names the newest merge of the same two, which was done.
MOVES = """
CREATE FUNCTION accounts_can_be_told(account bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_phonebinding WHERE account_id = account AND status = 'active')
        OR EXISTS (SELECT 1 FROM accounts_emailbinding WHERE account_id = account AND status = 'active')
$$;

-- Where only the year is known of one of the two, the years are compared.
CREATE FUNCTION accounts_born_alike(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN p.born_year_only OR q.born_year_only
                THEN extract(year FROM p.born_on) = extract(year FROM q.born_on)
                ELSE p.born_on IS NOT DISTINCT FROM q.born_on END
      FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id,
           accounts_account b JOIN accounts_person q ON q.id = b.person_id
     WHERE a.id = one AND b.id = other
$$;

CREATE FUNCTION accounts_merge_moves() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_kept',
            MESSAGE = 'Lần gộp tài khoản đã ghi nhận không được xóa.';
    END IF;
    IF EXISTS (SELECT 1 FROM accounts_pairwisesubject
                WHERE account_id IN (NEW.survivor_id, NEW.absorbed_id)
                  AND (subject = NEW.asked_by OR NEW.state <> 'WITHDRAWN' AND subject = NEW.decided_by)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_not_for_oneself',
            MESSAGE = 'Cán bộ không gộp, không tách tài khoản của chính mình.';
    END IF;
    IF NEW.kind = 'UNDO' AND NEW.state IN ('WAITING', 'AGREED', 'DONE') AND NOT EXISTS (
        SELECT 1 FROM accounts_merge m
         WHERE m.id = NEW.undoes_id AND m.kind = 'MERGE' AND m.state = 'DONE'
           AND m.survivor_id = NEW.survivor_id AND m.absorbed_id = NEW.absorbed_id
           AND NOT EXISTS (SELECT 1 FROM accounts_merge later
                            WHERE later.absorbed_id = m.absorbed_id AND later.state = 'DONE'
                              AND later.settled_at > m.settled_at)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_undoes_the_newest',
            MESSAGE = 'Chỉ tách được lần gộp gần nhất của đúng hai tài khoản này.';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'WAITING' OR NEW.due_at IS NOT NULL OR NEW.settled_at IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_begins_waiting',
                MESSAGE = 'Việc gộp tài khoản bắt đầu bằng một đề nghị.';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - '{state,decided_by,decided_reason,decided_at,due_at,settled_at,absorbed_was,absorbed_phone_id}'::text[])
         IS DISTINCT FROM
       (to_jsonb(OLD) - '{state,decided_by,decided_reason,decided_at,due_at,settled_at,absorbed_was,absorbed_phone_id}'::text[])
       OR OLD.state <> 'WAITING' AND (NEW.decided_by, NEW.decided_reason, NEW.decided_at, NEW.due_at)
            IS DISTINCT FROM (OLD.decided_by, OLD.decided_reason, OLD.decided_at, OLD.due_at)
       OR NOT (OLD.state = 'WAITING' AND NEW.state IN ('AGREED', 'DECLINED', 'WITHDRAWN')
               OR OLD.state = 'AGREED' AND NEW.state IN ('DONE', 'OBJECTED', 'LAPSED')) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_written_once',
            MESSAGE = 'Đề nghị gộp chỉ được quyết định một lần, không được sửa.';
    END IF;
    IF NEW.state = 'AGREED' THEN
        IF EXISTS (SELECT 1 FROM accounts_account WHERE id IN (NEW.survivor_id, NEW.absorbed_id)
                    AND vouched_by = NEW.decided_by) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_not_by_creator',
                MESSAGE = 'Cán bộ đã tạo một trong hai tài khoản không duyệt việc gộp.';
        END IF;
        IF NEW.evidence_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM files_storedfile f
             WHERE f.id = NEW.evidence_id AND f.scan_status = 'CLEAN' AND f.purged_at IS NULL) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_evidence_stands',
                MESSAGE = 'Bản quét giấy tờ không còn hoặc chưa được kiểm tra xong.';
        END IF;
        IF NEW.kind = 'MERGE' AND NOT accounts_born_alike(NEW.survivor_id, NEW.absorbed_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_born_alike',
                MESSAGE = 'Hai tài khoản ghi ngày sinh khác nhau: đề nghị sửa cho đúng trước khi gộp.';
        END IF;
        NEW.decided_at := clock_timestamp();
        NEW.due_at := NEW.decided_at + CASE
            WHEN accounts_can_be_told(NEW.survivor_id) AND accounts_can_be_told(NEW.absorbed_id)
            THEN interval '3 days' ELSE interval '7 days' END;
    ELSIF OLD.state = 'WAITING' THEN
        NEW.decided_at := clock_timestamp();
    ELSE
        NEW.settled_at := clock_timestamp();
        IF NEW.state = 'DONE' AND NEW.due_at > NEW.settled_at THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_rests',
                MESSAGE = 'Chưa đến ngày gộp: chủ tài khoản còn được phản đối.';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER merge_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_merge
    FOR EACH ROW EXECUTE FUNCTION accounts_merge_moves();
"""
MOVES_BACK = """
DROP TRIGGER merge_moves ON accounts_merge;
DROP FUNCTION accounts_merge_moves();
DROP FUNCTION accounts_born_alike(bigint, bigint);
DROP FUNCTION accounts_can_be_told(bigint);
"""

# now() is when the transaction began: what was settled later than that was settled in it. An account that others
# were joined to is joined to none itself, so that nobody is led further than one step. Whoever could sign in still can:
# an account that is active is joined to none that nobody has activated. After a restore the database's owner closes one
# that is joined to an account which nobody closed, and gives it its numbers back.
JOINED = """
CREATE FUNCTION accounts_is_owner() RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'accounts_account'::regclass), 'USAGE')
$$;

CREATE FUNCTION accounts_account_joined() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stays text;
BEGIN
    IF NEW.merged_into_id IS NOT NULL THEN
        SELECT status INTO stays FROM accounts_account WHERE id = NEW.merged_into_id FOR UPDATE;
    END IF;
    IF OLD.merged_into_id IS NULL THEN
        IF (stays = 'active' OR stays = 'pending_activation' AND OLD.status = 'pending_activation')
           AND NEW.status = 'merged'
           AND NOT EXISTS (SELECT 1 FROM accounts_account WHERE merged_into_id = NEW.id)
           AND EXISTS (SELECT 1 FROM accounts_merge WHERE kind = 'MERGE' AND state = 'DONE' AND settled_at >= now()
                          AND survivor_id = NEW.merged_into_id AND absorbed_id = NEW.id) THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.merged_into_id IS NULL THEN
        IF EXISTS (SELECT 1 FROM accounts_merge WHERE kind = 'UNDO' AND state = 'DONE' AND settled_at >= now()
                      AND survivor_id = OLD.merged_into_id AND absorbed_id = NEW.id)
           OR NEW.status = 'closed' AND accounts_is_owner() THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.merged_into_id = OLD.merged_into_id AND NEW.status = 'closed' AND stays = 'closed' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'account_joined',
        MESSAGE = 'Tài khoản chỉ được gộp, được tách khi hai cán bộ cùng xác nhận.';
END $$;
CREATE TRIGGER account_joined BEFORE UPDATE OF status, merged_into_id ON accounts_account FOR EACH ROW
    WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id OR (OLD.status = 'merged') <> (NEW.status = 'merged'))
    EXECUTE FUNCTION accounts_account_joined();
"""
JOINED_BACK = """
DROP TRIGGER account_joined ON accounts_account;
DROP FUNCTION accounts_account_joined();
DROP FUNCTION accounts_is_owner();
"""

NUMBERS = """
CREATE FUNCTION accounts_stands_for(account bigint) RETURNS bigint LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(merged_into_id, id) FROM accounts_account WHERE id = account
$$;

-- Joined, a number remembers whose it was; parted, it goes there and nowhere else.
CREATE FUNCTION accounts_joined_now(one bigint, came bigint, other bigint, comes bigint) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM accounts_merge m
          JOIN accounts_account s ON s.id = m.survivor_id JOIN accounts_account a ON a.id = m.absorbed_id
         WHERE m.state = 'DONE' AND m.settled_at >= now()
           AND (s.person_id = one AND a.person_id = other AND m.kind = 'UNDO' AND came = other AND comes IS NULL
                OR s.person_id = other AND a.person_id = one AND m.kind = 'MERGE' AND came IS NULL AND comes = one))
        OR came = other AND comes IS NULL AND accounts_is_owner() AND EXISTS (
            SELECT 1 FROM accounts_account WHERE person_id = other AND status = 'closed' AND merged_into_id IS NULL)
$$;

CREATE OR REPLACE FUNCTION accounts_number_by_two() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.person_id <> OLD.person_id AND NEW.number_bi = OLD.number_bi
           AND accounts_joined_now(OLD.person_id, OLD.came_from_id, NEW.person_id, NEW.came_from_id) THEN
            RETURN NULL;
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.person_id <> OLD.person_id OR NEW.came_from_id IS DISTINCT FROM OLD.came_from_id)
       OR EXISTS (
           SELECT 1 FROM accounts_account
            WHERE person_id = NEW.person_id AND status IN ('pending_activation', 'active', 'locked', 'frozen'))
       AND NOT accounts_adjusted_now(NEW.person_id, 'ADD_NUMBER') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'number_by_two',
            MESSAGE = 'Số giấy tờ chỉ được thêm vào tài khoản khi hai cán bộ cùng xác nhận.';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER number_by_two ON accounts_identitydocument;
CREATE TRIGGER number_by_two AFTER INSERT OR UPDATE OF person_id, number_bi, came_from_id
    ON accounts_identitydocument FOR EACH ROW EXECUTE FUNCTION accounts_number_by_two();
"""
_BEFORE = importlib.import_module("motcua.accounts.migrations.0031_adjustments").IDENTITY
NUMBERS_BACK = (
    _BEFORE[
        _BEFORE.index("CREATE FUNCTION accounts_number_by_two") : _BEFORE.index(
            "CREATE TRIGGER number_by_two"
        )
    ].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + "DROP TRIGGER number_by_two ON accounts_identitydocument;"
    " CREATE TRIGGER number_by_two AFTER INSERT OR UPDATE OF person_id, number_bi ON accounts_identitydocument"
    " FOR EACH ROW EXECUTE FUNCTION accounts_number_by_two();"
    " DROP FUNCTION accounts_joined_now(bigint, bigint, bigint, bigint); DROP FUNCTION accounts_stands_for(bigint);"
)

# Whoever represents an organisation goes on doing so with the account that stays.
_STANDS = importlib.import_module("motcua.accounts.migrations.0012_mandates").STANDS
STANDS_BACK = _STANDS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
STANDS = STANDS_BACK.replace("r.id = m.representative_id", "r.id = accounts_stands_for(m.representative_id)")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0044_merges")]
    operations = [
        migrations.RunSQL(MOVES, MOVES_BACK),
        migrations.RunSQL(JOINED, JOINED_BACK),
        migrations.RunSQL(NUMBERS, NUMBERS_BACK),
        migrations.RunSQL(STANDS, STANDS_BACK),
    ]
