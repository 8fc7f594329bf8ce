"""How far a portal that is elsewhere was told of what happened to dossiers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0041_officer_resets"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandingMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upto", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "mốc đã báo cho Cổng",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)),
                        name="standing_mark_one_row",
                        violation_error_message="Chỉ có một mốc đã báo cho Cổng.",
                    )
                ],
            },
        ),
    ]
