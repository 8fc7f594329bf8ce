"""Two accounts of one person are joined by two officers: who asked, who agreed, when it was done."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0040_receipt_keys"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merge",
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
                    models.CharField(
                        choices=[("MERGE", "Gộp tài khoản"), ("UNDO", "Tách tài khoản đã gộp")], max_length=5
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("unit_id", models.BigIntegerField()),
                ("unit_code", models.CharField(max_length=64)),
                ("asked_by", models.CharField(max_length=64)),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Chờ duyệt"),
                            ("AGREED", "Đã duyệt, chờ đến ngày gộp"),
                            ("DONE", "Đã thực hiện"),
                            ("DECLINED", "Không duyệt"),
                            ("WITHDRAWN", "Đã rút"),
                            ("OBJECTED", "Chủ tài khoản phản đối"),
                            ("LAPSED", "Không còn thực hiện được"),
                        ],
                        default="WAITING",
                        max_length=9,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("decided_reason", models.CharField(blank=True, default="", max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("absorbed_was", models.CharField(blank=True, default="", max_length=20)),
            ],
            options={
                "verbose_name": "gộp tài khoản",
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="account_status_known",
        ),
        migrations.AddField(
            model_name="account",
            name="merged_into",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="accounts.account",
            ),
        ),
        migrations.AddField(
            model_name="identitydocument",
            name="came_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="status",
            field=models.CharField(
                choices=[
                    ("pending_activation", "chờ kích hoạt"),
                    ("active", "đang hoạt động"),
                    ("locked", "tạm khóa"),
                    ("frozen", "đóng băng"),
                    ("closed", "đã đóng"),
                    ("merged", "đã gộp vào tài khoản khác"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["pending_activation", "active", "locked", "frozen", "closed", "merged"])
                ),
                name="account_status_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(models.Q(("status", "merged"), _negated=True), ("merged_into", None)),
                    ("status", "closed"),
                    _connector="OR",
                ),
                name="account_merged_says_where",
                violation_error_message="Tài khoản đã gộp phải ghi tài khoản còn lại.",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="absorbed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges_given_up",
                to="accounts.account",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="absorbed_phone",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.phonebinding",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="evidence",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="survivor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges_kept", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undoes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="accounts.merge",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="taken_up_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.account",
            ),
        ),
        migrations.AddField(
            model_name="disavowal",
            name="merge",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disavowals",
                to="accounts.merge",
            ),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["unit_id", "-id"], name="merge_of_unit"),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(condition=models.Q(("state", "AGREED")), fields=["due_at"], name="merge_due"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["MERGE", "UNDO"])),
                name="merge_kind_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["WAITING", "AGREED", "DONE", "DECLINED", "WITHDRAWN", "OBJECTED", "LAPSED"],
                    )
                ),
                name="merge_state_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("survivor", models.F("absorbed")), _negated=True),
                name="merge_two_accounts",
                violation_error_message="Hai tài khoản được gộp phải khác nhau.",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["WAITING", "AGREED"])),
                fields=("absorbed",),
                name="merge_one_open",
                violation_error_message="Tài khoản này đang có một đề nghị gộp hoặc tách chưa xong.",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", ""), ("state", "WAITING")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by", models.F("asked_by")),
                        ("state", "WITHDRAWN"),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ["AGREED", "DONE", "DECLINED", "OBJECTED", "LAPSED"]),
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="merge_two_officers",
                violation_error_message="Người duyệt phải khác người đề nghị.",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__regex", "\\S.{3,}"),
                    models.Q(("asked_by", ""), _negated=True),
                    models.Q(("unit_code", ""), _negated=True),
                ),
                name="merge_has_reason",
                violation_error_message="Đề nghị gộp phải ghi người đề nghị, đơn vị và lý do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("evidence__isnull", False), ("kind", "MERGE"), ("undoes", None)),
                    models.Q(("kind", "UNDO"), ("undoes__isnull", False)),
                    _connector="OR",
                ),
                name="merge_says_what",
                violation_error_message="Đề nghị gộp phải có bản quét; đề nghị tách phải chỉ ra lần gộp.",
            ),
        ),
    ]
