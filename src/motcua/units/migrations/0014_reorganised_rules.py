"""What reorganising can never do: rewrite the past, close a ring of successors, confirm one's own post."""

from django.db import migrations

WRITTEN_ONCE = """
CREATE FUNCTION units_added_only() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Dòng này chỉ được thêm, không được sửa hay xóa.' USING ERRCODE = '23514',
        CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER unit_change_added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON units_unitchange
    FOR EACH STATEMENT EXECUTE FUNCTION units_added_only();
CREATE TRIGGER post_confirmation_added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON units_postconfirmation
    FOR EACH STATEMENT EXECUTE FUNCTION units_added_only();
"""
WRITTEN_ONCE_BACK = """
DROP TRIGGER post_confirmation_added_only ON units_postconfirmation;
DROP TRIGGER unit_change_added_only ON units_unitchange;
DROP FUNCTION units_added_only();
"""

# The moment is the database's; who holds the post does not confirm it, nor is a post confirmed that is over.
BY_ANOTHER = """
CREATE FUNCTION units_confirmed_by_another() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    IF NOT EXISTS (SELECT 1 FROM units_post WHERE id = NEW.post_id AND revoked_at IS NULL
                    AND grantee_subject <> NEW.by_subject) THEN
        RAISE EXCEPTION 'Vị trí phải do người khác xác nhận lại, khi còn hiệu lực.' USING ERRCODE = '23514',
            CONSTRAINT = 'post_confirmed_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER post_confirmed_by_another BEFORE INSERT ON units_postconfirmation
    FOR EACH ROW EXECUTE FUNCTION units_confirmed_by_another();
"""
BY_ANOTHER_BACK = """
DROP TRIGGER post_confirmed_by_another ON units_postconfirmation;
DROP FUNCTION units_confirmed_by_another();
"""

# Whoever follows the successors comes to an end: at a unit that outlives all before it. One lock, so that two
# closings cannot make a ring together.
NO_RING = """
CREATE FUNCTION units_successor_outlives() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.successor_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('units_successor_outlives'));
    IF EXISTS (SELECT 1 FROM units_unit s WHERE s.id = NEW.successor_id
                AND (s.id = NEW.id OR s.valid_to <= NEW.valid_to OR s.valid_from > NEW.valid_to + 1))
       OR EXISTS (SELECT 1 FROM units_unit b WHERE b.successor_id = NEW.id AND b.valid_to >= NEW.valid_to) THEN
        RAISE EXCEPTION 'Đơn vị kế thừa phải còn hoạt động sau đơn vị kết thúc.' USING ERRCODE = '23514',
            CONSTRAINT = 'unit_successor_outlives';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER unit_successor_outlives BEFORE INSERT OR UPDATE OF successor_id, valid_to ON units_unit
    FOR EACH ROW EXECUTE FUNCTION units_successor_outlives();
"""
NO_RING_BACK = """
DROP TRIGGER unit_successor_outlives ON units_unit;
DROP FUNCTION units_successor_outlives();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0013_reorganised")]
    operations = [
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK),
        migrations.RunSQL(BY_ANOTHER, BY_ANOTHER_BACK),
        migrations.RunSQL(NO_RING, NO_RING_BACK),
    ]
