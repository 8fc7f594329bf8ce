"""The second factor of officers, how it is set anew, and who signed in when."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import motcua.accounts.models.columns

# A factor is added and ended; in between only its counter moves, and only forwards.
FACTORS = """
CREATE FUNCTION accounts_factor_moves() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_kept',
            MESSAGE = 'Yếu tố thứ hai đã đăng ký thì không xóa được, chỉ bỏ được.';
    END IF;
    before := OLD;
    IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
        NEW.ended_at := clock_timestamp();
        before.ended_at := NEW.ended_at;
        before.ended_why := NEW.ended_why;
    END IF;
    IF TG_TABLE_NAME = 'accounts_authenticator' THEN
        IF NEW.ended_at IS NOT NULL THEN
            before.secret_sealed := NEW.secret_sealed;
        ELSIF NEW.last_step > OLD.last_step THEN
            before.last_step := NEW.last_step;
        END IF;
    ELSIF NEW.ended_at IS NULL THEN
        IF NEW.sign_count > OLD.sign_count OR NEW.sign_count = 0 AND OLD.sign_count = 0 THEN
            before.sign_count := NEW.sign_count;
            before.used_at := NEW.used_at;
        END IF;
    END IF;
    IF NEW IS DISTINCT FROM before THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_moves',
            MESSAGE = 'Yếu tố thứ hai không sửa được; bộ đếm của nó chỉ tăng.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER authenticator_moves BEFORE UPDATE OR DELETE ON accounts_authenticator
    FOR EACH ROW EXECUTE FUNCTION accounts_factor_moves();
CREATE TRIGGER passkey_moves BEFORE UPDATE OR DELETE ON accounts_passkey
    FOR EACH ROW EXECUTE FUNCTION accounts_factor_moves();

CREATE FUNCTION accounts_recovery_code_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.account_id <> OLD.account_id OR NEW.code_mac <> OLD.code_mac OR NEW.made_at <> OLD.made_at
       OR OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at
       OR OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at
       OR OLD.voided_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_code_once',
            MESSAGE = 'Mã dự phòng chỉ dùng một lần, đã hủy thì không dùng được.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recovery_code_once BEFORE UPDATE ON accounts_recoverycode
    FOR EACH ROW EXECUTE FUNCTION accounts_recovery_code_once();
"""
FACTORS_BACK = """
DROP TRIGGER recovery_code_once ON accounts_recoverycode;
DROP FUNCTION accounts_recovery_code_once();
DROP TRIGGER passkey_moves ON accounts_passkey;
DROP TRIGGER authenticator_moves ON accounts_authenticator;
DROP FUNCTION accounts_factor_moves();
"""

# Whoever is to enrol anew neither asks for it nor agrees to it; what was asked is decided once and never edited.
RESETS = """
CREATE FUNCTION accounts_factor_reset_moves() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_kept',
            MESSAGE = 'Đề nghị đặt lại đã ghi nhận không được xóa.';
    END IF;
    IF EXISTS (SELECT 1 FROM accounts_pairwisesubject
                WHERE account_id = NEW.account_id
                  AND (subject = NEW.asked_by OR NEW.decision = 'APPROVED' AND subject = NEW.decided_by)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_not_for_oneself',
            MESSAGE = 'Cán bộ không đặt lại yếu tố thứ hai cho chính mình.';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.decision <> 'WAITING' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_begins_waiting',
                MESSAGE = 'Đề nghị đặt lại phải chờ người thứ hai duyệt.';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.decision = 'WAITING' AND NEW.decision <> 'WAITING' THEN
        NEW.decided_at := clock_timestamp();
    END IF;
    IF NEW.code_mac IS DISTINCT FROM OLD.code_mac THEN
        NEW.code_sent_at := clock_timestamp();
        NEW.tries := 0;
    END IF;
    IF NEW.account_id <> OLD.account_id OR NEW.public_id <> OLD.public_id OR NEW.reason <> OLD.reason
       OR NEW.unit_code <> OLD.unit_code OR NEW.asked_by <> OLD.asked_by OR NEW.asked_at <> OLD.asked_at
       OR OLD.decision <> 'WAITING' AND (NEW.decision, NEW.decided_by, NEW.decided_at)
            IS DISTINCT FROM (OLD.decision, OLD.decided_by, OLD.decided_at)
       OR NEW.code_mac IS NOT DISTINCT FROM OLD.code_mac AND NEW.tries < OLD.tries
       OR NEW.code_mac IS NOT DISTINCT FROM OLD.code_mac AND NEW.code_sent_at IS DISTINCT FROM OLD.code_sent_at
       OR OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at
       OR OLD.used_at IS NOT NULL AND NEW.code_mac IS DISTINCT FROM OLD.code_mac THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_written_once',
            MESSAGE = 'Đề nghị đặt lại chỉ được quyết định một lần, không được sửa.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER factor_reset_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_factorreset
    FOR EACH ROW EXECUTE FUNCTION accounts_factor_reset_moves();
"""
RESETS_BACK = """
DROP TRIGGER factor_reset_moves ON accounts_factorreset;
DROP FUNCTION accounts_factor_reset_moves();
"""

STEPS = """
CREATE FUNCTION accounts_second_step_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.account_id <> OLD.account_id OR NEW.token_hash <> OLD.token_hash OR NEW.device_hash <> OLD.device_hash
       OR NEW.created_at <> OLD.created_at OR NEW.tries < OLD.tries
       OR OLD.reset_id IS NOT NULL AND NEW.reset_id IS DISTINCT FROM OLD.reset_id
       OR OLD.passed_at IS NOT NULL AND NEW.passed_at IS DISTINCT FROM OLD.passed_at
       OR NEW.reset_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM accounts_factorreset r
             WHERE r.id = NEW.reset_id AND r.account_id = NEW.account_id AND r.used_at IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'second_step_once',
            MESSAGE = 'Bước xác thực thứ hai chỉ qua một lần, không sửa được.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER second_step_once BEFORE UPDATE ON accounts_secondstep
    FOR EACH ROW EXECUTE FUNCTION accounts_second_step_once();

CREATE FUNCTION accounts_sign_in_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- What belongs to nobody's account goes after a day, the owner's history after two years (DP-08).
    IF TG_OP = 'DELETE' AND (OLD.at < clock_timestamp() - interval '24 months'
                             OR OLD.account_id IS NULL AND OLD.at < clock_timestamp() - interval '1 day') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'sign_in_stays',
        MESSAGE = 'Lịch sử đăng nhập chỉ được ghi thêm, và được giữ hai năm.';
END $$;
CREATE TRIGGER sign_in_stays BEFORE UPDATE OR DELETE ON accounts_signin
    FOR EACH ROW EXECUTE FUNCTION accounts_sign_in_stays();
"""
STEPS_BACK = """
DROP TRIGGER sign_in_stays ON accounts_signin;
DROP FUNCTION accounts_sign_in_stays();
DROP TRIGGER second_step_once ON accounts_secondstep;
DROP FUNCTION accounts_second_step_once();
"""

# An officer who stops working is signed in nowhere as one, on every node, with the very act that says so.
LEAVING = """
CREATE FUNCTION accounts_officer_leaves() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE accounts_session s SET ended_at = clock_timestamp(), ended_why = 'officer_left'
      FROM accounts_pairwisesubject x
     WHERE x.subject = NEW.subject AND s.account_id = x.account_id
       AND s.audience = 'OFFICER' AND s.ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER officer_leaves AFTER UPDATE OF active ON units_officer
    FOR EACH ROW WHEN (OLD.active AND NOT NEW.active) EXECUTE FUNCTION accounts_officer_leaves();
"""
LEAVING_BACK = """
DROP TRIGGER officer_leaves ON units_officer;
DROP FUNCTION accounts_officer_leaves();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_resting_resets"),
        ("units", "0007_connect_systems"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("secret_sealed", models.BinaryField(null=True)),
                ("last_step", models.BigIntegerField()),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="FactorReset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("unit_code", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=300)),
                ("asked_by", models.CharField(max_length=64)),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("WAITING", "Chờ duyệt"),
                            ("APPROVED", "Đã duyệt"),
                            ("DECLINED", "Không duyệt"),
                            ("WITHDRAWN", "Đã rút"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("decided_at", models.DateTimeField(null=True)),
                ("code_mac", models.BinaryField(null=True)),
                ("code_sent_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("credential_id", models.BinaryField(unique=True)),
                ("credential", models.BinaryField()),
                ("sign_count", models.BigIntegerField()),
                ("device_words", models.CharField(blank=True, default="", max_length=80)),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_mac", models.BinaryField(unique=True)),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("used_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SecondStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.BinaryField(unique=True)),
                ("device_hash", models.BinaryField()),
                ("tries", models.PositiveIntegerField(default=0)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.CombinedExpression(
                            motcua.accounts.models.columns.StatementTimestamp(),
                            "+",
                            models.Value(datetime.timedelta(seconds=600)),
                        ),
                        editable=False,
                    ),
                ),
                ("passed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignIn",
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
                            ("PASSWORD", "Mật khẩu"),
                            ("TOTP", "Ứng dụng xác thực"),
                            ("PASSKEY", "Khóa truy cập"),
                            ("RECOVERY", "Mã dự phòng"),
                            ("RESET", "Mã đăng ký lại"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("IN", "Đã đăng nhập"),
                            ("HALF", "Chờ bước hai"),
                            ("AGAIN", "Đã xác thực lại"),
                            ("WRONG", "Không đúng"),
                            ("LOCKED", "Tài khoản đang khóa"),
                        ],
                        max_length=6,
                    ),
                ),
                ("audience", models.CharField(blank=True, default="", max_length=8)),
                ("device_words", models.CharField(blank=True, default="", max_length=80)),
                ("known_device", models.BooleanField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="session",
            name="factor",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="session",
            name="proved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("factor", ""), ("proved_at__isnull", True)),
                    models.Q(("factor__in", ["TOTP", "PASSKEY", "RECOVERY"]), ("proved_at__isnull", False)),
                    _connector="OR",
                ),
                name="session_factor_was_proved",
                violation_error_message="Phiên phải ghi yếu tố thứ hai cùng với lúc đã xác thực.",
            ),
        ),
        migrations.AddField(
            model_name="authenticator",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="authenticators",
                to="accounts.account",
            ),
        ),
        migrations.AddField(
            model_name="factorreset",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="factor_resets",
                to="accounts.account",
            ),
        ),
        migrations.AddField(
            model_name="passkey",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="passkeys", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="recoverycode",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recovery_codes",
                to="accounts.account",
            ),
        ),
        migrations.AddField(
            model_name="secondstep",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="secondstep",
            name="reset",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.factorreset",
            ),
        ),
        migrations.AddField(
            model_name="signin",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sign_ins",
                to="accounts.account",
            ),
        ),
        migrations.AddConstraint(
            model_name="authenticator",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("account",),
                name="authenticator_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="authenticator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_why", ""), ("secret_sealed__isnull", False)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("secret_sealed__isnull", True),
                        models.Q(("ended_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="authenticator_erased",
                violation_error_message="Ứng dụng xác thực đã bỏ thì phải xóa khóa, đang dùng thì phải có.",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "WAITING")),
                fields=("account",),
                name="factor_reset_one_waiting",
                violation_error_message="Cán bộ này đang có một đề nghị đặt lại chờ duyệt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by", ""), ("decision", "WAITING")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decision", "APPROVED"),
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decision", "DECLINED"),
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by", models.F("asked_by")),
                        ("decision", "WITHDRAWN"),
                    ),
                    _connector="OR",
                ),
                name="factor_reset_two_officers",
                violation_error_message="Người duyệt phải khác người đề nghị.",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__regex", "\\S.{3,}"),
                    models.Q(("asked_by", ""), _negated=True),
                    models.Q(("unit_code", ""), _negated=True),
                ),
                name="factor_reset_has_reason",
                violation_error_message="Đề nghị đặt lại phải ghi người đề nghị, đơn vị và lý do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("code_mac__isnull", True), ("code_sent_at__isnull", True), ("used_at__isnull", True)
                    ),
                    models.Q(
                        ("code_mac__isnull", False), ("code_sent_at__isnull", False), ("decision", "APPROVED")
                    ),
                    _connector="OR",
                ),
                name="factor_reset_code_after_approval",
                violation_error_message="Mã đăng ký lại chỉ có sau khi đề nghị được duyệt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(("tries__gte", 0), ("tries__lte", 5)),
                name="factor_reset_five_tries",
                violation_error_message="Mỗi mã đăng ký lại chỉ được nhập tối đa 5 lần.",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code_mac__isnull", True),
                    motcua.accounts.models.columns.OctetLengthIs("code_mac"),
                    _connector="OR",
                ),
                name="factor_reset_code_mac_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["WAITING", "APPROVED", "DECLINED", "WITHDRAWN"])),
                name="factor_reset_decision_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="passkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("sign_count__gte", 0)),
                name="passkey_counts_from_nought",
                violation_error_message="Số lần ký của khóa truy cập không được âm.",
            ),
        ),
        migrations.AddConstraint(
            model_name="passkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_why", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("ended_why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="passkey_ended_with_reason",
                violation_error_message="Khóa truy cập đã bỏ thì phải ghi vì sao.",
            ),
        ),
        migrations.AddIndex(
            model_name="recoverycode",
            index=models.Index(
                condition=models.Q(("used_at__isnull", True), ("voided_at__isnull", True)),
                fields=["account"],
                name="recovery_code_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code_mac__isnull", True),
                    motcua.accounts.models.columns.OctetLengthIs("code_mac"),
                    _connector="OR",
                ),
                name="recovery_code_code_mac_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("token_hash__isnull", True),
                    motcua.accounts.models.columns.OctetLengthIs("token_hash"),
                    _connector="OR",
                ),
                name="second_step_token_hash_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("device_hash__isnull", True),
                    motcua.accounts.models.columns.OctetLengthIs("device_hash"),
                    _connector="OR",
                ),
                name="second_step_device_hash_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "expires_at",
                        django.db.models.expressions.CombinedExpression(
                            models.F("created_at"), "+", models.Value(datetime.timedelta(seconds=600))
                        ),
                    )
                ),
                name="second_step_ten_minutes",
                violation_error_message="Bước xác thực thứ hai chỉ chờ trong 10 phút.",
            ),
        ),
        migrations.AddIndex(
            model_name="signin",
            index=models.Index(
                condition=models.Q(("account__isnull", False)),
                fields=["account", "-id"],
                name="sign_in_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="signin",
            index=models.Index(fields=["at"], name="sign_in_by_time"),
        ),
        migrations.AddConstraint(
            model_name="signin",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["PASSWORD", "TOTP", "PASSKEY", "RECOVERY", "RESET"])),
                name="sign_in_how_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signin",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ["IN", "HALF", "AGAIN", "WRONG", "LOCKED"])),
                name="sign_in_result_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.RunSQL(FACTORS, FACTORS_BACK),
        migrations.RunSQL(RESETS, RESETS_BACK),
        migrations.RunSQL(STEPS, STEPS_BACK),
        migrations.RunSQL(LEAVING, LEAVING_BACK),
    ]
