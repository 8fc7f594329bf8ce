"""Procedures in versions, their forms, and processes with steps as rows; what stands already is carried over."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from motcua.kernel.person_name import fold

_DAY = 8 * 60
_NAMES = {"HAND_OUT": "Trả kết quả", "RECEIVE_DOSSIER": "Tiếp nhận"}


def _carry(apps, schema_editor):
    for procedure in apps.get_model("desk", "Procedure").objects.all():
        days = procedure.working_days
        unit = "" if days is None else "WORKING_DAYS" if days else "SAME_DAY"
        procedure.term_direct_unit = procedure.term_online_unit = unit
        procedure.term_direct_amount = procedure.term_online_amount = days or 0
        procedure.name_folded = fold(procedure.name)
        procedure.who_may_ask = ["OWNER", "GUARDIAN", "AUTHORISED"]
        procedure.save()
        for process in procedure.processes.all():
            _carry_steps(apps, process, (days or 1) * _DAY)
    apps.get_model("desk", "Component").objects.filter(shown_only=True).update(digitise=False)


def _carry_steps(apps, process, minutes):
    """The old names in their order; the first receives, the last hands out, who leads signs."""
    names = [str(step.get("name", "")) for step in process.old_steps]
    if len(names) < 2:
        names = [_NAMES["RECEIVE_DOSSIER"], _NAMES["HAND_OUT"]]
    step = apps.get_model("desk", "ProcessStep")
    for order, name in enumerate(names, start=1):
        signs = "ký" in name.lower() or "lãnh đạo" in name.lower()
        power = "SIGN" if signs else "PROCESS"
        if order in (1, len(names)):
            power = "RECEIVE_DOSSIER" if order == 1 else "HAND_OUT"
        step.objects.create(
            process=process, order=order, name=name, power=power, working_minutes=minutes // len(names)
        )


def _carry_back(apps, schema_editor):
    for procedure in apps.get_model("desk", "Procedure").objects.all():
        procedure.working_days = {"WORKING_DAYS": procedure.term_direct_amount, "SAME_DAY": 0}.get(
            procedure.term_direct_unit
        )
        procedure.save()
        for process in procedure.processes.all():
            process.old_steps = [
                {"order": str(step.order), "name": step.name} for step in process.steps.order_by("order")
            ]
            process.save()


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0007_rules_of_a_life"),
    ]

    operations = [
        migrations.RenameField(model_name="process", old_name="steps", new_name="old_steps"),
        migrations.CreateModel(
            name="CatalogueDraft",
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
                    models.TextField(choices=[("EDIT", "Soạn trên màn hình"), ("IMPORT", "Nhập từ tệp")]),
                ),
                ("officer_subject", models.TextField()),
                ("unit_code", models.TextField()),
                ("entries", models.JSONField(default=list)),
                ("changes", models.PositiveIntegerField(default=0)),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
                ("applied_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "bản thảo danh mục",
            },
        ),
        migrations.CreateModel(
            name="ProcedureForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("name", models.TextField()),
                ("link", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "mẫu đơn",
            },
        ),
        migrations.CreateModel(
            name="ProcessStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("name", models.TextField()),
                (
                    "unit_role",
                    models.TextField(
                        choices=[
                            ("RECEIVING", "Đơn vị tiếp nhận"),
                            ("DEPARTMENT", "Bộ phận chuyên môn"),
                            ("ABOVE", "Đơn vị cấp trên"),
                            ("OTHER_AGENCY", "Cơ quan khác"),
                        ],
                        default="RECEIVING",
                    ),
                ),
                ("unit_kind", models.TextField(blank=True, default="")),
                ("agency", models.TextField(blank=True, default="")),
                ("power", models.TextField()),
                ("working_minutes", models.PositiveIntegerField()),
                (
                    "leave_when",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "bước của quy trình",
            },
        ),
        migrations.AddField(
            model_name="procedureform",
            name="procedure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="forms", to="desk.procedure"
            ),
        ),
        migrations.AddField(
            model_name="processstep",
            name="process",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="desk.process"
            ),
        ),
        migrations.AddField(
            model_name="component",
            name="asked_when",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="component",
            name="digitise",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="component",
            name="necessity",
            field=models.TextField(
                choices=[
                    ("REQUIRED", "Bắt buộc"),
                    ("CONDITIONAL", "Bắt buộc khi có điều kiện"),
                    ("OPTIONAL", "Không bắt buộc"),
                ],
                default="REQUIRED",
            ),
        ),
        migrations.AddField(
            model_name="procedure",
            name="after_supplement",
            field=models.TextField(
                choices=[
                    ("ANEW", "Tính lại từ đầu khi nhận đủ hồ sơ"),
                    ("PAUSE", "Tạm dừng trong thời gian chờ bổ sung"),
                ],
                default="ANEW",
            ),
        ),
        migrations.AddField(
            model_name="procedure",
            name="charge_vnd",
            field=models.PositiveIntegerField(blank=True, default=0, null=True),
        ),
        migrations.AddField(
            model_name="procedure",
            name="fee_words",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="procedure",
            name="legal_basis",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="procedure",
            name="name_folded",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="procedure",
            name="paid_when",
            field=models.TextField(
                blank=True,
                choices=[
                    ("", "Không thu"),
                    ("AT_RECEPTION", "Khi nộp hồ sơ"),
                    ("BEFORE_RESULT", "Trước khi có kết quả"),
                    ("AT_HAND_OUT", "Khi nhận kết quả"),
                ],
                default="",
            ),
        ),
        migrations.AddField(
            model_name="procedure",
            name="result_months",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="procedure",
            name="result_type_code",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="procedure",
            name="term_direct_amount",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="procedure",
            name="term_direct_unit",
            field=models.TextField(
                blank=True,
                choices=[
                    ("WORKING_DAYS", "Ngày làm việc"),
                    ("WORKING_HOURS", "Giờ làm việc"),
                    ("CALENDAR_DAYS", "Ngày (tính cả ngày nghỉ)"),
                    ("SAME_DAY", "Trong ngày làm việc"),
                    ("", "Không quy định"),
                ],
                default="",
            ),
        ),
        migrations.AddField(
            model_name="procedure",
            name="term_online_amount",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="procedure",
            name="term_online_unit",
            field=models.TextField(
                blank=True,
                choices=[
                    ("WORKING_DAYS", "Ngày làm việc"),
                    ("WORKING_HOURS", "Giờ làm việc"),
                    ("CALENDAR_DAYS", "Ngày (tính cả ngày nghỉ)"),
                    ("SAME_DAY", "Trong ngày làm việc"),
                    ("", "Không quy định"),
                ],
                default="",
            ),
        ),
        migrations.AddField(
            model_name="procedure",
            name="who_may_ask",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="procedure",
            name="code",
            field=models.TextField(db_index=True),
        ),
        migrations.RunPython(_carry, _carry_back),
        # Foreign keys of the carried rows are judged now: a table with judgements due cannot be altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.RemoveField(model_name="procedure", name="working_days"),
        migrations.RemoveField(model_name="process", name="old_steps"),
        migrations.AddConstraint(
            model_name="component",
            constraint=models.CheckConstraint(
                condition=models.Q(("shown_only", False), ("digitise", False), _connector="OR"),
                name="component_shown_not_digitised",
                violation_error_message="Giấy tờ chỉ xuất trình thì không số hóa.",
            ),
        ),
        migrations.AddConstraint(
            model_name="component",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("necessity", "CONDITIONAL"), models.Q(("asked_when", ""), _negated=True)),
                    models.Q(("asked_when", ""), ("necessity__in", ["REQUIRED", "OPTIONAL"])),
                    _connector="OR",
                ),
                name="component_asked_when",
                violation_error_message="Thành phần có điều kiện phải ghi rõ trường hợp cần nộp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="component",
            constraint=models.CheckConstraint(
                condition=models.Q(("type_code__regex", "\\A[a-z0-9-]{0,80}\\Z")),
                name="component_type_code_shape",
                violation_error_message="Mã loại giấy tờ chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            models.Func(
                                models.F("code"),
                                models.Value(0),
                                function="hashtextextended",
                                output_field=models.BigIntegerField(),
                            ),
                            models.Func(
                                models.F("code"),
                                models.Value(0),
                                function="hashtextextended",
                                output_field=models.BigIntegerField(),
                            ),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="procedure_versions_apart",
                violation_error_message="Các phiên bản của một thủ tục không được có hiệu lực trùng ngày.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "\\A[0-9A-Za-z][0-9A-Za-z.-]{0,39}\\Z")),
                name="procedure_code_shape",
                violation_error_message="Mã thủ tục chỉ gồm chữ không dấu, chữ số, dấu chấm và dấu gạch nối.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("levels__contained_by", ["so", "phong", "truong"]),
                    models.Q(("levels", []), _negated=True),
                    (
                        "who_may_ask__contained_by",
                        ["OWNER", "GUARDIAN", "AUTHORISED", "HEIR", "ORGANISATION"],
                    ),
                    ("after_supplement__in", ["ANEW", "PAUSE"]),
                    ("paid_when__in", ["", "AT_RECEPTION", "BEFORE_RESULT", "AT_HAND_OUT"]),
                ),
                name="procedure_known_words",
                violation_error_message="Cấp, đối tượng hoặc cách thu phí không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("term_direct_amount", 0), ("term_direct_unit__in", ["SAME_DAY", ""])),
                    models.Q(
                        ("term_direct_amount__gte", 1),
                        ("term_direct_amount__lte", 999),
                        ("term_direct_unit__in", ["WORKING_DAYS", "WORKING_HOURS", "CALENDAR_DAYS"]),
                    ),
                    _connector="OR",
                ),
                name="procedure_term_direct",
                violation_error_message="Thời hạn giải quyết phải gồm số lượng và đơn vị tính.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("term_online_amount", 0), ("term_online_unit__in", ["SAME_DAY", ""])),
                    models.Q(
                        ("term_online_amount__gte", 1),
                        ("term_online_amount__lte", 999),
                        ("term_online_unit__in", ["WORKING_DAYS", "WORKING_HOURS", "CALENDAR_DAYS"]),
                    ),
                    _connector="OR",
                ),
                name="procedure_term_online",
                violation_error_message="Thời hạn giải quyết phải gồm số lượng và đơn vị tính.",
            ),
        ),
        migrations.AddIndex(
            model_name="cataloguedraft",
            index=models.Index(fields=["officer_subject", "-made_at"], name="catalogue_draft_of_officer"),
        ),
        migrations.AddConstraint(
            model_name="cataloguedraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["EDIT", "IMPORT"]), ("officer_subject__regex", "\\A[0-9a-f]{32}\\Z")
                ),
                name="catalogue_draft_words",
                violation_error_message="Bản thảo danh mục phải có loại và cán bộ lập.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedureform",
            constraint=models.UniqueConstraint(
                fields=("procedure", "order"), name="procedure_form_order_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="processstep",
            constraint=models.UniqueConstraint(fields=("process", "order"), name="process_step_order_once"),
        ),
        migrations.AddConstraint(
            model_name="processstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("order__gte", 1)),
                name="process_step_order_from_one",
                violation_error_message="Thứ tự bước bắt đầu từ 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="processstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("power__in", ["RECEIVE_DOSSIER", "PROCESS", "SIGN", "HAND_OUT"]),
                    ("unit_role__in", ["RECEIVING", "DEPARTMENT", "ABOVE", "OTHER_AGENCY"]),
                    (
                        "unit_kind__in",
                        ["", "SO", "PHONG_CM", "PHONG_GDDT", "THPT", "TRUC_THUOC", "GDTX", "GDNN_GDTX"],
                    ),
                    (
                        "leave_when__contained_by",
                        [
                            "COMPONENTS_DIGITISED",
                            "FEE_PAID",
                            "OPINION_ANSWERED",
                            "RESULT_ATTACHED",
                            "RESULT_SIGNED",
                        ],
                    ),
                ),
                name="process_step_known_words",
                violation_error_message="Đơn vị, quyền hoặc điều kiện của bước không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="processstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("unit_role", "OTHER_AGENCY"), models.Q(("agency", ""), _negated=True)),
                        models.Q(models.Q(("unit_role", "OTHER_AGENCY"), _negated=True), ("agency", "")),
                        _connector="OR",
                    ),
                    models.Q(("unit_role", "DEPARTMENT"), ("unit_kind", ""), _connector="OR"),
                ),
                name="process_step_of_whom",
                violation_error_message="Bước của cơ quan khác phải ghi tên cơ quan đó.",
            ),
        ),
        migrations.AddConstraint(
            model_name="processstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("working_minutes__gte", 1), ("working_minutes__lte", 480000)),
                name="process_step_time",
                violation_error_message="Thời gian làm việc của bước phải lớn hơn không.",
            ),
        ),
    ]
