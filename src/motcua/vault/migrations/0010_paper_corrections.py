"""What an owner says is wrong with a paper, and what two officers put right: said once, decided once, never erased."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns

REPORTED = """
CREATE FUNCTION vault_paper_report_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.answered_at IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM vault_paper p WHERE p.id = NEW.paper_id AND p.owner_id = NEW.owner_id
               AND p.state = 'CURRENT' AND p.digitised_unit_code = NEW.unit_code
               AND p.visible_from <= clock_timestamp()) THEN
            RAISE EXCEPTION 'Chỉ chủ kho báo giấy tờ đang có trong kho của mình.'
                USING ERRCODE = '23514', CONSTRAINT = 'paper_report_of_the_owner';
        END IF;
        NEW.raised_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
       OR (to_jsonb(NEW) - '{answered_at,answered_by_subject,answer}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{answered_at,answered_by_subject,answer}'::text[]) THEN
        RAISE EXCEPTION 'Điều chủ kho báo chỉ có thể được trả lời, một lần, không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_report_written_once';
    END IF;
    IF NEW.answered_at IS NOT NULL THEN
        NEW.answered_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_report_guard BEFORE INSERT OR UPDATE OR DELETE ON vault_paperreport
    FOR EACH ROW EXECUTE FUNCTION vault_paper_report_guard();
"""
REPORTED_BACK = """
DROP TRIGGER paper_report_guard ON vault_paperreport;
DROP FUNCTION vault_paper_report_guard();
"""

# Neither owner asks or decides; what is asked about still stands when it is approved.
CORRECTED = """
CREATE FUNCTION vault_paper_correction_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before vault_papercorrection;
    p vault_paper;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Đề nghị sửa giấy tờ không được xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_correction_kept';
    END IF;
    SELECT * INTO p FROM vault_paper WHERE id = NEW.paper_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.decision <> 'WAITING' THEN
            RAISE EXCEPTION 'Đề nghị mới chưa thể đã được quyết định.'
                USING ERRCODE = '23514', CONSTRAINT = 'paper_correction_undecided';
        END IF;
        NEW.asked_at := clock_timestamp();
    ELSE
        before := OLD;
        IF OLD.decision = 'WAITING' AND NEW.decision <> 'WAITING' THEN
            NEW.decided_at := clock_timestamp();
            before.decision := NEW.decision;
            before.decided_by_subject := NEW.decided_by_subject;
            before.decided_at := NEW.decided_at;
            before.decided_reason := NEW.decided_reason;
        ELSIF OLD.decision = 'APPROVED' AND OLD.new_paper_id IS NULL THEN
            before.new_paper_id := NEW.new_paper_id;
        END IF;
        IF NEW IS DISTINCT FROM before THEN
            RAISE EXCEPTION 'Đề nghị sửa giấy tờ chỉ được quyết định, một lần, không được sửa.'
                USING ERRCODE = '23514', CONSTRAINT = 'paper_correction_unchanged';
        END IF;
    END IF;
    IF NEW.new_paper_id IS NULL AND NEW.decision IN ('WAITING', 'APPROVED') THEN
        IF p.state <> 'CURRENT' OR p.visible_from IS NULL OR p.digitised_unit_code <> NEW.unit_code
           OR NEW.report_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM vault_paperreport r WHERE r.id = NEW.report_id AND r.paper_id = NEW.paper_id) THEN
            RAISE EXCEPTION 'Chỉ sửa giấy tờ đang dùng trong kho, do đơn vị đã số hóa.'
                USING ERRCODE = '23514', CONSTRAINT = 'paper_correction_of_a_current_paper';
        ELSIF NEW.fault = 'VAULT' AND (NEW.to_account_id = p.owner_id OR NOT EXISTS (
                SELECT 1 FROM accounts_pairwisesubject s WHERE s.audience = p.receipt_audience
                   AND s.subject = NEW.to_subject AND s.account_id = NEW.to_account_id)) THEN
            RAISE EXCEPTION 'Kho đúng phải là kho của một tài khoản khác đã được kiểm tra.'
                USING ERRCODE = '23514', CONSTRAINT = 'paper_correction_to_another_vault';
        ELSIF NOT EXISTS (SELECT 1 FROM files_storedfile f WHERE f.id = NEW.evidence_id
                AND f.purpose = 'EVIDENCE' AND f.kind = 'pdf' AND f.scan_status = 'CLEAN' AND f.purged_at IS NULL) THEN
            RAISE EXCEPTION 'Đề nghị phải có tài liệu chứng minh còn mở được.'
                USING ERRCODE = '23514', CONSTRAINT = 'paper_correction_has_evidence';
        END IF;
    END IF;
    IF EXISTS (SELECT 1 FROM accounts_pairwisesubject s
                WHERE s.account_id IN (p.owner_id, NEW.to_account_id)
                  AND s.subject IN (NEW.asked_by_subject, NEW.decided_by_subject)) THEN
        RAISE EXCEPTION 'Cán bộ không đề nghị, không duyệt việc sửa giấy tờ của chính mình.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_correction_not_for_oneself';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_correction_guard BEFORE INSERT OR UPDATE OR DELETE ON vault_papercorrection
    FOR EACH ROW EXECUTE FUNCTION vault_paper_correction_guard();
"""
CORRECTED_BACK = """
DROP TRIGGER paper_correction_guard ON vault_papercorrection;
DROP FUNCTION vault_paper_correction_guard();
"""

# A version with other facts stands on an approved correction of the one before, and has its very bytes.
PUT_RIGHT = """
CREATE FUNCTION vault_paper_put_right() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM vault_papercorrection c JOIN vault_paper p ON p.id = c.paper_id
         WHERE p.id = NEW.replaces_id AND c.fault = 'FACTS' AND c.decision = 'APPROVED' AND c.new_paper_id IS NULL
           AND c.type_code = NEW.type_code AND c.title = NEW.title
           AND c.issued_on IS NOT DISTINCT FROM NEW.issued_on
           AND c.valid_until IS NOT DISTINCT FROM NEW.valid_until
           AND p.sha256 IS NOT DISTINCT FROM NEW.sha256
    ) THEN
        RAISE EXCEPTION 'Thông tin của giấy tờ chỉ được sửa theo đề nghị đã có cán bộ thứ hai duyệt.'
            USING ERRCODE = '23514', CONSTRAINT = 'paper_put_right';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_put_right BEFORE INSERT ON vault_paper
    FOR EACH ROW WHEN (starts_with(NEW.put_key, 'right:')) EXECUTE FUNCTION vault_paper_put_right();
"""
PUT_RIGHT_BACK = """
DROP TRIGGER paper_put_right ON vault_paper;
DROP FUNCTION vault_paper_put_right();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_mandate_requests"),
        ("files", "0001_initial"),
        ("vault", "0009_corrections_stand"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("unit_code", models.CharField(max_length=64)),
                (
                    "fault",
                    models.CharField(
                        choices=[("VAULT", "Nằm nhầm kho"), ("FACTS", "Ghi sai thông tin")], max_length=5
                    ),
                ),
                ("words_sealed", models.BinaryField()),
                (
                    "raised_at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by_subject", models.CharField(blank=True, default="", max_length=64)),
                ("answer", models.CharField(blank=True, default="", max_length=300)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="vault.paper"
                    ),
                ),
            ],
            options={
                "verbose_name": "báo giấy tờ sai",
            },
        ),
        migrations.CreateModel(
            name="PaperCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("unit_code", models.CharField(max_length=64)),
                (
                    "fault",
                    models.CharField(
                        choices=[("VAULT", "Nằm nhầm kho"), ("FACTS", "Ghi sai thông tin")], max_length=5
                    ),
                ),
                ("to_subject", models.CharField(blank=True, default="", max_length=64)),
                ("type_code", models.CharField(blank=True, default="", max_length=80)),
                ("title", models.CharField(blank=True, default="", max_length=300)),
                ("number_sealed", models.BinaryField(default=b"")),
                ("subject_name_sealed", models.BinaryField(default=b"")),
                ("issued_on", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
                ("reason", models.CharField(max_length=300)),
                ("asked_by_subject", models.CharField(max_length=64)),
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
                        max_length=9,
                    ),
                ),
                ("decided_by_subject", models.CharField(blank=True, default="", max_length=64)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "new_paper",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="put_right_by",
                        to="vault.paper",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections_asked",
                        to="vault.paper",
                    ),
                ),
                (
                    "to_account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="vault.paperreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "sửa giấy tờ trong kho",
            },
        ),
        migrations.AddIndex(
            model_name="paperreport",
            index=models.Index(
                condition=models.Q(("answered_at", None)),
                fields=["unit_code", "id"],
                name="paper_report_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at", None)),
                fields=("paper",),
                name="paper_report_one_open",
                violation_error_message="Ông/bà đã báo giấy tờ này, đơn vị đang xem xét.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("fault__in", ["VAULT", "FACTS"])),
                name="paper_report_fault_known",
                violation_error_message="Điều báo sai không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by_subject", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        models.Q(("answered_by_subject", ""), _negated=True),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paper_report_answered_with_words",
                violation_error_message="Trả lời phải ghi người trả lời và nội dung.",
            ),
        ),
        migrations.AddIndex(
            model_name="papercorrection",
            index=models.Index(fields=["unit_code", "decision", "id"], name="paper_correction_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="papercorrection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "WAITING")),
                fields=("paper",),
                name="paper_correction_one_waiting",
                violation_error_message="Giấy tờ này đã có đề nghị sửa chờ duyệt. Đề nghị xem danh sách chờ duyệt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fault", "VAULT"),
                        ("title", ""),
                        ("to_account__isnull", False),
                        ("type_code", ""),
                        models.Q(("to_subject", ""), _negated=True),
                    ),
                    models.Q(
                        ("fault", "FACTS"),
                        ("to_account", None),
                        ("to_subject", ""),
                        models.Q(("type_code", ""), _negated=True),
                        models.Q(("title", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paper_correction_says_what",
                violation_error_message="Đề nghị phải ghi kho đúng, hoặc ghi loại giấy tờ đúng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__regex", "\\S{1}.{4}"), models.Q(("asked_by_subject", ""), _negated=True)
                ),
                name="paper_correction_has_reason",
                violation_error_message="Đề nghị phải ghi lý do và người đề nghị.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["WAITING", "APPROVED", "DECLINED", "WITHDRAWN"])),
                name="paper_correction_decision_known",
                violation_error_message="Quyết định về đề nghị không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at", None),
                        ("decided_by_subject", ""),
                        ("decided_reason", ""),
                        ("decision", "WAITING"),
                    ),
                    models.Q(
                        models.Q(("decision", "WAITING"), _negated=True),
                        models.Q(("decided_by_subject", ""), _negated=True),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="paper_correction_decided_by_somebody",
                violation_error_message="Quyết định về đề nghị phải ghi người và thời điểm quyết định.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision", "WAITING"),
                    models.Q(("decided_by_subject", models.F("asked_by_subject")), ("decision", "WITHDRAWN")),
                    models.Q(
                        ("decision__in", ["APPROVED", "DECLINED"]),
                        models.Q(("decided_by_subject", models.F("asked_by_subject")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paper_correction_two_officers",
                violation_error_message="Người duyệt phải khác người đề nghị; chỉ người đề nghị được rút.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "DECLINED"), _negated=True),
                    models.Q(("decided_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="paper_correction_declined_with_reason",
                violation_error_message="Không duyệt thì phải ghi lý do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(("new_paper", None), ("decision", "APPROVED"), _connector="OR"),
                name="paper_correction_done_when_approved",
                violation_error_message="Giấy tờ chỉ được sửa khi đề nghị đã được duyệt.",
            ),
        ),
        migrations.RunSQL(REPORTED, REPORTED_BACK),
        migrations.RunSQL(CORRECTED, CORRECTED_BACK),
        migrations.RunSQL(PUT_RIGHT, PUT_RIGHT_BACK),
    ]
