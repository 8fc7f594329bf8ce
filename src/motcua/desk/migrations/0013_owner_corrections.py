"""Whose a dossier is may be put right: by two officers, with a check of the new owner's own, and never otherwise."""

import importlib
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

# Who may at this unit: a post there, above, or in the unit's successor.
HOLDS_ABOVE = """
CREATE FUNCTION desk_holds_above(who text, at bigint, wanted text) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE up(id) AS (
        SELECT at
        UNION
        SELECT n.id FROM up JOIN units_unit u ON u.id = up.id
          CROSS JOIN LATERAL (VALUES (u.parent_id), (u.successor_id)) AS n(id) WHERE n.id IS NOT NULL
    )
    SELECT EXISTS (SELECT 1 FROM up WHERE desk_holds(who, up.id, wanted))
$$;
"""
HOLDS_ABOVE_BACK = "DROP FUNCTION desk_holds_above(text, bigint, text);"

# A check made for this dossier's correction, a moment ago, by this officer, which found this owner.
CHECK_CORRECTS = """
CREATE FUNCTION desk_check_corrects(c desk_accountcheck, dossier uuid, owner text, officer text) RETURNS boolean
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(c.kind = 'RECHECK' AND c.purpose = 'sua-chu-ho-so' AND c.answer = 'FOUND'
       AND c.status IN ('USABLE', 'AWAITING_ACTIVATION') AND c.for_dossier = dossier AND c.subject = owner
       AND c.officer_subject = officer AND c.checked_at > clock_timestamp() - interval '15 minutes', false)
$$;
"""
CHECK_CORRECTS_BACK = "DROP FUNCTION desk_check_corrects(desk_accountcheck, uuid, text, text);"

GUARD = """
CREATE FUNCTION desk_owner_correction_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
    c desk_accountcheck;
    before desk_ownercorrection;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_owner_correction_kept', 'Đề nghị sửa chủ hồ sơ không được xóa.');
    END IF;
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id;
    IF TG_OP = 'INSERT' THEN
        SELECT * INTO c FROM desk_accountcheck WHERE id = NEW.asked_check_id;
        IF NEW.approved_at IS NOT NULL OR NEW.declined_at IS NOT NULL THEN
            PERFORM desk_refuse('desk_owner_correction_undecided', 'Đề nghị mới chưa thể đã được quyết định.');
        ELSIF d.state IN ('PROVISIONAL', 'NEW', 'NOT_ACCEPTED')
           OR ROW(NEW.from_subject, NEW.from_check_id) IS DISTINCT FROM ROW(d.owner_subject, d.check_id) THEN
            PERFORM desk_refuse('desk_owner_correction_of_owner', 'Chủ hồ sơ cũ phải là chủ hồ sơ đang ghi.');
        ELSIF NOT desk_check_corrects(c, d.public_id, NEW.to_subject, NEW.asked_by) THEN
            PERFORM desk_refuse('desk_owner_correction_checked',
                'Tài khoản của chủ hồ sơ mới phải được kiểm tra cho việc sửa này, trong 15 phút gần nhất.');
        ELSIF NOT desk_holds_above(NEW.asked_by, d.unit_id, 'APPROVE_EXCEPTION')
          AND NOT desk_holds(NEW.asked_by, d.unit_id, 'RECEIVE_DOSSIER') THEN
            PERFORM desk_refuse('desk_owner_correction_by_officer',
                'Người đề nghị phải có quyền tiếp nhận hoặc quyền duyệt tại đơn vị của hồ sơ.');
        END IF;
        NEW.asked_at := clock_timestamp();
        RETURN NEW;
    END IF;
    before := OLD;
    IF OLD.approved_at IS NULL AND OLD.declined_at IS NULL THEN
        before.approved_at := NEW.approved_at;
        before.approved_by := NEW.approved_by;
        before.done_check_id := NEW.done_check_id;
        before.declined_at := NEW.declined_at;
        before.declined_by := NEW.declined_by;
    END IF;
    IF NEW IS DISTINCT FROM before THEN
        PERFORM desk_refuse('desk_owner_correction_unchanged', 'Đề nghị sửa chủ hồ sơ không được sửa sau khi gửi.');
    END IF;
    IF OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL THEN
        SELECT * INTO c FROM desk_accountcheck WHERE id = NEW.done_check_id;
        IF NOT desk_holds_above(NEW.approved_by, d.unit_id, 'APPROVE_EXCEPTION') THEN
            PERFORM desk_refuse('desk_owner_correction_by_head', 'Việc sửa chủ hồ sơ phải do người có quyền duyệt.');
        ELSIF c.spent_at IS NULL OR NOT desk_check_corrects(c, d.public_id, NEW.to_subject, NEW.approved_by) THEN
            PERFORM desk_refuse('desk_owner_correction_checked',
                'Tài khoản của chủ hồ sơ mới phải được kiểm tra cho việc sửa này, trong 15 phút gần nhất.');
        ELSIF ROW(OLD.from_subject, OLD.from_check_id) IS DISTINCT FROM ROW(d.owner_subject, d.check_id) THEN
            PERFORM desk_refuse('desk_owner_correction_of_owner', 'Chủ hồ sơ cũ phải là chủ hồ sơ đang ghi.');
        END IF;
        NEW.approved_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_owner_correction_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_ownercorrection
    FOR EACH ROW EXECUTE FUNCTION desk_owner_correction_guard();

CREATE FUNCTION desk_owner_correction_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
        NEW.reason := 'đã xóa';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_owner_correction_forgotten BEFORE UPDATE ON desk_ownercorrection
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_owner_correction_forgotten();
"""
GUARD_BACK = """
DROP TRIGGER desk_zz_owner_correction_forgotten ON desk_ownercorrection;
DROP FUNCTION desk_owner_correction_forgotten();
DROP TRIGGER desk_owner_correction_guard ON desk_ownercorrection;
DROP FUNCTION desk_owner_correction_guard();
"""

# Exactly this change: the owner of an approved correction of this dossier, decided in this minute, with the check
# that was made for it; and nothing but the owner changes. The old check stays where the correction names it, so
# that one approval is good for one change.
CORRECTED = """
CREATE FUNCTION desk_owner_corrected(was desk_dossier, becomes desk_dossier) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owners CONSTANT text[] := ARRAY['owner_subject', 'owner_name', 'owner_folded', 'owner_number_sealed',
        'owner_number_bi', 'owner_last3', 'check_id', 'private_matter', 'version'];
BEGIN
    IF was.owner_subject = '' OR becomes.owner_subject = was.owner_subject
       OR (to_jsonb(becomes) - owners) IS DISTINCT FROM (to_jsonb(was) - owners) THEN
        RETURN false;
    END IF;
    IF NOT becomes.private_matter
       AND EXISTS (SELECT 1 FROM units_officer WHERE subject = becomes.owner_subject) THEN
        PERFORM desk_refuse('desk_staff_owner_is_private',
            'Chủ hồ sơ là cán bộ: chỉ ghi được khi đánh dấu việc riêng.');
    END IF;
    RETURN EXISTS (
        SELECT 1 FROM desk_ownercorrection k JOIN desk_accountcheck c ON c.id = k.done_check_id
         WHERE k.dossier_id = was.id AND k.approved_at > clock_timestamp() - interval '1 minute'
           AND k.from_subject = was.owner_subject AND k.from_check_id = was.check_id
           AND k.to_subject = becomes.owner_subject AND k.done_check_id = becomes.check_id
           AND k.private_matter = becomes.private_matter
           AND c.number_bi = becomes.owner_number_bi AND c.last3 = becomes.owner_last3
    );
END $$;
"""
CORRECTED_BACK = "DROP FUNCTION desk_owner_corrected(desk_dossier, desk_dossier);"

_ALLOW = """
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.owner_subject <> OLD.owner_subject AND desk_owner_corrected(OLD, NEW) THEN
            RETURN NEW;
        END IF;
    END IF;
"""


def _allowing(function: str) -> str:
    """The guard as it was, which lets an approved correction pass first."""
    return function.replace("\nBEGIN\n", _ALLOW, 1)


_rules = importlib.import_module("motcua.desk.migrations.0002_rules").DOSSIER_GUARD
_rules = _rules[_rules.index("CREATE FUNCTION desk_dossier_guard()") : _rules.index("CREATE TRIGGER")]
DOSSIER_GUARD_BACK = _rules.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "LANGUAGE plpgsql AS", "LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS"
)
DOSSIER_GUARD = _allowing(DOSSIER_GUARD_BACK)
RECEIVED_NOW_BACK = importlib.import_module("motcua.desk.migrations.0012_online_filing").RECEIVED_NOW
RECEIVED_NOW = _allowing(RECEIVED_NOW_BACK)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0012_online_filing"),
        ("files", "0001_initial"),
        ("units", "0006_by_the_owner"),
    ]
    operations = [
        migrations.CreateModel(
            name="OwnerCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("batch", models.UUIDField()),
                ("from_subject", models.TextField()),
                ("to_subject", models.TextField()),
                ("private_matter", models.BooleanField(default=False)),
                ("reason", models.TextField()),
                ("asked_by", models.TextField()),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
                ("approved_by", models.TextField(blank=True, default="")),
                ("approved_at", models.DateTimeField(null=True)),
                ("declined_by", models.TextField(blank=True, default="")),
                ("declined_at", models.DateTimeField(null=True)),
                (
                    "asked_check",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.accountcheck"
                    ),
                ),
                (
                    "asked_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
                    ),
                ),
                (
                    "done_check",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.accountcheck",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owner_corrections",
                        to="desk.dossier",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "from_check",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.accountcheck"
                    ),
                ),
            ],
            options={
                "verbose_name": "sửa chủ hồ sơ",
                "indexes": [
                    models.Index(
                        condition=models.Q(("approved_at", None), ("declined_at", None)),
                        fields=["asked_at", "id"],
                        name="owner_correction_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_by", ""), _negated=True),
                            models.Q(("approved_by", models.F("asked_by")), _negated=True),
                        ),
                        name="owner_correction_two_officers",
                        violation_error_message="Việc sửa chủ hồ sơ phải do hai cán bộ khác nhau thực hiện.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("to_subject", models.F("asked_by")), _negated=True),
                            models.Q(("to_subject", models.F("approved_by")), _negated=True),
                            models.Q(("from_subject", models.F("approved_by")), _negated=True),
                        ),
                        name="owner_correction_not_own",
                        violation_error_message="Cán bộ là chủ hồ sơ cũ hoặc mới không duyệt việc sửa chủ hồ sơ.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_subject", ""), _negated=True),
                            models.Q(("to_subject", ""), _negated=True),
                            models.Q(("from_subject", models.F("to_subject")), _negated=True),
                        ),
                        name="owner_correction_other_owner",
                        violation_error_message="Chủ hồ sơ mới phải khác chủ hồ sơ đang ghi.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S{1}.{3}")),
                        name="owner_correction_has_reason",
                        violation_error_message="Đề nghị sửa chủ hồ sơ phải ghi rõ lý do.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("approved_at", None),
                                ("approved_by", ""),
                                ("done_check", None),
                                models.Q(
                                    models.Q(("declined_at", None), ("declined_by", "")),
                                    models.Q(
                                        ("declined_at__isnull", False),
                                        models.Q(("declined_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("declined_at", None),
                                ("declined_by", ""),
                                ("done_check__isnull", False),
                                models.Q(("approved_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="owner_correction_decided_once",
                        violation_error_message="Đề nghị sửa chủ hồ sơ chỉ được quyết định một lần.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("approved_at", None), ("declined_at", None)),
                        fields=("dossier",),
                        name="owner_correction_one_waiting",
                        violation_error_message="Hồ sơ này đã có đề nghị sửa chủ đang chờ duyệt.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(HOLDS_ABOVE, HOLDS_ABOVE_BACK),
        migrations.RunSQL(CHECK_CORRECTS, CHECK_CORRECTS_BACK),
        migrations.RunSQL(GUARD, GUARD_BACK),
        migrations.RunSQL(CORRECTED, CORRECTED_BACK),
        migrations.RunSQL(DOSSIER_GUARD, DOSSIER_GUARD_BACK),
        migrations.RunSQL(RECEIVED_NOW, RECEIVED_NOW_BACK),
    ]
