"""“Being created” was never a state of a request: the transaction has no middle."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_kept_subjects"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assistapplication",
            name="application_number_reserved_once",
        ),
        migrations.RemoveConstraint(
            model_name="assistapplication",
            name="application_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="assistapplication",
            name="application_code_binds_form",
        ),
        migrations.AlterField(
            model_name="assistapplication",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "đang lập"),
                    ("otp_ok", "đã xác nhận OTP"),
                    ("created", "đã tạo"),
                    ("lapsed", "hết thời gian giữ chỗ"),
                    ("cancelled", "đã hủy"),
                    ("refused", "bị từ chối"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["draft", "otp_ok"])),
                fields=("number_bi",),
                name="application_number_reserved_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "otp_ok", "created", "lapsed", "cancelled", "refused"])
                ),
                name="application_status_known",
                violation_error_message="Giá trị không thuộc danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["otp_ok", "created"]), _negated=True),
                    models.Q(
                        ("code_hash", models.F("form_hash")),
                        ("paper_hash", models.F("form_hash")),
                        ("scan__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="application_code_binds_form",
                violation_error_message="Thông tin đã thay đổi sau khi in giấy hoặc xác nhận OTP: đề nghị in lại giấy và gửi lại mã OTP.",
            ),
        ),
    ]
