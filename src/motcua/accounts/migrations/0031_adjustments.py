"""Adjustments of accounts at the desk; who a person is changes in their transaction and in no other."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns

MOVES = """
CREATE FUNCTION accounts_adjustment_moves() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_kept',
            MESSAGE = 'Điều chỉnh tài khoản đã ghi nhận không được xóa.';
    END IF;
    IF EXISTS (SELECT 1 FROM accounts_pairwisesubject
                WHERE account_id = NEW.account_id
                  AND (subject = NEW.asked_by OR NEW.decision = 'APPROVED' AND subject = NEW.decided_by)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_not_for_oneself',
            MESSAGE = 'Cán bộ không điều chỉnh tài khoản của chính mình.';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.decision <> 'WAITING' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_begins_waiting',
                MESSAGE = 'Điều chỉnh tài khoản bắt đầu bằng một đề nghị.';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.decision = 'WAITING' AND NEW.decision <> 'WAITING' THEN
        NEW.decided_at := clock_timestamp();
        IF NEW.decision = 'APPROVED' AND NEW.evidence_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM files_storedfile f
             WHERE f.id = NEW.evidence_id AND f.scan_status = 'CLEAN' AND f.purged_at IS NULL) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_evidence_stands',
                MESSAGE = 'Bản quét giấy tờ không còn hoặc chưa được kiểm tra xong.';
        END IF;
    END IF;
    IF NEW.account_id <> OLD.account_id OR NEW.public_id <> OLD.public_id OR NEW.kind <> OLD.kind
       OR NEW.data_sealed IS DISTINCT FROM OLD.data_sealed OR NEW.evidence_id IS DISTINCT FROM OLD.evidence_id
       OR NEW.scan_qr <> OLD.scan_qr OR NEW.reason <> OLD.reason OR NEW.unit_id <> OLD.unit_id
       OR NEW.unit_code <> OLD.unit_code OR NEW.asked_by <> OLD.asked_by OR NEW.asked_at <> OLD.asked_at
       OR OLD.decision <> 'WAITING' AND (NEW.decision, NEW.decided_by, NEW.decided_reason, NEW.decided_at)
            IS DISTINCT FROM (OLD.decision, OLD.decided_by, OLD.decided_reason, OLD.decided_at) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_written_once',
            MESSAGE = 'Đề nghị điều chỉnh chỉ được quyết định một lần, không được sửa.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER adjustment_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_adjustment
    FOR EACH ROW EXECUTE FUNCTION accounts_adjustment_moves();
"""
MOVES_BACK = """
DROP TRIGGER adjustment_moves ON accounts_adjustment;
DROP FUNCTION accounts_adjustment_moves();
"""

# now() is when the transaction began: an adjustment decided later than that was decided in it.
IDENTITY = """
CREATE FUNCTION accounts_adjusted_now(person bigint, wanted text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM accounts_adjustment a JOIN accounts_account c ON c.id = a.account_id
         WHERE c.person_id = person AND a.kind = wanted AND a.decision = 'APPROVED' AND a.decided_at >= now())
$$;

CREATE FUNCTION accounts_person_by_two() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT accounts_adjusted_now(NEW.id, 'CORRECT') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'person_by_two',
            MESSAGE = 'Họ tên, ngày sinh chỉ được sửa khi hai cán bộ cùng xác nhận.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER person_by_two BEFORE UPDATE OF full_name, folded_name, name_words, born_on, born_year_only, kind
    ON accounts_person FOR EACH ROW
    WHEN ((OLD.full_name, OLD.folded_name, OLD.name_words, OLD.born_on, OLD.born_year_only, OLD.kind)
          IS DISTINCT FROM (NEW.full_name, NEW.folded_name, NEW.name_words, NEW.born_on, NEW.born_year_only, NEW.kind))
    EXECUTE FUNCTION accounts_person_by_two();

CREATE FUNCTION accounts_number_by_two() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_account
                WHERE person_id = NEW.person_id AND status IN ('pending_activation', 'active', 'locked', 'frozen'))
       AND NOT accounts_adjusted_now(NEW.person_id, 'ADD_NUMBER') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'number_by_two',
            MESSAGE = 'Số giấy tờ chỉ được thêm vào tài khoản khi hai cán bộ cùng xác nhận.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER number_by_two AFTER INSERT OR UPDATE OF person_id, number_bi ON accounts_identitydocument
    FOR EACH ROW EXECUTE FUNCTION accounts_number_by_two();
"""
IDENTITY_BACK = """
DROP TRIGGER number_by_two ON accounts_identitydocument;
DROP FUNCTION accounts_number_by_two();
DROP TRIGGER person_by_two ON accounts_person;
DROP FUNCTION accounts_person_by_two();
DROP FUNCTION accounts_adjusted_now(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0030_second_factor"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ADD_NUMBER", "Thêm số CCCD mới"),
                            ("CORRECT", "Sửa họ tên, ngày sinh"),
                            ("LOCK", "Tạm khóa"),
                            ("UNLOCK", "Mở khóa"),
                            ("CLOSE", "Đóng tài khoản"),
                        ],
                        max_length=10,
                    ),
                ),
                ("data_sealed", models.BinaryField(null=True)),
                (
                    "scan_qr",
                    models.CharField(
                        blank=True,
                        choices=[("SAME", "Khớp"), ("DIFFERENT", "Khác"), ("UNREAD", "Không đọc được")],
                        default="",
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("unit_id", models.BigIntegerField()),
                ("unit_code", models.CharField(max_length=64)),
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
                            ("APPROVED", "Đã thực hiện"),
                            ("DECLINED", "Không duyệt"),
                            ("WITHDRAWN", "Đã rút"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("decided_reason", models.CharField(blank=True, default="", max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="accounts.account",
                    ),
                ),
                (
                    "evidence",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit_id", "-id"], name="adjustment_of_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "WAITING")),
                        fields=("account", "kind"),
                        name="adjustment_one_waiting",
                        violation_error_message="Tài khoản này đang có một đề nghị cùng loại chờ duyệt.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True), ("decided_by", ""), ("decision", "WAITING")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision", "APPROVED"),
                                models.Q(("decided_by", ""), _negated=True),
                                models.Q(
                                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                    ("kind__in", ["LOCK", "UNLOCK"]),
                                    _connector="OR",
                                ),
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
                        name="adjustment_two_officers",
                        violation_error_message="Người duyệt phải khác người đề nghị.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__regex", "\\S.{3,}"),
                            models.Q(("asked_by", ""), _negated=True),
                            models.Q(("unit_code", ""), _negated=True),
                        ),
                        name="adjustment_has_reason",
                        violation_error_message="Đề nghị điều chỉnh phải ghi người đề nghị, đơn vị và lý do.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("data_sealed__isnull", False),
                                ("evidence__isnull", False),
                                ("kind__in", ["ADD_NUMBER", "CORRECT"]),
                                models.Q(("scan_qr", ""), _negated=True),
                            ),
                            models.Q(
                                ("data_sealed__isnull", True),
                                ("kind__in", ["LOCK", "UNLOCK", "CLOSE"]),
                                ("scan_qr", ""),
                            ),
                            _connector="OR",
                        ),
                        name="adjustment_says_what",
                        violation_error_message="Điều chỉnh thông tin định danh phải có nội dung và giấy tờ kèm theo.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["ADD_NUMBER", "CORRECT", "LOCK", "UNLOCK", "CLOSE"])
                        ),
                        name="adjustment_kind_known",
                        violation_error_message="Giá trị không thuộc danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision__in", ["WAITING", "APPROVED", "DECLINED", "WITHDRAWN"])
                        ),
                        name="adjustment_decision_known",
                        violation_error_message="Giá trị không thuộc danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scan_qr__in", ["", "SAME", "DIFFERENT", "UNREAD"])),
                        name="adjustment_scan_qr_known",
                        violation_error_message="Giá trị không thuộc danh mục.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(MOVES, MOVES_BACK),
        migrations.RunSQL(IDENTITY, IDENTITY_BACK),
    ]
