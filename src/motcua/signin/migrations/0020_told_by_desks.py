"""What connected desks say of themselves: procedures they receive, dossiers that lie there."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from motcua.signin.arranged import at_home, where_accounts_are


class Migration(migrations.Migration):
    dependencies = [
        *where_accounts_are(("accounts", "0053_searches_lie_with_units")),
        ("signin", "0019_officers_and_standing"),
    ]

    operations = at_home(
        [
            migrations.CreateModel(
                name="DeskDossier",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("reference", models.UUIDField()),
                    ("code", models.TextField()),
                    ("procedure_code", models.TextField()),
                    ("procedure_name", models.TextField()),
                    ("state", models.TextField()),
                    ("arrived_on", models.DateField()),
                    ("is_open", models.BooleanField()),
                    ("line", models.BigIntegerField()),
                    (
                        "told_at",
                        models.DateTimeField(
                            db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ())
                        ),
                    ),
                    (
                        "account",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.account",
                        ),
                    ),
                    (
                        "client",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signin.client"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "hồ sơ tại một cửa nơi khác",
                    "indexes": [models.Index(fields=["account", "is_open"], name="desk_dossier_of_account")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("client", "reference"),
                            name="desk_dossier_once",
                            violation_error_message="Hồ sơ này của hệ thống đã được ghi.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("code", ""), _negated=True),
                                ("state__regex", "^[A-Z_]{3,20}$"),
                                ("line__gte", 1),
                            ),
                            name="desk_dossier_words",
                            violation_error_message="Hồ sơ phải có mã và trạng thái.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DeskProcedure",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("code", models.TextField()),
                    ("name", models.TextField()),
                    ("for_organisations", models.BooleanField()),
                    ("offered", models.BooleanField()),
                    (
                        "told_at",
                        models.DateTimeField(
                            db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ())
                        ),
                    ),
                    (
                        "client",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signin.client"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "thủ tục của một cửa nơi khác",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("client", "code"),
                            name="desk_procedure_once",
                            violation_error_message="Thủ tục này của hệ thống đã được ghi.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("code__regex", "^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$"),
                                models.Q(("name", ""), _negated=True),
                            ),
                            name="desk_procedure_code",
                            violation_error_message="Thủ tục phải có mã và tên.",
                        ),
                    ],
                },
            ),
        ]
    )
