"""Sign-ins at other systems: agreed once, issued once, used once, ended once, by the database's clock (threats T-32)."""

from django.db import migrations

from motcua.signin.arranged import where_accounts_are

# An address as it is kept: https, or a loopback address with its port; no user, fragment, space or star.
_ADDRESS = (
    r"^(https://[a-z0-9.-]+(:[0-9]+)?|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?)(/[!-\)+-~]*)?$"
)
RULES = (
    r"""
CREATE FUNCTION signin_entry_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moving text[];
    address text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        FOREACH address IN ARRAY NEW.redirect_uris || NEW.post_logout_uris
                || CASE WHEN NEW.logout_uri = '' THEN '{}' ELSE ARRAY[NEW.logout_uri] END LOOP
            IF address !~ 'ADDRESS' OR address ~ '#' THEN
                RAISE EXCEPTION 'Địa chỉ quay về phải bắt đầu bằng https và ghi trọn vẹn.'
                    USING ERRCODE = '23514', CONSTRAINT = 'entry_addresses_whole';
            END IF;
        END LOOP;
        IF NEW.decision = 'WAITING' AND NEW.ended_at IS NULL THEN
            NEW.asked_at := clock_timestamp();
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Đăng ký đăng nhập bắt đầu bằng chờ duyệt.'
            USING ERRCODE = '23514', CONSTRAINT = 'entry_begins_waiting';
    ELSIF TG_OP = 'UPDATE' AND OLD.decision = 'WAITING' AND NEW.decision <> 'WAITING'
        AND NEW.ended_at IS NULL THEN
        NEW.decided_at := clock_timestamp();
        moving := '{decision,decided_by_subject,decided_at,decided_reason}';
    ELSIF TG_OP = 'UPDATE' AND OLD.decision = 'APPROVED' AND OLD.ended_at IS NULL
        AND NEW.ended_by_subject <> '' THEN
        NEW.ended_at := clock_timestamp();
        moving := '{ended_by_subject,ended_at,ended_reason}';
    END IF;
    IF moving IS NOT NULL AND (to_jsonb(NEW) - moving) IS NOT DISTINCT FROM (to_jsonb(OLD) - moving) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Đăng ký đăng nhập đã ghi không được sửa, xóa; thay đổi bằng đăng ký mới.'
        USING ERRCODE = '23514', CONSTRAINT = 'entry_written_once';
END $$;
CREATE TRIGGER entry_moves BEFORE INSERT OR UPDATE OR DELETE ON signin_signinregistration
    FOR EACH ROW EXECUTE FUNCTION signin_entry_moves();

CREATE FUNCTION signin_request_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.made_at < clock_timestamp() - interval '1 hour' THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.answered_at IS NULL THEN
            NEW.made_at := clock_timestamp();
            RETURN NEW;
        END IF;
    ELSIF OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL
        AND OLD.made_at > clock_timestamp() - interval '30 minutes'
        AND (to_jsonb(NEW) - 'answered_at') IS NOT DISTINCT FROM (to_jsonb(OLD) - 'answered_at') THEN
        NEW.answered_at := clock_timestamp();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Yêu cầu đăng nhập chỉ được trả lời một lần, trong 30 phút.'
        USING ERRCODE = '23514', CONSTRAINT = 'sign_in_request_answered_once';
END $$;
CREATE TRIGGER sign_in_request_moves BEFORE INSERT OR UPDATE OR DELETE ON signin_signinrequest
    FOR EACH ROW EXECUTE FUNCTION signin_request_moves();

CREATE FUNCTION signin_assertion_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.until < clock_timestamp() THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Lời chứng đã dùng phải còn lại cho đến khi hết hạn.'
        USING ERRCODE = '23514', CONSTRAINT = 'used_assertion_stays';
END $$;
CREATE TRIGGER used_assertion_stays BEFORE UPDATE OR DELETE ON signin_usedassertion
    FOR EACH ROW EXECUTE FUNCTION signin_assertion_stays();

CREATE FUNCTION signin_signing_key_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.retired_at IS NULL AND NOT NEW.public ? 'd' THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.retired_at IS NULL AND NEW.retired_at IS NOT NULL
        AND (to_jsonb(NEW) - 'retired_at') IS NOT DISTINCT FROM (to_jsonb(OLD) - 'retired_at') THEN
        NEW.retired_at := clock_timestamp();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Khóa ký đã ghi không được sửa, xóa; chỉ thôi dùng được, và không ghi phần bí mật ở dạng rõ.'
        USING ERRCODE = '23514', CONSTRAINT = 'signing_key_written_once';
END $$;
CREATE TRIGGER signing_key_moves BEFORE INSERT OR UPDATE OR DELETE ON signin_signingkey
    FOR EACH ROW EXECUTE FUNCTION signin_signing_key_moves();
"""
).replace("ADDRESS", _ADDRESS)
# Of tables that point to accounts, where such are (ADR 0042).
OF_PEOPLE = r"""
CREATE FUNCTION signin_sign_in_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.made_at < clock_timestamp() - interval '31 days' THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.spent_at IS NULL AND NEW.ended_at IS NULL THEN
            NEW.made_at := clock_timestamp();
            NEW.code_until := clock_timestamp() + interval '60 seconds';
            RETURN NEW;
        END IF;
    ELSIF (to_jsonb(NEW) - '{spent_at,ended_at,ended_why}'::text[])
            IS NOT DISTINCT FROM (to_jsonb(OLD) - '{spent_at,ended_at,ended_why}'::text[])
        AND (NEW.spent_at IS NOT DISTINCT FROM OLD.spent_at OR OLD.spent_at IS NULL
             AND OLD.ended_at IS NULL AND OLD.code_until > clock_timestamp())
        AND (NEW.ended_at IS NOT DISTINCT FROM OLD.ended_at OR OLD.ended_at IS NULL) THEN
        IF NEW.spent_at IS DISTINCT FROM OLD.spent_at THEN
            NEW.spent_at := clock_timestamp();
        END IF;
        IF NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
            NEW.ended_at := clock_timestamp();
        END IF;
        IF OLD.ended_at IS NULL OR NEW.ended_why = OLD.ended_why THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Mã của lượt đăng nhập chỉ dùng một lần, trong 60 giây; lượt đã kết thúc không mở lại.'
        USING ERRCODE = '23514', CONSTRAINT = 'sign_in_used_once';
END $$;
CREATE TRIGGER sign_in_moves BEFORE INSERT OR UPDATE OR DELETE ON signin_signin
    FOR EACH ROW EXECUTE FUNCTION signin_sign_in_moves();

CREATE FUNCTION signin_refresh_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.made_at < clock_timestamp() - interval '30 days' THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM signin_signin s WHERE s.id = NEW.sign_in_id AND s.spent_at IS NOT NULL
            AND s.ended_at IS NULL AND s.made_at > clock_timestamp() - interval '30 days'
            AND s.scopes @> ARRAY['offline_access'] FOR UPDATE;
        IF FOUND AND NEW.used_at IS NULL THEN
            NEW.made_at := clock_timestamp();
            RETURN NEW;
        END IF;
    ELSIF OLD.used_at IS NULL AND NEW.used_at IS NOT NULL
        AND (to_jsonb(NEW) - 'used_at') IS NOT DISTINCT FROM (to_jsonb(OLD) - 'used_at') THEN
        NEW.used_at := clock_timestamp();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Thẻ gia hạn chỉ dùng một lần, trong 30 ngày của một lượt đăng nhập còn hiệu lực.'
        USING ERRCODE = '23514', CONSTRAINT = 'refresh_token_used_once';
END $$;
CREATE TRIGGER refresh_token_moves BEFORE INSERT OR UPDATE OR DELETE ON signin_refreshtoken
    FOR EACH ROW EXECUTE FUNCTION signin_refresh_moves();

CREATE FUNCTION signin_sharing_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.ended_at IS NULL THEN
        NEW.given_at := clock_timestamp();
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
        AND (to_jsonb(NEW) - 'ended_at') IS NOT DISTINCT FROM (to_jsonb(OLD) - 'ended_at') THEN
        NEW.ended_at := clock_timestamp();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Đồng ý đã ghi không được sửa, xóa; chỉ rút được.'
        USING ERRCODE = '23514', CONSTRAINT = 'sharing_written_once';
END $$;
CREATE TRIGGER sharing_moves BEFORE INSERT OR UPDATE OR DELETE ON signin_sharing
    FOR EACH ROW EXECUTE FUNCTION signin_sharing_moves();
"""
_ON = {
    "entry_moves": ("signin_signinregistration", "signin_entry_moves"),
    "sign_in_request_moves": ("signin_signinrequest", "signin_request_moves"),
    "used_assertion_stays": ("signin_usedassertion", "signin_assertion_stays"),
    "signing_key_moves": ("signin_signingkey", "signin_signing_key_moves"),
}
_ON_PEOPLE = {
    "sign_in_moves": ("signin_signin", "signin_sign_in_moves"),
    "refresh_token_moves": ("signin_refreshtoken", "signin_refresh_moves"),
    "sharing_moves": ("signin_sharing", "signin_sharing_moves"),
}


def _dropped(rules: dict[str, tuple[str, str]]) -> str:
    return "".join(
        f"DROP TRIGGER {trigger} ON {table}; DROP FUNCTION {function}();"
        for trigger, (table, function) in rules.items()
    )


class Migration(migrations.Migration):
    dependencies = [("signin", "0010_sign_in")]
    operations = [
        migrations.RunSQL(RULES, _dropped(_ON)),
        *where_accounts_are(migrations.RunSQL(OF_PEOPLE, _dropped(_ON_PEOPLE))),
    ]
