"""Whatever a database superuser does to sealed lines is found, and the first bad row is named."""

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from motcua import journal
from motcua.journal import sealing, verifying
from motcua.journal.models import Event
from motcua.journal.verifying import Finding, Kind, verify
from motcua.journal.witnessing import FileWitness
from tests.journal.conftest import as_superuser, seal_all

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
ROWS = 30


@pytest.fixture
def sealed(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness], monkeypatch: pytest.MonkeyPatch
) -> list[FileWitness]:
    """Rows 1 to 30 (but 10, rolled back) in three seals of ten rows or fewer, made on three days."""
    monkeypatch.setattr(sealing, "BATCH_ROWS", 10)
    as_superuser("ALTER SEQUENCE journal_event_id_seq RESTART")
    for day in range(3):
        for number in range(10):
            journal.record("dossier.received", subject=f"dossier:{day * 10 + number + 1}")
        if day == 0:
            as_superuser("DELETE FROM journal_event WHERE id = 10")
        seal_all(NOON + timedelta(days=day), signer, witnesses)
    assert list(Event.objects.order_by("pk").values_list("pk", flat=True)) == [
        *range(1, 10),
        *range(11, ROWS + 1),
    ]
    return witnesses


@pytest.fixture
def check(sealed: list[FileWitness], signer: Ed25519PrivateKey) -> Callable[[], Finding | None]:
    return lambda: verify(None, None, sealed[0], signer.public_key())


def swap(one: int, other: int) -> None:
    as_superuser("UPDATE journal_event SET id = -1 WHERE id = %s", one)
    as_superuser("UPDATE journal_event SET id = %s WHERE id = %s", one, other)
    as_superuser("UPDATE journal_event SET id = %s WHERE id = -1", other)


def insert(row_id: int) -> None:
    as_superuser(
        "INSERT INTO journal_event (id, event, subject) VALUES (%s, 'dossier.received', 'dossier:9')", row_id
    )


def test_an_untouched_journal_is_whole(check: Callable[[], Finding | None]) -> None:
    assert check() is None


@pytest.mark.parametrize(
    "change",
    [
        "event = 'dossier.refused'",
        "subject = 'dossier:999'",
        "actor = 'somebody'",
        "unit_code = 'H08.2'",
        "facts = '{\"papers\": 1}'",
        "at = at + interval '1 microsecond'",
        "xid = '1'",
    ],
)
def test_an_edit_of_any_column_is_found(change: str, check: Callable[[], Finding | None]) -> None:
    as_superuser(f"UPDATE journal_event SET {change} WHERE id = 17")

    assert check() == Finding(Kind.EDITED, 17, 2)


@pytest.mark.parametrize("row_id", [1, 5, 9, 11, 20, 30])
def test_one_deleted_row_is_found(row_id: int, check: Callable[[], Finding | None]) -> None:
    as_superuser("DELETE FROM journal_event WHERE id = %s", row_id)

    assert check() == Finding(Kind.DELETED, row_id, (row_id - 1) // 10 + 1)


@pytest.mark.parametrize("row_id", [-5, 0, 10])
def test_one_inserted_row_is_found(row_id: int, check: Callable[[], Finding | None]) -> None:
    insert(row_id)

    found = check()
    assert found is not None
    assert (found.kind, found.row_id) == (Kind.INSERTED, row_id)


def test_a_deleted_tail_is_found(check: Callable[[], Finding | None]) -> None:
    as_superuser("DELETE FROM journal_event WHERE id > 26")

    assert check() == Finding(Kind.DELETED, 27, 3)


@pytest.mark.parametrize(("one", "other"), [(3, 4), (5, 25)])
def test_two_swapped_rows_are_found(one: int, other: int, check: Callable[[], Finding | None]) -> None:
    swap(one, other)

    assert check() == Finding(Kind.EDITED, one, 1)


def test_rows_moved_into_another_order_are_found(check: Callable[[], Finding | None]) -> None:
    as_superuser("UPDATE journal_event SET id = -id WHERE id > 20")
    as_superuser("UPDATE journal_event SET id = 51 + id WHERE id < 0")

    assert check() == Finding(Kind.EDITED, 21, 3)


def test_an_emptied_table_is_found(check: Callable[[], Finding | None]) -> None:
    as_superuser("TRUNCATE journal_event")

    assert check() == Finding(Kind.DELETED, 1, 1)


def test_an_older_backup_with_new_lines_on_top_is_found(check: Callable[[], Finding | None]) -> None:
    as_superuser("DELETE FROM journal_event WHERE id > 20")
    as_superuser("DELETE FROM journal_seal WHERE id > 2")
    as_superuser("ALTER SEQUENCE journal_event_id_seq RESTART WITH 21")
    for _ in range(10):
        journal.record("dossier.received", subject="dossier:1")

    assert check() == Finding(Kind.EDITED, 21, 3)


def test_an_older_backup_of_the_seals_alone_is_found(check: Callable[[], Finding | None]) -> None:
    as_superuser("DELETE FROM journal_seal WHERE id > 2")

    assert check() == Finding(Kind.SEAL_MISSING, 21, 3)


def test_who_rewrites_rows_and_seals_with_an_own_key_is_found(
    sealed: list[FileWitness], check: Callable[[], Finding | None]
) -> None:
    as_superuser("UPDATE journal_event SET subject = 'dossier:999' WHERE id = 5")
    as_superuser("TRUNCATE journal_seal")
    seal_all(NOON, Ed25519PrivateKey.generate(), [])

    assert check() == Finding(Kind.EDITED, 5, 1)


def test_a_witness_rewritten_with_another_key_is_not_believed(
    sealed: list[FileWitness], check: Callable[[], Finding | None], tmp_path: Path
) -> None:
    as_superuser("TRUNCATE journal_seal")
    sealed[0].path.unlink()
    seal_all(NOON, Ed25519PrivateKey.generate(), sealed[:1])

    assert check() == Finding(Kind.SEAL_BROKEN, 1, 1)


@pytest.mark.parametrize(
    "field", ["rows", "ids", "leaves", "sealed_at", "last_id", "merkle_root", "signature"]
)
def test_a_touched_line_of_the_witness_is_found(
    field: str, sealed: list[FileWitness], check: Callable[[], Finding | None]
) -> None:
    lines = sealed[0].path.read_text().splitlines()
    touched = json.loads(lines[1])
    old = touched[field]
    touched[field] = old + 1 if isinstance(old, int) else old[:-1] + ("1" if old[-1] == "0" else "0")
    sealed[0].path.write_text("\n".join([lines[0], json.dumps(touched), lines[2]]))

    assert check() == Finding(Kind.SEAL_BROKEN, 11, 2)


def test_a_line_missing_in_the_witness_is_found(
    sealed: list[FileWitness], check: Callable[[], Finding | None]
) -> None:
    first, _, third = sealed[0].path.read_text().splitlines()
    sealed[0].path.write_text(f"{first}\n{third}\n")

    assert check() == Finding(Kind.SEAL_BROKEN, 21, 3)


def test_a_witness_cut_short_is_found_after_a_minute(
    sealed: list[FileWitness], check: Callable[[], Finding | None]
) -> None:
    first, second, _ = sealed[0].path.read_text().splitlines()
    sealed[0].path.write_text(f"{first}\n{second}\n")
    as_superuser("UPDATE journal_seal SET sealed_at = clock_timestamp() - interval '2 minutes'")

    assert check() == Finding(Kind.WITNESS_SHORT, 21, 3)


def test_only_the_days_asked_for_and_the_seal_after_them_are_read(
    sealed: list[FileWitness], signer: Ed25519PrivateKey
) -> None:
    as_superuser("UPDATE journal_event SET subject = 'dossier:999' WHERE id IN (5, 15, 25)")

    def first_bad(from_day: date | None, to_day: date | None) -> int | None:
        found = verify(from_day, to_day, sealed[0], signer.public_key())
        return found.row_id if found else None

    assert first_bad(None, None) == 5
    assert first_bad(date(2026, 11, 24), None) == 15
    assert first_bad(date(2026, 11, 25), date(2026, 11, 25)) == 25
    as_superuser("UPDATE journal_event SET subject = 'dossier:5' WHERE id = 5")
    assert first_bad(None, date(2026, 11, 23)) == 15
    assert first_bad(date(2026, 11, 26), None) is None


def random_act(chance: random.Random) -> int:
    """Do one thing that must not be done; the first row that is bad then."""
    one, other = chance.sample([n for n in range(1, ROWS + 1) if n != 10], 2)
    match chance.choice(["edit", "delete", "cut", "swap", "insert", "reorder", "empty", "restore"]):
        case "edit":
            as_superuser("UPDATE journal_event SET actor = 'x' WHERE id = %s", one)
        case "delete":
            as_superuser("DELETE FROM journal_event WHERE id = %s", one)
        case "cut":
            as_superuser("DELETE FROM journal_event WHERE id >= %s", one)
        case "swap":
            swap(one, other)
            return min(one, other)
        case "insert":
            insert(10)
            return 10
        case "reorder":
            reverse_from(one := min(one, ROWS - 1))
        case "empty":
            as_superuser("TRUNCATE journal_event")
            return 1
        case "restore":
            # The database of an evening before, and work since that drew the same ids.
            as_superuser("DELETE FROM journal_event WHERE id > 20")
            as_superuser("DELETE FROM journal_seal WHERE id > 2")
            insert(21)
            return 21
    return one


def reverse_from(first: int) -> None:
    """The rows from here on change places: the last becomes the first."""
    rows = [n for n in range(first, ROWS + 1) if n != 10]
    as_superuser("UPDATE journal_event SET id = -id WHERE id >= %s", first)
    for old, new in zip(rows, reversed(rows), strict=True):
        as_superuser("UPDATE journal_event SET id = %s WHERE id = %s", new, -old)
    if len(rows) % 2 == 0 or rows[len(rows) // 2] != first:
        return
    raise AssertionError("a row that stayed where it was is no act")


def test_a_hundred_random_acts_are_all_found(check: Callable[[], Finding | None]) -> None:
    chance = random.Random(24)
    as_superuser("CREATE TEMP TABLE original AS SELECT * FROM journal_event")
    as_superuser("CREATE TEMP TABLE original_seal AS SELECT * FROM journal_seal")
    for _ in range(100):
        bad = random_act(chance)
        found = check()
        assert found is not None
        assert found.row_id == bad
        as_superuser("TRUNCATE journal_event")
        as_superuser("INSERT INTO journal_event SELECT * FROM original")
        as_superuser("TRUNCATE journal_seal")
        as_superuser("INSERT INTO journal_seal SELECT * FROM original_seal")
    assert check() is None


def test_the_time_zone_of_the_reader_changes_nothing(check: Callable[[], Finding | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'Asia/Ho_Chi_Minh'")
        cursor.execute("SET datestyle = 'German'")

    assert check() is None
    connection.close()


def test_the_command_says_whole_or_names_the_first_bad_row(
    sealed: list[FileWitness],
    signer: Ed25519PrivateKey,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    key = tmp_path / "journal.pem"
    key.write_bytes(
        signer.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    arguments = ["--witness", str(sealed[1].path), "--public-key", str(key), "--from", "2026-11-01"]

    journal.record("dossier.received", subject="dossier:31")
    assert verifying.main(arguments) == 0
    assert capsys.readouterr().out == "Nhật ký nguyên vẹn đến dòng 30; 1 dòng mới chưa niêm.\n"

    as_superuser("DELETE FROM journal_event WHERE id = 12")
    assert verifying.main(arguments) == 1
    assert "dòng 12: dòng đã bị xóa (dấu niêm số 2)" in capsys.readouterr().out

    assert verifying.main(["--witness", str(tmp_path / "none"), "--public-key", str(key)]) == 2
