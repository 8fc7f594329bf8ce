"""An unlocking is evidence: it says why, and nobody changes it afterwards."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

WRITTEN_ONCE = """
CREATE FUNCTION limits_added_only() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Dòng này chỉ được thêm, không được sửa hay xóa.' USING ERRCODE = '23514',
        CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER limits_unlocking_added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON limits_unlocking
    FOR EACH STATEMENT EXECUTE FUNCTION limits_added_only();
"""
WRITTEN_ONCE_BACK = """
DROP TRIGGER limits_unlocking_added_only ON limits_unlocking;
DROP FUNCTION limits_added_only();
"""


class Migration(migrations.Migration):
    dependencies = [("limits", "0004_seen")]
    operations = [
        # Older rows keep the words they were given.
        AddConstraintNotValid(
            "unlocking",
            models.CheckConstraint(
                condition=models.Q(reason__regex=r"\S.{8,}\S"),
                name="limits_unlocking_says_why",
                violation_error_message="Mở khóa phải có lý do từ 10 ký tự.",
            ),
        ),
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK),
    ]
