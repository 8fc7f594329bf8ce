"""One kind more: many accounts of people come of age that one officer handed over on a day."""

from django.db import migrations, models

_BEFORE = [
    ("SAME_PHONE", "Một số điện thoại, nhiều người"),
    ("STAFF_PHONE", "Dùng số điện thoại của cán bộ"),
    ("SAME_SCAN", "Một bản quét, nhiều người"),
    ("CODE_AT_ONCE", "Nhập mã ngay sau khi gửi"),
    ("BURST", "Tạo dồn dập"),
    ("AFTER_HOURS", "Ngoài giờ làm việc"),
    ("NO_PAPER", "Thiếu giấy đề nghị đã ký"),
    ("LOOKS", "Tra cứu nhiều, không có hồ sơ"),
]
_NOW = [*_BEFORE, ("TAKE_OVERS", "Giao nhiều tài khoản đủ 18 tuổi")]


class Migration(migrations.Migration):
    dependencies = [("radar", "0002_rules")]
    operations = [
        migrations.AlterField("sighting", "kind", models.TextField(choices=_NOW, verbose_name="loại")),
        migrations.RemoveConstraint("sighting", "sighting_kind_known"),
        migrations.AddConstraint(
            "sighting",
            models.CheckConstraint(
                condition=models.Q(kind__in=[code for code, _ in _NOW]),
                name="sighting_kind_known",
                violation_error_message="Loại rà soát phải có trong danh mục.",
            ),
        ),
    ]
