"""What is owed to Cổng DVCQG: in the order of the dossier's history, told once, never quietly forgotten."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

GUARD = """
CREATE FUNCTION desk_national_sync_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_national_sync_kept', 'Lượt đồng bộ không được xóa.');
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'OWED' OR NOT EXISTS (SELECT 1 FROM desk_dossierevent e
                                               WHERE e.id = NEW.event_id AND e.dossier_id = NEW.dossier_id) THEN
            PERFORM desk_refuse('desk_national_sync_of_its_event', 'Lượt đồng bộ phải thuộc lịch sử của hồ sơ.');
        END IF;
    ELSIF ROW(NEW.public_id, NEW.dossier_id, NEW.event_id, NEW.version, NEW.owed_at)
          IS DISTINCT FROM ROW(OLD.public_id, OLD.dossier_id, OLD.event_id, OLD.version, OLD.owed_at)
          OR OLD.state IN ('TOLD', 'DROPPED') AND NEW IS DISTINCT FROM OLD THEN
        PERFORM desk_refuse('desk_national_sync_written_once', 'Lượt đồng bộ đã xong thì không được sửa.');
    ELSIF NEW.state = 'TOLD' AND OLD.state <> 'OWED' THEN
        PERFORM desk_refuse('desk_national_sync_sent_again', 'Lượt bị từ chối phải được gửi lại trước.');
    ELSIF NEW.state = 'TOLD' AND EXISTS (SELECT 1 FROM desk_nationalsync s
              WHERE s.dossier_id = NEW.dossier_id AND s.id < NEW.id AND s.state IN ('OWED', 'REFUSED')) THEN
        PERFORM desk_refuse('desk_national_sync_in_order', 'Lịch sử hồ sơ phải được gửi theo thứ tự.');
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER desk_national_sync_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_nationalsync
    FOR EACH ROW EXECUTE FUNCTION desk_national_sync_guard();
"""
GUARD_BACK = """
DROP TRIGGER desk_national_sync_guard ON desk_nationalsync;
DROP FUNCTION desk_national_sync_guard();
"""

# What Cổng DVCQG said may name a person: it goes with the dossier.
FORGOTTEN = """
CREATE FUNCTION desk_national_sync_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
        NEW.refused_words := '';
        NEW.dropped_reason := CASE WHEN NEW.dropped_reason = '' THEN '' ELSE 'đã xóa' END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_national_sync_forgotten BEFORE UPDATE ON desk_nationalsync
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_national_sync_forgotten();
"""
FORGOTTEN_BACK = """
DROP TRIGGER desk_zz_national_sync_forgotten ON desk_nationalsync;
DROP FUNCTION desk_national_sync_forgotten();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0021_organisations_wait")]

    operations = [
        migrations.CreateModel(
            name="NationalSync",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("OWED", "Chờ gửi"),
                            ("TOLD", "Đã gửi"),
                            ("REFUSED", "Bị từ chối"),
                            ("DROPPED", "Thôi không gửi"),
                        ],
                        default="OWED",
                    ),
                ),
                (
                    "owed_at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("clock_timestamp()", ()),
                        editable=False,
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0)),
                ("lease", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("refused_code", models.TextField(blank=True, default="")),
                ("refused_words", models.TextField(blank=True, default="")),
                ("dropped_at", models.DateTimeField(null=True)),
                ("dropped_by", models.TextField(blank=True, default="")),
                ("dropped_reason", models.TextField(blank=True, default="")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="national_syncs",
                        to="desk.dossier",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.dossierevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt đồng bộ",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["OWED", "REFUSED"])),
                        fields=["dossier", "id"],
                        name="national_sync_unsettled",
                    ),
                    models.Index(fields=["state", "-owed_at", "-id"], name="national_sync_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["OWED", "TOLD", "REFUSED", "DROPPED"])),
                        name="national_sync_state_known",
                        violation_error_message="Tình trạng đồng bộ không có trong danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "TOLD"), ("told_at__isnull", False)),
                            models.Q(models.Q(("state", "TOLD"), _negated=True), ("told_at", None)),
                            _connector="OR",
                        ),
                        name="national_sync_told_at",
                        violation_error_message="Lượt đồng bộ đã gửi phải có thời điểm gửi.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("refused_at__isnull", False),
                                ("state", "REFUSED"),
                                models.Q(("refused_code", ""), _negated=True),
                            ),
                            models.Q(("state", "REFUSED"), _negated=True),
                            _connector="OR",
                        ),
                        name="national_sync_refused_why",
                        violation_error_message="Lượt đồng bộ bị từ chối phải ghi mã lỗi và thời điểm.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("dropped_at__isnull", False),
                                ("state", "DROPPED"),
                                models.Q(("dropped_by", ""), _negated=True),
                                ("dropped_reason__regex", "\\S{1}.{3}"),
                            ),
                            models.Q(
                                models.Q(("state", "DROPPED"), _negated=True),
                                ("dropped_at", None),
                                ("dropped_by", ""),
                                ("dropped_reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="national_sync_dropped_by",
                        violation_error_message="Thôi không gửi thì phải ghi người quyết định và lý do.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease", None), ("lease_until", None)),
                            models.Q(
                                ("lease__isnull", False), ("lease_until__isnull", False), ("state", "OWED")
                            ),
                            _connector="OR",
                        ),
                        name="national_sync_lease",
                        violation_error_message="Chỉ lượt đang chờ gửi mới có người giữ.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
        migrations.RunSQL(FORGOTTEN, FORGOTTEN_BACK),
    ]
