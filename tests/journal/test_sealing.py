"""Lines are closed in order, none is skipped, and the witnesses hear of every seal."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from motcua import journal
from motcua.journal import sealing
from motcua.journal.models import Event, Seal
from motcua.journal.verifying import verify
from motcua.journal.witnessing import FileWitness
from tests.journal.conftest import as_superuser, seal_all

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def write(count: int) -> None:
    for number in range(count):
        journal.record("dossier.received", subject=f"dossier:{number}", facts={"papers": number})


@contextmanager
def open_transaction_elsewhere() -> Iterator[threading.Event]:
    """Another connection has written a line and has not committed yet; set the event to let it commit."""
    written, may_commit = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            journal.record("dossier.received", subject="dossier:slow")
            written.set()
            may_commit.wait(20)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert written.wait(20)
    try:
        yield may_commit
    finally:
        may_commit.set()
        thread.join()


def test_new_lines_are_sealed_and_both_witnesses_hear(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    write(3)

    assert seal_all(NOON, signer, witnesses) == 3

    seal = Seal.objects.get()
    assert (seal.pk, seal.rows) == (1, 3)
    for witness in witnesses:
        assert [batch.hash for batch in witness.batches()] == [seal.hash]
        assert verify(None, None, witness, signer.public_key()) is None


def test_with_nothing_new_no_seal_is_made(signer: Ed25519PrivateKey, witnesses: list[FileWitness]) -> None:
    write(1)
    seal_all(NOON, signer, witnesses)

    assert seal_all(NOON, signer, witnesses) == 0
    assert Seal.objects.count() == 1


def test_many_lines_make_several_seals_that_follow_each_other(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    with transaction.atomic():
        write(sealing.BATCH_ROWS * 2 + 1)

    assert seal_all(NOON, signer, witnesses) == sealing.BATCH_ROWS * 2 + 1
    one, two, three = Seal.objects.order_by("pk")
    assert (two.previous_hash, three.previous_hash) == (one.hash, two.hash)
    assert verify(None, None, witnesses[0], signer.public_key()) is None


def test_a_line_of_a_transaction_still_open_is_waited_for_not_skipped(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    with open_transaction_elsewhere() as may_commit:
        write(2)
        assert sealing.seal_due(NOON, signer, witnesses) == 0
        may_commit.set()

    assert seal_all(NOON, signer, witnesses) == 3
    slow = Event.objects.get(subject="dossier:slow")
    assert Seal.objects.get().first_id == slow.pk
    assert verify(None, None, witnesses[0], signer.public_key()) is None


def _until_it_is_settled() -> None:
    patience = time.monotonic() + 60
    while sealing._settled() is None and time.monotonic() < patience:
        time.sleep(0.05)


def test_a_slow_transaction_does_not_hold_back_what_was_written_before_it(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    write(2)
    sealing._note_horizon()
    # Transactions of the whole cluster count: another worker's, in a database of its own, may be older.
    _until_it_is_settled()

    with open_transaction_elsewhere():
        write(1)
        assert sealing.seal_due(NOON, signer, witnesses) == 2


def test_a_rolled_back_line_leaves_a_gap_that_is_no_crime(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    write(1)
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    write(1)
    seal_all(NOON, signer, witnesses)

    first, last = Event.objects.order_by("pk").values_list("pk", flat=True)
    assert Seal.objects.get().ids == f"{first},{last}"
    assert verify(None, None, witnesses[0], signer.public_key()) is None


def test_sealers_at_the_same_time_neither_fork_the_chain_nor_tell_a_witness_twice(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH_ROWS", 5)
    write(60)
    failures: list[Exception] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        try:
            seal_all(NOON, signer, witnesses)
        except Exception as failure:
            failures.append(failure)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all(NOON, signer, witnesses)

    assert failures == []
    assert sum(Seal.objects.values_list("rows", flat=True)) == 60
    for witness in witnesses:
        assert [batch.number for batch in witness.batches()] == list(range(1, 13))
        assert verify(None, None, witness, signer.public_key()) is None


def test_a_witness_that_was_away_hears_it_later(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness], tmp_path: Path
) -> None:
    blocked = tmp_path / "away"
    blocked.write_text("not a directory")
    away = FileWitness(blocked / "journal.jsonl")
    write(1)
    seal_all(NOON, signer, [away, witnesses[0]])
    assert len(list(witnesses[0].batches())) == 1

    blocked.unlink()
    seal_all(NOON, signer, [away, witnesses[0]])

    assert list(away.batches()) == list(witnesses[0].batches())


def test_half_a_line_left_by_a_crash_is_written_again(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    write(1)
    seal_all(NOON, signer, witnesses)
    path = witnesses[0].path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    seal_all(NOON, signer, witnesses)

    assert list(witnesses[0].batches()) == list(witnesses[1].batches())
    assert path.read_bytes().endswith(whole)


def test_the_sealer_stops_when_a_witness_remembers_more_than_the_database(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    write(1)
    seal_all(NOON, signer, witnesses)
    as_superuser("DELETE FROM journal_seal")
    write(1)

    with pytest.raises(sealing.WitnessDisagrees):
        seal_all(NOON, signer, witnesses)
    assert not Seal.objects.exists()


def test_after_a_restored_dump_the_old_note_of_transactions_is_forgotten(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    write(1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO journal_horizon (id, upto_id, xid) VALUES (1, 0, 4000000000000)")

    assert seal_all(NOON, signer, witnesses) == 1
