"""What a guardian had asked for before the day is agreed to by nobody afterwards (threats C1, C9)."""

from django.db import migrations

# Who a person is (CORRECT, ADD_NUMBER) is what two officers saw on papers, whoever brought them; closing an account and
# acting for an organisation is somebody's will.
RULES = """
CREATE FUNCTION accounts_asked_by_guardian() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked_for bigint := CASE TG_TABLE_NAME WHEN 'accounts_adjustment' THEN (to_jsonb(NEW)->>'account_id')::bigint
                                           WHEN 'accounts_vneidlink' THEN (to_jsonb(NEW)->>'account_id')::bigint
                        ELSE (to_jsonb(NEW)->>'representative_id')::bigint END;
BEGIN
    IF NOT accounts_still_said(asked_for, NEW.asked_at) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'request_ended_with_guardian',
            MESSAGE = 'Đề nghị do người giữ tài khoản nhờ lập trước ngày chủ tài khoản đủ 18 tuổi thì không duyệt nữa.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER adjustment_ended_with_guardian BEFORE UPDATE OF decision ON accounts_adjustment FOR EACH ROW
    WHEN (NEW.decision = 'APPROVED' AND OLD.decision = 'WAITING' AND NEW.kind = 'CLOSE')
    EXECUTE FUNCTION accounts_asked_by_guardian();
CREATE TRIGGER mandate_request_ended_with_guardian BEFORE UPDATE OF decision ON accounts_mandaterequest FOR EACH ROW
    WHEN (NEW.decision = 'APPROVED' AND OLD.decision = 'WAITING')
    EXECUTE FUNCTION accounts_asked_by_guardian();
CREATE TRIGGER unlinking_ended_with_guardian BEFORE UPDATE OF ended_how ON accounts_vneidlink FOR EACH ROW
    WHEN (NEW.ended_how = 'DESK' AND OLD.ended_how = '')
    EXECUTE FUNCTION accounts_asked_by_guardian();
"""
RULES_BACK = """
DROP TRIGGER unlinking_ended_with_guardian ON accounts_vneidlink;
DROP TRIGGER mandate_request_ended_with_guardian ON accounts_mandaterequest;
DROP TRIGGER adjustment_ended_with_guardian ON accounts_adjustment;
DROP FUNCTION accounts_asked_by_guardian();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0101_taken_back_in_time")]
    operations = [migrations.RunSQL(RULES, RULES_BACK)]
