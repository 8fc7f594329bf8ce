"""A class received at once: what stays as it was chosen, and that a row becomes its own dossier, once."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

GROUP = """
CREATE FUNCTION desk_group_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_group_kept', 'Danh sách lớp không được xóa.');
    ELSIF (to_jsonb(NEW) - '{papers,result_wanted,receiving_at}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{papers,result_wanted,receiving_at}'::text[]) THEN
        PERFORM desk_refuse('desk_group_written_once', 'Lớp, thủ tục và cán bộ của danh sách không được sửa.');
    ELSIF OLD.receiving_at IS NOT NULL
          AND ROW(NEW.papers, NEW.result_wanted, NEW.receiving_at)
              IS DISTINCT FROM ROW(OLD.papers, OLD.result_wanted, OLD.receiving_at) THEN
        PERFORM desk_refuse('desk_group_as_chosen',
            'Danh sách đã bắt đầu tiếp nhận nên thành phần chung không được sửa.');
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER desk_group_guard BEFORE UPDATE OR DELETE ON desk_groupreception
    FOR EACH ROW EXECUTE FUNCTION desk_group_guard();
"""
GROUP_BACK = """
DROP TRIGGER desk_group_guard ON desk_groupreception;
DROP FUNCTION desk_group_guard();
"""

# The key of a dossier is its row's: of two clicks, two workers or a crash and its repetition one dossier comes.
ROW = """
CREATE FUNCTION desk_group_row_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    g desk_groupreception;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_group_row_kept', 'Dòng của danh sách lớp không được xóa.');
    END IF;
    SELECT * INTO g FROM desk_groupreception WHERE id = NEW.group_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.dossier_id IS NOT NULL THEN
            PERFORM desk_refuse('desk_group_row_becomes', 'Dòng mới chưa thể đã có hồ sơ.');
        END IF;
        RETURN NEW;
    END IF;
    IF ROW(NEW.public_id, NEW.group_id, NEW.nth) IS DISTINCT FROM ROW(OLD.public_id, OLD.group_id, OLD.nth) THEN
        PERFORM desk_refuse('desk_group_row_stays', 'Dòng của danh sách lớp không đổi chỗ được.');
    ELSIF OLD.dossier_id IS NOT NULL
          AND (to_jsonb(NEW) - '{typed_sealed,claimed_at}'::text[])
              IS DISTINCT FROM (to_jsonb(OLD) - '{typed_sealed,claimed_at}'::text[]) THEN
        PERFORM desk_refuse('desk_group_row_received', 'Dòng đã có hồ sơ thì không sửa được.');
    ELSIF NEW.dossier_id IS NOT NULL AND OLD.dossier_id IS NULL AND NOT EXISTS (
              SELECT 1 FROM desk_dossier d WHERE d.id = NEW.dossier_id AND d.idempotency_key = NEW.public_id
                 AND d.received_by = g.officer_subject AND d.unit_id = g.unit_id AND d.process_id = g.process_id
          ) THEN
        PERFORM desk_refuse('desk_group_row_own_dossier', 'Hồ sơ này không phải của dòng.');
    ELSIF NEW.typed_sealed IS DISTINCT FROM OLD.typed_sealed AND (
              NEW.typed_sealed IS NULL AND g.kept_until > clock_timestamp()
              OR NEW.typed_sealed IS NOT NULL AND (OLD.dossier_id IS NOT NULL OR g.kept_until <= clock_timestamp())
          ) THEN
        PERFORM desk_refuse('desk_group_row_typed', 'Nội dung đã nhập của dòng chưa đến hạn xóa hoặc đã khóa.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_group_row_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_grouprow
    FOR EACH ROW EXECUTE FUNCTION desk_group_row_guard();
"""
ROW_BACK = """
DROP TRIGGER desk_group_row_guard ON desk_grouprow;
DROP FUNCTION desk_group_row_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0016_representations"),
        ("units", "0006_by_the_owner"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupReception",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("unit_code", models.TextField()),
                ("officer_subject", models.TextField()),
                ("label", models.TextField()),
                ("papers", models.JSONField(null=True)),
                (
                    "result_wanted",
                    models.TextField(
                        choices=[
                            ("AT_DESK", "Nhận tại bộ phận một cửa"),
                            ("POST", "Nhận qua bưu chính công ích"),
                            ("ONLINE", "Nhận trực tuyến"),
                        ],
                        default="AT_DESK",
                    ),
                ),
                (
                    "begun_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
                ("receiving_at", models.DateTimeField(null=True)),
                (
                    "kept_until",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL(
                            "clock_timestamp() + interval '30 days'", ()
                        ),
                        editable=False,
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.procedure"
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.process"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt tiếp nhận theo lớp",
            },
        ),
        migrations.CreateModel(
            name="GroupRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("nth", models.PositiveSmallIntegerField()),
                ("typed_sealed", models.BinaryField(null=True)),
                (
                    "answer",
                    models.TextField(
                        choices=[
                            ("WAITING", "Chưa kiểm tra"),
                            ("FOUND", "Có tài khoản"),
                            ("NOT_FOUND", "Chưa có tài khoản"),
                            ("UNKNOWN", "Không rõ"),
                            ("MALFORMED", "Không đúng mẫu"),
                            ("TWICE", "Trùng"),
                            ("OTHER_NAME", "Tên không khớp"),
                            ("ALONE", "Tiếp nhận riêng"),
                        ],
                        default="WAITING",
                    ),
                ),
                ("said", models.TextField(blank=True, default="")),
                ("papers", models.JSONField(null=True)),
                ("left_out", models.BooleanField(default=False)),
                ("claimed_at", models.DateTimeField(null=True)),
                (
                    "account_check",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_rows",
                        to="desk.accountcheck",
                    ),
                ),
                (
                    "dossier",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_row",
                        to="desk.dossier",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="desk.groupreception",
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng của danh sách lớp",
            },
        ),
        migrations.AddIndex(
            model_name="groupreception",
            index=models.Index(fields=["officer_subject", "-begun_at", "-id"], name="group_of_officer"),
        ),
        migrations.AddConstraint(
            model_name="groupreception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("officer_subject__regex", "\\A[0-9a-f]{32}\\Z"),
                    models.Q(("label", ""), _negated=True),
                    models.Q(("unit_code", ""), _negated=True),
                ),
                name="group_of_an_officer",
                violation_error_message="Danh sách lớp phải có tên lớp và cán bộ lập.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupreception",
            constraint=models.CheckConstraint(
                condition=models.Q(("receiving_at", None), ("papers__isnull", False), _connector="OR"),
                name="group_received_as_chosen",
                violation_error_message="Phải chọn cách nộp từng thành phần trước khi tiếp nhận cả lớp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprow",
            constraint=models.UniqueConstraint(fields=("group", "nth"), name="group_row_once"),
        ),
        migrations.AddConstraint(
            model_name="grouprow",
            constraint=models.CheckConstraint(
                condition=models.Q(("nth__gte", 1), ("nth__lte", 60)),
                name="group_row_within_a_class",
                violation_error_message="Mỗi danh sách chỉ nhận một lớp, tối đa 60 học sinh.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "answer__in",
                        [
                            "WAITING",
                            "FOUND",
                            "NOT_FOUND",
                            "UNKNOWN",
                            "MALFORMED",
                            "TWICE",
                            "OTHER_NAME",
                            "ALONE",
                        ],
                    )
                ),
                name="group_row_answer_known",
                violation_error_message="Kết quả kiểm tra của dòng không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "FOUND"), _negated=True),
                    ("account_check__isnull", False),
                    _connector="OR",
                ),
                name="group_row_found_is_checked",
                violation_error_message="Dòng có tài khoản phải kèm lần kiểm tra tài khoản.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dossier", None), models.Q(("answer", "FOUND"), ("left_out", False)), _connector="OR"
                ),
                name="group_row_received_as_found",
                violation_error_message="Chỉ tiếp nhận dòng đã kiểm tra thấy có tài khoản.",
            ),
        ),
        migrations.RunSQL(GROUP, GROUP_BACK),
        migrations.RunSQL(ROW, ROW_BACK),
    ]
