"""Who files for whom: the right and its proof beside the dossier, judged when it comes in; who may ask at all."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

# The proof is written once, at the moment it is shown, and forgotten with its dossier.
GUARD = """
CREATE FUNCTION desk_representation_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_right_kept', 'Quyền nộp thay đã ghi nhận không được xóa.');
    ELSIF TG_OP = 'INSERT' THEN
        NEW.at := clock_timestamp();
        RETURN NEW;
    ELSIF NEW IS DISTINCT FROM OLD THEN
        PERFORM desk_refuse('desk_right_unchanged', 'Quyền nộp thay không được sửa sau khi ghi nhận.');
    END IF;
    IF EXISTS (SELECT 1 FROM desk_dossier d WHERE d.representation_id = NEW.id AND desk_is_past_keeping(d.id)) THEN
        NEW.proof_number := '';
        NEW.born_on := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_representation_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_representation
    FOR EACH ROW EXECUTE FUNCTION desk_representation_guard();
"""
GUARD_BACK = """
DROP TRIGGER desk_representation_guard ON desk_representation;
DROP FUNCTION desk_representation_guard();
"""

# May this dossier be filed by whom it is filed, on the day it came?
JUDGED = """
CREATE FUNCTION desk_representation_allows(d desk_dossier, r desk_representation) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    came CONSTANT date := (d.arrived_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    IF r.kind IN ('PARENT', 'GUARDIAN') AND (r.born_on IS NULL OR r.born_on > came OR d.person_name = '') THEN
        PERFORM desk_refuse('desk_right_minor_known', 'Hồ sơ của người chưa thành niên phải ghi tên và ngày sinh.');
    ELSIF r.kind IN ('PARENT', 'GUARDIAN') AND came >= (r.born_on + interval '18 years')::date THEN
        PERFORM desk_refuse('desk_right_minor',
            'Người được giải quyết đã đủ 18 tuổi: cha, mẹ, người giám hộ không nộp thay được nữa.');
    ELSIF r.kind IN ('HEIR', 'WARD') AND d.person_name = '' THEN
        PERFORM desk_refuse('desk_right_person', 'Hồ sơ nộp thay phải ghi người được giải quyết.');
    ELSIF r.kind IN ('AUTHORISED', 'ORGANISATION') AND d.filer_name = '' THEN
        PERFORM desk_refuse('desk_right_filer', 'Hồ sơ nộp thay phải ghi người nộp.');
    ELSIF r.proof_on > came OR r.kind <> 'ORGANISATION' AND r.proof_number = '' THEN
        PERFORM desk_refuse('desk_right_proof', 'Giấy tờ chứng minh quyền nộp thay phải có số và ngày cấp.');
    ELSIF r.ends_on < came THEN
        PERFORM desk_refuse('desk_right_over', 'Quyền nộp thay đã hết hiệu lực vào ngày nộp hồ sơ.');
    ELSIF cardinality(r.scope) > 0
          AND NOT EXISTS (SELECT 1 FROM desk_procedure p WHERE p.id = d.procedure_id AND p.code = ANY (r.scope)) THEN
        PERFORM desk_refuse('desk_right_scope', 'Giấy tờ chứng minh không cho nộp thay thủ tục này.');
    END IF;
END $$;

CREATE FUNCTION desk_dossier_for_another() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r desk_representation;
    asker text := 'OWNER';
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.representation_id IS DISTINCT FROM OLD.representation_id THEN
        PERFORM desk_refuse('desk_right_unchanged', 'Quyền nộp thay không được đổi sau khi nộp hồ sơ.');
    ELSIF TG_OP = 'UPDATE' AND NOT (OLD.state IN ('PROVISIONAL', 'NEW') AND NEW.state = 'RECEIVED') THEN
        RETURN NEW;
    END IF;
    IF NEW.representation_id IS NOT NULL THEN
        SELECT * INTO r FROM desk_representation WHERE id = NEW.representation_id;
        asker := r.asker;
        IF TG_OP = 'INSERT' AND (r.at <= clock_timestamp() - interval '5 minutes'
                                 OR r.mandate_at <= clock_timestamp() - interval '5 minutes') THEN
            PERFORM desk_refuse('desk_right_fresh', 'Quyền nộp thay phải được kiểm tra khi nộp hồ sơ.');
        ELSIF r.representative_subject <> '' AND r.representative_subject = NEW.received_by THEN
            PERFORM desk_refuse('desk_right_not_own', 'Cán bộ không tiếp nhận hồ sơ do mình đại diện nộp.');
        END IF;
        PERFORM desk_representation_allows(NEW, r);
    ELSIF (NEW.filer_name <> '' OR NEW.person_name <> '') AND NOT (NEW.private_matter AND NEW.channel = 'ONLINE') THEN
        PERFORM desk_refuse('desk_right_wanted', 'Hồ sơ nộp thay phải có quyền nộp thay và giấy tờ chứng minh.');
    END IF;
    IF EXISTS (SELECT 1 FROM desk_procedure p WHERE p.id = NEW.procedure_id
                  AND cardinality(p.who_may_ask) > 0 AND NOT asker = ANY (p.who_may_ask)) THEN
        PERFORM desk_refuse('desk_who_may_ask', 'Thủ tục này không nhận hồ sơ theo tư cách nộp đã chọn.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_right BEFORE INSERT OR UPDATE OF state, representation_id ON desk_dossier
    FOR EACH ROW EXECUTE FUNCTION desk_dossier_for_another();
"""
JUDGED_BACK = """
DROP TRIGGER desk_dossier_right ON desk_dossier;
DROP FUNCTION desk_dossier_for_another();
DROP FUNCTION desk_representation_allows(desk_dossier, desk_representation);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0015_rules_against_rewriting"),
    ]

    operations = [
        migrations.CreateModel(
            name="Representation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("PARENT", "Cha, mẹ của người chưa thành niên"),
                            ("GUARDIAN", "Người giám hộ của người chưa thành niên"),
                            ("WARD", "Người giám hộ của người mất năng lực hành vi dân sự"),
                            ("AUTHORISED", "Người được ủy quyền"),
                            ("HEIR", "Người thừa kế, thân nhân của người đã mất"),
                            ("ORGANISATION", "Người đại diện của tổ chức"),
                        ]
                    ),
                ),
                ("asker", models.TextField()),
                ("proof_code", models.TextField()),
                ("proof_number", models.TextField(blank=True, default="")),
                ("proof_on", models.DateField()),
                ("born_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                (
                    "scope",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("representative_subject", models.TextField(blank=True, default="")),
                ("mandate", models.UUIDField(null=True)),
                ("mandate_at", models.DateTimeField(null=True)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
            ],
            options={
                "verbose_name": "quyền nộp thay",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asker", "GUARDIAN"), ("kind__in", ["PARENT", "GUARDIAN", "WARD"])),
                            models.Q(("asker", "AUTHORISED"), ("kind", "AUTHORISED")),
                            models.Q(("asker", "HEIR"), ("kind", "HEIR")),
                            models.Q(("asker", "ORGANISATION"), ("kind", "ORGANISATION")),
                            _connector="OR",
                        ),
                        name="representation_kind_of_asker",
                        violation_error_message="Tư cách nộp thay không có trong danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proof_code__regex", "\\A[a-z0-9-]{3,60}\\Z")),
                        name="representation_has_proof",
                        violation_error_message="Quyền nộp thay phải có giấy tờ chứng minh.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "AUTHORISED"), _negated=True),
                            ("ends_on__isnull", False),
                            _connector="OR",
                        ),
                        name="representation_authorised_until",
                        violation_error_message="Việc ủy quyền phải ghi ngày hết hiệu lực.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "ORGANISATION"),
                                ("mandate__isnull", False),
                                ("mandate_at__isnull", False),
                                ("representative_subject__regex", "\\A([0-9a-f]{32})?\\Z"),
                                models.Q(("representative_subject", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "ORGANISATION"), _negated=True),
                                ("mandate", None),
                                ("mandate_at", None),
                                ("representative_subject", ""),
                            ),
                            _connector="OR",
                        ),
                        name="representation_mandate_of_organisation",
                        violation_error_message="Tổ chức nộp hồ sơ qua người đại diện đã đăng ký.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="dossier",
            name="representation",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dossier",
                to="desk.representation",
            ),
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
        migrations.RunSQL(JUDGED, JUDGED_BACK),
    ]
