"""The tables of this room."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_rules"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("recipient_audience", models.CharField(max_length=64)),
                ("owner_subject", models.CharField(max_length=64)),
                ("recipient_unit_code", models.CharField(max_length=64)),
                ("purpose", models.CharField(max_length=60)),
                ("dossier_code", models.CharField(max_length=60)),
                (
                    "given_how",
                    models.CharField(
                        choices=[
                            ("IN_PERSON", "Tại quầy, cán bộ ghi nhận"),
                            ("ONLINE", "Trực tuyến, chủ tài khoản tự xác nhận"),
                        ],
                        max_length=10,
                    ),
                ),
                ("recorded_by_subject", models.CharField(blank=True, default="", max_length=64)),
                ("text_version", models.CharField(max_length=20)),
                (
                    "given_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "verbose_name": "sự đồng ý",
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor_subject", models.CharField(max_length=64)),
                ("unit_code", models.CharField(blank=True, default="", max_length=64)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("OWNER", "Chủ tài khoản"),
                            ("OFFICER", "Cán bộ"),
                            ("SYSTEM", "Hệ thống kết nối"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("OFFER", "Tra cứu để dùng lại"),
                            ("VIEW", "Xem"),
                            ("DOWNLOAD", "Tải xuống"),
                            ("LEND", "Dùng lại cho hồ sơ"),
                            ("PRINT", "In"),
                            ("API", "Lấy qua kết nối"),
                        ],
                        max_length=8,
                    ),
                ),
                ("purpose", models.CharField(max_length=60)),
                ("dossier_code", models.CharField(blank=True, default="", max_length=60)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt xem",
            },
        ),
        migrations.CreateModel(
            name="Contest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit_code", models.CharField(max_length=64)),
                ("words_sealed", models.BinaryField()),
                (
                    "raised_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by_subject", models.CharField(blank=True, default="", max_length=64)),
                ("answered_unit_code", models.CharField(blank=True, default="", max_length=64)),
                ("answer", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "look",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contest", to="vault.look"
                    ),
                ),
            ],
            options={
                "verbose_name": "khiếu nại lượt xem",
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("receipt_audience", models.CharField(max_length=64)),
                ("receipt_subject", models.CharField(max_length=64)),
                ("put_key", models.CharField(max_length=160)),
                ("subject_name_sealed", models.BinaryField(default=b"")),
                ("type_code", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=300)),
                ("folded_title", models.CharField(max_length=300)),
                ("number_sealed", models.BinaryField(default=b"")),
                ("same_paper_bi", models.BinaryField()),
                ("issuer", models.CharField(blank=True, default="", max_length=200)),
                ("issued_on", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("sha256", models.BinaryField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("COMPONENT", "Thành phần hồ sơ đã số hóa"),
                            ("RESULT", "Kết quả giải quyết"),
                            ("OWNER", "Chủ tài khoản đưa lên"),
                        ],
                        max_length=10,
                    ),
                ),
                ("source_dossier_code", models.CharField(blank=True, default="", max_length=60)),
                ("digitised_by_subject", models.CharField(blank=True, default="", max_length=64)),
                ("digitised_unit_code", models.CharField(blank=True, default="", max_length=64)),
                ("visible_from", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("CURRENT", "Đang dùng"),
                            ("SUPERSEDED", "Đã có bản mới"),
                            ("MOVED", "Đã chuyển về đúng chủ"),
                        ],
                        default="CURRENT",
                        max_length=10,
                    ),
                ),
                (
                    "kept_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="vault.paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "giấy tờ",
            },
        ),
        migrations.AddField(
            model_name="look",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="looks", to="vault.paper"
            ),
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossier_code", models.CharField(max_length=60)),
                (
                    "lent_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loans", to="vault.consent"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loans", to="vault.paper"
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt dùng lại giấy tờ",
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to_audience", models.CharField(max_length=64)),
                ("to_subject", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=300)),
                ("asked_by_subject", models.CharField(max_length=64)),
                ("asked_unit_code", models.CharField(max_length=64)),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("approved_by_subject", models.CharField(blank=True, default="", max_length=64)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "new_paper",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came_by",
                        to="vault.paper",
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="vault.paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "chuyển giấy tờ về đúng chủ",
            },
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("owner", "recipient_audience", "recipient_unit_code", "dossier_code", "purpose"),
                name="consent_one_standing",
                violation_error_message="Chủ tài khoản đã đồng ý cho hồ sơ này.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("given_how", "ONLINE"), ("recorded_by_subject", "")),
                    models.Q(
                        ("given_how", "IN_PERSON"),
                        models.Q(("recorded_by_subject", ""), _negated=True),
                        models.Q(("recorded_by_subject", models.F("owner_subject")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consent_recorded_by_an_officer",
                violation_error_message="Đồng ý tại quầy phải do cán bộ khác chủ tài khoản ghi nhận.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose", ""), _negated=True),
                    models.Q(("dossier_code", ""), _negated=True),
                    models.Q(("recipient_unit_code", ""), _negated=True),
                ),
                name="consent_says_what_for",
                violation_error_message="Sự đồng ý phải ghi rõ mục đích, hồ sơ và nơi nhận.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by_subject", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        models.Q(("answered_by_subject", ""), _negated=True),
                        models.Q(("answer", ""), _negated=True),
                        models.Q(("answered_unit_code", models.F("unit_code")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="contest_answered_by_another_unit",
                violation_error_message="Khiếu nại phải do đơn vị khác trả lời.",
            ),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(
                models.F("owner"),
                models.OrderBy(models.F("kept_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="paper_of_owner_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["owner", "type_code"], name="paper_of_owner_by_type"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["receipt_audience", "source_dossier_code"], name="paper_of_dossier"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                fields=("receipt_audience", "put_key"),
                name="paper_put_once",
                violation_error_message="Giấy tờ này đã được đưa vào kho dữ liệu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "CURRENT")),
                fields=("owner", "same_paper_bi"),
                name="paper_one_current_version",
                violation_error_message="Giấy tờ này đã có trong kho dữ liệu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("same_paper_bi__isnull", True),
                    motcua.accounts.models.columns.OctetLengthIs("same_paper_bi"),
                    _connector="OR",
                ),
                name="paper_same_paper_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file", None), ("sha256", None)),
                    models.Q(motcua.accounts.models.columns.OctetLengthIs("sha256"), ("file__isnull", False)),
                    _connector="OR",
                ),
                name="paper_hash_with_file",
                violation_error_message="Giấy tờ có tệp phải có mã băm của tệp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["COMPONENT", "RESULT", "OWNER"])),
                name="paper_source_known",
                violation_error_message="Nguồn giấy tờ không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["CURRENT", "SUPERSEDED", "MOVED"])),
                name="paper_state_known",
                violation_error_message="Trạng thái giấy tờ không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", "RESULT"), ("visible_from__isnull", False), _connector="OR"),
                name="paper_hidden_only_result",
                violation_error_message="Chỉ kết quả chưa trả mới được ẩn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replaces", None), ("version", 1)),
                    models.Q(("replaces__isnull", False), ("version__gt", 1)),
                    _connector="OR",
                ),
                name="paper_versions_count_up",
                violation_error_message="Bản mới phải chỉ ra bản cũ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source", "OWNER"),
                    models.Q(
                        models.Q(("digitised_by_subject", ""), _negated=True),
                        models.Q(("digitised_by_subject", models.F("receipt_subject")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paper_of_dossier_names_digitiser",
                violation_error_message="Người số hóa phải là cán bộ khác chủ hồ sơ.",
            ),
        ),
        migrations.AddIndex(
            model_name="look",
            index=models.Index(
                models.F("owner"),
                models.OrderBy(models.F("id"), descending=True),
                name="look_of_owner_newest",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["OWNER", "OFFICER", "SYSTEM"])),
                name="look_role_known",
                violation_error_message="Vai trò không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", ["OFFER", "VIEW", "DOWNLOAD", "LEND", "PRINT", "API"])),
                name="look_action_known",
                violation_error_message="Thao tác không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role", "OWNER"),
                    models.Q(
                        models.Q(("unit_code", ""), _negated=True), models.Q(("purpose", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="look_of_officer_names_unit",
                violation_error_message="Lượt xem của cán bộ phải ghi đơn vị và mục đích.",
            ),
        ),
        migrations.AddConstraint(
            model_name="loan",
            constraint=models.UniqueConstraint(
                fields=("consent", "paper"),
                name="loan_once",
                violation_error_message="Giấy tờ này đã được dùng cho hồ sơ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_by_subject", ""), _negated=True),
                    models.Q(("approved_by_subject", models.F("asked_by_subject")), _negated=True),
                ),
                name="correction_two_officers",
                violation_error_message="Việc chuyển giấy tờ phải do hai cán bộ khác nhau thực hiện.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("to_subject", models.F("asked_by_subject")), _negated=True),
                    models.Q(("to_subject", models.F("approved_by_subject")), _negated=True),
                ),
                name="correction_not_to_oneself",
                violation_error_message="Cán bộ không được chuyển giấy tờ vào kho của chính mình.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by_subject", ""), ("new_paper", None)),
                    models.Q(
                        models.Q(("approved_by_subject", ""), _negated=True), ("approved_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="correction_done_when_approved",
                violation_error_message="Việc chuyển giấy tờ phải được duyệt trước khi thực hiện.",
            ),
        ),
    ]
