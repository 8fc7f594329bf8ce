"""Keys of the covers of marks: which are known, which one counts, and what a row keeps of a mark (ADR 0041)."""

import django.db.models.lookups
from django.db import migrations, models

import motcua.keys.models

FOR_GOOD = """
CREATE TRIGGER lookup_key_known_for_good BEFORE UPDATE OR DELETE ON keys_knownlookupkey
    FOR EACH ROW EXECUTE FUNCTION keys_for_good();
CREATE TRIGGER lookup_key_begun_for_good BEFORE UPDATE OR DELETE ON keys_begunlookupkey
    FOR EACH ROW EXECUTE FUNCTION keys_for_good();
"""
NO_MORE = """
DROP TRIGGER lookup_key_begun_for_good ON keys_begunlookupkey;
DROP TRIGGER lookup_key_known_for_good ON keys_knownlookupkey;
"""
# A bare mark has 32 bytes, one in its cover 49 with the number of its key first; two forms of one mark stand behind
# each other, the lower number first: 81 or 98. VOLATILE: it sees what was committed after its statement began. With its
# owner's rights: the running system goes on between an update's migrations and its grants.
MARKS = """
CREATE FUNCTION keys_mark_number(mark bytea) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE octet_length(mark) WHEN 32 THEN 1 WHEN 49 THEN get_byte(mark, 0) END;
CREATE FUNCTION keys_mark_as_kept(given bytea, was bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    lower bytea;
    higher bytea;
    counts integer;
BEGIN
    IF given IS NULL OR given = was OR given = decode(repeat('00', 32), 'hex') THEN
        RETURN given;
    END IF;
    lower := CASE octet_length(given) WHEN 81 THEN substr(given, 1, 32) WHEN 98 THEN substr(given, 1, 49) ELSE given END;
    higher := CASE octet_length(given) WHEN 81 THEN substr(given, 33) WHEN 98 THEN substr(given, 50) ELSE given END;
    IF was IN (lower, higher) THEN
        RETURN was;  -- the same mark: no rule sees a change where there is none
    END IF;
    counts := coalesce((SELECT max(number) FROM keys_begunlookupkey), 1);
    IF keys_mark_number(higher) = counts THEN
        RETURN higher;
    ELSIF keys_mark_number(lower) = counts THEN
        RETURN lower;
    ELSIF keys_mark_number(higher) IS NULL OR keys_mark_number(lower) IS NULL THEN
        RETURN given;  -- no mark at all: the rule of its length says so
    END IF;
    RAISE EXCEPTION 'Khóa tra cứu vừa đổi. Đề nghị làm lại.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'mark_under_the_key_that_counts';
END $$;
"""
NO_MARKS = """
DROP FUNCTION keys_mark_as_kept(bytea, bytea);
DROP FUNCTION keys_mark_number(bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("keys", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BegunLookupKey",
            fields=[
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        primary_key=True, serialize=False, verbose_name="số khóa"
                    ),
                ),
                (
                    "begun_at",
                    models.DateTimeField(
                        db_default=motcua.keys.models.ClockNow(), editable=False, verbose_name="lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "khóa tra cứu đã bắt đầu",
            },
        ),
        migrations.CreateModel(
            name="KnownLookupKey",
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
                        db_default=motcua.keys.models.ClockNow(), editable=False, verbose_name="lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "khóa tra cứu đã biết",
            },
        ),
        migrations.AddField(
            model_name="machine",
            name="lookup_number",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, verbose_name="có khóa tra cứu số"
            ),
        ),
        migrations.AddConstraint(
            model_name="machine",
            constraint=models.CheckConstraint(
                condition=models.Q(("lookup_number__gte", 1), ("lookup_number__lte", 255)),
                name="machine_looks_up_with_a_byte",
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="begunlookupkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 2), ("number__lte", 255)),
                name="begun_lookup_key_is_a_byte",
                violation_error_message="Số của khóa phải từ 2 đến 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="knownlookupkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 255)),
                name="known_lookup_key_is_a_byte",
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="knownlookupkey",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func("check_value", function="OCTET_LENGTH", output_field=models.IntegerField()),
                    32,
                ),
                name="known_lookup_key_check_is_32_bytes",
                violation_error_message="Dấu nhận ra khóa phải đủ 32 byte.",
            ),
        ),
        migrations.RunSQL(FOR_GOOD, NO_MORE),
        migrations.RunSQL(MARKS, NO_MARKS),
    ]
