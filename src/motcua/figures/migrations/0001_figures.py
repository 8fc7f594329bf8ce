"""The counted days and months, and how far the journal is counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CountedMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upto_id", models.BigIntegerField(default=0, verbose_name="đến dòng")),
            ],
            options={
                "verbose_name": "mốc đã đếm",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)),
                        name="counted_mark_single",
                        violation_error_message="Chỉ có một mốc đã đếm.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DayFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="ngày")),
                ("unit_code", models.TextField(verbose_name="đơn vị")),
                ("figure", models.TextField(verbose_name="chỉ tiêu")),
                ("key", models.TextField(blank=True, default="", verbose_name="loại")),
                ("value", models.BigIntegerField(verbose_name="số lượng")),
            ],
            options={
                "verbose_name": "số liệu ngày",
                "indexes": [
                    models.Index(
                        condition=models.Q(("figure__in", ["received", "checked"])),
                        fields=["unit_code", "day"],
                        include=("figure", "value"),
                        name="day_figure_picture",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit_code", "day", "figure", "key"), name="day_figure_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)),
                        name="day_figure_counts_up",
                        violation_error_message="Số liệu không được âm.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="tháng")),
                ("unit_code", models.TextField(verbose_name="đơn vị")),
                ("figure", models.TextField(verbose_name="chỉ tiêu")),
                ("key", models.TextField(blank=True, default="", verbose_name="loại")),
                ("value", models.BigIntegerField(verbose_name="số lượng")),
            ],
            options={
                "verbose_name": "số liệu tháng",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit_code", "month", "figure", "key"), name="month_figure_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)),
                        name="month_figure_counts_up",
                        violation_error_message="Số liệu không được âm.",
                    ),
                ],
            },
        ),
    ]
