"""Drafts of online filing, and what the database holds about dossiers filed by their owners (threats T-33, C7, C8)."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

# The owner's session is proved at the moment of filing: a receipt made for something else opens nothing online,
# and a receipt made for filing opens nothing at the counter.
PURPOSE = """
CREATE FUNCTION desk_check_purpose_of_kind() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    body text := translate(split_part(NEW.receipt, '.', 2), '-_', '+/');
    claims jsonb;
    filing CONSTANT text := 'nop-ho-so-truc-tuyen';
BEGIN
    BEGIN
        claims := convert_from(decode(rpad(body, (length(body) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb;
    EXCEPTION WHEN data_exception THEN
        RETURN NEW;  -- no receipt at all: the rule about receipts says so
    END;
    IF (NEW.kind = 'SIGN_IN') IS DISTINCT FROM (coalesce(claims->>'purpose', '') = filing)
       OR (NEW.kind = 'SIGN_IN') IS DISTINCT FROM (NEW.purpose = filing) THEN
        PERFORM desk_refuse('desk_check_purpose_of_kind',
            'Biên nhận của phiên đăng nhập chỉ dùng để nộp hồ sơ trực tuyến, và chỉ biên nhận đó.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_check_purpose_of_kind AFTER INSERT ON desk_accountcheck
    FOR EACH ROW WHEN (NEW.answer = 'FOUND') EXECUTE FUNCTION desk_check_purpose_of_kind();
"""
PURPOSE_BACK = """
DROP TRIGGER desk_check_purpose_of_kind ON desk_accountcheck;
DROP FUNCTION desk_check_purpose_of_kind();
"""

# A dossier filed online begins as filed, now, with its owner's own check; nobody has received it. Staff file their
# own matter only. It is accepted by somebody who may receive at the unit it was filed with.
FILED = """
CREATE FUNCTION desk_dossier_filed_online() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.state <> 'NEW' OR NEW.check_id IS NULL OR NEW.received_by <> ''
       OR NEW.arrived_at NOT BETWEEN clock_timestamp() - interval '1 minute'
                                 AND clock_timestamp() + interval '1 minute') THEN
        PERFORM desk_refuse('desk_online_begins_as_filed',
            'Hồ sơ trực tuyến phải do chủ hồ sơ vừa nộp, chưa có người tiếp nhận.');
    END IF;
    IF NEW.state = 'NEW' AND (NEW.person_name <> '' OR NEW.filer_name <> '' OR NOT NEW.private_matter)
       AND EXISTS (SELECT 1 FROM units_officer WHERE subject = NEW.owner_subject AND active) THEN
        PERFORM desk_refuse('desk_online_staff_for_self',
            'Tài khoản của cán bộ chỉ nộp hồ sơ trực tuyến cho việc riêng của mình, không nộp thay người khác.');
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'NEW' AND NEW.state = 'RECEIVED'
       AND NOT desk_holds(NEW.received_by, NEW.unit_id, 'RECEIVE_DOSSIER') THEN
        PERFORM desk_refuse('desk_online_accepted_at_unit',
            'Hồ sơ trực tuyến phải do cán bộ có quyền tiếp nhận của đơn vị nhận hồ sơ chấp nhận.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_filed_online BEFORE INSERT OR UPDATE ON desk_dossier
    FOR EACH ROW WHEN (NEW.channel = 'ONLINE') EXECUTE FUNCTION desk_dossier_filed_online();
"""
FILED_BACK = """
DROP TRIGGER desk_dossier_filed_online ON desk_dossier;
DROP FUNCTION desk_dossier_filed_online();
"""

# As in 0005, but for what was filed online: there the owner's own check was judged when the dossier was filed
# (desk_dossier_guard, at the insert: fresh, spent, this owner, kind SIGN_IN), and check, owner, unit and procedure
# have not changed since. Officers accept hours or days later; asking for a check of the last 15 minutes then would
# make every online dossier unacceptable, and would say nothing new about who filed it. Whether the account may
# still be received for is asked anew by the acceptance (T-33).
_RECEIVED_NOW = """
CREATE OR REPLACE FUNCTION desk_dossier_received_now() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before_reception CONSTANT text[] := ARRAY['PROVISIONAL', 'NEW', 'NOT_ACCEPTED'];
BEGIN
    IF NEW.state = ANY (before_reception) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NOT OLD.state = ANY (before_reception) THEN
            IF ROW(NEW.owner_name, NEW.owner_folded, NEW.owner_number_sealed, NEW.owner_last3, NEW.received_by_name)
               IS DISTINCT FROM
               ROW(OLD.owner_name, OLD.owner_folded, OLD.owner_number_sealed, OLD.owner_last3, OLD.received_by_name)
            THEN
                PERFORM desk_refuse('desk_dossier_unchanged',
                    'Chủ hồ sơ và người tiếp nhận không được sửa sau khi tiếp nhận.');
            END IF;
            RETURN NEW;
        END IF;
        IF OLD.check_id IS NOT NULL{filed} THEN
            PERFORM desk_check_opens(NEW, OLD.state = 'PROVISIONAL');
        END IF;
    END IF;
    IF NEW.received_at NOT BETWEEN clock_timestamp() - interval '1 minute'
                               AND clock_timestamp() + interval '1 minute' THEN
        PERFORM desk_refuse('desk_received_now', 'Thời điểm tiếp nhận phải là lúc này.');
    END IF;
    RETURN NEW;
END $$;
"""
RECEIVED_NOW = _RECEIVED_NOW.replace("{filed}", " AND NOT (OLD.channel = 'ONLINE' AND OLD.state = 'NEW')")
RECEIVED_NOW_BACK = _RECEIVED_NOW.replace("{filed}", "")

# What the owner told the office cannot be changed under the officer's eyes: owner and persons stay from the filing on.
AS_FILED = """
CREATE FUNCTION desk_dossier_as_filed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF ROW(NEW.owner_name, NEW.owner_folded, NEW.owner_number_sealed, NEW.owner_last3, NEW.private_matter,
           NEW.person_name, NEW.person_born, NEW.person_relation, NEW.filer_name, NEW.filer_relation)
       IS DISTINCT FROM
       ROW(OLD.owner_name, OLD.owner_folded, OLD.owner_number_sealed, OLD.owner_last3, OLD.private_matter,
           OLD.person_name, OLD.person_born, OLD.person_relation, OLD.filer_name, OLD.filer_relation) THEN
        PERFORM desk_refuse('desk_online_as_filed', 'Nội dung chủ hồ sơ đã nộp trực tuyến không được sửa.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_as_filed BEFORE UPDATE ON desk_dossier
    FOR EACH ROW WHEN (OLD.channel = 'ONLINE' AND OLD.state = 'NEW') EXECUTE FUNCTION desk_dossier_as_filed();
"""
AS_FILED_BACK = """
DROP TRIGGER desk_dossier_as_filed ON desk_dossier;
DROP FUNCTION desk_dossier_as_filed();
"""

# Whoever says "withdrawn" is the owner, or an officer who writes down what the owner said.
WITHDRAWN_BY = """
CREATE FUNCTION desk_withdrawal_by() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM desk_dossier WHERE id = NEW.dossier_id AND owner_subject <> ''
                      AND owner_subject = NEW.issued_by)
       AND NOT EXISTS (SELECT 1 FROM units_officer WHERE subject = NEW.issued_by AND active) THEN
        PERFORM desk_refuse('desk_withdrawal_by_owner',
            'Chỉ chủ hồ sơ rút hồ sơ, tự mình hoặc do cán bộ ghi lại.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_withdrawal_by BEFORE INSERT ON desk_notice
    FOR EACH ROW WHEN (NEW.kind = 'WITHDRAWAL') EXECUTE FUNCTION desk_withdrawal_by();
"""
WITHDRAWN_BY_BACK = """
DROP TRIGGER desk_withdrawal_by ON desk_notice;
DROP FUNCTION desk_withdrawal_by();
"""

# A draft stays its owner's, and each saving gives it thirty days more by the database's clock.
DRAFTS = """
CREATE FUNCTION desk_filing_draft_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND ROW(NEW.owner_subject, NEW.public_id, NEW.begun_at)
                            IS DISTINCT FROM ROW(OLD.owner_subject, OLD.public_id, OLD.begun_at) THEN
        PERFORM desk_refuse('desk_filing_draft_of_owner', 'Bản nháp không chuyển sang người khác.');
    END IF;
    NEW.saved_at := clock_timestamp();
    NEW.kept_until := NEW.saved_at + interval '30 days';
    RETURN NEW;
END $$;
CREATE TRIGGER desk_filing_draft_guard BEFORE INSERT OR UPDATE ON desk_filingdraft
    FOR EACH ROW EXECUTE FUNCTION desk_filing_draft_guard();
"""
DRAFTS_BACK = """
DROP TRIGGER desk_filing_draft_guard ON desk_filingdraft;
DROP FUNCTION desk_filing_draft_guard();
"""


def _moment(clock: django.db.models.expressions.RawSQL) -> models.Field:  # type: ignore[type-arg]
    return models.DateTimeField(db_default=clock, editable=False)


_NOW = django.db.models.expressions.RawSQL("clock_timestamp()", ())
_IN_A_MONTH = django.db.models.expressions.RawSQL("clock_timestamp() + interval '30 days'", ())


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0012_work_lists"),
        ("files", "0001_initial"),
        ("units", "0006_by_the_owner"),
    ]

    operations = [
        migrations.CreateModel(
            name="FilingDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("owner_subject", models.TextField()),
                ("procedure_code", models.TextField()),
                ("version", models.PositiveBigIntegerField()),
                ("typed_sealed", models.BinaryField(null=True)),
                ("begun_at", _moment(_NOW)),
                ("saved_at", _moment(_NOW)),
                ("kept_until", _moment(_IN_A_MONTH)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
            ],
            options={"verbose_name": "nháp hồ sơ trực tuyến"},
        ),
        migrations.CreateModel(
            name="FilingFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="desk.filingdraft",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
            options={"verbose_name": "tệp của bản nháp"},
        ),
        migrations.AddIndex(
            model_name="filingdraft",
            index=models.Index(fields=["owner_subject", "-saved_at", "-id"], name="filing_draft_of_owner"),
        ),
        migrations.AddIndex(
            model_name="filingdraft",
            index=models.Index(fields=["kept_until"], name="filing_draft_lapses"),
        ),
        migrations.AddConstraint(
            model_name="filingdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner_subject__regex", "\\A[0-9a-f]{32}\\Z")),
                name="filing_draft_of_somebody",
                violation_error_message="Bản nháp phải có chủ hồ sơ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="filingdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_until__gt", models.F("saved_at"))),
                name="filing_draft_kept_for_a_time",
                violation_error_message="Bản nháp phải có hạn lưu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="filingfile",
            constraint=models.UniqueConstraint(fields=("draft", "order"), name="filing_file_once"),
        ),
        migrations.RunSQL(PURPOSE, PURPOSE_BACK),
        migrations.RunSQL(FILED, FILED_BACK),
        migrations.RunSQL(RECEIVED_NOW, RECEIVED_NOW_BACK),
        migrations.RunSQL(AS_FILED, AS_FILED_BACK),
        migrations.RunSQL(WITHDRAWN_BY, WITHDRAWN_BY_BACK),
        migrations.RunSQL(DRAFTS, DRAFTS_BACK),
    ]
