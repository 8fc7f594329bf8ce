"""Which key goes by a number, and how many files use it, known without reading them all (threats V-36)."""

from django.db import migrations, models

import motcua.files.models

FOR_GOOD = """
CREATE FUNCTION file_key_known_for_good() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Dấu của khóa tệp không đổi được.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'file_key_known_for_good';
END $$;
CREATE TRIGGER file_key_known_for_good BEFORE UPDATE OR DELETE ON files_knownfilekey
    FOR EACH ROW EXECUTE FUNCTION file_key_known_for_good();
"""
NO_MORE = """
DROP TRIGGER file_key_known_for_good ON files_knownfilekey;
DROP FUNCTION file_key_known_for_good();
"""
BY_KEY = r"""
CREATE INDEX stored_file_by_key ON files_storedfile (get_byte(wrapped_key || '\x0000'::bytea, 1))
 WHERE wrapped_key IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0002_retired_file_key")]

    operations = [
        migrations.CreateModel(
            name="KnownFileKey",
            fields=[
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        primary_key=True, serialize=False, verbose_name="số khóa"
                    ),
                ),
                ("check_value", models.BinaryField(max_length=32, verbose_name="dấu nhận ra khóa")),
                (
                    "known_at",
                    models.DateTimeField(
                        db_default=motcua.files.models.ClockNow(), editable=False, verbose_name="lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "khóa tệp đã biết",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 255)),
                        name="known_file_key_is_a_byte",
                        violation_error_message="Số của khóa phải từ 1 đến 255.",
                    ),
                    models.CheckConstraint(
                        condition=models.lookups.Exact(
                            models.Func(
                                "check_value",
                                function="OCTET_LENGTH",
                                output_field=models.IntegerField(),
                            ),
                            32,
                        ),
                        name="known_file_key_check_is_32_bytes",
                        violation_error_message="Dấu nhận ra khóa phải đủ 32 byte.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FOR_GOOD, NO_MORE),
        migrations.RunSQL(BY_KEY, "DROP INDEX stored_file_by_key;"),
    ]
