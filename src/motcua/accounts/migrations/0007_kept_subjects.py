"""The name an account has at a desk is given once: whoever moved it would move a vault."""

from django.db import migrations

SUBJECT_STAYS = """
CREATE FUNCTION accounts_subject_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Mã định danh của tài khoản tại đơn vị không được sửa, không được xóa.'
        USING ERRCODE = '23514', CONSTRAINT = 'subject_stays';
END $$;
CREATE TRIGGER subject_stays BEFORE UPDATE OR DELETE ON accounts_pairwisesubject
    FOR EACH ROW EXECUTE FUNCTION accounts_subject_stays();
"""
SUBJECT_STAYS_BACK = """
DROP TRIGGER subject_stays ON accounts_pairwisesubject;
DROP FUNCTION accounts_subject_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_search_path")]
    operations = [migrations.RunSQL(SUBJECT_STAYS, SUBJECT_STAYS_BACK)]
