"""What a unit that ended has left is its successor's to do, from the day after its last: here as in units.posts."""

import importlib

from django.db import migrations

# Whose officers do a unit's work on a day: its own while it is open; afterwards those of whoever the tree says follows,
# however many units lie between. A post at a unit that has ended counts nowhere.
DOING = """
CREATE FUNCTION desk_doing_work_of(at bigint, day date) RETURNS SETOF bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE doing(id) AS (
        SELECT at
        UNION
        SELECT u.successor_id FROM doing d JOIN units_unit u ON u.id = d.id
         WHERE u.successor_id IS NOT NULL AND u.valid_to < day
    )
    SELECT d.id FROM doing d JOIN units_unit u ON u.id = d.id
     WHERE u.valid_from <= day AND (u.valid_to IS NULL OR u.valid_to >= day)
$$;
"""
DOING_BACK = "DROP FUNCTION desk_doing_work_of(bigint, date);"

HOLDS = """
CREATE OR REPLACE FUNCTION desk_holds(who text, at bigint, wanted text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM units_post p JOIN units_officer o ON o.id = p.officer_id
         WHERE o.subject = who AND o.active AND wanted = ANY (p.powers) AND p.revoked_at IS NULL
           AND p.unit_id IN (
               SELECT desk_doing_work_of(at, (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date))
           AND p.valid_from <= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           AND (p.valid_to IS NULL OR p.valid_to >= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    )
$$;
"""
# At that moment, and by the tree of that day: who worked at the successor is a colleague of whoever follows there.
HELD = """
CREATE OR REPLACE FUNCTION desk_held(who text, at bigint, wanted text, moment timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM units_officer o JOIN units_post p ON p.officer_id = o.id
         WHERE o.subject = who AND (wanted IS NULL OR wanted = ANY (p.powers))
           AND p.unit_id IN (SELECT desk_doing_work_of(at, (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date))
           AND (o.deactivated_at IS NULL OR o.deactivated_at > moment)
           AND (p.revoked_at IS NULL OR p.revoked_at > moment)
           AND p.valid_from <= (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           AND (p.valid_to IS NULL OR p.valid_to >= (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    )
$$;
"""
# A head above: of the unit itself, or of the unit that follows it once it has ended; not of one that will follow.
_UP = "CROSS JOIN LATERAL (VALUES (u.parent_id), (u.successor_id)) AS n(id) WHERE n.id IS NOT NULL"
_UP_BY_DATE = (
    "CROSS JOIN LATERAL (VALUES (u.parent_id), (CASE WHEN u.valid_to <"
    " (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN u.successor_id END)) AS n(id)"
    " WHERE n.id IS NOT NULL"
)


def _again(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def _was(migration: str, name: str) -> str:
    """What an earlier migration wrote, up to its trigger."""
    text: str = getattr(importlib.import_module(f"motcua.desk.migrations.{migration}"), name)
    return _again(text.split("CREATE TRIGGER", maxsplit=1)[0])


HOLDS_BACK = _was("0007_rules_of_a_life", "HOLDS")
HELD_BACK = _was("0011_private_matters", "HELD")
HOLDS_ABOVE_BACK = _was("0013_owner_corrections", "HOLDS_ABOVE")
HOLDS_ABOVE = HOLDS_ABOVE_BACK.replace(_UP, _UP_BY_DATE)
BY_HEAD_BACK = _was("0005_rules_against_forgery", "APPROVED_BY_HEAD")
BY_HEAD = """
CREATE OR REPLACE FUNCTION desk_exception_by_head() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_at IS NOT NULL OR NEW.declined_at IS NOT NULL
           OR NEW.approved_by <> '' OR NEW.declined_by <> '' THEN
            PERFORM desk_refuse('desk_exception_undecided', 'Trường hợp ngoại lệ mới chưa thể đã được quyết định.');
        END IF;
    ELSIF OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL
          AND NOT desk_holds_above(NEW.approved_by, NEW.unit_id, 'APPROVE_EXCEPTION') THEN
        PERFORM desk_refuse('desk_exception_by_head', 'Trường hợp ngoại lệ phải do người có quyền duyệt.');
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0042_standing_mark"), ("units", "0021_searches")]
    operations = [
        migrations.RunSQL(DOING, DOING_BACK),
        migrations.RunSQL(HOLDS, HOLDS_BACK),
        migrations.RunSQL(HELD, HELD_BACK),
        migrations.RunSQL(HOLDS_ABOVE, HOLDS_ABOVE_BACK),
        migrations.RunSQL(BY_HEAD, BY_HEAD_BACK),
    ]
