"""The work lists, however many dossiers a unit has had: where they lie, when they are due, whose phone they name."""

import importlib

from django.db import migrations, models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.lookups import Exact

_OPEN = Q(("state__in", ["RECEIVED", "PROCESSING", "SUPPLEMENT", "PAYMENT"]))

# The phone's mark goes with the other personal columns when the period is over.
_before = importlib.import_module("motcua.desk.migrations.0010_forgetting").DOSSIERS
_FUNCTION = _before[: _before.index("CREATE TRIGGER")]
FORGET_THE_PHONE_TOO = _FUNCTION.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "NEW.contact_sealed := NULL;", "NEW.contact_sealed := NULL;\n        NEW.contact_phone_bi := NULL;"
)
FORGET_AS_BEFORE = _FUNCTION.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("desk", "0011_private_matters")]
    operations = [
        migrations.RemoveIndex("dossier", "dossier_at_unit"),
        migrations.AddField("dossier", "contact_phone_bi", models.BinaryField(null=True)),
        migrations.AddIndex(
            "dossier",
            models.Index(fields=["at_unit", "-arrived_at", "-id"], name="dossier_open_here", condition=_OPEN),
        ),
        migrations.AddIndex(
            "dossier",
            models.Index(fields=["at_unit", "due_at", "id"], name="dossier_open_due", condition=_OPEN),
        ),
        migrations.AddIndex(
            "dossier",
            models.Index(
                fields=["contact_phone_bi"],
                name="dossier_by_phone",
                condition=Q(("contact_phone_bi__isnull", False)),
            ),
        ),
        migrations.AddConstraint(
            "dossier",
            models.CheckConstraint(
                name="dossier_phone_bi_32_bytes",
                condition=Q(contact_phone_bi=None)
                | Q(
                    Exact(
                        Func(F("contact_phone_bi"), function="octet_length", output_field=IntegerField()), 32
                    )
                ),
                violation_error_message="Dấu vết số điện thoại không đúng độ dài.",
            ),
        ),
        migrations.RunSQL(FORGET_THE_PHONE_TOO, FORGET_AS_BEFORE),
    ]
