"""What an inspector reads: the lines of the own units, page by page, one statement whatever is asked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua import journal
from motcua.journal import reading
from motcua.journal.models import Event
from motcua.journal.reading import PAGE, Wanted
from motcua.kernel.authority import Authority, NotAuthorised, Power
from tests.journal.conftest import as_superuser

pytestmark = pytest.mark.django_db(transaction=True)

INSPECTOR = Authority(1, "f" * 32, 1, "so-mau", frozenset({Power.INSPECT}), (1,))
ALL = Wanted(units=("so-mau", "truong-mau", ""))


def write(
    count: int, unit: str = "so-mau", event: str = "desk.dossier.received", actor: str = "a" * 32
) -> None:
    for number in range(count):
        journal.record(event, subject=f"dossier:{number}", actor=actor, unit_code=unit)


def ids(page: reading.Page) -> list[int]:
    return [row.id for row in page.rows]


def test_pages_go_forward_and_back_and_show_each_line_once() -> None:
    write(PAGE * 2 + 5)
    everything = list(Event.objects.order_by("-id").values_list("id", flat=True))

    first = reading.lines(INSPECTOR, ALL)
    second = reading.lines(INSPECTOR, ALL, after=first.next_after)
    third = reading.lines(INSPECTOR, ALL, after=second.next_after)

    assert ids(first) + ids(second) + ids(third) == everything
    assert first.previous_before == "" and third.next_after == ""
    back = reading.lines(INSPECTOR, ALL, before=third.previous_before)
    assert ids(back) == ids(second)
    assert ids(reading.lines(INSPECTOR, ALL, before=back.previous_before)) == ids(first)


def test_the_oldest_come_first_when_asked() -> None:
    write(PAGE + 1)
    wanted = replace(ALL, oldest_first=True)

    first = reading.lines(INSPECTOR, wanted)

    assert ids(first) == sorted(ids(first))
    assert len(reading.lines(INSPECTOR, wanted, after=first.next_after).rows) == 1


@pytest.mark.parametrize("wanted", [
    replace(ALL, units=("truong-mau",)),
    replace(ALL, event="desk.dossier.returned"),
    replace(ALL, actors=("b" * 32,)),
    replace(ALL, subjects=("paper:1",)),
    replace(ALL, units=("truong-mau",), event="desk.dossier.returned", actors=("b" * 32,), subjects=("paper:1",)),
])  # fmt: skip
def test_each_filter_finds_its_line_and_no_other(wanted: Wanted) -> None:
    write(3)
    journal.record(
        "desk.dossier.returned",
        subject="paper:1",
        actor="b" * 32,
        unit_code="truong-mau",
        facts={"papers": 2},
    )

    (found,) = reading.lines(INSPECTOR, wanted).rows

    assert (found.event, found.subject, found.facts) == ("desk.dossier.returned", "paper:1", {"papers": 2})


def test_lines_of_other_units_are_never_read_however_they_are_asked_for() -> None:
    write(2, unit="so-khac")
    own = replace(ALL, units=("so-mau",))
    for wanted in (own, replace(own, actors=("a" * 32,)), replace(own, subjects=("dossier:0", "dossier:1"))):
        assert reading.lines(INSPECTOR, wanted).rows == []


def test_days_are_whole_and_vietnamese() -> None:
    write(4)
    moments = (
        "2026-11-22 16:59:59.9+00",
        "2026-11-22 17:00+00",
        "2026-11-23 16:59:59.9+00",
        "2026-11-23 17:00+00",
    )
    rows = list(Event.objects.order_by("id").values_list("id", flat=True))
    for row_id, at in zip(rows, moments, strict=True):
        as_superuser("UPDATE journal_event SET at = %s WHERE id = %s", at, row_id)
    day = date(2026, 11, 23)

    assert ids(reading.lines(INSPECTOR, replace(ALL, since=day, until=day))) == [rows[2], rows[1]]
    assert reading.lines(INSPECTOR, replace(ALL, since=day + timedelta(days=2))).rows == []
    assert reading.lines(INSPECTOR, replace(ALL, until=day - timedelta(days=2))).rows == []


def test_a_line_whose_writer_was_paused_is_still_found_on_its_day() -> None:
    write(2)
    first, second = Event.objects.order_by("id").values_list("id", flat=True)
    as_superuser("UPDATE journal_event SET at = '2026-11-22 17:00:20+00' WHERE id = %s", first)
    as_superuser("UPDATE journal_event SET at = '2026-11-22 16:59:40+00' WHERE id = %s", second)

    assert ids(reading.lines(INSPECTOR, replace(ALL, since=date(2026, 11, 23)))) == [first]
    assert ids(reading.lines(INSPECTOR, replace(ALL, until=date(2026, 11, 22)))) == [second]


def test_one_statement_whatever_the_size() -> None:
    counts = []
    for _ in range(2):
        write(PAGE)
        with CaptureQueriesContext(connection) as queries:
            reading.lines(INSPECTOR, replace(ALL, actors=("a" * 32,), event="desk.dossier.received"))
        counts.append(len(queries))
    assert counts == [1, 1]


@pytest.mark.parametrize("mark", ["x", "1;DROP", "9" * 19, "-1", "٣"])
def test_a_mark_that_is_none_begins_at_the_beginning(mark: str) -> None:
    write(2)
    assert len(reading.lines(INSPECTOR, ALL, after=mark).rows) == 2
    assert len(reading.lines(INSPECTOR, ALL, before=mark).rows) == 2


def test_only_inspectors_read() -> None:
    clerk = replace(INSPECTOR, powers=frozenset({Power.RECEIVE_DOSSIER}))
    with pytest.raises(NotAuthorised):
        reading.lines(clerk, ALL)
    with pytest.raises(NotAuthorised):
        reading.some(clerk, ALL, limit=5)


@pytest.mark.parametrize("wanted", [
    replace(ALL, units=("u7", "u8")),
    replace(ALL, units=("u7",), event="desk.dossier.returned"),
    replace(ALL, actors=(f"{7:032x}",)),
    replace(ALL, subjects=("dossier:7",)),
    replace(ALL, units=("u7",), since=date(2026, 1, 1)),
])  # fmt: skip
def test_no_search_among_twenty_thousand_lines_reads_the_table(wanted: Wanted) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_event (event, subject, actor, unit_code)"
            " SELECT 'desk.dossier.' || (ARRAY['received', 'returned', 'seen'])[1 + n % 3], 'dossier:' || n / 4,"
            " lpad(to_hex(n % 200), 32, '0'), 'u' || n % 50 FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE journal_event")
    with CaptureQueriesContext(connection) as queries:
        reading.lines(INSPECTOR, wanted)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on journal_event" not in plan, plan
