"""Check the journal against a witness: was any line changed, removed or slipped in?"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby, islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.db import connection

from motcua.journal import batches, rows, witnessing
from motcua.journal.batches import BEGINNING, Batch
from motcua.journal.models import Event, Seal
from motcua.journal.witnessing import FileWitness, Witness

_HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_NONE_LOST: Final = range(0)


class Kind(StrEnum):
    EDITED = "dòng đã bị sửa"
    DELETED = "dòng đã bị xóa"
    INSERTED = "dòng được chèn thêm"
    SEAL_BROKEN = "dấu niêm không đúng"
    SEAL_MISSING = "dấu niêm trong cơ sở dữ liệu khác với lời chứng"
    WITNESS_SHORT = "lời chứng thiếu dấu niêm"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong first, and at which row."""

    kind: Kind
    row_id: int
    seal: int

    def __str__(self) -> str:
        return f"dòng {self.row_id}: {self.kind.value} (dấu niêm số {self.seal})"


def verify(
    from_day: date | None,
    to_day: date | None,
    witness: Witness,
    public_key: Ed25519PublicKey,
    *,
    lost: range = _NONE_LOST,
) -> Finding | None:
    """The first thing that is wrong, or None. The chain is checked whole, the rows of the days asked for.

    Only the witness and the public key are believed. Needs no more than the right to read two tables (and
    the mark of the database, which everybody may read).
    ``lost``: seals under which a restore is known to have lost lines (the restore's report names them); those that
    are left must be right all the same. It comes from whoever verifies, because the database's word counts nothing.
    """
    chain: list[Batch] = []
    for batch in witness.batches():
        if not _follows(batch, chain[-1] if chain else None, public_key):
            return Finding(Kind.SEAL_BROKEN, batch.first_id, batch.number)
        chain.append(batch)
    chosen = _chosen(chain, from_day, to_day)
    return _check_rows(chosen, chain, lost) or _check_seals(chain)


def _follows(batch: Batch, previous: Batch | None, public_key: Ed25519PublicKey) -> bool:
    expected = (previous.hash, previous.number + 1) if previous else (BEGINNING, 1)
    if (batch.previous_hash, batch.number) != expected or batch.computed_hash() != batch.hash:
        return False
    try:
        public_key.verify(bytes.fromhex(batch.signature), bytes.fromhex(batch.hash))
    except (InvalidSignature, ValueError):
        return False
    return True


def _chosen(chain: Sequence[Batch], from_day: date | None, to_day: date | None) -> Sequence[Batch]:
    """Seals made on the days asked for, and the next one: it holds the last seconds of the last day."""
    days = [datetime.fromisoformat(batch.sealed_at).astimezone(_HERE).date() for batch in chain]
    start = next((n for n, day in enumerate(days) if from_day is None or day >= from_day), len(chain))
    end = next((n + 1 for n, day in enumerate(days) if to_day is not None and day > to_day), len(chain))
    return chain[start:end]


def _check_rows(chosen: Sequence[Batch], chain: Sequence[Batch], lost: range) -> Finding | None:
    for is_lost, some in groupby(chosen, key=lambda batch: batch.number in lost):
        run = list(some)
        after = chain[run[0].number - 2].last_id if run[0].number > 1 else -(2**63)
        if finding := _check_what_is_left(run, after) if is_lost else _check_run(run, after):
            return finding
    return None


def _check_run(chosen: Sequence[Batch], after: int) -> Finding | None:
    stream = rows.lines(after=after, upto=chosen[-1].last_id)
    try:
        for batch in chosen:
            leaves = batches.leaves_of(islice(stream, batch.rows))
            if len(leaves) != batch.rows or batches.merkle_root(leaves) != batch.merkle_root:
                stream.close()
                return _first_difference(batch, after)
            after = batch.last_id
    finally:
        stream.close()
    return None


def _check_what_is_left(chosen: Sequence[Batch], after: int) -> Finding | None:
    """Lines may be missing here, and nothing else may be wrong."""
    for batch in chosen:
        expected = dict(batch.expected())
        for row_id, mark in _marked(batch, after):
            if row_id not in expected:
                return Finding(Kind.INSERTED, row_id, batch.number)
            if mark != expected[row_id]:
                return Finding(Kind.EDITED, row_id, batch.number)
        after = batch.last_id
    return None


def _first_difference(batch: Batch, after: int) -> Finding:
    kind, row_id = _compare(batch.expected(), _marked(batch, after)) or (Kind.EDITED, batch.first_id)
    return Finding(kind, row_id, batch.number)


def _marked(batch: Batch, after: int) -> Iterator[tuple[int, str]]:
    for line in rows.lines(after=after, upto=batch.last_id):
        yield rows.id_of(line), batches.mark(batches.leaves_of([line])[0])


def _compare(
    expected: Iterator[tuple[int, str]], found: Iterator[tuple[int, str]]
) -> tuple[Kind, int] | None:
    for wanted_id, wanted_mark in expected:
        got_id, got_mark = next(found, (None, ""))
        if got_id is None or got_id > wanted_id:
            return Kind.DELETED, wanted_id
        if got_id < wanted_id:
            return Kind.INSERTED, got_id
        if got_mark != wanted_mark:
            return Kind.EDITED, wanted_id
    extra = next(found, None)
    return (Kind.INSERTED, extra[0]) if extra else None


def _check_seals(chain: Sequence[Batch]) -> Finding | None:
    kept = dict(Seal.objects.order_by("pk").values_list("pk", "hash"))
    for batch in chain:
        if kept.get(batch.number) != batch.hash:
            return Finding(Kind.SEAL_MISSING, batch.first_id, batch.number)
    return _unwitnessed(len(chain))


def _unwitnessed(known: int) -> Finding | None:
    """A seal older than a minute of which the witness knows nothing: somebody cut the witness."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, first_id FROM journal_seal"
            " WHERE id > %s AND sealed_at < clock_timestamp() - interval '1 minute' ORDER BY id LIMIT 1",
            [known],
        )
        found = cursor.fetchone()
    return Finding(Kind.WITNESS_SHORT, found[1], found[0]) if found else None


def main(argv: Sequence[str] | None = None) -> int:
    """`motcua journal verify`: 0 when whole, 1 with the first bad row, 2 when it could not be checked."""
    options = _parser().parse_args(argv)
    witness = FileWitness(options.witness) if options.witness else witnessing.configured()[0]
    if not witness.path.is_file():
        sys.stderr.write(f"Không có lời chứng tại {witness.path}. Đề nghị chỉ đúng tệp bằng --witness.\n")
        return 2
    finding = verify(options.from_day, options.to_day, witness, public_key_of(options.public_key))
    if finding:
        sys.stdout.write(f"Nhật ký KHÔNG còn nguyên vẹn: {finding}.\n")
        return 1
    last = witness.last()
    upto = last.last_id if last else 0
    waiting = Event.objects.filter(pk__gt=upto).count()
    sys.stdout.write(f"Nhật ký nguyên vẹn đến dòng {upto}; {waiting} dòng mới chưa niêm.\n")
    return 0


def public_key_of(path: Path | None) -> Ed25519PublicKey:
    """The key in a PEM file, or the installation's own."""
    if path is None:
        return settings.KEYRING.journal_key.public_key()
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise SystemExit("Khóa công khai phải là khóa Ed25519. Đề nghị chỉ đúng tệp bằng --public-key.")
    return key


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "motcua journal verify", description="Kiểm tra nhật ký có còn nguyên vẹn."
    )
    parser.add_argument("--from", dest="from_day", type=date.fromisoformat, help="từ ngày niêm (2026-11-01)")
    parser.add_argument("--to", dest="to_day", type=date.fromisoformat, help="đến ngày niêm (2026-11-30)")
    parser.add_argument("--witness", type=Path, help="tệp lời chứng")
    parser.add_argument("--public-key", type=Path, help="tệp PEM của khóa công khai")
    return parser
