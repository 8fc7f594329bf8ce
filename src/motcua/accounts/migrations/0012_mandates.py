"""Who acts for an organisation: given with a proof, used in order, revoked at once."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns

STANDS = """
CREATE FUNCTION accounts_mandate_stands(mandate bigint, code text, today date) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM accounts_mandate m JOIN accounts_account r ON r.id = m.representative_id
         WHERE m.id = mandate AND m.revoked_at IS NULL AND r.status = 'active'
           AND m.valid_from <= today AND (m.valid_to IS NULL OR m.valid_to >= today)
           AND (code = '' OR cardinality(m.scope) = 0 OR code = ANY (m.scope))
    )
$$;
"""
STANDS_BACK = "DROP FUNCTION accounts_mandate_stands(bigint, text, date);"

# Written once, revoked once; nobody gives it to themselves, and only a citizen holds it for an organisation.
GUARD = """
CREATE FUNCTION accounts_mandate_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before accounts_mandate;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_kept',
            MESSAGE = 'Quyền đại diện đã ghi nhận không được xóa.';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.revoked_at IS NOT NULL
           OR NOT EXISTS (SELECT 1 FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
                           WHERE a.id = NEW.organisation_id AND p.kind = 'ORGANISATION')
           OR NOT EXISTS (SELECT 1 FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
                           WHERE a.id = NEW.representative_id AND p.kind = 'CITIZEN') THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_citizen_for_organisation',
                MESSAGE = 'Quyền đại diện là của một công dân đối với một tổ chức.';
        ELSIF EXISTS (SELECT 1 FROM accounts_pairwisesubject
                       WHERE account_id = NEW.representative_id AND subject = NEW.granted_by) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_not_to_oneself',
                MESSAGE = 'Cán bộ không ghi nhận quyền đại diện cho chính mình.';
        END IF;
        RETURN NEW;
    END IF;
    before := OLD;
    IF OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL THEN
        NEW.revoked_at := clock_timestamp();
        before.revoked_at := NEW.revoked_at;
        before.revoked_by := NEW.revoked_by;
        before.revoked_why := NEW.revoked_why;
    END IF;
    IF NEW IS DISTINCT FROM before THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_unchanged',
            MESSAGE = 'Quyền đại diện chỉ được thu hồi, một lần, không được sửa.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_guard BEFORE INSERT OR UPDATE OR DELETE ON accounts_mandate
    FOR EACH ROW EXECUTE FUNCTION accounts_mandate_guard();
"""
GUARD_BACK = """
DROP TRIGGER mandate_guard ON accounts_mandate;
DROP FUNCTION accounts_mandate_guard();
"""

# A use and a revocation meet at the mandate's row: whichever comes first there, came first.
USED = """
CREATE FUNCTION accounts_mandate_used() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_use_kept',
            MESSAGE = 'Lần dùng quyền đại diện không được sửa, không được xóa.';
    END IF;
    PERFORM 1 FROM accounts_mandate WHERE id = NEW.mandate_id FOR SHARE;
    IF NOT accounts_mandate_stands(NEW.mandate_id, NEW.procedure_code,
                                   (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_stands',
            MESSAGE = 'Quyền đại diện đã bị thu hồi, hết hiệu lực hoặc không cho thủ tục này.';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_used BEFORE INSERT OR UPDATE OR DELETE ON accounts_mandateuse
    FOR EACH ROW EXECUTE FUNCTION accounts_mandate_used();
"""
USED_BACK = """
DROP TRIGGER mandate_used ON accounts_mandateuse;
DROP FUNCTION accounts_mandate_used();
"""

SESSION = """
CREATE FUNCTION accounts_session_under_mandate() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.mandate_id IS DISTINCT FROM OLD.mandate_id
       OR NEW.mandate_id IS NOT NULL AND (NEW.audience <> 'CITIZEN' OR NOT EXISTS (
            SELECT 1 FROM accounts_mandate WHERE id = NEW.mandate_id AND organisation_id = NEW.account_id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'session_of_mandate',
            MESSAGE = 'Phiên làm việc thay tổ chức phải theo đúng quyền đại diện.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER session_of_mandate BEFORE INSERT OR UPDATE OF mandate_id, account_id ON accounts_session
    FOR EACH ROW EXECUTE FUNCTION accounts_session_under_mandate();
"""
SESSION_BACK = """
DROP TRIGGER session_of_mandate ON accounts_session;
DROP FUNCTION accounts_session_under_mandate();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_emails"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("LEGAL", "Đại diện theo pháp luật"),
                            ("AUTHORISED", "Đại diện theo ủy quyền"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "scope",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("proof", models.CharField(max_length=200)),
                ("proof_on", models.DateField()),
                ("granted_by", models.CharField(max_length=64)),
                ("granted_unit_code", models.CharField(max_length=64)),
                (
                    "granted_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, default="", max_length=64)),
                ("revoked_why", models.CharField(blank=True, default="", max_length=300)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="accounts.account",
                    ),
                ),
                (
                    "representative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates_held",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="session",
            name="mandate",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="accounts.mandate",
            ),
        ),
        migrations.CreateModel(
            name="MandateUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("procedure_code", models.CharField(max_length=40)),
                ("asked_by", models.CharField(max_length=64)),
                ("unit_code", models.CharField(blank=True, default="", max_length=64)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="accounts.mandate",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                condition=models.Q(("revoked_at", None)), fields=["representative"], name="mandate_held"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="mandate_days_in_order",
                violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("basis", "LEGAL"),
                    models.Q(("basis", "AUTHORISED"), ("valid_to__isnull", False)),
                    _connector="OR",
                ),
                name="mandate_authorised_until",
                violation_error_message="Việc ủy quyền đại diện phải có ngày hết hiệu lực.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proof__regex", "\\S{1}.{3}"), models.Q(("granted_by", ""), _negated=True)
                ),
                name="mandate_has_proof",
                violation_error_message="Quyền đại diện phải ghi giấy tờ chứng minh và người ghi nhận.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at", None), ("revoked_by", ""), ("revoked_why", "")),
                    models.Q(
                        ("revoked_at__isnull", False),
                        models.Q(("revoked_by", ""), _negated=True),
                        models.Q(("revoked_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mandate_revoked_by_somebody",
                violation_error_message="Việc thu hồi quyền đại diện phải ghi người thu hồi và lý do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)),
                fields=("organisation", "representative"),
                name="mandate_once_while_it_stands",
                violation_error_message="Người này đang đại diện cho tổ chức. Đề nghị thu hồi quyền cũ trước khi ghi nhận quyền mới.",
            ),
        ),
        migrations.AddIndex(
            model_name="mandateuse",
            index=models.Index(fields=["mandate", "-id"], name="mandate_use_newest"),
        ),
        migrations.RunSQL(STANDS, STANDS_BACK),
        migrations.RunSQL(GUARD, GUARD_BACK),
        migrations.RunSQL(USED, USED_BACK),
        migrations.RunSQL(SESSION, SESSION_BACK),
    ]
