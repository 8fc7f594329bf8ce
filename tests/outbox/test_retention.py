"""Who got which text is forgotten on its day, not a day early, and nobody deletes what is still to be done."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.kernel.phone import Phone
from motcua.ops import handlers
from motcua.ops.places import APP_ROLE
from motcua.outbox import errands, retention, sending
from motcua.outbox.clock import DbClock
from motcua.outbox.models import Errand, Message
from motcua.outbox.sending import Progress
from tests import app_role
from tests.fakes import FakeSms

pytestmark = pytest.mark.django_db(transaction=True)

TO = Phone.parse("0900000001")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def texted(key: str, *, code: bool = False) -> Message:
    with transaction.atomic():
        sending.enqueue(to=TO, text="Tai khoan da mo.", purpose="notice", dedupe_key=key)
    sending.send_due(gateway=FakeSms())
    if code:
        Message.objects.filter(dedupe_key=key).update(kind="OTP", expires_at=DbClock())
    return Message.objects.get(dedupe_key=key)


def done(key: str, state: str = "DONE") -> Errand:
    with transaction.atomic():
        errands.promise("vault.put", key, {"paper": 7})
    if state == "DONE":
        errands.run_due({"vault.put": lambda data: None})
    else:
        Errand.objects.filter(key=key).update(state=state)
    return Errand.objects.get(key=key)


def aged(row: Message | Errand, by: timedelta) -> None:
    """The database's clock cannot be moved, so the row is older instead."""
    columns = ["created_at"] if isinstance(row, Message) else ["created_at", "not_before", "done_at"]
    for column in columns:
        sql(
            f"UPDATE {row._meta.db_table} SET {column} = {column} - make_interval(secs => %s) WHERE id = %s",
            by.total_seconds(),
            row.pk,
        )


def purge() -> dict[str, int]:
    """As the running system does it."""
    told: list[dict[str, int]] = []
    app_role.give()
    with transaction.atomic():
        sql(f"SET LOCAL ROLE {APP_ROLE}")
        retention.purge_due(told.append)
    return told[0] if told else {}


def stays(row: Message | Errand, rule: str) -> None:
    """Refused by its trigger, and deleted without it (seen red)."""
    statement = f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}"
    with pytest.raises(IntegrityError, match="chưa đến ngày"), transaction.atomic():
        sql(statement)
    with transaction.atomic():
        sql(f"DROP TRIGGER {rule} ON {row._meta.db_table}")
        sql(statement)
        transaction.set_rollback(True)


@pytest.mark.parametrize(("code", "kept", "early"), [(True, DAY, HOUR), (False, 90 * DAY, DAY)])
def test_a_text_goes_on_its_day_and_not_a_day_early(code: bool, kept: timedelta, early: timedelta) -> None:
    message = texted("m:1", code=code)

    aged(message, kept - early)
    assert purge() == {}
    stays(message, "outbox_message_kept")

    aged(message, early)
    assert sum(purge().values()) == 1
    assert not Message.objects.exists()
    assert purge() == {}
    assert sending.status(message.pk) is Progress.SENT


@pytest.mark.parametrize(("state", "kept"), [("DONE", 30 * DAY), ("DEAD", 365 * DAY)])
def test_an_errand_goes_on_its_day_and_not_a_day_early(state: str, kept: timedelta) -> None:
    errand = done("e:1", state)

    aged(errand, kept - DAY)
    assert purge() == {}
    stays(errand, "outbox_errand_kept")

    aged(errand, DAY + HOUR)
    assert {name: n for name, n in purge().items() if n} == {"errands": 1}


def test_what_is_still_to_be_done_is_never_deleted() -> None:
    with transaction.atomic():
        waiting = sending.enqueue(to=TO, text="Tin cho.", purpose="notice", dedupe_key="m:2")
    errand = done("e:2", "WAITING")
    aged(waiting, 4000 * DAY)
    aged(errand, 4000 * DAY)

    assert purge() == {}
    stays(waiting, "outbox_message_kept")
    stays(errand, "outbox_errand_kept")


def test_more_than_one_batch_goes_in_one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    for number in range(5):
        aged(texted(f"m:{number}"), 91 * DAY)

    assert purge()["notices"] == 5


def test_the_worker_knows_the_chore_and_the_journal_hears_of_it() -> None:
    aged(texted("m:1"), 91 * DAY)
    chore = {name: work for name, work, _ in handlers.chores()}["old_message"]

    assert chore() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM journal_event WHERE event = 'ops.outbox.erased'")
        assert "notices" in str(cursor.fetchone()[0])
    assert chore() == 0
