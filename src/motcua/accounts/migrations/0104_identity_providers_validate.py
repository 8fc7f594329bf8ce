"""Step 2 of 2 of 0070: old rows are judged, then checked without blocking writers (docs/upgrading.md, “Old rows that a rule does not hold for”)."""

from typing import Any, Final

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

_RULES: Final = {
    "account_origin_known": "accounts_account",
    "account_assisted_has_voucher": "accounts_account",
    "account_active_has_password": "accounts_account",
    "account_of_vneid_has_no_password": "accounts_account",
    "second_step_provider_known": "accounts_secondstep",
    "session_provider_known": "accounts_session",
    "sign_in_how_known": "accounts_signin",
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
    dependencies = [("accounts", "0103_unlinking_in_time")]
    operations = [
        migrations.RunPython(_judge, migrations.RunPython.noop),
        ValidateConstraint("account", name="account_origin_known"),
        ValidateConstraint("account", name="account_assisted_has_voucher"),
        ValidateConstraint("account", name="account_active_has_password"),
        ValidateConstraint("account", name="account_of_vneid_has_no_password"),
        ValidateConstraint("secondstep", name="second_step_provider_known"),
        ValidateConstraint("session", name="session_provider_known"),
        ValidateConstraint("signin", name="sign_in_how_known"),
    ]
