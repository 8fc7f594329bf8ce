"""Class lists: rows that live for seven days and are answered once a round, and the shares that stay."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import motcua.accounts.models.columns

WRITTEN_ONCE = """
CREATE FUNCTION accounts_class_row_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.class_list_id <> OLD.class_list_id OR NEW.nth <> OLD.nth OR NEW.class_label <> OLD.class_label
       OR NEW.typed_sealed <> OLD.typed_sealed OR NEW.said <> OLD.said
       OR OLD.answer NOT IN ('WAITING', 'NOT_FOUND', 'OTHER_NAME') AND NEW.answer <> OLD.answer
       OR OLD.answer IN ('NOT_FOUND', 'OTHER_NAME') AND NEW.answer NOT IN (OLD.answer, 'WAITING') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'class_row_written_once',
            MESSAGE = 'Dòng của danh sách lớp không được sửa; câu trả lời chỉ có sau một lượt kiểm tra.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER class_row_written_once BEFORE UPDATE ON accounts_classrow
    FOR EACH ROW EXECUTE FUNCTION accounts_class_row_written_once();
"""
WRITTEN_ONCE_BACK = """
DROP TRIGGER class_row_written_once ON accounts_classrow;
DROP FUNCTION accounts_class_row_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0031_adjustments"),
        ("units", "0014_reorganised_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClassList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("unit_code", models.CharField(max_length=64)),
                ("officer_subject", models.CharField(max_length=64)),
                ("asked_by", models.CharField(max_length=64)),
                ("label", models.CharField(max_length=120)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("ADMISSION", "Tuyển sinh đầu cấp"),
                            ("EXAM", "Đăng ký dự thi, xét tốt nghiệp"),
                            ("TRANSFER", "Chuyển trường, cấp giấy tờ cho học sinh"),
                            ("INVITATION", "Vận động học sinh tạo tài khoản"),
                        ],
                        max_length=12,
                    ),
                ),
                ("content_mac", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                ("run", models.PositiveIntegerField(default=1)),
                (
                    "begun_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "kept_until",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.CombinedExpression(
                            motcua.accounts.models.columns.StatementTimestamp(),
                            "+",
                            models.Value(datetime.timedelta(days=7)),
                        ),
                        editable=False,
                    ),
                ),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "danh sách lớp",
            },
        ),
        migrations.CreateModel(
            name="ClassRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nth", models.PositiveIntegerField()),
                ("class_label", models.CharField(blank=True, default="", max_length=20)),
                ("typed_sealed", models.BinaryField()),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("WAITING", "Chưa kiểm tra"),
                            ("FOUND", "Có tài khoản"),
                            ("NOT_FOUND", "Không tìm thấy"),
                            ("OTHER_NAME", "Tên không khớp"),
                            ("MALFORMED", "Sai mẫu"),
                            ("TWICE", "Trùng"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("said", models.CharField(blank=True, default="", max_length=300)),
                (
                    "class_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="accounts.classlist",
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng danh sách kiểm tra",
            },
        ),
        migrations.CreateModel(
            name="ClassTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("run", models.PositiveIntegerField()),
                ("class_label", models.CharField(blank=True, default="", max_length=20)),
                ("pupils", models.PositiveIntegerField()),
                ("found", models.PositiveIntegerField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "class_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tallies",
                        to="accounts.classlist",
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
                "verbose_name": "tỷ lệ của lớp",
            },
        ),
        migrations.AddIndex(
            model_name="classlist",
            index=models.Index(fields=["unit", "-begun_at", "-id"], name="class_list_of_unit"),
        ),
        migrations.AddIndex(
            model_name="classlist",
            index=models.Index(
                condition=models.Q(("forgotten_at__isnull", True)),
                fields=["kept_until"],
                name="class_list_to_forget",
            ),
        ),
        migrations.AddConstraint(
            model_name="classlist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("forgotten_at__isnull", True)),
                fields=("unit", "content_mac"),
                name="class_list_once_while_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="classlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("officer_subject", ""), _negated=True),
                    models.Q(("asked_by", ""), _negated=True),
                    models.Q(("unit_code", ""), _negated=True),
                    models.Q(("label", ""), _negated=True),
                ),
                name="class_list_of_an_officer",
                violation_error_message="Danh sách lớp phải có tên, đơn vị và cán bộ tải lên.",
            ),
        ),
        migrations.AddConstraint(
            model_name="classlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1), ("size__lte", 5000)),
                name="class_list_size",
                violation_error_message="Mỗi danh sách có từ 1 đến 5.000 dòng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="classlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kept_until",
                        django.db.models.expressions.CombinedExpression(
                            models.F("begun_at"), "+", models.Value(datetime.timedelta(days=7))
                        ),
                    )
                ),
                name="class_list_kept_seven_days",
                violation_error_message="Dữ liệu của danh sách lớp chỉ được giữ 7 ngày.",
            ),
        ),
        migrations.AddConstraint(
            model_name="classlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["ADMISSION", "EXAM", "TRANSFER", "INVITATION"])),
                name="class_list_purpose_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="classlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("content_mac__isnull", True),
                    motcua.accounts.models.columns.OctetLengthIs("content_mac"),
                    _connector="OR",
                ),
                name="class_list_content_mac_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        migrations.AddIndex(
            model_name="classrow",
            index=models.Index(
                condition=models.Q(("answer", "WAITING")),
                fields=["class_list", "nth"],
                name="class_row_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="classrow",
            constraint=models.UniqueConstraint(fields=("class_list", "nth"), name="class_row_once"),
        ),
        migrations.AddConstraint(
            model_name="classrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__in", ["WAITING", "FOUND", "NOT_FOUND", "OTHER_NAME", "MALFORMED", "TWICE"])
                ),
                name="class_row_answer_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddIndex(
            model_name="classtally",
            index=models.Index(fields=["unit", "class_label", "-at", "-id"], name="class_tally_of_class"),
        ),
        migrations.AddConstraint(
            model_name="classtally",
            constraint=models.UniqueConstraint(
                fields=("class_list", "run", "class_label"), name="class_tally_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="classtally",
            constraint=models.CheckConstraint(
                condition=models.Q(("pupils__gte", 1), ("found__lte", models.F("pupils"))),
                name="class_tally_of_pupils",
                violation_error_message="Số học sinh có tài khoản không vượt quá số học sinh của lớp.",
            ),
        ),
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK),
    ]
