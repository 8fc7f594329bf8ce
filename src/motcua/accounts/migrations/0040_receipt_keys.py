"""The keys that sign receipts: each is shown before it signs, and stays readable when it signs no more."""

from django.db import migrations, models

import motcua.accounts.models.columns

MOVES = """
CREATE FUNCTION accounts_receipt_key_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.lost_at IS NULL AND NOT NEW.public ? 'd' THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.lost_at IS NULL AND NEW.lost_at IS NOT NULL
        AND (to_jsonb(NEW) - 'lost_at') IS NOT DISTINCT FROM (to_jsonb(OLD) - 'lost_at') THEN
        NEW.lost_at := clock_timestamp();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Khóa ký biên nhận đã ghi không được sửa, xóa; chỉ báo mất được, và không ghi phần bí mật ở dạng rõ.'
        USING ERRCODE = '23514', CONSTRAINT = 'receipt_key_written_once';
END $$;
CREATE TRIGGER receipt_key_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_receiptkey
    FOR EACH ROW EXECUTE FUNCTION accounts_receipt_key_moves();
"""
MOVES_BACK = """
DROP TRIGGER receipt_key_moves ON accounts_receiptkey;
DROP FUNCTION accounts_receipt_key_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0039_evidence_kept")]
    operations = [
        migrations.CreateModel(
            name="ReceiptKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kid", models.TextField(unique=True)),
                ("public", models.JSONField()),
                ("private", models.BinaryField(null=True)),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("signs_from", models.DateTimeField()),
                ("lost_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "khóa ký biên nhận",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("signs_from__gte", models.F("made_at"))),
                        name="receipt_key_shown_first",
                        violation_error_message="Khóa ký biên nhận phải được công bố trước khi dùng.",
                    )
                ],
            },
        ),
        migrations.RunSQL(MOVES, MOVES_BACK),
    ]
