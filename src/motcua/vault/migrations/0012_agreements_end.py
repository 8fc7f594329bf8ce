"""A consent ends with the dossier that goes to its right owner, and says so; a paper that went on is looked at no more."""

from django.db import migrations, models
from django.db.models import Q

ENDS = """
CREATE OR REPLACE FUNCTION vault_consent_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - '{withdrawn_at,ended_by_move}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{withdrawn_at,ended_by_move}'::text[]) THEN
        RAISE EXCEPTION 'Sự đồng ý chỉ có thể được rút lại, không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'consent_written_once';
    END IF;
    RETURN NEW;
END $$;
"""
ENDS_BACK = """
CREATE OR REPLACE FUNCTION vault_consent_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_at') IS DISTINCT FROM (to_jsonb(OLD) - 'withdrawn_at') THEN
        RAISE EXCEPTION 'Sự đồng ý chỉ có thể được rút lại, không được sửa hay xóa.'
            USING ERRCODE = '23514', CONSTRAINT = 'consent_written_once';
    END IF;
    RETURN NEW;
END $$;
"""

LOOKED_AT = """
CREATE FUNCTION vault_look_where_it_lies() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM vault_paper p WHERE p.id = NEW.paper_id AND p.state = 'MOVED') THEN
        RAISE EXCEPTION 'Giấy tờ đã được chuyển về đúng chủ nên không xem được ở kho này nữa.'
            USING ERRCODE = '23514', CONSTRAINT = 'look_where_it_lies';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER look_where_it_lies BEFORE INSERT ON vault_look
    FOR EACH ROW EXECUTE FUNCTION vault_look_where_it_lies();
"""
LOOKED_AT_BACK = """
DROP TRIGGER look_where_it_lies ON vault_look;
DROP FUNCTION vault_look_where_it_lies();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0011_versions_come_back")]
    operations = [
        migrations.AddField("consent", "ended_by_move", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "consent",
            models.CheckConstraint(
                name="consent_moved_is_over",
                condition=Q(ended_by_move=False) | Q(withdrawn_at__isnull=False),
                violation_error_message="Sự đồng ý hết hiệu lực do chuyển hồ sơ phải ghi thời điểm.",
            ),
        ),
        migrations.RunSQL(ENDS, ENDS_BACK),
        migrations.RunSQL(LOOKED_AT, LOOKED_AT_BACK),
    ]
