"""How the telling of standings goes: when the portal last took something, was last silent, last would not take one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0054_successors_do_the_work")]
    operations = [
        migrations.AddField("standingmark", "told_at", models.DateTimeField(null=True)),
        migrations.AddField("standingmark", "silent_at", models.DateTimeField(null=True)),
        migrations.AddField("standingmark", "refused", models.PositiveIntegerField(db_default=0)),
        migrations.AddField("standingmark", "refused_at", models.DateTimeField(null=True)),
        migrations.AddField("standingmark", "refused_code", models.TextField(db_default="")),
        migrations.AddConstraint(
            "standingmark",
            models.CheckConstraint(
                name="standing_mark_refused_whole",
                condition=models.Q(refused=0, refused_at=None, refused_code="")
                | models.Q(refused__gt=0, refused_at__isnull=False),
                violation_error_message="Lần Cổng không nhận phải ghi lúc nào.",
            ),
        ),
    ]
