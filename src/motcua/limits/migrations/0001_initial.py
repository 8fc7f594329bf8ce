"""Buckets of the quotas, and who unlocked them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("key", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("used", models.IntegerField()),
                ("window_ends_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0)),
                        name="limits_bucket_used",
                        violation_error_message="Số lần đã dùng không được âm.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Unlocking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quota", models.CharField(max_length=60)),
                ("who", models.BinaryField(max_length=32)),
                ("unlocked_by", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=200)),
                ("unlocked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unlocked_by", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="limits_unlocking_accounted",
                        violation_error_message="Mở khóa phải ghi người mở và lý do.",
                    )
                ],
            },
        ),
    ]
