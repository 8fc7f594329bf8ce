"""Every sealed line is counted once, on its day and at its unit, and can be counted again from the journal."""

import random
import threading

import pytest
from django.db import connection, transaction

from motcua import journal
from motcua.figures import counting
from motcua.figures.models import CountedMark, DayFigure
from tests.figures.conftest import Sealing, count_all, seal

__all__ = ["seal"]
pytestmark = pytest.mark.django_db(transaction=True)

DEEDS = [
    ("desk.dossier.received", {"checked": 1, "reused": 2, "minutes": 4}),
    ("desk.dossier.received", {"checked": 1, "reused": 0, "minutes": 11}),
    ("desk.dossier.received", {"checked": 0, "reused": 0}),
    ("desk.dossier.received", {"state": "RECEIVED"}),
    ("desk.dossier.confirmed", {"state": "RECEIVED"}),
    ("desk.dossier.received", {"checked": 0, "reused": 0, "scanned": 2}),
    ("desk.dossier.digitised", {"first": 0}),
    ("desk.dossier.digitised", {"first": 1}),
    ("desk.dossier.digitised", {"state": "PROCESSING"}),
    ("desk.account.checked", {"answer": "FOUND", "kind": "COUNTER"}),
    ("desk.account.checked", {"answer": "NOT_FOUND", "kind": "COUNTER"}),
    ("desk.account.checked", {"answer": "FOUND", "kind": "RECHECK"}),
    ("desk.dossier.provisionally_received", {}),
    ("accounts.account.opened_assisted", {"reason": "PHONE_MISMATCH"}),
    ("accounts.subscriber.asked", {"verdict": "MISMATCH", "operator": "viettel"}),
    ("accounts.subscriber.asked", {"verdict": "MATCH", "operator": "viettel"}),
    ("desk.dossier.finished", {"late": True}),
    ("desk.dossier.finished", {"late": False}),
    ("desk.dossier.seen", {"whole": True}),
]


def write(count: int, chance: random.Random, units: int = 4) -> None:
    for number in range(count):
        event, facts = chance.choice(DEEDS)
        journal.record(
            event, subject=f"dossier:{number}", unit_code=f"u{chance.randrange(units)}", facts=facts
        )


def figures(unit: str = "u0") -> dict[tuple[str, str], int]:
    rows = DayFigure.objects.filter(unit_code=unit).values_list("figure", "key", "value")
    return {(figure, key): value for figure, key, value in rows}


def test_each_deed_is_counted_as_what_it_was(seal: Sealing) -> None:
    for event, facts in DEEDS:
        journal.record(event, subject="dossier:1", unit_code="u0", facts=facts)
    seal()
    count_all()
    assert figures() == {
        ("received", ""): 6, ("digitised", ""): 3,
        ("checked", ""): 3, ("minutes", "4"): 1, ("minutes", "11"): 1, ("reused", ""): 2,
        ("reusing", ""): 1, ("asked", "FOUND"): 1, ("asked", "NOT_FOUND"): 1, ("provisional", ""): 1,
        ("assisted", "PHONE_MISMATCH"): 1, ("mismatch", "viettel"): 1, ("finished", "late"): 1,
        ("finished", "in_time"): 1,
    }  # fmt: skip


def test_what_is_kept_equals_what_the_journal_says(seal: Sealing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 37)
    chance = random.Random(766)
    for _ in range(4):
        write(150, chance)
        seal()
        count_all()
        assert counting.kept() == counting.counted_again()
        assert not counting.months_differ()
    assert sum(counting.kept().values()) > 600


def test_a_figure_that_somebody_changed_differs_from_the_journal(seal: Sealing) -> None:
    write(50, random.Random(1))
    seal()
    count_all()
    row = DayFigure.objects.filter(figure="received").first()
    assert row is not None
    DayFigure.objects.filter(pk=row.pk).update(value=row.value + 1)
    assert counting.kept() != counting.counted_again()
    assert counting.months_differ()


def test_what_is_not_sealed_waits(seal: Sealing) -> None:
    write(5, random.Random(1))
    assert counting.count_due() == 0 and not DayFigure.objects.exists()
    seal()
    assert counting.count_due() > 0
    assert counting.count_due() == 0


def test_a_round_that_breaks_counts_nothing_and_nothing_twice(seal: Sealing) -> None:
    write(60, random.Random(2))
    seal()

    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction.atomic():
        counting.count_due()
        raise Broken
    assert not DayFigure.objects.exists() and counting.counted_upto() == 0
    count_all()
    assert counting.kept() == counting.counted_again()


def test_two_workers_at_once_count_each_line_once(seal: Sealing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 25)
    write(400, random.Random(3))
    seal()
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        count_all()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counting.kept() == counting.counted_again()
    assert CountedMark.objects.count() == 1


@pytest.mark.parametrize(("statement", "rule", "drop"), [
    ("UPDATE figures_dayfigure SET value = -1", "day_figure_counts_up", "figures_dayfigure"),
    ("INSERT INTO figures_countedmark (id, upto_id) VALUES (2, 0)", "counted_mark_single", "figures_countedmark"),
    ("INSERT INTO figures_dayfigure (day, unit_code, figure, key, value)"
     " SELECT day, unit_code, figure, key, value FROM figures_dayfigure LIMIT 1",
     "day_figure_once", "figures_dayfigure"),
])  # fmt: skip
def test_what_the_tables_can_never_say(seal: Sealing, statement: str, rule: str, drop: str) -> None:
    write(5, random.Random(1))
    seal()
    count_all()

    def change() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(Exception, match=rule):
        change()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {drop} DROP CONSTRAINT {rule}")
            cursor.execute(statement)
        transaction.set_rollback(True)
