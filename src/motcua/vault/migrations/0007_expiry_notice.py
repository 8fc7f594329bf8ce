"""The owner is told once that a paper is about to expire."""

import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns

ONLY_ADDED = """
CREATE TRIGGER expiry_notice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault_expirynotice
    FOR EACH STATEMENT EXECUTE FUNCTION vault_append_only();
"""
BACK = "DROP TRIGGER expiry_notice_append_only ON vault_expirynotice;"


class Migration(migrations.Migration):
    dependencies = [("vault", "0006_looks_kept")]
    operations = [
        migrations.CreateModel(
            name="ExpiryNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "told_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expiry_notice",
                        to="vault.paper",
                    ),
                ),
            ],
            options={"verbose_name": "lượt báo giấy tờ sắp hết hạn"},
        ),
        migrations.RunSQL(ONLY_ADDED, BACK),
    ]
