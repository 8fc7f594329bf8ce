"""Budgets can be seen: which bucket belongs to which, who was refused today, until when somebody is unlocked."""

import datetime

from django.db import migrations, models
from django.db.models import F, Q

_END_OF_THE_OLD = (
    "UPDATE limits_unlocking SET ends_at = unlocked_at + interval '1 hour' WHERE ends_at IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [("limits", "0003_search_path")]
    operations = [
        migrations.AddField("bucket", "quota", models.TextField(db_default="")),
        migrations.AddField("bucket", "nth", models.SmallIntegerField(db_default=0)),
        migrations.AddField("bucket", "allowance", models.IntegerField(db_default=0)),
        migrations.AddField("bucket", "allowed_until", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "bucket",
            models.CheckConstraint(
                condition=Q(allowance=0) | Q(allowance__gt=0, allowed_until__isnull=False),
                name="limits_bucket_allowance_ends",
                violation_error_message="Phần được mở khóa phải có lúc hết hiệu lực.",
            ),
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="ngày")),
                ("quota", models.TextField(verbose_name="hạn mức")),
                ("who", models.BinaryField(max_length=32, verbose_name="của ai")),
                ("refused", models.IntegerField(db_default=0, verbose_name="số lần bị từ chối")),
                ("alarms", models.IntegerField(db_default=0, verbose_name="số lần báo động")),
            ],
            options={
                "verbose_name": "sổ từ chối",
                "constraints": [
                    models.UniqueConstraint(name="limits_tally_once", fields=["day", "quota", "who"]),
                    models.CheckConstraint(
                        condition=Q(refused__gte=0, alarms__gte=0),
                        name="limits_tally_counts_up",
                        violation_error_message="Số lần bị từ chối không được âm.",
                    ),
                ],
            },
        ),
        migrations.AddField("unlocking", "by_who", models.BinaryField(max_length=32, default=bytes)),
        migrations.AddField("unlocking", "unit_code", models.TextField(db_default="")),
        migrations.AddField("unlocking", "ends_at", models.DateTimeField(null=True)),
        migrations.RunSQL(_END_OF_THE_OLD, "UPDATE limits_unlocking SET ends_at = NULL"),
        migrations.AlterField("unlocking", "ends_at", models.DateTimeField()),
        migrations.AddConstraint(
            "unlocking",
            models.CheckConstraint(
                condition=~Q(by_who=F("who")),
                name="limits_unlocking_by_another",
                violation_error_message="Không ai tự mở khóa cho mình.",
            ),
        ),
        migrations.AddConstraint(
            "unlocking",
            models.CheckConstraint(
                condition=Q(
                    ends_at__gt=F("unlocked_at"),
                    ends_at__lte=F("unlocked_at") + datetime.timedelta(days=1),
                ),
                name="limits_unlocking_ends",
                violation_error_message="Mở khóa phải có lúc hết hiệu lực, chậm nhất sau 24 giờ.",
            ),
        ),
    ]
