"""After a restore: what the witnesses remember and the backup does not, and how the journal goes on behind it.

Lines that are lost stay lost, and are named for good: the seals over them come back from a witness, so that the
chain is whole, and whoever verifies says which seals' lines are known to be missing.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from motcua.journal.batches import Batch
from motcua.journal.models import Event, Seal
from motcua.journal.witnessing import FileWitness

_GO_ON_BEHIND: Final = (
    "SELECT setval('journal_event_id_seq', greatest(%s, (SELECT max(id) FROM journal_event), 1))"
)


class WitnessBehind(Exception):
    """A witness has not heard yet of the newest seal in the backup: it proves less than the backup says."""


class WitnessDiffers(Exception):
    """A witness remembers another seal under the number of the backup's newest: one of the two is not ours."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal, and the newest line of all; zeros before the first."""

    seal: int
    hash: str
    last_sealed: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Seals, and the lines under them, of which only a witness knows. ``behind``: the last line the backup has."""

    first_seal: int
    last_seal: int
    behind: int
    last_line: int
    since: str
    until: str

    @property
    def seals(self) -> str:
        return f"{self.first_seal}-{self.last_seal}"


def head() -> Head:
    """In the caller's snapshot."""
    seal = Seal.objects.order_by("-pk").only("pk", "hash", "last_id").first()
    line = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Head(seal.pk, seal.hash, seal.last_id, line) if seal else Head(0, "", 0, line)


def gap(known: Head, witness: FileWitness) -> Gap | None:
    """What this witness remembers beyond a backup whose head is ``known``. Raises WitnessBehind, WitnessDiffers."""
    since: Batch | None = None
    last: Batch | None = None
    heard = known.seal == 0
    for batch in witness.batches():
        if batch.number == known.seal:
            if batch.hash != known.hash:
                raise WitnessDiffers(str(witness.path))
            heard = True
        if batch.number > known.seal:
            since = since or batch
            last = batch
    if not heard:
        raise WitnessBehind(str(witness.path))
    if since is None or last is None:
        return None
    behind = max(known.last_line, known.last_sealed)
    return Gap(since.number, last.number, behind, last.last_id, since.sealed_at, last.sealed_at)


@transaction.atomic
def take_up(known: Head, witness: FileWitness) -> int:
    """The seals that only the witness has, back into the chain; new lines get numbers behind the lost ones."""
    taken = 0
    last_id = 0
    for batch in witness.batches():
        if batch.number <= known.seal:
            continue
        _insert(batch)
        taken, last_id = taken + 1, batch.last_id
    with connection.cursor() as cursor:
        cursor.execute(_GO_ON_BEHIND, [last_id])
    return taken


def _insert(batch: Batch) -> None:
    Seal.objects.create(
        id=batch.number,
        first_id=batch.first_id,
        last_id=batch.last_id,
        rows=batch.rows,
        ids=batch.ids,
        leaves=batch.leaves,
        merkle_root=batch.merkle_root,
        previous_hash=batch.previous_hash,
        hash=batch.hash,
        sealed_at=batch.sealed_at,
        signature=bytes.fromhex(batch.signature),
    )
