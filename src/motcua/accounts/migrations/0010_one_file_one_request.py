"""A scan or a signed paper is evidence of one request: two requests cannot both take it, whoever writes them."""

import django.db.models.deletion
from django.db import migrations, models

# One column knows scans, the other signed papers: no file can stand in both.
FILES_HAVE_THEIR_PURPOSE = """
CREATE FUNCTION accounts_application_file_purpose() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM files_storedfile f
         WHERE (f.id = NEW.scan_id AND f.purpose <> 'ID_SCAN')
            OR (f.id = NEW.signed_paper_id AND f.purpose <> 'SIGNED_REQUEST')
    ) THEN
        RAISE EXCEPTION 'Tệp này được gửi lên cho việc khác.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_file_purpose';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_file_purpose BEFORE INSERT OR UPDATE OF scan_id, signed_paper_id
    ON accounts_assistapplication FOR EACH ROW EXECUTE FUNCTION accounts_application_file_purpose();
"""
FILES_HAVE_THEIR_PURPOSE_BACK = """
DROP TRIGGER application_file_purpose ON accounts_assistapplication;
DROP FUNCTION accounts_application_file_purpose();
"""


def _file_of_one_request() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="files.storedfile",
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_kept_until"), ("files", "0001_initial")]
    operations = [
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.UniqueConstraint(
                fields=["scan"],
                name="application_scan_once",
                violation_error_message="Bản quét này đã được dùng cho một yêu cầu khác.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.UniqueConstraint(
                fields=["signed_paper"],
                name="application_signed_paper_once",
                violation_error_message="Giấy đề nghị đã ký này đã được dùng cho một yêu cầu khác.",
            ),
        ),
        migrations.AlterField("assistapplication", "scan", _file_of_one_request()),
        migrations.AlterField("assistapplication", "signed_paper", _file_of_one_request()),
        migrations.RunSQL(FILES_HAVE_THEIR_PURPOSE, FILES_HAVE_THEIR_PURPOSE_BACK),
    ]
