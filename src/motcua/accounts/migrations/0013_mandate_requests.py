"""Two officers for a mandate: asked with the scanned proof, decided by another; without both no mandate is written."""

import importlib
import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns

# Written once, decided once. Whoever gains by it neither asks nor decides; the proof can be opened when it counts.
REQUESTED = """
CREATE FUNCTION accounts_mandate_request_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before accounts_mandaterequest;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_request_kept',
            MESSAGE = 'Đề nghị ghi nhận người đại diện không được xóa.';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.decision <> 'WAITING' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_request_undecided',
                MESSAGE = 'Đề nghị mới chưa thể đã được quyết định.';
        ELSIF NOT EXISTS (SELECT 1 FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
                           WHERE a.id = NEW.organisation_id AND p.kind = 'ORGANISATION')
           OR NOT EXISTS (SELECT 1 FROM accounts_account a JOIN accounts_person p ON p.id = a.person_id
                           WHERE a.id = NEW.representative_id AND p.kind = 'CITIZEN') THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                CONSTRAINT = 'mandate_request_citizen_for_organisation',
                MESSAGE = 'Quyền đại diện là của một công dân đối với một tổ chức.';
        END IF;
        NEW.asked_at := clock_timestamp();
    ELSE
        before := OLD;
        IF OLD.decision = 'WAITING' AND NEW.decision <> 'WAITING' THEN
            NEW.decided_at := clock_timestamp();
            before.decision := NEW.decision;
            before.decided_by := NEW.decided_by;
            before.decided_unit_code := NEW.decided_unit_code;
            before.decided_at := NEW.decided_at;
            before.reason := NEW.reason;
        END IF;
        IF NEW IS DISTINCT FROM before THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_request_unchanged',
                MESSAGE = 'Đề nghị chỉ được quyết định, một lần, không được sửa.';
        END IF;
    END IF;
    IF EXISTS (SELECT 1 FROM accounts_pairwisesubject WHERE account_id = NEW.representative_id
                AND subject IN (NEW.asked_by, NEW.decided_by)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_request_not_for_oneself',
            MESSAGE = 'Cán bộ không đề nghị, không duyệt quyền đại diện cho chính mình.';
    END IF;
    IF NEW.decision IN ('WAITING', 'APPROVED')
       AND NOT EXISTS (SELECT 1 FROM files_storedfile WHERE id = NEW.scan_id AND purpose = 'EVIDENCE'
                          AND kind = 'pdf' AND scan_status = 'CLEAN' AND purged_at IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_request_has_scan',
            MESSAGE = 'Đề nghị phải có bản quét giấy tờ chứng minh còn mở được.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_request_guard BEFORE INSERT OR UPDATE OR DELETE ON accounts_mandaterequest
    FOR EACH ROW EXECUTE FUNCTION accounts_mandate_request_guard();
"""
REQUESTED_BACK = """
DROP TRIGGER mandate_request_guard ON accounts_mandaterequest;
DROP FUNCTION accounts_mandate_request_guard();
"""

# A mandate says what its approved request says, and is given by whoever approved that.
_BEFORE = importlib.import_module("motcua.accounts.migrations.0012_mandates").GUARD
GIVEN_BACK = _BEFORE[: _BEFORE.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
GIVEN = GIVEN_BACK.replace(
    """        END IF;
        RETURN NEW;
    END IF;
    before := OLD;""",
    """        ELSIF NOT EXISTS (
            SELECT 1 FROM accounts_mandaterequest q
             WHERE q.id = NEW.request_id AND q.decision = 'APPROVED'
               AND (q.organisation_id, q.representative_id, q.basis, q.scope, q.valid_from, q.proof, q.proof_on)
                 = (NEW.organisation_id, NEW.representative_id, NEW.basis, NEW.scope, NEW.valid_from, NEW.proof,
                    NEW.proof_on)
               AND q.valid_to IS NOT DISTINCT FROM NEW.valid_to
               AND (q.decided_by, q.decided_unit_code) = (NEW.granted_by, NEW.granted_unit_code)) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_of_two_officers',
                MESSAGE = 'Quyền đại diện chỉ được ghi theo đề nghị đã có cán bộ thứ hai duyệt.';
        END IF;
        RETURN NEW;
    END IF;
    before := OLD;""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_mandates"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MandateRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("basis", models.CharField(max_length=10)),
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
                ("asked_by", models.CharField(max_length=64)),
                ("asked_unit_code", models.CharField(max_length=64)),
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
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("decided_unit_code", models.CharField(blank=True, default="", max_length=64)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandate_requests",
                        to="accounts.account",
                    ),
                ),
                (
                    "representative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates_asked",
                        to="accounts.account",
                    ),
                ),
                (
                    "scan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
            options={
                "verbose_name": "đề nghị ghi nhận người đại diện",
            },
        ),
        migrations.AddField(
            model_name="mandate",
            name="request",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandate",
                to="accounts.mandaterequest",
            ),
        ),
        migrations.AddIndex(
            model_name="mandaterequest",
            index=models.Index(fields=["asked_unit_code", "decision", "id"], name="mandate_request_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="mandaterequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="mandate_request_days_in_order",
                violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandaterequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("basis", "LEGAL"),
                    models.Q(("basis", "AUTHORISED"), ("valid_to__isnull", False)),
                    _connector="OR",
                ),
                name="mandate_request_authorised_until",
                violation_error_message="Việc ủy quyền đại diện phải có ngày hết hiệu lực.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandaterequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof__regex", "\\S{1}.{3}"), models.Q(("asked_by", ""), _negated=True)),
                name="mandate_request_has_proof",
                violation_error_message="Đề nghị phải ghi giấy tờ chứng minh và người đề nghị.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandaterequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["WAITING", "APPROVED", "DECLINED", "WITHDRAWN"])),
                name="mandate_request_decision_known",
                violation_error_message="Quyết định về đề nghị không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandaterequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at", None), ("decided_by", ""), ("decision", "WAITING"), ("reason", "")
                    ),
                    models.Q(
                        models.Q(("decision", "WAITING"), _negated=True),
                        models.Q(("decided_by", ""), _negated=True),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="mandate_request_decided_by_somebody",
                violation_error_message="Quyết định về đề nghị phải ghi người và thời điểm quyết định.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandaterequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision", "WAITING"),
                    models.Q(("decided_by", models.F("asked_by")), ("decision", "WITHDRAWN")),
                    models.Q(
                        ("decision__in", ["APPROVED", "DECLINED"]),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mandate_request_two_officers",
                violation_error_message="Người duyệt phải khác người đề nghị; chỉ người đề nghị được rút.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandaterequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "DECLINED"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="mandate_request_declined_with_reason",
                violation_error_message="Không duyệt thì phải ghi lý do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandaterequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "WAITING")),
                fields=("organisation", "representative"),
                name="mandate_request_one_waiting",
                violation_error_message="Người này đang có đề nghị chờ duyệt ở tổ chức này. Đề nghị xem danh sách chờ duyệt.",
            ),
        ),
        migrations.RunSQL(REQUESTED, REQUESTED_BACK),
        migrations.RunSQL(GIVEN, GIVEN_BACK),
    ]
