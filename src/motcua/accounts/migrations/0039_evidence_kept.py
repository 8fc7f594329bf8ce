"""Answers to texts, written once; what an officer did, and what an owner was told, goes only on its day, whoever deletes (DP-10, DP-11, DP-25)."""

import django.db.models.deletion
from django.db import migrations, models

import motcua.accounts.models.columns

KEPT = """
CREATE FUNCTION accounts_evidence_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    past boolean := CASE TG_TABLE_NAME
        WHEN 'accounts_ownernews' THEN
            (to_jsonb(OLD)->>'told_at')::timestamptz <= clock_timestamp() - interval '24 months'
        WHEN 'accounts_listexport' THEN
            (to_jsonb(OLD)->>'at')::timestamptz <= clock_timestamp() - interval '5 years'
        WHEN 'accounts_assistapplication' THEN
            (to_jsonb(OLD)->>'last_act_at')::timestamptz <= clock_timestamp() - interval '5 years'
            AND to_jsonb(OLD)->>'status' NOT IN ('draft', 'otp_ok', 'creating')
        ELSE false END;
BEGIN
    IF past THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Dòng này chưa đến ngày được xóa.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER owner_news_kept BEFORE DELETE ON accounts_ownernews
    FOR EACH ROW EXECUTE FUNCTION accounts_evidence_kept();
CREATE TRIGGER list_export_kept BEFORE DELETE ON accounts_listexport
    FOR EACH ROW EXECUTE FUNCTION accounts_evidence_kept();
CREATE TRIGGER assist_application_kept BEFORE DELETE ON accounts_assistapplication
    FOR EACH ROW EXECUTE FUNCTION accounts_evidence_kept();
"""
BACK = """
DROP TRIGGER assist_application_kept ON accounts_assistapplication;
DROP TRIGGER list_export_kept ON accounts_listexport;
DROP TRIGGER owner_news_kept ON accounts_ownernews;
DROP FUNCTION accounts_evidence_kept();
"""

ANSWERED_ONCE = """
CREATE FUNCTION accounts_agreement_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Câu trả lời của một người không được sửa, không được xóa.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'agreement_stays';
END $$;
CREATE TRIGGER agreement_stays BEFORE UPDATE OR DELETE ON accounts_agreement
    FOR EACH ROW EXECUTE FUNCTION accounts_agreement_stays();
"""
ANSWERED_ONCE_BACK = """
DROP TRIGGER agreement_stays ON accounts_agreement;
DROP FUNCTION accounts_agreement_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0038_closures")]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "text",
                    models.CharField(
                        choices=[
                            ("PROCESSING", "Thông báo xử lý dữ liệu cá nhân"),
                            ("CHANNELS", "Đồng ý nhận thông báo qua email"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                ("agreed", models.BooleanField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=motcua.accounts.models.columns.StatementTimestamp(), editable=False
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt trả lời một văn bản",
                "constraints": [
                    models.UniqueConstraint(fields=("account", "text", "version"), name="agreement_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text__in", ["PROCESSING", "CHANNELS"])),
                        name="agreement_text_known",
                        violation_error_message="Giá trị không thuộc danh mục.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ANSWERED_ONCE, ANSWERED_ONCE_BACK),
        migrations.RunSQL(KEPT, BACK),
    ]
