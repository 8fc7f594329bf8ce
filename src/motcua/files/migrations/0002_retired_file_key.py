"""No file is kept under a key that is gone (threats V-36): whoever wrapped it before and comes late is refused."""

from django.db import migrations, models

import motcua.files.models

NOT_RETIRED = """
CREATE FUNCTION file_key_not_retired() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.wrapped_key IS NOT NULL AND EXISTS (
        SELECT 1 FROM files_retiredfilekey WHERE number = get_byte(NEW.wrapped_key || '\\x0000'::bytea, 1)
    ) THEN
        RAISE EXCEPTION 'Khóa bọc tệp này đã bỏ. Đề nghị gửi lại tệp.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'file_key_not_retired';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER file_key_not_retired BEFORE INSERT OR UPDATE OF wrapped_key ON files_storedfile
    FOR EACH ROW EXECUTE FUNCTION file_key_not_retired();
CREATE FUNCTION file_key_stays_retired() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Khóa tệp đã bỏ thì không dùng lại.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'file_key_stays_retired';
END $$;
CREATE TRIGGER file_key_stays_retired BEFORE UPDATE OR DELETE ON files_retiredfilekey
    FOR EACH ROW EXECUTE FUNCTION file_key_stays_retired();
"""
BACK = """
DROP TRIGGER file_key_stays_retired ON files_retiredfilekey;
DROP FUNCTION file_key_stays_retired();
DROP TRIGGER file_key_not_retired ON files_storedfile;
DROP FUNCTION file_key_not_retired();
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RetiredFileKey",
            fields=[
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        primary_key=True, serialize=False, verbose_name="số khóa"
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        db_default=motcua.files.models.ClockNow(), editable=False, verbose_name="lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "khóa tệp đã bỏ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 255)),
                        name="retired_file_key_is_a_byte",
                        violation_error_message="Số của khóa phải từ 1 đến 255.",
                    )
                ],
            },
        ),
        migrations.RunSQL(NOT_RETIRED, BACK),
    ]
