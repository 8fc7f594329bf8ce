"""A day that is over stays as it was, no day is left without a provider, and after the last day only VNeID opens."""

from django.db import migrations

_IN = "LANGUAGE plpgsql\n    SET search_path = pg_catalog, public, pg_temp"
_SAY = "RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = "

# The day is the one on Vietnamese clocks (docs/time.md). Where nothing is written the portal's own accounts are good.
DAYS = """
CREATE FUNCTION accounts_today() RETURNS date LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (statement_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
$$;

CREATE FUNCTION accounts_own_ended(kind text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_providerperiod
                    WHERE owner_kind = kind AND provider = 'DVCQG' AND valid_to < accounts_today())
$$;

CREATE FUNCTION accounts_vneid_open(kind text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_providerperiod
                    WHERE owner_kind = kind AND provider = 'VNEID'
                      AND accounts_today() BETWEEN valid_from AND coalesce(valid_to, 'infinity'::date))
$$;

-- An organisation has no VNeID of its own that we could ask about: one of its representatives is linked.
CREATE FUNCTION accounts_vneid_stands(account bigint, kind text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE kind WHEN 'ORGANISATION' THEN EXISTS (
               SELECT 1 FROM accounts_mandate m
                 JOIN accounts_account r ON r.id = m.representative_id
                 JOIN accounts_account kept ON kept.id = coalesce(r.merged_into_id, r.id) AND kept.status = 'active'
                 JOIN accounts_account theirs ON theirs.id = kept.id OR theirs.merged_into_id = kept.id
                 JOIN accounts_vneidlink l ON l.account_id = theirs.id AND l.ended_at IS NULL
                WHERE m.organisation_id = account AND accounts_mandate_stands(m.id, '', accounts_today()))
           ELSE EXISTS (
               SELECT 1 FROM accounts_vneidlink l JOIN accounts_account a ON a.id = l.account_id
                WHERE l.ended_at IS NULL AND (a.id = account OR a.merged_into_id = account)) END
$$;
"""
DAYS_BACK = """
DROP FUNCTION accounts_vneid_stands(bigint, text);
DROP FUNCTION accounts_vneid_open(text);
DROP FUNCTION accounts_own_ended(text);
DROP FUNCTION accounts_today();
"""

CHANGES = f"""
CREATE FUNCTION accounts_provider_change_moves() RETURNS trigger {_IN} AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        {_SAY} 'provider_change_moves',
            MESSAGE = 'Đề nghị đổi thời hạn nhà cung cấp danh tính không được xóa.';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.state = 'OPEN' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'OPEN' AND NEW.state <> 'OPEN'
        AND (to_jsonb(NEW) - '{{state,decided_by,decided_at}}'::text[])
            IS NOT DISTINCT FROM (to_jsonb(OLD) - '{{state,decided_by,decided_at}}'::text[]) THEN
        RETURN NEW;
    END IF;
    {_SAY} 'provider_change_moves',
        MESSAGE = 'Đề nghị đổi thời hạn chỉ được quyết định một lần, không được sửa.';
END $$;
CREATE TRIGGER provider_change_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_providerchange
    FOR EACH ROW EXECUTE FUNCTION accounts_provider_change_moves();
"""
CHANGES_BACK = """
DROP TRIGGER provider_change_moves ON accounts_providerchange;
DROP FUNCTION accounts_provider_change_moves();
"""

# Days are written one after the other: two approvals that each leave no gap may leave one together.
PERIODS = f"""
CREATE FUNCTION accounts_provider_period_moves() RETURNS trigger {_IN} AS $$
DECLARE
    today date;
    before_from date;
    before_to date;
BEGIN
    IF TG_OP = 'DELETE' THEN
        {_SAY} 'provider_period_moves', MESSAGE = 'Thời hạn nhà cung cấp danh tính không được xóa.';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('motcua identity providers'));
    today := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    IF NOT EXISTS (SELECT 1 FROM accounts_providerchange c
                    WHERE c.id = NEW.change_id AND c.state = 'APPROVED'
                      AND (c.owner_kind, c.provider) = (NEW.owner_kind, NEW.provider)
                      AND c.valid_from IS NOT DISTINCT FROM NEW.valid_from
                      AND c.valid_to IS NOT DISTINCT FROM NEW.valid_to
                      -- An approval that another one followed is used up.
                      AND NOT EXISTS (SELECT 1 FROM accounts_providerchange newer
                                       WHERE newer.id > c.id AND newer.state = 'APPROVED'
                                         AND (newer.owner_kind, newer.provider) = (c.owner_kind, c.provider))) THEN
        {_SAY} 'provider_period_moves',
            MESSAGE = 'Thời hạn nhà cung cấp danh tính chỉ đổi theo đề nghị đã được duyệt.';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.valid_from <= today OR NEW.valid_to <= today THEN
            {_SAY} 'provider_period_not_retroactive',
                MESSAGE = 'Thời hạn nhà cung cấp danh tính không được đổi cho ngày đã qua hoặc hôm nay.';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.owner_kind, NEW.provider) <> (OLD.owner_kind, OLD.provider) THEN
        {_SAY} 'provider_period_moves', MESSAGE = 'Thời hạn của nhà cung cấp này không chuyển cho nhà cung cấp khác.';
    END IF;
    IF NEW.valid_from IS DISTINCT FROM OLD.valid_from AND (OLD.valid_from <= today OR NEW.valid_from <= today)
        OR NEW.valid_to IS DISTINCT FROM OLD.valid_to AND (OLD.valid_to < today OR NEW.valid_to <= today) THEN
        {_SAY} 'provider_period_not_retroactive',
            MESSAGE = 'Thời hạn nhà cung cấp danh tính không được đổi cho ngày đã qua hoặc hôm nay.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER provider_period_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_providerperiod
    FOR EACH ROW EXECUTE FUNCTION accounts_provider_period_moves();

-- VNeID is good for an organisation while it is good for the citizens who act for it: they are who signs in.
CREATE FUNCTION accounts_provider_no_gap() RETURNS trigger {_IN} AS $$
DECLARE
    own datemultirange;
    citizens datemultirange;
    organisations datemultirange;
    each text;
BEGIN
    SELECT coalesce(range_agg(daterange(valid_from, valid_to, '[]')) FILTER (WHERE owner_kind = 'CITIZEN'), '{{}}'),
           coalesce(range_agg(daterange(valid_from, valid_to, '[]')) FILTER (WHERE owner_kind = 'ORGANISATION'), '{{}}')
      INTO citizens, organisations FROM accounts_providerperiod WHERE provider = 'VNEID';
    FOREACH each IN ARRAY ARRAY['CITIZEN', 'ORGANISATION'] LOOP
        SELECT range_agg(daterange(valid_from, valid_to, '[]')) INTO own FROM accounts_providerperiod
         WHERE owner_kind = each AND provider = 'DVCQG';
        CONTINUE WHEN own IS NULL;
        IF (own + (CASE each WHEN 'CITIZEN' THEN citizens ELSE citizens * organisations END))
           <> '{{(,)}}'::datemultirange THEN
            {_SAY} 'provider_no_gap',
                MESSAGE = 'Có ngày không nhà cung cấp danh tính nào dùng được.';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER provider_no_gap AFTER INSERT OR UPDATE ON accounts_providerperiod
    FOR EACH ROW EXECUTE FUNCTION accounts_provider_no_gap();
"""  # noqa: S608 - constants
PERIODS_BACK = """
DROP TRIGGER provider_no_gap ON accounts_providerperiod;
DROP FUNCTION accounts_provider_no_gap();
DROP TRIGGER provider_period_moves ON accounts_providerperiod;
DROP FUNCTION accounts_provider_period_moves();
"""

LINKS = f"""
CREATE FUNCTION accounts_vneid_link_moves() RETURNS trigger {_IN} AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        {_SAY} 'vneid_link_moves', MESSAGE = 'Liên kết VNeID không được xóa, chỉ được gỡ.';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NOT accounts_vneid_open('CITIZEN') THEN
            {_SAY} 'vneid_not_open', MESSAGE = 'VNeID chưa được dùng để đăng nhập vào ngày này.';
        END IF;
        IF NEW.ended_at IS NOT NULL OR NEW.asked_by <> '' OR NOT EXISTS (
            SELECT 1 FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
             WHERE a.id = NEW.account_id AND p.kind = 'CITIZEN'
               AND a.status IN ('active', 'pending_activation') FOR SHARE OF a) THEN
            {_SAY} 'vneid_link_moves',
                MESSAGE = 'Chỉ liên kết VNeID với tài khoản công dân đang dùng được.';
        END IF;
        -- The accounts that were merged into it are the same person's (its row is held: no merge comes between).
        IF EXISTS (SELECT 1 FROM accounts_vneidlink l JOIN accounts_account a ON a.id = l.account_id
                    WHERE a.merged_into_id = NEW.account_id AND l.ended_at IS NULL) THEN
            {_SAY} 'vneid_link_once_per_person',
                MESSAGE = 'Người này đã liên kết với một tài khoản VNeID.';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - '{{tech_bi,asked_by,asked_unit_code,asked_at,reason,ended_how,ended_by,ended_at}}'::text[])
         IS DISTINCT FROM
       (to_jsonb(OLD) - '{{tech_bi,asked_by,asked_unit_code,asked_at,reason,ended_how,ended_by,ended_at}}'::text[])
       OR NEW.tech_bi IS DISTINCT FROM OLD.tech_bi AND NOT (NEW.tech_bi IS NULL AND NEW.ended_at IS NOT NULL)
       OR NEW.ended_how = 'CLOSED' AND OLD.ended_how = '' AND NOT EXISTS (
            SELECT 1 FROM accounts_account WHERE id = OLD.account_id AND status = 'closed')
       OR NEW.ended_how = 'PARTED' AND OLD.ended_how = '' AND NOT EXISTS (
            SELECT 1 FROM accounts_merge m JOIN accounts_merge joined ON joined.id = m.undoes_id
             WHERE m.kind = 'UNDO' AND m.state = 'DONE' AND m.settled_at >= transaction_timestamp()
               AND m.survivor_id = OLD.account_id AND joined.settled_at <= OLD.linked_at)
       OR NEW.ended_how = 'DESK' AND OLD.ended_how = ''
          AND (NEW.asked_by, NEW.asked_at, NEW.reason) IS DISTINCT FROM (OLD.asked_by, OLD.asked_at, OLD.reason)
       OR OLD.ended_at IS NOT NULL
          AND (to_jsonb(NEW) - 'tech_bi') IS DISTINCT FROM (to_jsonb(OLD) - 'tech_bi') THEN
        {_SAY} 'vneid_link_moves', MESSAGE = 'Liên kết VNeID đã ghi không được sửa; chỉ được đề nghị gỡ và gỡ.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vneid_link_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_vneidlink
    FOR EACH ROW EXECUTE FUNCTION accounts_vneid_link_moves();

-- Whoever closes an account is free to open another one by the same VNeID; nothing of the TechID stays behind.
CREATE FUNCTION accounts_vneid_leaves() RETURNS trigger {_IN} AS $$
BEGIN
    UPDATE accounts_vneidlink
       SET tech_bi = NULL, ended_how = CASE ended_how WHEN '' THEN 'CLOSED' ELSE ended_how END,
           ended_at = coalesce(ended_at, clock_timestamp())
     WHERE account_id = NEW.id AND (ended_at IS NULL OR tech_bi IS NOT NULL);
    RETURN NULL;
END $$;
-- Two VNeIDs are two people, or one who got another: which of the two counts is settled before, by two officers.
CREATE FUNCTION accounts_merge_of_linked() RETURNS trigger {_IN} AS $$
BEGIN
    PERFORM 1 FROM accounts_account WHERE id = NEW.merged_into_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM accounts_vneidlink WHERE account_id = NEW.id AND ended_at IS NULL)
        AND accounts_vneid_stands(NEW.merged_into_id, 'CITIZEN') THEN
        {_SAY} 'merge_of_linked',
            MESSAGE = 'Hai tài khoản đã liên kết với hai tài khoản VNeID khác nhau thì không gộp được.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER merge_of_linked BEFORE UPDATE OF merged_into_id ON accounts_account
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL AND OLD.merged_into_id IS NULL)
    EXECUTE FUNCTION accounts_merge_of_linked();

CREATE TRIGGER account_vneid_leaves AFTER UPDATE OF status ON accounts_account
    FOR EACH ROW WHEN (NEW.status = 'closed' AND OLD.status <> 'closed')
    EXECUTE FUNCTION accounts_vneid_leaves();
"""  # noqa: S608 - constants
LINKS_BACK = """
DROP TRIGGER merge_of_linked ON accounts_account;
DROP FUNCTION accounts_merge_of_linked();
DROP TRIGGER account_vneid_leaves ON accounts_account;
DROP FUNCTION accounts_vneid_leaves();
DROP TRIGGER vneid_link_moves ON accounts_vneidlink;
DROP FUNCTION accounts_vneid_link_moves();
"""

# NĐ 69/2024, điều 40. An organisation is written down by officers from its papers: that is no sign-in of anybody.
DOORS = f"""
CREATE FUNCTION accounts_account_of_its_day() RETURNS trigger {_IN} AS $$
DECLARE
    citizen boolean;
BEGIN
    citizen := EXISTS (SELECT 1 FROM accounts_person WHERE id = NEW.person_id AND kind = 'CITIZEN');
    IF NEW.origin = 'VNEID' THEN
        IF NOT citizen OR NOT accounts_vneid_open('CITIZEN') THEN
            {_SAY} 'vneid_not_open', MESSAGE = 'VNeID chưa được dùng để mở tài khoản vào ngày này.';
        END IF;
    ELSIF citizen AND accounts_own_ended('CITIZEN') THEN
        {_SAY} 'account_own_ended',
            MESSAGE = 'Đã hết thời hạn mở tài khoản của Cổng Dịch vụ công quốc gia; công dân dùng VNeID.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_of_its_day BEFORE INSERT ON accounts_account
    FOR EACH ROW EXECUTE FUNCTION accounts_account_of_its_day();

-- How an account came to be stays; what VNeID opens gets no password, and after the last day nobody gets a first one.
CREATE FUNCTION accounts_account_keeps_its_way() RETURNS trigger {_IN} AS $$
BEGIN
    IF NEW.origin <> OLD.origin OR OLD.without_password AND NOT NEW.without_password THEN
        {_SAY} 'account_keeps_its_way', MESSAGE = 'Cách tạo và cách đăng nhập của tài khoản không được đổi lại.';
    END IF;
    IF OLD.password = '' AND NEW.password <> '' AND accounts_own_ended('CITIZEN')
        AND EXISTS (SELECT 1 FROM accounts_person WHERE id = NEW.person_id AND kind = 'CITIZEN') THEN
        {_SAY} 'account_own_ended',
            MESSAGE = 'Đã hết thời hạn đặt mật khẩu cho tài khoản của công dân; công dân dùng VNeID.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_keeps_its_way BEFORE UPDATE OF origin, without_password, password ON accounts_account
    FOR EACH ROW EXECUTE FUNCTION accounts_account_keeps_its_way();

-- VNeID's word is the only thing that stands behind such an account: by the end of the transaction it is linked.
CREATE FUNCTION accounts_account_by_vneid_is_linked() RETURNS trigger {_IN} AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM accounts_vneidlink WHERE account_id = NEW.id) THEN
        {_SAY} 'account_by_vneid_is_linked', MESSAGE = 'Tài khoản do VNeID mở phải được liên kết với VNeID.';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER account_by_vneid_is_linked AFTER INSERT ON accounts_account
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.origin = 'VNEID')
    EXECUTE FUNCTION accounts_account_by_vneid_is_linked();

-- Officers come in with their second factor: their posts are work for the State, not the account of NĐ 69/2024.
CREATE FUNCTION accounts_session_of_its_day() RETURNS trigger {_IN} AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL THEN
        {_SAY} 'session_of_its_day', MESSAGE = 'Phiên đăng nhập đã kết thúc không được mở lại.';
    END IF;
    IF NEW.provider = 'VNEID' AND NOT (accounts_vneid_open('CITIZEN')
        AND accounts_vneid_stands(coalesce(NEW.taken_up_by_id, NEW.account_id), 'CITIZEN')) THEN
        {_SAY} 'session_of_its_day',
            MESSAGE = 'Phiên đăng nhập bằng VNeID phải là của tài khoản đã liên kết VNeID.';
    END IF;
    IF NEW.provider = 'DVCQG' AND NEW.audience = 'CITIZEN' AND accounts_own_ended('CITIZEN') THEN
        {_SAY} 'session_of_its_day',
            MESSAGE = 'Đã hết thời hạn đăng nhập bằng mật khẩu; công dân đăng nhập bằng VNeID.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER session_of_its_day BEFORE INSERT ON accounts_session
    FOR EACH ROW EXECUTE FUNCTION accounts_session_of_its_day();
CREATE TRIGGER session_stays_of_its_day BEFORE UPDATE OF provider, audience, account_id, taken_up_by_id, ended_at
    ON accounts_session FOR EACH ROW
    WHEN (NEW.provider <> OLD.provider OR NEW.audience <> OLD.audience OR NEW.account_id <> OLD.account_id
          OR NEW.taken_up_by_id IS DISTINCT FROM OLD.taken_up_by_id
          OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)
    EXECUTE FUNCTION accounts_session_of_its_day();
"""  # noqa: S608 - constants
DOORS_BACK = """
DROP TRIGGER session_stays_of_its_day ON accounts_session;
DROP TRIGGER session_of_its_day ON accounts_session;
DROP FUNCTION accounts_session_of_its_day();
DROP TRIGGER account_by_vneid_is_linked ON accounts_account;
DROP FUNCTION accounts_account_by_vneid_is_linked();
DROP TRIGGER account_keeps_its_way ON accounts_account;
DROP FUNCTION accounts_account_keeps_its_way();
DROP TRIGGER account_of_its_day ON accounts_account;
DROP FUNCTION accounts_account_of_its_day();
"""

# Web goes on between these rules and `motcua grants` (docs/upgrading.md): what their triggers read it may read at once.
RIGHTS = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'motcua_app') THEN
        GRANT SELECT, INSERT, UPDATE ON accounts_providerchange, accounts_providerperiod, accounts_vneidlink
            TO motcua_app;
    END IF;
END $$;
"""

RIGHTS_BACK = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'motcua_app') THEN
        REVOKE ALL ON accounts_providerchange, accounts_providerperiod, accounts_vneidlink FROM motcua_app;
    END IF;
END $$;
"""

# The last operation is the first one on the way back: it refuses before any rule is gone.
WAY_BACK = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM accounts_vneidlink) OR EXISTS (SELECT 1 FROM accounts_session WHERE provider = 'VNEID')
        OR EXISTS (SELECT 1 FROM accounts_account WHERE origin = 'VNEID' OR without_password) THEN
        RAISE EXCEPTION 'Đã có người dùng VNeID: không lùi bản cập nhật này được (docs/upgrading.md).'
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0070_identity_providers")]
    operations = [
        migrations.RunSQL(DAYS, DAYS_BACK),
        migrations.RunSQL(CHANGES, CHANGES_BACK),
        migrations.RunSQL(PERIODS, PERIODS_BACK),
        migrations.RunSQL(LINKS, LINKS_BACK),
        migrations.RunSQL(DOORS, DOORS_BACK),
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        migrations.RunSQL(migrations.RunSQL.noop, WAY_BACK),
    ]
