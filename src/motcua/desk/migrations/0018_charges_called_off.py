"""A charge that was mistyped is called off before it is paid; one that was paid is only given back; both stay written."""

import importlib

from django.db import migrations, models

_LIFE = importlib.import_module("motcua.desk.migrations.0007_rules_of_a_life")
_LATER = importlib.import_module("motcua.desk.migrations.0015_rules_against_rewriting")


def _function(source: str, name: str) -> str:
    begin = source.index(f"CREATE FUNCTION {name}(")
    end = source.index("END $$;", begin) + len("END $$;")
    return source[begin:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


# What was called off hinders nothing.
STATES_BACK = _function(_LIFE.RECORDS_FIRST, "desk_state_has_record")
STATES = STATES_BACK.replace(
    "WHERE dossier_id = d.id AND paid_at IS NULL)",
    "WHERE dossier_id = d.id AND paid_at IS NULL AND cancelled_at IS NULL)",
)

# Either way one step from where it stands, by somebody who may, at a moment that is the database's.
GUARD_BACK = _function(_LIFE.CHARGES, "desk_charge_guard")
GUARD = (
    GUARD_BACK.replace("DECLARE\n", "DECLARE\n    d desk_dossier;\n", 1)
    .replace(
        "    IF OLD.paid_at IS NULL AND NEW",
        "    IF OLD.paid_at IS NULL AND OLD.cancelled_at IS NULL AND NEW",
    )
    .replace(
        "    IF NEW IS DISTINCT FROM before THEN",
        """    SELECT * INTO d FROM desk_dossier WHERE id = OLD.dossier_id;
    IF OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL THEN
        IF NEW.paid_at IS NOT NULL THEN
            PERFORM desk_refuse('desk_charge_paid_is_refunded', 'Khoản đã nộp không hủy được, chỉ hoàn trả.');
        ELSIF d.owner_subject <> '' AND NEW.cancelled_by = d.owner_subject OR NOT EXISTS (
            SELECT 1 FROM unnest(ARRAY['RECEIVE_DOSSIER', 'PROCESS']) AS wanted
             WHERE desk_holds(NEW.cancelled_by, d.unit_id, wanted)
                OR desk_holds(NEW.cancelled_by, d.at_unit_id, wanted)) THEN
            PERFORM desk_refuse('desk_charge_cancelled_by_officer',
                'Khoản thu chỉ do cán bộ xử lý hồ sơ hủy, và không phải của chính mình.');
        END IF;
        NEW.cancelled_at := clock_timestamp();
        before.cancelled_at := NEW.cancelled_at;
        before.cancelled_by := NEW.cancelled_by;
        before.cancel_reason := NEW.cancel_reason;
    END IF;
    IF OLD.refunded_at IS NULL AND NEW.refunded_at IS NOT NULL AND OLD.paid_at IS NOT NULL THEN
        IF d.owner_subject <> '' AND NEW.refunded_by = d.owner_subject OR NOT EXISTS (
            SELECT 1 FROM unnest(ARRAY['RECEIVE_DOSSIER', 'HAND_OUT']) AS wanted
             WHERE desk_holds(NEW.refunded_by, d.unit_id, wanted)) THEN
            PERFORM desk_refuse('desk_charge_refunded_by_officer',
                'Tiền chỉ do cán bộ của đơn vị đã thu hoàn trả, và không phải cho chính mình.');
        END IF;
        NEW.refunded_at := clock_timestamp();
        before.refunded_at := NEW.refunded_at;
        before.refunded_by := NEW.refunded_by;
        before.refunded_by_name := NEW.refunded_by_name;
        before.refund_reason := NEW.refund_reason;
        before.refund_number := NEW.refund_number;
    END IF;
    IF NEW IS DISTINCT FROM before THEN""",
    )
)

BEGINS_BACK = _function(_LATER.BEGINNINGS, "desk_charge_begins")
BEGINS = BEGINS_BACK.replace(
    "    IF NEW.paid_at IS NOT NULL OR NEW.receipt_number <> '' THEN",
    """    IF NEW.cancelled_at IS NOT NULL OR NEW.refunded_at IS NOT NULL THEN
        PERFORM desk_refuse('desk_charge_begins_owed', 'Khoản thu mới chưa thể đã được hủy hoặc hoàn trả.');
    ELSIF NEW.paid_at IS NOT NULL OR NEW.receipt_number <> '' THEN""",
)

FORGOTTEN_BACK = """
CREATE OR REPLACE FUNCTION desk_charge_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
        NEW.taken_by_name := '';
    END IF;
    RETURN NEW;
END $$;
"""
FORGOTTEN = FORGOTTEN_BACK.replace(
    "        NEW.taken_by_name := '';\n",
    """        NEW.taken_by_name := '';
        NEW.refunded_by_name := '';
        NEW.cancel_reason := CASE WHEN NEW.cancelled_at IS NULL THEN '' ELSE 'đã xóa' END;
        NEW.refund_reason := CASE WHEN NEW.refunded_at IS NULL THEN '' ELSE 'đã xóa' END;
""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0017_group_reception"),
        ("units", "0006_by_the_owner"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="charge",
            name="charge_once_of_a_kind",
        ),
        migrations.AddField(
            model_name="charge",
            name="cancel_reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="charge",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="charge",
            name="cancelled_by",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="charge",
            name="refund_number",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="charge",
            name="refund_reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="charge",
            name="refunded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="charge",
            name="refunded_by",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="charge",
            name="refunded_by_name",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at", None), ("refunded_at", None)),
                fields=("dossier", "kind"),
                name="charge_once_of_a_kind",
                violation_error_message="Khoản thu này đã được yêu cầu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancel_reason", ""), ("cancelled_at", None), ("cancelled_by", "")),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("paid_at", None),
                        models.Q(("cancelled_by", ""), _negated=True),
                        ("cancel_reason__regex", "\\S{1}.{3}"),
                    ),
                    _connector="OR",
                ),
                name="charge_cancelled_unpaid",
                violation_error_message="Chỉ hủy khoản chưa nộp, có lý do; khoản đã nộp thì hoàn trả.",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("refund_number", ""),
                        ("refund_reason", ""),
                        ("refunded_at", None),
                        ("refunded_by", ""),
                    ),
                    models.Q(
                        ("paid_at__isnull", False),
                        ("refunded_at__isnull", False),
                        models.Q(("refunded_by", ""), _negated=True),
                        models.Q(("refunded_by", models.F("taken_by")), _negated=True),
                        models.Q(("refund_number", ""), _negated=True),
                        ("refund_reason__regex", "\\S{1}.{3}"),
                    ),
                    _connector="OR",
                ),
                name="charge_refunded_after_payment",
                violation_error_message="Chỉ hoàn trả khoản đã nộp, có lý do, số phiếu, và do người khác người thu ghi nhận.",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("refund_number", ""), _negated=True),
                fields=("unit", "refund_number"),
                name="charge_refund_number_once",
                violation_error_message="Số phiếu hoàn trả này đã dùng.",
            ),
        ),
        migrations.RunSQL(STATES, STATES_BACK),
        migrations.RunSQL(GUARD, GUARD_BACK),
        migrations.RunSQL(BEGINS, BEGINS_BACK),
        migrations.RunSQL(FORGOTTEN, FORGOTTEN_BACK),
    ]
