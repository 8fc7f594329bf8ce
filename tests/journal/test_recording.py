"""The journal takes codes and ids, refuses people, and lets nothing be changed."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua import journal
from motcua.journal.models import Event
from motcua.journal.recording import looks_personal

pytestmark = pytest.mark.django_db

CHANGES = [
    "UPDATE journal_event SET event = 'x.y'",
    "DELETE FROM journal_event",
    "TRUNCATE journal_event",
    "UPDATE journal_seal SET rows = 0",
    "DELETE FROM journal_seal",
    "TRUNCATE journal_seal",
]


def test_a_line_is_written_with_the_moment_of_the_clock_not_of_the_transaction() -> None:
    journal.record(
        "dossier.received", subject="dossier:1", actor="o1", unit_code="H08.1", facts={"papers": 2}
    )
    journal.record("dossier.received", subject="dossier:2")

    first, second = Event.objects.order_by("id")
    assert (first.event, first.subject, first.actor, first.unit_code) == (
        "dossier.received",
        "dossier:1",
        "o1",
        "H08.1",
    )
    assert first.facts == {"papers": 2}
    assert second.facts == {}
    assert first.at < second.at


def test_a_line_lives_and_dies_with_the_act_it_tells_of() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        journal.record("dossier.received", subject="dossier:1")
        raise RuntimeError

    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        "052090000123",
        "so 052090000123 khong thay",
        "052 090 000 123",
        "+84900000012",
        "0900 000 012",
        "0900.000.012",
        "Nguyễn Thị Mẫu",
        "x" * 201,
        "0900000012\n",
    ],
)
def test_a_fact_that_looks_like_a_person_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="fact note") as refused:
        journal.record("dossier.received", subject="dossier:1", facts={"note": value})

    assert value not in str(refused.value)
    assert not Event.objects.exists()


@pytest.mark.parametrize("value", [52090000123, -900000012, 1.5, None, ["a"]])
def test_a_fact_is_a_code_or_a_small_number(value: object) -> None:
    with pytest.raises(ValueError, match="fact n "):
        journal.record("dossier.received", subject="dossier:1", facts={"n": value})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "value",
    [
        "000.00.06.H08-261123-0012",
        "2026-11-23T16:27:21+07:00",
        "8c1f0e55-0000-4000-8000-123456789012",
        "12345678901234567890123456789012",
        "1" * 64,
        "MATCHED",
        "",
    ],
)
def test_codes_ids_and_dates_are_taken(value: str) -> None:
    journal.record("dossier.received", subject="dossier:1", facts={"code": value})

    assert Event.objects.get().facts == {"code": value}


@pytest.mark.parametrize(
    ("event", "subject", "actor"),
    [
        ("received", "dossier:1", ""),
        ("Dossier.Received", "dossier:1", ""),
        ("dossier.received\n", "dossier:1", ""),
        ("dossier.received", "dossier", ""),
        ("dossier.received", "dossier:052090000123", ""),
        ("dossier.received", "dossier:1\nx", ""),
        ("dossier.received", "dossier:1", "Nguyễn Thị Mẫu"),
        ("dossier.received", "dossier:1", "052090000123"),
    ],
)
def test_event_subject_and_actor_are_codes(event: str, subject: str, actor: str) -> None:
    with pytest.raises(ValueError, match=r"^journal: "):
        journal.record(event, subject=subject, actor=actor)


def test_every_random_id_may_be_a_subject_and_an_actor() -> None:
    for number in range(200):
        opaque = uuid.UUID(int=10**36 + number * 10**20)
        journal.record("account.opened.assisted", subject=f"account:{opaque}", actor=opaque.hex)

    assert Event.objects.count() == 200


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_every_change_with_a_sentence(change: str) -> None:
    with pytest.raises(IntegrityError, match="Nhật ký chỉ được ghi thêm"), transaction.atomic():
        _run(change)


@pytest.mark.parametrize("change", CHANGES)
def test_without_the_trigger_every_change_would_pass(change: str) -> None:
    _run("DROP TRIGGER journal_event_append_only ON journal_event")
    _run("DROP TRIGGER journal_seal_append_only ON journal_seal")

    _run(change)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


MARK = "INSERT INTO limits_bucket (key, used, window_ends_at) VALUES (%s, 1, now()) RETURNING used"


def test_an_insert_and_its_line_are_one_statement() -> None:
    (first,) = journal.record_with(MARK, [b"m" * 32], "mark.made", subject="mark:once")
    assert first == 1
    assert Event.objects.get(subject="mark:once").event == "mark.made"
    with pytest.raises(IntegrityError), transaction.atomic():
        journal.record_with(MARK, [b"m" * 32], "mark.made", subject="mark:twice")
    assert not Event.objects.filter(subject="mark:twice").exists()


def test_only_an_insert_can_carry_its_line_for_an_update_may_find_nothing() -> None:
    with pytest.raises(ValueError, match="only an INSERT"):
        journal.record_with("UPDATE limits_bucket SET used = 0", [], "mark.made", subject="mark:1")
    assert not Event.objects.exists()


@pytest.mark.parametrize("code", ["1.005092.000.00.00.H50", "2.001914", "3.000181.000.00.00.H08"])
def test_the_published_code_of_a_procedure_is_nobodys_number(code: str) -> None:
    """Its dots and noughts read like a telephone; a reception must not fail for it."""
    assert not looks_personal(code)


@pytest.mark.parametrize(
    "text", ["0900.000.012", "1.0900000012", "1.005092 0900000012", "1.005092.000.00.00.H50 0900000012"]
)
def test_what_only_resembles_a_procedures_code_stays_personal(text: str) -> None:
    assert looks_personal(text)


@pytest.mark.django_db
def test_many_lines_are_one_statement_and_are_judged_like_one() -> None:
    lines = [(f"check:{nth}", {"found": nth % 2 == 0}) for nth in range(5)]
    with CaptureQueriesContext(connection) as asked:
        journal.record_many("accounts.look_up.made", lines, actor="a", unit_code="so")
        journal.record_many("accounts.look_up.made", [])
    assert len(asked) == 1
    written = Event.objects.order_by("id").values_list("subject", "facts", "actor", "unit_code")
    assert list(written) == [(subject, facts, "a", "so") for subject, facts in lines]
    with pytest.raises(ValueError, match="looks personal"):
        journal.record_many("accounts.look_up.made", [("check:1", {"who": "Nguyễn Văn Mẫu"})])
    assert Event.objects.count() == 5
