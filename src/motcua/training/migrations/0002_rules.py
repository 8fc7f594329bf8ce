"""The mark of this database, and what no program may do to it, to courses and to what was handed in."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORLD = """
CREATE FUNCTION training_world_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Dấu của cơ sở dữ liệu được ghi một lần, không sửa hay xóa.'
        USING ERRCODE = '23514', CONSTRAINT = 'world_stays';
END $$;
CREATE TRIGGER world_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON training_world
    FOR EACH STATEMENT EXECUTE FUNCTION training_world_stays();

-- Each new connection asks for the mark, whatever else its role may read (`journal verify`).
GRANT SELECT ON training_world TO PUBLIC;

CREATE FUNCTION training_course_only_in_training() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM training_world WHERE kind = 'TRAINING') THEN
        RAISE EXCEPTION 'Lớp tập huấn chỉ được mở trong hệ thống tập huấn.'
            USING ERRCODE = '23514', CONSTRAINT = 'course_only_in_training';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER course_only_in_training BEFORE INSERT ON training_course
    FOR EACH ROW EXECUTE FUNCTION training_course_only_in_training();
"""
WORLD_BACK = """
DROP TRIGGER course_only_in_training ON training_course;
DROP FUNCTION training_course_only_in_training();
REVOKE SELECT ON training_world FROM PUBLIC;
DROP TRIGGER world_stays ON training_world;
DROP FUNCTION training_world_stays();
"""

# A course ends once; a seat is never somebody else's; work that was handed in is not graded again.
WRITTEN_ONCE = """
CREATE FUNCTION training_course_ends_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
       OR (to_jsonb(NEW) - 'ended_at') IS DISTINCT FROM (to_jsonb(OLD) - 'ended_at') THEN
        RAISE EXCEPTION 'Lớp tập huấn chỉ kết thúc một lần và không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'course_ends_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER course_ends_once BEFORE UPDATE OR DELETE ON training_course
    FOR EACH ROW EXECUTE FUNCTION training_course_ends_once();

CREATE FUNCTION training_trainee_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Chỗ của học viên không được sửa hay xóa.'
        USING ERRCODE = '23514', CONSTRAINT = 'trainee_stays';
END $$;
CREATE TRIGGER trainee_stays BEFORE UPDATE OR DELETE ON training_trainee
    FOR EACH ROW EXECUTE FUNCTION training_trainee_stays();

CREATE FUNCTION training_attempt_handed_in_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.handed_in_at IS NOT NULL
       OR (to_jsonb(NEW) - '{hints,answers,handed_in_at,score,verdicts}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{hints,answers,handed_in_at,score,verdicts}'::text[])
       OR NEW.hints < OLD.hints THEN
        RAISE EXCEPTION 'Bài đã nộp không được sửa; gợi ý đã xem vẫn được tính.'
            USING ERRCODE = '23514', CONSTRAINT = 'attempt_handed_in_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attempt_handed_in_once BEFORE UPDATE OR DELETE ON training_attempt
    FOR EACH ROW EXECUTE FUNCTION training_attempt_handed_in_once();

CREATE FUNCTION training_attempt_during_course() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM training_trainee t JOIN training_course c ON c.id = t.course_id
                WHERE t.id = NEW.trainee_id AND c.ended_at IS NOT NULL) THEN
        RAISE EXCEPTION 'Lớp đã kết thúc, không làm bài mới được.'
            USING ERRCODE = '23514', CONSTRAINT = 'attempt_during_course';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attempt_during_course BEFORE INSERT ON training_attempt
    FOR EACH ROW EXECUTE FUNCTION training_attempt_during_course();
"""
WRITTEN_ONCE_BACK = """
DROP TRIGGER attempt_during_course ON training_attempt;
DROP FUNCTION training_attempt_during_course();
DROP TRIGGER attempt_handed_in_once ON training_attempt;
DROP FUNCTION training_attempt_handed_in_once();
DROP TRIGGER trainee_stays ON training_trainee;
DROP FUNCTION training_trainee_stays();
DROP TRIGGER course_ends_once ON training_course;
DROP FUNCTION training_course_ends_once();
"""


def mark(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """A database that already holds units is real, whoever migrates it: it is never turned into a training one."""
    fresh = not apps.get_model("units", "Unit").objects.exists()
    kind = "TRAINING" if settings.TRAINING and fresh else "REAL"
    apps.get_model("training", "World").objects.create(pk=1, kind=kind)


def unmark(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The rules are gone by now, and the table goes next."""
    apps.get_model("training", "World").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("training", "0001_tables"), ("units", "0001_units")]
    operations = [
        migrations.RunPython(mark, unmark),
        migrations.RunSQL(WORLD, WORLD_BACK),
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK),
    ]
