"""After an older backup came back the chain goes on behind what was lost, and nobody can hide anything in the gap."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua import journal
from motcua.journal import sealing, taking_up, verifying
from motcua.journal.models import Event, Seal
from motcua.journal.sealing import WitnessDisagrees
from motcua.journal.taking_up import Gap, Head, WitnessBehind, WitnessDiffers
from motcua.journal.verifying import Kind
from motcua.journal.witnessing import FileWitness
from tests.journal.conftest import as_superuser, seal_all

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
#: Seals of 3 lines: 1-2 are in the backup with lines 1 to 7, 3 and 4 are known to the witnesses only.
LOST = range(3, 5)


def write(count: int) -> None:
    for _ in range(count):
        journal.record("accounts.account.activated", subject="account:1")


@pytest.fixture
def older(signer: Ed25519PrivateKey, witnesses: list[FileWitness], monkeypatch: pytest.MonkeyPatch) -> Head:
    """The journal as a backup of 7 lines brings it back, under witnesses that have seen 12."""
    monkeypatch.setattr(sealing, "BATCH_ROWS", 3)
    as_superuser("ALTER SEQUENCE journal_event_id_seq RESTART")
    write(6)
    seal_all(NOON, signer, witnesses)
    write(1)
    known = taking_up.head()
    write(5)
    seal_all(NOON + timedelta(hours=1), signer, witnesses)
    assert Seal.objects.count() == 4
    as_superuser("DELETE FROM journal_event WHERE id > 7")
    as_superuser("DELETE FROM journal_seal WHERE id > 2")
    as_superuser("SELECT setval('journal_event_id_seq', 7)")
    return known


def test_the_head_and_the_gap_are_told_exactly(older: Head, witnesses: list[FileWitness]) -> None:
    assert (older.seal, older.last_sealed, older.last_line) == (2, 6, 7)
    assert taking_up.gap(older, witnesses[0]) == Gap(
        first_seal=3,
        last_seal=4,
        behind=7,
        last_line=12,
        since="2026-11-23T06:00:00.000000+00:00",
        until="2026-11-23T06:00:00.000000+00:00",
    )
    assert taking_up.gap(Head(0, "", 0, 0), witnesses[0]) is not None


def test_without_taking_up_the_journal_would_never_be_sealed_again(
    older: Head, signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    with pytest.raises(WitnessDisagrees):
        sealing.seal_due(NOON, signer, witnesses)


def test_the_chain_goes_on_behind_the_lost_lines(
    older: Head, signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    assert taking_up.take_up(older, witnesses[1]) == 2
    write(2)
    assert list(Event.objects.filter(pk__gt=7).order_by("pk").values_list("pk", flat=True)) == [13, 14]
    assert seal_all(NOON + timedelta(days=1), signer, witnesses) == 2
    for witness in witnesses:
        assert verifying.verify(None, None, witness, signer.public_key(), lost=LOST) is None
        finding = verifying.verify(None, None, witness, signer.public_key())
        assert finding is not None
        assert (finding.kind, finding.row_id) == (Kind.DELETED, 8), "who does not know of the loss is told"


@pytest.mark.parametrize(
    ("change", "kind", "row_id"),
    [
        ("UPDATE journal_event SET event = 'a.b.changed' WHERE id = 7", Kind.EDITED, 7),
        (
            "INSERT INTO journal_event (id, event, subject) VALUES (9, 'a.b.slipped', 'account:1')",
            Kind.EDITED,
            9,
        ),
        ("DELETE FROM journal_event WHERE id = 2", Kind.DELETED, 2),
        ("DELETE FROM journal_event WHERE id = 14", Kind.DELETED, 14),
    ],
)
def test_what_is_left_and_what_follows_is_still_proved(
    older: Head,
    signer: Ed25519PrivateKey,
    witnesses: list[FileWitness],
    change: str,
    kind: Kind,
    row_id: int,
) -> None:
    taking_up.take_up(older, witnesses[0])
    write(3)
    seal_all(NOON + timedelta(days=1), signer, witnesses)
    as_superuser(change)
    finding = verifying.verify(None, None, witnesses[0], signer.public_key(), lost=LOST)
    assert finding is not None
    assert (finding.kind, finding.row_id) == (kind, row_id)


def test_a_line_slipped_between_lost_ones_is_found(
    older: Head, signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    taking_up.take_up(older, witnesses[0])
    as_superuser("UPDATE journal_event SET id = -1 WHERE id = 7")
    finding = verifying.verify(None, None, witnesses[0], signer.public_key(), lost=LOST)
    assert finding is not None and (finding.kind, finding.row_id) == (Kind.INSERTED, -1)


def test_a_witness_that_is_behind_or_tells_otherwise_is_told_apart(
    older: Head, witnesses: list[FileWitness], tmp_path: object
) -> None:
    with pytest.raises(WitnessDiffers):
        taking_up.gap(replace(older, hash="0" * 64), witnesses[0])
    with pytest.raises(WitnessBehind):
        taking_up.gap(replace(older, seal=5), witnesses[0])
