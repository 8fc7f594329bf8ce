"""Lịch làm việc: the province's days off and make-up days, and the hours of each unit."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# What was entered once is not rewritten: it is taken out, once, by somebody, and another line says the new thing.
WRITTEN_ONCE = """
CREATE FUNCTION units_calendar_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.removed_at IS NOT NULL
       OR (to_jsonb(NEW) - '{removed_at,removed_by_subject,removed_reason}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{removed_at,removed_by_subject,removed_reason}'::text[]) THEN
        RAISE EXCEPTION 'Lịch làm việc đã ghi không được sửa, chỉ được bỏ và ghi dòng mới.'
            USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER calendar_day_written_once BEFORE UPDATE OR DELETE ON units_calendarday
    FOR EACH ROW EXECUTE FUNCTION units_calendar_written_once();
CREATE TRIGGER office_hours_written_once BEFORE UPDATE OR DELETE ON units_officehours
    FOR EACH ROW EXECUTE FUNCTION units_calendar_written_once();

CREATE FUNCTION units_officeday_written_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND EXISTS (SELECT 1 FROM units_officehours
                                     WHERE id = NEW.hours_id AND added_at >= transaction_timestamp()) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Giờ làm việc đã ghi không được sửa, chỉ được bỏ và ghi lại cả tuần.'
        USING ERRCODE = '23514', CONSTRAINT = 'office_day_written_once';
END $$;
CREATE TRIGGER office_day_written_once BEFORE INSERT OR UPDATE OR DELETE ON units_officeday
    FOR EACH ROW EXECUTE FUNCTION units_officeday_written_once();
"""
WRITTEN_ONCE_BACK = """
DROP TRIGGER office_day_written_once ON units_officeday;
DROP FUNCTION units_officeday_written_once();
DROP TRIGGER office_hours_written_once ON units_officehours;
DROP TRIGGER calendar_day_written_once ON units_calendarday;
DROP FUNCTION units_calendar_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0004_kept_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("day", models.DateField()),
                ("kind", models.TextField(choices=[("OFF", "Ngày nghỉ"), ("WORKED", "Ngày làm bù")])),
                ("occasion", models.TextField()),
                ("source", models.TextField()),
                ("swapped_with", models.DateField(blank=True, null=True)),
                ("is_sample", models.BooleanField(default=False)),
                ("added_by_subject", models.TextField(blank=True, default="")),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("removed_by_subject", models.TextField(blank=True, default="")),
                ("removed_reason", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "ngày trong lịch làm việc",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["OFF", "WORKED"])),
                        name="calendar_day_kind_known",
                        violation_error_message="Ngày phải là ngày nghỉ hoặc ngày làm bù.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("occasion", ""), _negated=True), models.Q(("source", ""), _negated=True)
                        ),
                        name="calendar_day_has_source",
                        violation_error_message="Ngày phải ghi dịp nghỉ và văn bản quy định.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("removed_at", None), ("removed_by_subject", ""), ("removed_reason", "")
                            ),
                            models.Q(
                                ("removed_at__isnull", False),
                                models.Q(("removed_by_subject", ""), _negated=True),
                                models.Q(("removed_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="calendar_day_removed_whole",
                        violation_error_message="Ngày bị bỏ phải ghi người bỏ và lý do.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("day",),
                        name="calendar_day_once",
                        violation_error_message="Ngày này đã có trong lịch.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficeHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("last_receipt", models.TimeField()),
                ("source", models.TextField()),
                ("added_by_subject", models.TextField(blank=True, default="")),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("removed_by_subject", models.TextField(blank=True, default="")),
                ("removed_reason", models.TextField(blank=True, default="")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hours", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "giờ làm việc của đơn vị",
            },
        ),
        migrations.CreateModel(
            name="OfficeDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField()),
                ("morning_opens", models.TimeField(blank=True, null=True)),
                ("morning_closes", models.TimeField(blank=True, null=True)),
                ("afternoon_opens", models.TimeField(blank=True, null=True)),
                ("afternoon_closes", models.TimeField(blank=True, null=True)),
                (
                    "hours",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="units.officehours",
                    ),
                ),
            ],
            options={
                "verbose_name": "giờ làm việc trong tuần",
            },
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="office_hours_dates_in_order",
                violation_error_message="Ngày kết thúc phải từ ngày bắt đầu.",
            ),
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True),
                name="office_hours_have_source",
                violation_error_message="Giờ làm việc phải ghi văn bản quy định.",
            ),
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("removed_at", None), ("removed_by_subject", ""), ("removed_reason", "")),
                    models.Q(
                        ("removed_at__isnull", False),
                        models.Q(("removed_by_subject", ""), _negated=True),
                        models.Q(("removed_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="office_hours_removed_whole",
                violation_error_message="Giờ làm việc bị bỏ phải ghi người bỏ và lý do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("unit", "valid_from"),
                name="office_hours_once",
                violation_error_message="Đơn vị đã có giờ làm việc từ ngày này.",
            ),
        ),
        migrations.AddConstraint(
            model_name="officeday",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__gte", 1), ("weekday__lte", 7)),
                name="office_day_weekday_known",
                violation_error_message="Thứ trong tuần không đúng.",
            ),
        ),
        migrations.AddConstraint(
            model_name="officeday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("morning_closes", None), ("morning_opens", None)),
                        models.Q(
                            ("morning_closes__gt", models.F("morning_opens")),
                            ("morning_closes__isnull", False),
                            ("morning_opens__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("afternoon_closes", None), ("afternoon_opens", None)),
                        models.Q(
                            ("afternoon_closes__gt", models.F("afternoon_opens")),
                            ("afternoon_closes__isnull", False),
                            ("afternoon_opens__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("afternoon_opens__isnull", False), ("morning_closes", None)),
                        models.Q(("afternoon_opens", None), ("morning_closes__isnull", False)),
                        models.Q(
                            ("afternoon_opens__gte", models.F("morning_closes")),
                            ("afternoon_opens__isnull", False),
                            ("morning_closes__isnull", False),
                        ),
                        _connector="OR",
                    ),
                ),
                name="office_day_in_order",
                violation_error_message="Giờ mở cửa phải trước giờ đóng cửa, buổi sáng trước buổi chiều.",
            ),
        ),
        migrations.AddConstraint(
            model_name="officeday",
            constraint=models.UniqueConstraint(
                fields=("hours", "weekday"),
                name="office_day_once",
                violation_error_message="Mỗi thứ trong tuần chỉ ghi một lần.",
            ),
        ),
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK),
    ]
