"""A unit that ended may be given its successor later; that too is written down once.

Going back leaves the wider rule: what was written down is never deleted, so the narrower one might no longer hold.
"""

from typing import Any

from django.db import migrations, models

_KINDS = ["ADDED", "RENAMED", "CLOSED", "MERGED", "SPLIT", "ASSIGNED"]
_CHOICES = [
    ("ADDED", "Thành lập"),
    ("RENAMED", "Đổi tên"),
    ("CLOSED", "Kết thúc hoạt động"),
    ("MERGED", "Sáp nhập"),
    ("SPLIT", "Chia tách"),
    ("ASSIGNED", "Chỉ định đơn vị kế thừa"),
]


class _Wider(migrations.AddConstraint):
    """Forwards in place of the rule there is; backwards only what the migrations believe."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute("ALTER TABLE units_unitchange DROP CONSTRAINT IF EXISTS unit_change_kind_known")
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, *_: Any) -> None:
        """The rule stays."""


class _Gone(migrations.RemoveConstraint):
    """For what the migrations believe only: the next step replaces the rule in one go."""

    def database_forwards(self, *_: Any) -> None:
        """Left to the next step."""

    def database_backwards(self, *_: Any) -> None:
        """The wider rule stays."""


class Migration(migrations.Migration):
    dependencies = [("units", "0021_searches")]
    operations = [
        migrations.AlterField("unitchange", "kind", models.TextField(choices=_CHOICES)),
        _Gone("unitchange", "unit_change_kind_known"),
        _Wider(
            "unitchange",
            models.CheckConstraint(
                name="unit_change_kind_known",
                condition=models.Q(kind__in=_KINDS),
                violation_error_message="Loại biến động không có trong danh mục.",
            ),
        ),
    ]
