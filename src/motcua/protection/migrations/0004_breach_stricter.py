"""Nobody decides about the own work; what was found lies behind; everybody's acts for 90 days at most."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("protection", "0003_breach_rules")]
    operations = [
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                name="breach_not_by_the_meant",
                condition=Q(about_officer="")
                | ~Q(made_by=F("about_officer")) & ~Q(decided_by=F("about_officer")),
                violation_error_message="Cán bộ bị xét không lập, không quyết định hồ sơ sự cố về mình.",
            ),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                name="breach_lies_behind",
                condition=Q(until__lte=F("made_at"), aware_at__lte=F("made_at")),
                violation_error_message="Khoảng thời gian và lúc biết của sự cố không ở tương lai.",
            ),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                name="breach_of_everybody_short",
                condition=~Q(about_officer="", about_system="")
                | Q(until__lte=F("since") + timedelta(days=90)),
                violation_error_message="Hồ sơ sự cố xét mọi cán bộ, mọi hệ thống thì không quá 90 ngày.",
            ),
        ),
    ]
