"""Step 2 of 2 of 0056: old rows are judged, then checked without blocking writers (docs/upgrading.md, “Old rows that a rule does not hold for”)."""

from typing import Any, Final

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

_RULES: Final = {
    "check_known_words": "desk_accountcheck",
}


def _judge(apps: Any, schema_editor: Any) -> None:
    """How many rows each rule does not hold for, all at once: a failed check names one rule and no number."""
    with schema_editor.connection.cursor() as cursor:
        broken = []
        for rule, table in _RULES.items():
            cursor.execute(
                "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"
                " WHERE conname = %s AND conrelid = %s::regclass AND NOT convalidated",
                [rule, table],
            )
            found = cursor.fetchone()
            if found is None:  # checked already, by the version that added it
                continue
            cursor.execute(f"SELECT count(*) FROM {table} WHERE NOT ({found[0]})")  # noqa: S608 - our own rule
            if count := cursor.fetchone()[0]:
                broken.append(f"{rule} ({table}): {count}")
    if broken:
        raise RuntimeError("Có dòng cũ không giữ quy tắc: " + "; ".join(broken) + ". Xem docs/upgrading.md.")


class Migration(migrations.Migration):
    dependencies = [("desk", "0091_marks_in_covers_validate")]
    operations = [
        migrations.RunPython(_judge, migrations.RunPython.noop),
        ValidateConstraint("accountcheck", name="check_known_words"),
    ]
