"""Numbers of field keys that are known and that are gone, and the rules by which rows are sealed anew (V-36)."""

from django.db import migrations, models

import motcua.keys.models

FOR_GOOD = """
CREATE FUNCTION keys_for_good() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Số khóa đã ghi không được sửa, xóa.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER field_key_known_for_good BEFORE UPDATE OR DELETE ON keys_knownfieldkey
    FOR EACH ROW EXECUTE FUNCTION keys_for_good();
CREATE TRIGGER field_key_stays_retired BEFORE UPDATE OR DELETE ON keys_retiredfieldkey
    FOR EACH ROW EXECUTE FUNCTION keys_for_good();
CREATE TRIGGER secret_key_known_for_good BEFORE UPDATE OR DELETE ON keys_knownsecretkey
    FOR EACH ROW EXECUTE FUNCTION keys_for_good();
"""
NO_MORE = """
DROP TRIGGER secret_key_known_for_good ON keys_knownsecretkey;
DROP TRIGGER field_key_stays_retired ON keys_retiredfieldkey;
DROP TRIGGER field_key_known_for_good ON keys_knownfieldkey;
DROP FUNCTION keys_for_good();
"""
# The shortest that was ever sealed is 30 bytes: version, number, nonce, tag. An emptied column is none, and neither is
# a value that was given up for lost: its version is 0 (keys/opening.py).
# What looks at the numbers does so with its owner's rights: new tables have no rights for the running system before
# `motcua grants`, and it goes on writing while it is updated.
NUMBERS = """
CREATE FUNCTION keys_number(sealed bytea) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(sealed) >= 30 AND get_byte(sealed, 0) = 1 THEN get_byte(sealed, 1) END;
CREATE FUNCTION keys_is_retired(sealed bytea) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM keys_retiredfieldkey WHERE number = keys_number(sealed));
END $$;
CREATE FUNCTION keys_refuse_retired() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Khóa mã hóa dòng này đã bỏ. Đề nghị làm lại.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'field_key_not_retired';
END $$;
"""
NO_NUMBERS = """
DROP FUNCTION keys_refuse_retired();
DROP FUNCTION keys_is_retired(bytea);
DROP FUNCTION keys_number(bytea);
"""
# Nothing but sealed columns differs; each that does is as long as before (the same text, as far as can be seen from
# outside), and its key number grew to one that is known and not retired. Whether it opens, only the keys can tell.
ONLY_RESEALED = """
CREATE FUNCTION keys_only_resealed(was jsonb, becomes jsonb, VARIADIC sealed text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    each text;
    old bytea;
    new bytea;
    anew boolean := false;
BEGIN
    IF was - sealed IS DISTINCT FROM becomes - sealed THEN
        RETURN false;
    END IF;
    FOREACH each IN ARRAY sealed LOOP
        CONTINUE WHEN was->>each IS NOT DISTINCT FROM becomes->>each;
        old := (was->>each)::bytea;
        new := (becomes->>each)::bytea;
        IF coalesce(octet_length(new) <> octet_length(old) OR keys_number(new) <= keys_number(old)
                    OR get_byte(new, 0) <> get_byte(old, 0), true)
           OR keys_number(old) IS NULL OR keys_is_retired(new)
           OR NOT EXISTS (SELECT 1 FROM keys_knownfieldkey WHERE number = keys_number(new)) THEN
            RETURN false;
        END IF;
        anew := true;
    END LOOP;
    RETURN anew;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="KnownFieldKey",
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
                "verbose_name": "khóa trường đã biết",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 255)),
                        name="known_field_key_is_a_byte",
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
                        name="known_field_key_check_is_32_bytes",
                        violation_error_message="Dấu nhận ra khóa phải đủ 32 byte.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetiredFieldKey",
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
                        db_default=motcua.keys.models.ClockNow(), editable=False, verbose_name="lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "khóa trường đã bỏ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 255)),
                        name="retired_field_key_is_a_byte",
                        violation_error_message="Số của khóa phải từ 1 đến 255.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownSecretKey",
            fields=[
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        primary_key=True, serialize=False, verbose_name="số bí mật"
                    ),
                ),
                ("check_value", models.BinaryField(max_length=32, verbose_name="dấu nhận ra bí mật")),
                (
                    "known_at",
                    models.DateTimeField(
                        db_default=motcua.keys.models.ClockNow(), editable=False, verbose_name="lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "bí mật đã biết",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 255)),
                        name="known_secret_key_is_a_byte",
                        violation_error_message="Số của bí mật phải từ 1 đến 255.",
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
                        name="known_secret_key_check_is_32_bytes",
                        violation_error_message="Dấu nhận ra bí mật phải đủ 32 byte.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Machine",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False, verbose_name="tên máy")),
                ("number", models.PositiveSmallIntegerField(verbose_name="đang mã hóa bằng khóa số")),
                ("since", models.DateTimeField(verbose_name="từ")),
                ("seen_at", models.DateTimeField(verbose_name="thấy lần cuối")),
            ],
            options={
                "verbose_name": "máy đang mã hóa",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 255)),
                        name="machine_seals_with_a_byte",
                        violation_error_message="Số của khóa phải từ 1 đến 255.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "\\A[A-Za-z0-9_.-]{1,80}\\Z")),
                        name="machine_has_a_host_name",
                        violation_error_message="Tên máy chỉ gồm chữ, số, dấu chấm và gạch.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FOR_GOOD, NO_MORE),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(ONLY_RESEALED, "DROP FUNCTION keys_only_resealed(jsonb, jsonb, text[]);"),
    ]
