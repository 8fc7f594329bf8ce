"""A request form belongs to one dossier: which components are handed in anew each time, and never from the vault."""

from django.db import migrations, models

NOT_REUSED = """
CREATE FUNCTION desk_component_not_reused() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM desk_dossier d JOIN desk_component c ON c.procedure_id = d.procedure_id
                WHERE d.id = NEW.dossier_id AND c.order = NEW.order AND c.not_reused) THEN
        PERFORM desk_refuse('desk_component_not_reused',
            'Thành phần này phải nộp mới mỗi lần, không lấy từ Kho dữ liệu.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_component_not_reused BEFORE INSERT ON desk_dossiercomponent
    FOR EACH ROW WHEN (NEW.how = 'VAULT' AND NOT NEW.supplement) EXECUTE FUNCTION desk_component_not_reused();
"""
NOT_REUSED_BACK = """
DROP TRIGGER desk_component_not_reused ON desk_dossiercomponent;
DROP FUNCTION desk_component_not_reused();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0080_name_doubts")]
    operations = [
        migrations.AddField("component", "not_reused", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(NOT_REUSED, NOT_REUSED_BACK),
    ]
