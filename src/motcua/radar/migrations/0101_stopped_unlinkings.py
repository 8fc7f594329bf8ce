"""One kind more: the owner said no to what an officer had asked about their link to VNeID."""

import importlib

from django.db import migrations, models

_BEFORE = importlib.import_module("motcua.radar.migrations.0100_take_overs")._NOW
_NOW = [*_BEFORE, ("UNLINK_STOPPED", "Chủ tài khoản dừng việc gỡ VNeID")]


class Migration(migrations.Migration):
    dependencies = [("radar", "0100_take_overs")]
    operations = [
        migrations.AlterField("sighting", "kind", models.TextField(choices=_NOW, verbose_name="loại")),
        migrations.RemoveConstraint("sighting", "sighting_kind_known"),
        migrations.AddConstraint(
            "sighting",
            models.CheckConstraint(
                condition=models.Q(kind__in=[code for code, _ in _NOW]),
                name="sighting_kind_known",
                violation_error_message="Loại rà soát phải có trong danh mục.",
            ),
        ),
    ]
