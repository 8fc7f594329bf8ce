"""What the tables of this room can never say, whoever writes into them."""

from django.db import migrations

# The copied subject of a post is the officer's own: C14 compares people within one row.
TRUE_COPY = """
ALTER TABLE units_officer ADD CONSTRAINT officer_id_and_subject UNIQUE (id, subject);
ALTER TABLE units_post ADD CONSTRAINT post_grantee_is_the_officer
    FOREIGN KEY (officer_id, grantee_subject) REFERENCES units_officer (id, subject);
"""
TRUE_COPY_BACK = """
ALTER TABLE units_post DROP CONSTRAINT post_grantee_is_the_officer;
ALTER TABLE units_officer DROP CONSTRAINT officer_id_and_subject;
"""

# One post per officer, unit and day: of two administrators granting at once, one is told.
# Ranges of one number stand in for "=", so that no extension is needed.
ONE_POST = """
ALTER TABLE units_post ADD CONSTRAINT post_one_at_a_time EXCLUDE USING gist (
    int8range(officer_id, officer_id, '[]') WITH &&,
    int8range(unit_id, unit_id, '[]') WITH &&,
    daterange(valid_from, valid_to, '[]') WITH &&
) WHERE (revoked_at IS NULL);
"""
ONE_POST_BACK = "ALTER TABLE units_post DROP CONSTRAINT post_one_at_a_time;"

# A post is written once; only revoking changes it, once. Nothing is deleted.
WRITTEN_ONCE = """
CREATE FUNCTION units_post_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Vị trí không được xóa, chỉ được thu hồi.' USING ERRCODE = '23514',
            CONSTRAINT = 'post_written_once';
    END IF;
    IF OLD.revoked_at IS NOT NULL
       OR (to_jsonb(NEW) - '{revoked_at,revoked_by_subject,revoked_reason}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{revoked_at,revoked_by_subject,revoked_reason}'::text[]) THEN
        RAISE EXCEPTION 'Vị trí đã cấp không được sửa.' USING ERRCODE = '23514',
            CONSTRAINT = 'post_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER post_written_once BEFORE UPDATE OR DELETE ON units_post
    FOR EACH ROW EXECUTE FUNCTION units_post_written_once();
"""
WRITTEN_ONCE_BACK = """
DROP TRIGGER post_written_once ON units_post;
DROP FUNCTION units_post_written_once();
"""

# The tree of units has no ring. Moving a unit takes one lock, so that two moves cannot close a ring together.
NO_RING = """
CREATE FUNCTION units_unit_no_ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('units_unit_no_ring'));
    IF NEW.parent_id = NEW.id OR EXISTS (
        WITH RECURSIVE up(id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT u.parent_id FROM units_unit u JOIN up ON u.id = up.id WHERE u.parent_id IS NOT NULL
        ) SELECT 1 FROM up WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'Đơn vị không thể trực thuộc chính nó.' USING ERRCODE = '23514',
            CONSTRAINT = 'unit_no_ring';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER unit_no_ring BEFORE INSERT OR UPDATE OF parent_id ON units_unit
    FOR EACH ROW EXECUTE FUNCTION units_unit_no_ring();
"""
NO_RING_BACK = """
DROP TRIGGER unit_no_ring ON units_unit;
DROP FUNCTION units_unit_no_ring();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0001_units")]
    operations = [
        migrations.RunSQL(TRUE_COPY, TRUE_COPY_BACK),
        migrations.RunSQL(ONE_POST, ONE_POST_BACK),
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK),
        migrations.RunSQL(NO_RING, NO_RING_BACK),
    ]
