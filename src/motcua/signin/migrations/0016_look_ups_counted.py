"""Questions by number are counted apart: who looks up nobody too often is slowed, whatever else it calls (L14)."""

from django.db import migrations, models
from django.db.models import F, Q

# Of the hours before, every call of the scope counts as a question, as it did until now.
EARLIER = """
ALTER TABLE signin_callcount DISABLE TRIGGER call_count_grows;
UPDATE signin_callcount SET looked_up = calls WHERE scope = 'account.check';
UPDATE signin_callcount SET looked_up = missed WHERE looked_up < missed;
ALTER TABLE signin_callcount ENABLE TRIGGER call_count_grows;
"""
GROWS = """
CREATE OR REPLACE FUNCTION signin_call_count_grows() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.hour < clock_timestamp() - interval '90 days' THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.client_id, NEW.hour, NEW.scope) IS NOT DISTINCT FROM (OLD.client_id, OLD.hour, OLD.scope)
        AND NEW.calls >= OLD.calls AND NEW.refused >= OLD.refused{looked_up}
        AND NEW.missed >= OLD.missed AND NEW.alarms >= OLD.alarms THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Số lần gọi đã đếm không giảm, và được giữ 90 ngày.'
        USING ERRCODE = '23514', CONSTRAINT = 'call_count_grows';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("signin", "0015_owner_session")]
    operations = [
        migrations.AddField("callcount", "looked_up", models.PositiveIntegerField(db_default=0)),
        migrations.RunSQL(EARLIER, "SELECT 1"),
        migrations.RemoveConstraint("callcount", "call_count_adds_up"),
        migrations.AddConstraint(
            "callcount",
            models.CheckConstraint(
                name="call_count_adds_up",
                condition=Q(calls__gte=1)
                & Q(refused__lte=F("calls"))
                & Q(looked_up__lte=F("calls"))
                & Q(missed__lte=F("looked_up"))
                & Q(alarms__lte=F("missed")),
                violation_error_message="Số lần bị từ chối, không tìm thấy không được nhiều hơn số lần gọi.",
            ),
        ),
        migrations.RunSQL(
            GROWS.format(looked_up=" AND NEW.looked_up >= OLD.looked_up"), GROWS.format(looked_up="")
        ),
    ]
