"""An officer's second factor is started anew by two administrators; what was decided stays, what was answered too."""

import uuid

import django.db.models.expressions
from django.db import migrations, models

RULES = """
CREATE FUNCTION desk_officer_reset_moves() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'officer_reset_kept',
            MESSAGE = 'Đề nghị đặt lại đã ghi nhận không được xóa.';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.decision <> 'WAITING' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'officer_reset_begins_waiting',
                MESSAGE = 'Đề nghị đặt lại phải chờ người thứ hai duyệt.';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - '{decision,decided_by,decided_at,answered_at,refused_code}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{decision,decided_by,decided_at,answered_at,refused_code}'::text[])
       OR OLD.decision <> 'WAITING' AND (NEW.decision, NEW.decided_by, NEW.decided_at)
          IS DISTINCT FROM (OLD.decision, OLD.decided_by, OLD.decided_at)
       OR OLD.answered_at IS NOT NULL AND (NEW.answered_at, NEW.refused_code)
          IS DISTINCT FROM (OLD.answered_at, OLD.refused_code) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'officer_reset_written_once',
            MESSAGE = 'Đề nghị đặt lại chỉ được quyết định và trả lời một lần, không được sửa.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER officer_reset_moves BEFORE INSERT OR UPDATE OR DELETE ON desk_officerreset
    FOR EACH ROW EXECUTE FUNCTION desk_officer_reset_moves();
"""
RULES_BACK = """
DROP TRIGGER officer_reset_moves ON desk_officerreset;
DROP FUNCTION desk_officer_reset_moves();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0040_owner_aliases"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficerReset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("officer_subject", models.TextField()),
                ("unit_code", models.TextField()),
                ("reason", models.TextField()),
                ("asked_by", models.TextField()),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
                (
                    "decision",
                    models.TextField(
                        choices=[
                            ("WAITING", "Chờ duyệt"),
                            ("APPROVED", "Đã duyệt"),
                            ("DECLINED", "Không duyệt"),
                            ("WITHDRAWN", "Đã rút"),
                        ],
                        default="WAITING",
                    ),
                ),
                ("decided_by", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                ("refused_code", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "đề nghị đặt lại xác thực hai bước",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "WAITING")),
                        fields=("officer_subject",),
                        name="officer_reset_one_waiting",
                        violation_error_message="Cán bộ này đang có một đề nghị đặt lại chờ duyệt.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", ""), ("decision", "WAITING")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision__in", ["APPROVED", "DECLINED"]),
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
                        name="officer_reset_two_officers",
                        violation_error_message="Người duyệt đặt lại phải khác người đề nghị.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_by", models.F("officer_subject")), _negated=True),
                            models.Q(
                                models.Q(("decision", "APPROVED"), _negated=True),
                                models.Q(("decided_by", models.F("officer_subject")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="officer_reset_not_for_oneself",
                        violation_error_message="Cán bộ không đặt lại xác thực hai bước cho chính mình.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__regex", "\\S.{8,}\\S"),
                            models.Q(("asked_by", ""), _negated=True),
                            models.Q(("unit_code", ""), _negated=True),
                        ),
                        name="officer_reset_has_reason",
                        violation_error_message="Đề nghị đặt lại phải ghi người đề nghị, đơn vị và lý do.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("refused_code", "")),
                            models.Q(("answered_at__isnull", False), ("decision", "APPROVED")),
                            _connector="OR",
                        ),
                        name="officer_reset_answered_after_yes",
                        violation_error_message="Cổng chỉ trả lời về đề nghị đặt lại đã được duyệt.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, RULES_BACK),
    ]
