"""An owner whose account counts no longer, because it is not linked to VNeID (NĐ 69/2024), is an answer of its own."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

_WORDS = models.Q(kind__in=["COUNTER", "SIGN_IN", "RECHECK"]) & models.Q(
    answer__in=["FOUND", "NOT_FOUND", "UNKNOWN"]
)
_STATUS = ["", "USABLE", "AWAITING_ACTIVATION", "LOCKED", "CLOSED", "REVIEW", "UNLINKED"]


class Migration(migrations.Migration):
    dependencies = [("desk", "0055_standing_remembered")]
    operations = [
        migrations.RemoveConstraint("accountcheck", "check_known_words"),
        AddConstraintNotValid(
            "accountcheck",
            models.CheckConstraint(
                name="check_known_words",
                condition=_WORDS & models.Q(status__in=_STATUS),
                violation_error_message="Kết quả kiểm tra tài khoản không có trong danh mục.",
            ),
        ),
    ]
