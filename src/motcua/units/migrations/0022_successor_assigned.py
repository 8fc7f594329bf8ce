"""A unit that ended may be given its successor later; that too is written down once."""

from django.db import migrations, models

_KINDS = ["ADDED", "RENAMED", "CLOSED", "MERGED", "SPLIT", "ASSIGNED"]
_CHOICES = [
    ("ADDED", "Thành lập"),
    ("RENAMED", "Đổi tên"),
    ("CLOSED", "Kết thúc hoạt động"),
    ("MERGED", "Sáp nhập"),
    ("SPLIT", "Chia tách"),
    ("ASSIGNED", "Giao đơn vị kế thừa"),
]


class Migration(migrations.Migration):
    dependencies = [("units", "0021_searches")]
    operations = [
        migrations.AlterField("unitchange", "kind", models.TextField(choices=_CHOICES)),
        migrations.RemoveConstraint("unitchange", "unit_change_kind_known"),
        migrations.AddConstraint(
            "unitchange",
            models.CheckConstraint(
                name="unit_change_kind_known",
                condition=models.Q(kind__in=_KINDS),
                violation_error_message="Loại biến động không có trong danh mục.",
            ),
        ),
    ]
