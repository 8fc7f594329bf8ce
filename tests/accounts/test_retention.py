"""Look-ups about a person and known browsers: kept as promised, and not a day longer or less."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.accounts import entering, retention
from motcua.accounts.models import KnownDevice, LookUp
from motcua.ops.places import APP_ROLE
from tests import app_role
from tests.accounts import people

pytestmark = pytest.mark.django_db(transaction=True)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def aged(table: str, column: str, interval: str) -> None:
    sql("SET session_replication_role = replica")
    sql(f"UPDATE {table} SET {column} = clock_timestamp() - %s::interval", interval)
    sql("SET session_replication_role = origin")


def purge() -> int:
    """As the running system does it."""
    app_role.give()
    with transaction.atomic():
        sql(f"SET LOCAL ROLE {APP_ROLE}")
        return retention.purge_due(timezone.now())


def a_look_up() -> None:
    LookUp.objects.create(number_bi=b"x" * 32, answer="NOT_FOUND", asked_by="a", unit_code="u", purpose="p")


def a_device() -> None:
    KnownDevice.objects.create(account=people.account(), device_hash=b"d" * 32)


@pytest.mark.parametrize(
    ("make", "table", "column", "rule", "period"),
    [
        (a_look_up, "accounts_lookup", "at", "look_up_kept", "24 months"),
        (a_device, "accounts_knowndevice", "last_seen_at", "known_device_kept", "12 months"),
    ],
)
def test_it_goes_on_its_day_and_not_a_day_early(
    make: object, table: str, column: str, rule: str, period: str
) -> None:
    make()  # type: ignore[operator]
    aged(table, column, f"{period} -1 day")
    assert purge() == 0
    with pytest.raises(IntegrityError, match="chưa đến ngày"), transaction.atomic():
        sql(f"DELETE FROM {table}")
    with transaction.atomic():
        sql(f"DROP TRIGGER {rule} ON {table}")
        sql(f"DELETE FROM {table}")
        transaction.set_rollback(True)

    aged(table, column, f"{period} 1 minute")
    assert purge() == 1
    assert purge() == 0


def test_a_browser_that_is_used_stays_known() -> None:
    account = people.account()
    entering.enter(account, device="d", device_words="")
    known = KnownDevice.objects.count()
    sql("UPDATE accounts_knowndevice SET first_seen_at = first_seen_at - interval '5 years'")

    assert purge() == 0
    assert KnownDevice.objects.count() == known == 1
