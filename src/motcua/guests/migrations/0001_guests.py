"""Sessions of people whom the portal vouches for; a session is somebody's from beginning to end."""

import uuid

import django.db.models.functions.datetime
from django.db import migrations, models

import motcua.guests.models

RULES = """
CREATE FUNCTION guests_session_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moving text[] := '{token_hash,seen_at,unit_code,tokens_sealed,tokens_until,renewing_since,ended_at,ended_why}';
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'Phiên đã kết thúc không mở lại được.'
            USING ERRCODE = '23514', CONSTRAINT = 'guest_session_stays_ended';
    END IF;
    IF (to_jsonb(NEW) - moving) IS DISTINCT FROM (to_jsonb(OLD) - moving) THEN
        RAISE EXCEPTION 'Phiên của ai là của người đó từ đầu đến cuối.'
            USING ERRCODE = '23514', CONSTRAINT = 'guest_session_is_somebodys';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER session_moves BEFORE UPDATE ON guests_guestsession
    FOR EACH ROW EXECUTE FUNCTION guests_session_moves();
"""
RULES_BACK = """
DROP TRIGGER session_moves ON guests_guestsession;
DROP FUNCTION guests_session_moves();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="GuestSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("token_hash", models.BinaryField(unique=True)),
                ("subject", models.TextField()),
                ("audience", models.TextField(choices=[("CITIZEN", "Công dân"), ("OFFICER", "Cán bộ")])),
                ("organisation", models.BooleanField(default=False)),
                ("strong", models.BooleanField(default=False)),
                ("unit_code", models.TextField(blank=True, default="")),
                ("name_sealed", models.BinaryField()),
                ("portal_session", models.TextField()),
                ("tokens_sealed", models.BinaryField(null=True)),
                ("tokens_until", models.DateTimeField(null=True)),
                ("renewing_since", models.DateTimeField(editable=False, null=True)),
                ("device_words", models.TextField(blank=True, default="")),
                (
                    "signed_in_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "seen_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("ended_why", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "phiên tại một cửa",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["portal_session"],
                        name="guest_session_live",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["subject"],
                        name="guest_session_of_person",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(motcua.guests.models._Octets("token_hash")),
                        name="guest_session_token_hash_32",
                        violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject__regex", "\\A[0-9a-f]{32}\\Z")),
                        name="guest_session_subject",
                        violation_error_message="Phiên phải là của một người mà Cổng đã xác nhận.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["CITIZEN", "OFFICER"])),
                        name="guest_session_audience_known",
                        violation_error_message="Giá trị không thuộc danh mục.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("portal_session", ""), _negated=True),
                        name="guest_session_of_the_portal",
                        violation_error_message="Phiên phải gắn với phiên đăng nhập tại Cổng.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_why", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("tokens_sealed", None),
                                ("tokens_until", None),
                                models.Q(("ended_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="guest_session_ended_forgets",
                        violation_error_message="Phiên đã kết thúc không được giữ lại thẻ truy cập.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, RULES_BACK),
    ]
