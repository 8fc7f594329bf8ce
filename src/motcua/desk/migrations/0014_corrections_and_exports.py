"""Small mistakes of a reception are put right beside a row that says so; registers leave with a reason."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

# After reception the filer, the person concerned, the contact, the note and the way of the result stay as they
# were written, but for an officer's correction of this very minute (a row that stays, too).
CORRECTED = """
CREATE FUNCTION desk_dossier_corrected() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state = ANY (ARRAY['PROVISIONAL', 'NEW', 'NOT_ACCEPTED']) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM desk_receptioncorrection c JOIN units_officer o ON o.subject = c.by
                    WHERE c.dossier_id = NEW.id AND c.at > clock_timestamp() - interval '1 minute') THEN
        PERFORM desk_refuse('desk_dossier_corrected',
            'Thông tin tiếp nhận chỉ được sửa bằng đính chính có lý do.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_corrected BEFORE UPDATE ON desk_dossier
    FOR EACH ROW WHEN (
        ROW(OLD.filer_name, OLD.filer_relation, OLD.filer_proof, OLD.person_name, OLD.person_born,
            OLD.person_relation, OLD.contact_sealed, OLD.note, OLD.result_wanted)
        IS DISTINCT FROM
        ROW(NEW.filer_name, NEW.filer_relation, NEW.filer_proof, NEW.person_name, NEW.person_born,
            NEW.person_relation, NEW.contact_sealed, NEW.note, NEW.result_wanted)
    ) EXECUTE FUNCTION desk_dossier_corrected();
"""
CORRECTED_BACK = """
DROP TRIGGER desk_dossier_corrected ON desk_dossier;
DROP FUNCTION desk_dossier_corrected();
"""

# Written once, now; a correction's words go with its dossier when that is forgotten.
KEPT = """
CREATE FUNCTION desk_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.at := clock_timestamp();
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    PERFORM desk_refuse('desk_written_once', 'Đính chính và lần kết xuất sổ không được sửa, không được xóa.');
    RETURN NULL;
END $$;
CREATE TRIGGER desk_correction_once BEFORE INSERT OR UPDATE OR DELETE ON desk_receptioncorrection
    FOR EACH ROW EXECUTE FUNCTION desk_written_once();
CREATE TRIGGER desk_export_once BEFORE INSERT OR UPDATE OR DELETE ON desk_registerexport
    FOR EACH ROW EXECUTE FUNCTION desk_written_once();

CREATE FUNCTION desk_correction_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
        NEW.by_name := '';
        NEW.reason := 'đã xóa';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_correction_forgotten BEFORE UPDATE ON desk_receptioncorrection
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_correction_forgotten();
"""
KEPT_BACK = """
DROP TRIGGER desk_zz_correction_forgotten ON desk_receptioncorrection;
DROP TRIGGER desk_export_once ON desk_registerexport;
DROP TRIGGER desk_correction_once ON desk_receptioncorrection;
DROP FUNCTION desk_correction_forgotten();
DROP FUNCTION desk_written_once();
"""

_ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
_AT = (
    "at",
    models.DateTimeField(
        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()), editable=False
    ),
)


class Migration(migrations.Migration):
    dependencies = [("desk", "0013_owner_corrections"), ("units", "0006_by_the_owner")]
    operations = [
        migrations.CreateModel(
            name="ReceptionCorrection",
            fields=[
                _ID,
                ("nth", models.PositiveSmallIntegerField()),
                _AT,
                ("by", models.TextField()),
                ("by_name", models.TextField(blank=True, default="")),
                ("fields", models.JSONField(default=list)),
                ("reason", models.TextField()),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.dossier",
                    ),
                ),
            ],
            options={
                "verbose_name": "đính chính tiếp nhận",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "nth"),
                        name="reception_correction_once",
                        violation_error_message="Hồ sơ vừa được đính chính. Đề nghị ông/bà tải lại trang.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__regex", r"\S{1}.{3}"),
                            models.Q(("fields", []), _negated=True),
                            models.Q(("by", ""), _negated=True),
                        ),
                        name="reception_correction_has_reason",
                        violation_error_message="Đính chính phải ghi lý do và nội dung sửa.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterExport",
            fields=[
                _ID,
                ("by", models.TextField()),
                _AT,
                ("kind", models.TextField()),
                ("reason", models.TextField()),
                ("rows", models.PositiveIntegerField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "lần kết xuất sổ theo dõi",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["xlsx", "pdf"]),
                            ("reason__regex", r"\S{1}.{3}"),
                            models.Q(("by", ""), _negated=True),
                        ),
                        name="register_export_has_reason",
                        violation_error_message="Kết xuất sổ phải ghi lý do.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CORRECTED, CORRECTED_BACK),
        migrations.RunSQL(KEPT, KEPT_BACK),
    ]
