"""Seal the journal: every few seconds the new lines are closed under a signed hash that witnesses remember.

No writer ever waits for the sealer. The price: a row is sealed when every transaction that could still add a
row before it is over (models.Horizon, migration 0001), so until then, usually seconds, it stands unsealed.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from motcua.journal import batches, rows
from motcua.journal.batches import BEGINNING, Batch
from motcua.journal.models import Horizon, Seal
from motcua.journal.witnessing import Witness

BATCH_ROWS: Final = 1000
_LOCK: Final = 0x4A_4F_55_52  # "JOUR"

log = logging.getLogger(__name__)


class WitnessDisagrees(Exception):
    """A witness remembers a seal that the database does not: an older backup, or somebody's hand."""


def seal_due(now: datetime, signer: Ed25519PrivateKey, witnesses: Sequence[Witness]) -> int:
    """Seal what is settled and tell the witnesses; the number of rows sealed; 0 when another sealer is at work.

    Raises WitnessDisagrees, and seals nothing, when a witness and the database tell different stories.
    """
    with _only_sealer() as alone:
        return _seal_and_tell(now, signer, witnesses) if alone else 0


def _seal_and_tell(now: datetime, signer: Ed25519PrivateKey, witnesses: Sequence[Witness]) -> int:
    _catch_up(witnesses)
    sealed = 0
    settled = _settled()
    if settled is not None:
        sealed += _seal_up_to(settled, now, signer)
    if settled is not None or not _is_waiting():
        _note_horizon()
        sealed += _seal_up_to(_settled() or 0, now, signer)
    _catch_up(witnesses)
    return sealed


def batch_of(seal: Seal) -> Batch:
    return Batch(
        number=seal.pk,
        first_id=seal.first_id,
        last_id=seal.last_id,
        rows=seal.rows,
        ids=seal.ids,
        leaves=seal.leaves,
        merkle_root=seal.merkle_root,
        previous_hash=seal.previous_hash,
        sealed_at=_shown(seal.sealed_at),
        hash=seal.hash,
        signature=bytes(seal.signature).hex(),
    )


def _seal_up_to(upto: int, now: datetime, signer: Ed25519PrivateKey) -> int:
    sealed = 0
    while count := _seal_one(upto, now, signer):
        sealed += count
    return sealed


@transaction.atomic
def _seal_one(upto: int, now: datetime, signer: Ed25519PrivateKey) -> int:
    previous = Seal.objects.order_by("-id").only("id", "last_id", "hash").first()
    lines = list(rows.lines(after=previous.last_id if previous else -(2**63), upto=upto, limit=BATCH_ROWS))
    if not lines:
        return 0
    _insert(_close(lines, previous, now), now, signer)
    return len(lines)


def _close(lines: Sequence[bytes], previous: Seal | None, now: datetime) -> Batch:
    ids = [rows.id_of(line) for line in lines]
    leaves = batches.leaves_of(lines)
    return Batch(
        number=previous.pk + 1 if previous else 1,
        first_id=ids[0],
        last_id=ids[-1],
        rows=len(ids),
        ids=batches.pack_ids(ids),
        leaves="".join(map(batches.mark, leaves)),
        merkle_root=batches.merkle_root(leaves),
        previous_hash=previous.hash if previous else BEGINNING,
        sealed_at=_shown(now),
    )


def _insert(batch: Batch, now: datetime, signer: Ed25519PrivateKey) -> None:
    digest = batch.computed_hash()
    Seal.objects.create(
        id=batch.number,
        first_id=batch.first_id,
        last_id=batch.last_id,
        rows=batch.rows,
        ids=batch.ids,
        leaves=batch.leaves,
        merkle_root=batch.merkle_root,
        previous_hash=batch.previous_hash,
        hash=digest,
        sealed_at=now,
        signature=signer.sign(bytes.fromhex(digest)),
    )


def _catch_up(witnesses: Sequence[Witness]) -> None:
    """Tell each witness what it has not heard yet; one that is away hears it next time."""
    for place, witness in enumerate(witnesses):
        try:
            _tell(witness)
        except OSError:
            log.exception("journal.witness.away", extra={"witness": place})


def _tell(witness: Witness) -> None:
    last = witness.last()
    if last is not None and not Seal.objects.filter(pk=last.number, hash=last.hash).exists():
        raise WitnessDisagrees(last.number)
    for seal in (
        Seal.objects.filter(pk__gt=last.number if last else 0).order_by("pk").iterator(chunk_size=100)
    ):
        witness.append(batch_of(seal))


@transaction.atomic(durable=True)
def _note_horizon() -> None:
    """Remember the newest id drawn, and a transaction number that is younger than every drawer of an id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM journal_event_id_seq")
        upto = cursor.fetchone()[0]
        # After the line above, on purpose: who drew an id before it has a smaller number.
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        xid = cursor.fetchone()[0]
    Horizon.objects.update_or_create(id=1, defaults={"upto_id": upto, "xid": xid})


def _settled() -> int | None:
    """The noted id, once every transaction older than the note is over."""
    return _horizon("xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def _is_waiting() -> bool:
    """Whether the note is still open. A number from another cluster's future (a restored dump) is no note."""
    return _horizon("xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint") is not None


def _horizon(condition: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT upto_id FROM journal_horizon WHERE {condition}")  # noqa: S608
        found = cursor.fetchone()
    return found[0] if found else None


@contextmanager
def _only_sealer() -> Iterator[bool]:
    """Held over several transactions: a witness must not hear one seal from two mouths."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
