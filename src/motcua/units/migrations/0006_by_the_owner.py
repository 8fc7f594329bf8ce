"""What only the database's owner writes: first posts, a later gate day; and what frees no phone of staff.

The running system is another role (``motcua grants``). A break-in through it finds these doors closed.
"""

from django.db import migrations

# Whether the role at work owns this table: migrations, the sample and `posts.bootstrap` do, the web does not.
BY_OWNER = """
CREATE FUNCTION units_by_owner(of_table oid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = of_table
$$;
"""
BY_OWNER_BACK = "DROP FUNCTION units_by_owner(oid);"

# The installation's own word is the owner's; everybody else grants by a post, here or above. Whoever asked and
# was approved by a second person may have left the post meanwhile.
GRANTED = """
CREATE FUNCTION units_may_grant(who text, at bigint, even_lapsed boolean) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE up(id) AS (
        SELECT at
        UNION
        SELECT n.id FROM up JOIN units_unit u ON u.id = up.id
          CROSS JOIN LATERAL (VALUES (u.parent_id), (u.successor_id)) AS n(id) WHERE n.id IS NOT NULL
    ), day(today) AS (SELECT (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    SELECT EXISTS (
        SELECT 1 FROM day, units_post p JOIN units_officer o ON o.id = p.officer_id
         WHERE o.subject = who AND p.unit_id IN (SELECT id FROM up) AND 'GRANT' = ANY (p.powers)
           AND (even_lapsed OR o.active AND p.revoked_at IS NULL
                AND p.valid_from <= today AND (p.valid_to IS NULL OR p.valid_to >= today))
    )
$$;

CREATE FUNCTION units_post_by_whom() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF units_by_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    NEW.granted_at := clock_timestamp();
    IF NOT units_may_grant(NEW.granted_by_subject, NEW.unit_id, NEW.approved_by_subject <> '')
       OR NEW.approved_by_subject <> '' AND NOT units_may_grant(NEW.approved_by_subject, NEW.unit_id, false) THEN
        RAISE EXCEPTION 'Vị trí phải do quản trị viên của đơn vị hoặc đơn vị cấp trên cấp và duyệt.'
            USING ERRCODE = '23514', CONSTRAINT = 'post_by_whom';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER post_by_whom BEFORE INSERT ON units_post
    FOR EACH ROW EXECUTE FUNCTION units_post_by_whom();
"""
GRANTED_BACK = """
DROP TRIGGER post_by_whom ON units_post;
DROP FUNCTION units_post_by_whom();
DROP FUNCTION units_may_grant(text, bigint, boolean);
"""

# The running system may let a gate bind earlier, never later; nor does it open a unit whose gate only warns.
GATE_DAY = """
CREATE FUNCTION units_unit_gate_day_by_owner() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was date := DATE '2022-07-20';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was := coalesce(OLD.gate_binds_from, was);
    END IF;
    IF coalesce(NEW.gate_binds_from, DATE '2022-07-20') > was AND NOT units_by_owner(TG_RELID) THEN
        RAISE EXCEPTION 'Chỉ người quản trị cơ sở dữ liệu được lùi ngày áp dụng của đơn vị.'
            USING ERRCODE = '23514', CONSTRAINT = 'unit_gate_day_by_owner';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER unit_gate_day_by_owner BEFORE INSERT OR UPDATE ON units_unit
    FOR EACH ROW EXECUTE FUNCTION units_unit_gate_day_by_owner();
"""
GATE_DAY_BACK = """
DROP TRIGGER unit_gate_day_by_owner ON units_unit;
DROP FUNCTION units_unit_gate_day_by_owner();
"""

# A row that was made up a moment ago frees no phone: the newer one must have stood for thirty days, and the
# database says since when it stands. Operators give a number to nobody else sooner.
PHONE_STANDS = """
CREATE FUNCTION units_staffphone_added_now() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.added_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER staff_phone_added_now BEFORE INSERT ON units_staffphone
    FOR EACH ROW EXECUTE FUNCTION units_staffphone_added_now();

CREATE OR REPLACE FUNCTION units_staffphone_replaced() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM units_officer WHERE id = NEW.officer_id AND active)
       AND NOT EXISTS (SELECT 1 FROM units_staffphone
                        WHERE officer_id = NEW.officer_id AND active AND id > NEW.id
                          AND added_at <= clock_timestamp() - interval '30 days') THEN
        RAISE EXCEPTION 'Số cũ của cán bộ đang làm việc chỉ được giải phóng khi số mới đã dùng đủ 30 ngày.'
            USING ERRCODE = '23514', CONSTRAINT = 'staff_phone_replaced';
    END IF;
    RETURN NULL;
END $$;
"""
PHONE_STANDS_BACK = """
CREATE OR REPLACE FUNCTION units_staffphone_replaced() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM units_officer WHERE id = NEW.officer_id AND active)
       AND NOT EXISTS (SELECT 1 FROM units_staffphone
                        WHERE officer_id = NEW.officer_id AND active AND id > NEW.id) THEN
        RAISE EXCEPTION 'Cán bộ đang làm việc phải có số điện thoại.'
            USING ERRCODE = '23514', CONSTRAINT = 'staff_phone_replaced';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER staff_phone_added_now ON units_staffphone;
DROP FUNCTION units_staffphone_added_now();
"""

# Leaving and coming back would free the phone as well; and an officer is one person for ever.
OFFICER_STAYS = """
CREATE FUNCTION units_officer_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.subject <> OLD.subject OR (NEW.active AND NOT OLD.active AND NOT units_by_owner(TG_RELID)) THEN
        RAISE EXCEPTION 'Cán bộ đã thôi làm việc không được mở lại; mã định danh của cán bộ không được sửa.'
            USING ERRCODE = '23514', CONSTRAINT = 'officer_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER officer_stays BEFORE UPDATE ON units_officer
    FOR EACH ROW EXECUTE FUNCTION units_officer_stays();
"""
OFFICER_STAYS_BACK = """
DROP TRIGGER officer_stays ON units_officer;
DROP FUNCTION units_officer_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0005_work_calendar")]
    operations = [
        migrations.RunSQL(BY_OWNER, BY_OWNER_BACK),
        migrations.RunSQL(GRANTED, GRANTED_BACK),
        migrations.RunSQL(GATE_DAY, GATE_DAY_BACK),
        migrations.RunSQL(PHONE_STANDS, PHONE_STANDS_BACK),
        migrations.RunSQL(OFFICER_STAYS, OFFICER_STAYS_BACK),
    ]
