"""The worker finds the list; nobody decides about the own work; everybody's acts for 90 days at most, all behind."""

from datetime import timedelta
from importlib import import_module

from django.db import migrations, models
from django.db.models import F, Q

_BEFORE = import_module("motcua.protection.migrations.0003_breach_rules")
FOUND_ONCE = """
CREATE FUNCTION protection_breach_decided_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moves text[] := ARRAY['decision', 'decided_by', 'decided_why', 'decided_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.made_at := clock_timestamp();
        IF NEW.decision <> 'FINDING' THEN
            RAISE EXCEPTION 'Hồ sơ sự cố mới lập thì chờ tìm người bị ảnh hưởng.' USING ERRCODE = '23514',
                CONSTRAINT = 'breach_begins_finding';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.decision = 'FINDING' THEN
        moves := ARRAY['decision', 'people', 'lines', 'lists', 'list_rows', 'list_sha256'];
    END IF;
    IF TG_OP = 'DELETE' OR OLD.decision IN ('APPROVED', 'DECLINED') OR NEW.decision = OLD.decision
       OR (OLD.decision = 'FINDING') <> (NEW.decision = 'WAITING') OR NEW.decision = 'FINDING'
       OR (to_jsonb(NEW) - moves) IS DISTINCT FROM (to_jsonb(OLD) - moves) THEN
        RAISE EXCEPTION 'Hồ sơ sự cố đã lập không sửa, không xóa; tìm một lần, quyết định một lần.'
            USING ERRCODE = '23514', CONSTRAINT = 'breach_decided_once';
    END IF;
    IF NEW.decision <> 'WAITING' THEN
        NEW.decided_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER breach_decided_once BEFORE INSERT OR UPDATE OR DELETE ON protection_breach
    FOR EACH ROW EXECUTE FUNCTION protection_breach_decided_once();
"""
#: The list is filled while it is sought; nothing else of the rule of 0003 changes.
TOLD = _BEFORE.TOLD.replace("said IS DISTINCT FROM 'WAITING'", "said IS DISTINCT FROM 'FINDING'")
#: What is still sought has no list: it goes when the rules of 0003 come back.
NO_LONGER_SOUGHT = """
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM protection_breach WHERE decision = 'FINDING';
"""


class Migration(migrations.Migration):
    dependencies = [("protection", "0003_breach_rules")]
    operations = [
        migrations.RunSQL(_BEFORE.FOUND_ONCE_BACK, _BEFORE.FOUND_ONCE),
        migrations.RunSQL(_BEFORE.TOLD_BACK + TOLD, _BEFORE.TOLD_BACK + _BEFORE.TOLD),
        migrations.AlterField(
            model_name="breach",
            name="decision",
            field=models.TextField(
                "quyết định",
                choices=[
                    ("FINDING", "Đang tìm người bị ảnh hưởng"),
                    ("WAITING", "Chờ người thứ hai duyệt"),
                    ("APPROVED", "Đã duyệt, báo cho người bị ảnh hưởng"),
                    ("DECLINED", "Không báo"),
                ],
                db_default="FINDING",
            ),
        ),
        migrations.AlterField("breach", "people", models.IntegerField("số người", db_default=0)),
        migrations.AlterField("breach", "lines", models.IntegerField("số lượt", db_default=0)),
        migrations.AlterField(
            "breach", "list_sha256", models.CharField("dấu của danh sách", max_length=64, db_default="")
        ),
        migrations.RemoveConstraint("breach", "breach_list_marked"),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                name="breach_list_marked",
                condition=Q(decision="FINDING", list_sha256="") | Q(list_sha256__regex=r"\A[0-9a-f]{64}\Z"),
                violation_error_message="Danh sách của hồ sơ sự cố phải có dấu SHA-256.",
            ),
        ),
        migrations.RemoveConstraint("breach", "breach_decided_whole"),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                name="breach_decided_whole",
                condition=Q(decision__in=["FINDING", "WAITING"], decided_by="", decided_at=None)
                | Q(
                    decision__in=["APPROVED", "DECLINED"],
                    decided_at__isnull=False,
                    decided_why__regex=r"\S.{8,}\S",
                )
                & ~Q(decided_by=""),
                violation_error_message="Quyết định về hồ sơ sự cố phải có người, lúc và ý kiến.",
            ),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                name="breach_not_by_the_meant",
                condition=Q(about_officer="")
                | ~Q(made_by=F("about_officer")) & ~Q(decided_by=F("about_officer")),
                violation_error_message="Cán bộ bị xét không lập, không quyết định hồ sơ sự cố về mình.",
            ),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                name="breach_lies_behind",
                condition=Q(until__lte=F("made_at"), aware_at__lte=F("made_at")),
                violation_error_message="Khoảng thời gian và lúc biết của sự cố không ở tương lai.",
            ),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                name="breach_of_everybody_short",
                condition=~Q(about_officer="", about_system="")
                | Q(until__lte=F("since") + timedelta(days=90)),
                violation_error_message="Hồ sơ sự cố xét mọi cán bộ, mọi hệ thống thì không quá 90 ngày.",
            ),
        ),
        migrations.RunSQL(FOUND_ONCE, _BEFORE.FOUND_ONCE_BACK + NO_LONGER_SOUGHT),
    ]
