"""A call is counted when it is let in, as a question too; what was refused before it asked is taken out again."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q

# Counters only grow, so what was not asked after all is a counter of its own.
GROWS = """
CREATE OR REPLACE FUNCTION signin_call_count_grows() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.hour < clock_timestamp() - interval '90 days' THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.client_id, NEW.hour, NEW.scope) IS NOT DISTINCT FROM (OLD.client_id, OLD.hour, OLD.scope)
        AND NEW.calls >= OLD.calls AND NEW.refused >= OLD.refused AND NEW.looked_up >= OLD.looked_up{unasked}
        AND NEW.missed >= OLD.missed AND NEW.alarms >= OLD.alarms THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Số lần gọi đã đếm không giảm, và được giữ 90 ngày.'
        USING ERRCODE = '23514', CONSTRAINT = 'call_count_grows';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("signin", "0045_another_field_key")]
    operations = [
        migrations.AddField("callcount", "unasked", models.PositiveIntegerField(db_default=0)),
        migrations.RunSQL(GROWS.format(unasked=" AND NEW.unasked >= OLD.unasked"), GROWS.format(unasked="")),
        migrations.RemoveConstraint("callcount", "call_count_adds_up"),
        AddConstraintNotValid(
            "callcount",
            models.CheckConstraint(
                name="call_count_adds_up",
                condition=Q(calls__gte=1)
                & Q(refused__lte=F("calls"))
                & Q(looked_up__lte=F("calls"))
                & Q(unasked__lte=F("looked_up"))
                & Q(missed__lte=F("looked_up") - F("unasked"))
                & Q(alarms__lte=F("missed")),
                violation_error_message="Số lần bị từ chối, không tìm thấy không được nhiều hơn số lần gọi.",
            ),
        ),
    ]
