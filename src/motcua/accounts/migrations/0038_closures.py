"""When an account was closed; its person is forgotten thirty days later, wholly, and not a day early."""

import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns

_OWN = "Chủ tài khoản phải đọc điều được giữ lại trước khi đóng."
_KNOWN = "Giá trị không thuộc danh mục."
_BORN = "Công dân phải có ngày sinh."

# Accounts closed before there was this table: since an officer's decision, or since now.
EARLIER = """
INSERT INTO accounts_closure (account_id, how, text_version, closed_at)
SELECT c.id, 'DESK', '', coalesce(
           (SELECT max(a.decided_at) FROM accounts_adjustment a
             WHERE a.account_id = c.id AND a.kind = 'CLOSE' AND a.decision = 'APPROVED'), clock_timestamp())
  FROM accounts_account c WHERE c.status = 'closed'
"""

# The day is the database's. Only its owner, after a restore, says that it was closed before.
GUARD = """
CREATE FUNCTION accounts_closure_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    is_owner boolean := pg_has_role(current_user,
        (SELECT relowner FROM pg_class WHERE oid = 'accounts_closure'::regclass), 'USAGE');
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.how = 'REPLAY' AND NOT is_owner THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'closure_guard',
                MESSAGE = 'Chỉ chủ cơ sở dữ liệu được đóng lại tài khoản sau khi khôi phục.';
        ELSIF NOT EXISTS (SELECT 1 FROM accounts_account WHERE id = NEW.account_id AND status = 'closed') THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'closure_guard',
                MESSAGE = 'Tài khoản chưa đóng.';
        END IF;
        NEW.forgotten_at := NULL;
        IF NEW.how <> 'REPLAY' THEN
            NEW.closed_at := clock_timestamp();
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.forgotten_at IS NOT NULL OR NEW.forgotten_at IS NULL
       OR (to_jsonb(NEW) - 'forgotten_at') IS DISTINCT FROM (to_jsonb(OLD) - 'forgotten_at')
       OR OLD.closed_at > clock_timestamp() - interval '30 days' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'closure_guard',
            MESSAGE = 'Việc đóng tài khoản không sửa được; người chỉ được xóa sau 30 ngày.';
    END IF;
    NEW.forgotten_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER closure_guard BEFORE INSERT OR UPDATE OR DELETE ON accounts_closure
    FOR EACH ROW EXECUTE FUNCTION accounts_closure_guard();
"""
GUARD_BACK = """
DROP TRIGGER closure_guard ON accounts_closure;
DROP FUNCTION accounts_closure_guard();
"""

# A name that becomes empty is a person being forgotten: this trigger judges it, the one of two officers all else.
FORGOTTEN = """
CREATE FUNCTION accounts_person_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_account WHERE person_id = OLD.id AND status <> 'closed')
       OR NOT EXISTS (
           SELECT 1 FROM accounts_closure x JOIN accounts_account a ON a.id = x.account_id
            WHERE a.person_id = OLD.id AND x.forgotten_at IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'person_forgotten',
            MESSAGE = 'Thông tin của một người chỉ được xóa 30 ngày sau khi đóng tài khoản.';
    END IF;
    NEW := OLD;
    NEW.full_name := '';
    NEW.folded_name := '';
    NEW.name_words := '{}';
    NEW.born_on := NULL;
    NEW.born_year_only := false;
    NEW.email := '';
    RETURN NEW;
END $$;
CREATE TRIGGER person_forgotten BEFORE UPDATE ON accounts_person
    FOR EACH ROW WHEN (NEW.full_name = '' AND OLD.full_name <> '') EXECUTE FUNCTION accounts_person_forgotten();

DROP TRIGGER person_by_two ON accounts_person;
CREATE TRIGGER person_by_two BEFORE UPDATE OF full_name, folded_name, name_words, born_on, born_year_only, kind
    ON accounts_person FOR EACH ROW
    WHEN ((OLD.full_name, OLD.folded_name, OLD.name_words, OLD.born_on, OLD.born_year_only, OLD.kind)
          IS DISTINCT FROM (NEW.full_name, NEW.folded_name, NEW.name_words, NEW.born_on, NEW.born_year_only, NEW.kind)
          AND (NEW.full_name <> '' OR OLD.full_name = ''))
    EXECUTE FUNCTION accounts_person_by_two();
"""
FORGOTTEN_BACK = """
DROP TRIGGER person_forgotten ON accounts_person;
DROP FUNCTION accounts_person_forgotten();
DROP TRIGGER person_by_two ON accounts_person;
CREATE TRIGGER person_by_two BEFORE UPDATE OF full_name, folded_name, name_words, born_on, born_year_only, kind
    ON accounts_person FOR EACH ROW
    WHEN ((OLD.full_name, OLD.folded_name, OLD.name_words, OLD.born_on, OLD.born_year_only, OLD.kind)
          IS DISTINCT FROM (NEW.full_name, NEW.folded_name, NEW.name_words, NEW.born_on, NEW.born_year_only, NEW.kind))
    EXECUTE FUNCTION accounts_person_by_two();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0034_class_lists")]

    operations = [
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("DESK", "cán bộ đóng theo đề nghị"),
                            ("OWNER", "chủ tài khoản tự đóng"),
                            ("REPLAY", "đóng lại sau khi khôi phục bản sao lưu"),
                        ],
                        max_length=6,
                    ),
                ),
                ("text_version", models.CharField(blank=True, default="", max_length=20)),
                (
                    "closed_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closure",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "việc đóng tài khoản",
                "indexes": [
                    models.Index(
                        condition=models.Q(("forgotten_at__isnull", True)),
                        fields=["closed_at"],
                        name="closure_to_forget",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["DESK", "OWNER", "REPLAY"])),
                        name="closure_how_known",
                        violation_error_message=_KNOWN,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("how", "OWNER"), _negated=True),
                            models.Q(("text_version", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="closure_owner_read_the_text",
                        violation_error_message=_OWN,
                    ),
                ],
            },
        ),
        migrations.RunSQL(EARLIER, "DELETE FROM accounts_closure"),
        migrations.RunSQL(GUARD, GUARD_BACK),
        migrations.RemoveConstraint(model_name="person", name="person_citizen_has_birth_date"),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "ORGANISATION"),
                    ("born_on__isnull", False),
                    ("full_name", ""),
                    _connector="OR",
                ),
                name="person_citizen_has_birth_date",
                violation_error_message=_BORN,
            ),
        ),
        migrations.RunSQL(FORGOTTEN, FORGOTTEN_BACK),
    ]
