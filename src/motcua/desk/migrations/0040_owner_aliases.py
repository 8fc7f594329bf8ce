"""An owner who had two accounts is followed: dossiers keep the id their check gave, C8 holds for both ids."""

import django.db.models.expressions
from django.db import migrations, models

# C8 for both ids of a person: an officer does not receive what is their own under the account that was given up.
FOLLOWED = """
CREATE FUNCTION desk_same_person(one text, other text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT now FROM desk_owneralias WHERE was = one AND now <> ''), one)
         = coalesce((SELECT now FROM desk_owneralias WHERE was = other AND now <> ''), other)
$$;

CREATE FUNCTION desk_dossier_not_own_followed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_same_person(NEW.owner_subject, NEW.received_by) THEN
        PERFORM desk_refuse('desk_dossier_not_own_followed',
            'Cán bộ không tiếp nhận hồ sơ của mình. Đề nghị cán bộ khác nhận.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_not_own_followed BEFORE INSERT OR UPDATE OF owner_subject, received_by ON desk_dossier
    FOR EACH ROW WHEN (NEW.owner_subject <> '' AND NEW.received_by <> '' AND NEW.owner_subject <> NEW.received_by)
    EXECUTE FUNCTION desk_dossier_not_own_followed();

CREATE FUNCTION desk_owner_alias_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.was <> OLD.was OR NEW.at <= OLD.at THEN
        PERFORM desk_refuse('desk_owner_alias_kept',
            'Mã chủ hồ sơ đã gộp chỉ đổi theo tin mới hơn của Cổng, không được xóa.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_owner_alias_kept BEFORE UPDATE OR DELETE ON desk_owneralias
    FOR EACH ROW EXECUTE FUNCTION desk_owner_alias_kept();
"""
FOLLOWED_BACK = """
DROP TRIGGER desk_owner_alias_kept ON desk_owneralias;
DROP FUNCTION desk_owner_alias_kept();
DROP TRIGGER desk_dossier_not_own_followed ON desk_dossier;
DROP FUNCTION desk_dossier_not_own_followed();
DROP FUNCTION desk_same_person(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0038_what_is_charged"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnerAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was", models.CharField(max_length=32, unique=True)),
                ("now", models.CharField(blank=True, db_index=True, default="", max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "learned_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
            ],
            options={
                "verbose_name": "chủ hồ sơ đã gộp tài khoản",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("was__regex", "\\A[0-9a-f]{32}\\Z"),
                            models.Q(("now", ""), ("now__regex", "\\A[0-9a-f]{32}\\Z"), _connector="OR"),
                            models.Q(("was", models.F("now")), _negated=True),
                        ),
                        name="owner_alias_of_two",
                        violation_error_message="Mã chủ hồ sơ trước và sau khi gộp tài khoản phải là hai mã khác nhau.",
                    )
                ],
            },
        ),
        migrations.RunSQL(FOLLOWED, FOLLOWED_BACK),
    ]
