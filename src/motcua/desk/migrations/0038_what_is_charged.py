"""Money is asked only where the procedure says that there is some to pay (Luật Phí và lệ phí 2015, điều 4)."""

from django.db import migrations

CHARGED = """
CREATE FUNCTION desk_charge_of_procedure() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM desk_dossier d JOIN desk_procedure p ON p.id = d.procedure_id
                WHERE d.id = NEW.dossier_id
                  AND CASE NEW.kind WHEN 'FEE' THEN p.fee_vnd ELSE p.charge_vnd END = 0) THEN
        PERFORM desk_refuse('desk_charge_of_procedure', 'Thủ tục này không thu khoản đó.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_charge_of_procedure BEFORE INSERT ON desk_charge
    FOR EACH ROW EXECUTE FUNCTION desk_charge_of_procedure();
"""
CHARGED_BACK = """
DROP TRIGGER desk_charge_of_procedure ON desk_charge;
DROP FUNCTION desk_charge_of_procedure();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0034_representatives_keep_out")]

    operations = [migrations.RunSQL(CHARGED, CHARGED_BACK)]
