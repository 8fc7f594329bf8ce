"""Nobody signs in elsewhere for an owner who came of age; what a guardian agreed to ends when the owner takes over."""

from django.db import migrations

from motcua.signin.arranged import where_accounts_are

OF_AGE = """
CREATE FUNCTION signin_waits_for_owner() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF accounts_waits_for_owner(NEW.account_id) THEN
        RAISE EXCEPTION 'Chủ tài khoản đã đủ 18 tuổi và chưa nhận tài khoản: không ai đăng nhập thay được.'
            USING ERRCODE = '23514', CONSTRAINT = 'sign_in_waits_for_owner';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sign_in_waits_for_owner BEFORE INSERT ON signin_signin
    FOR EACH ROW EXECUTE FUNCTION signin_waits_for_owner();
CREATE TRIGGER sharing_waits_for_owner BEFORE INSERT ON signin_sharing
    FOR EACH ROW EXECUTE FUNCTION signin_waits_for_owner();

-- The person is asked anew by each system, as after two accounts were joined.
CREATE FUNCTION signin_ends_with_guardian() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE signin_sharing SET ended_at = clock_timestamp() WHERE account_id = NEW.account_id AND ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER sharing_ends_with_guardian AFTER UPDATE OF settled_at ON accounts_guardianship FOR EACH ROW
    WHEN (OLD.settled_at IS NULL AND NEW.settled_at IS NOT NULL)
    EXECUTE FUNCTION signin_ends_with_guardian();
"""
OF_AGE_BACK = """
DROP TRIGGER sharing_ends_with_guardian ON accounts_guardianship;
DROP FUNCTION signin_ends_with_guardian();
DROP TRIGGER sharing_waits_for_owner ON signin_sharing;
DROP TRIGGER sign_in_waits_for_owner ON signin_signin;
DROP FUNCTION signin_waits_for_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("signin", "0039_reveal_scope"), *where_accounts_are(("accounts", "0065_of_age"))]
    operations = where_accounts_are(migrations.RunSQL(OF_AGE, OF_AGE_BACK))
