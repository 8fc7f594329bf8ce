"""Of a representative the desk keeps in which procedures they act, as the portal said when they came in."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("guests", "0001_guests")]

    operations = [
        migrations.AddField(
            model_name="guestsession",
            name="mandate_scope",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, db_default=[], default=list, size=None
            ),
        ),
    ]
