"""Tệp chứng cứ: lines of the journal with everything that proves them, to be checked without this system.

Each line travels with the path from its leaf to its batch's Merkle root, the batch with its signature, and what each
witness remembers of that batch. ``evidence_check.py``, which lies in the file as well, needs nothing else.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from motcua.journal import batches, evidence_check, rows
from motcua.journal.batches import Batch
from motcua.journal.models import Seal
from motcua.journal.sealing import batch_of
from motcua.journal.witnessing import Witness
from motcua.kernel.refusal import Refusal
from motcua.kernel.training_stamp import STAMP

#: Lines of one file (threats L17: a personal list).
MOST: Final = 1_000

_READ_ME: Final = """TỆP CHỨNG CỨ TỪ NHẬT KÝ

chung-cu.json   các dòng nhật ký, đường Merkle, dấu niêm có chữ ký và lời chứng
kiem-tra.py     chương trình kiểm tra, chạy được khi không có mạng và không có hệ thống

Cách kiểm tra (Python 3.11 và gói cryptography):
    python kiem-tra.py chung-cu.json --public-key khoa-cong-khai.pem

Khóa công khai phải lấy từ đơn vị giữ lời chứng, không lấy từ chính tệp này: khóa nằm trong tệp chỉ để tiện so.
"""


class NothingSealed(Refusal):
    code = "evidence_nothing_sealed"
    status = 409
    message = (
        "Không có dòng nào đã được niêm theo điều kiện này. Dòng mới được niêm sau ít giây; "
        "đề nghị ông/bà thử lại hoặc đổi điều kiện tìm."
    )


class JournalBroken(Refusal):
    code = "evidence_journal_broken"
    status = 409
    message = (
        "Nhật ký không còn khớp với dấu niêm số {seal}, nên không lập được tệp chứng cứ. "
        "Đề nghị báo ngay bộ phận công nghệ thông tin chạy lệnh “motcua journal verify”."
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """The file and what is to be said of it."""

    data: bytes
    rows: int
    waiting: int
    sha256: str


def make(
    ids: Sequence[int],
    *,
    asked: dict[str, str],
    now: datetime,
    public_key: Ed25519PublicKey,
    witnesses: Sequence[Witness],
) -> Evidence:
    """A ZIP for these lines, at most MOST; ``waiting`` of them are not sealed yet and stay out.

    Reads each batch that holds one of them whole, to find its path. Raises NothingSealed, JournalBroken.
    """
    wanted = sorted(set(ids))[:MOST]
    found: list[dict[str, Any]] = []
    seals: list[Batch] = []
    for seal in _seals_of(wanted):
        batch = batch_of(seal)
        seals.append(batch)
        found += _proved(batch, [row for row in wanted if batch.first_id <= row <= batch.last_id])
    if not found:
        raise NothingSealed
    stamp = {"world": STAMP} if settings.TRAINING else {}
    document = {
        "head": {
            "format": evidence_check.FORMAT,
            "made_at": now.isoformat(),
            "rows": len(found),
            **asked,
            **stamp,
        },
        "lines": found,
        "seals": [asdict(batch) for batch in seals],
        "witnesses": [_remembered(nth, witness, seals) for nth, witness in enumerate(witnesses, start=1)],
        "public_key": public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    }
    document["sums"] = {part: evidence_check.sum_of(document[part]) for part in evidence_check.PARTS}
    packed = _packed(evidence_check.canonical(document))
    return Evidence(packed, len(found), len(wanted) - len(found), sha256(packed).hexdigest())


def _seals_of(ids: Sequence[int]) -> Iterator[Seal]:
    """The seals that hold these rows, oldest first; each is read once."""
    covered = -(2**63)
    for row_id in ids:
        if row_id <= covered:
            continue
        seal = Seal.objects.filter(last_id__gte=row_id).order_by("last_id").first()
        if seal is None:
            return
        covered = seal.last_id
        if seal.first_id <= row_id:
            yield seal


def _proved(batch: Batch, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    lines = list(rows.lines(after=batch.first_id - 1, upto=batch.last_id))
    leaves = batches.leaves_of(lines)
    if len(leaves) != batch.rows or batches.merkle_root(leaves) != batch.merkle_root:
        raise JournalBroken(seal=batch.number)
    place_of = {rows.id_of(line): place for place, line in enumerate(lines)}
    levels = batches.levels(leaves)
    for row_id in ids:
        if row_id in place_of:
            place = place_of[row_id]
            yield {
                "id": row_id,
                "text": lines[place].decode(),
                "seal": batch.number,
                "place": place,
                "path": batches.path(levels, place),
            }


def _remembered(nth: int, witness: Witness, seals: Sequence[Batch]) -> dict[str, Any]:
    """What this witness says of the seals in the file, and its newest one; nothing when it cannot be reached."""
    numbers = {batch.number for batch in seals}
    known: dict[str, str] = {}
    head: Batch | None = None
    try:
        for batch in witness.batches():
            head = batch
            if batch.number in numbers:
                known[str(batch.number)] = batch.hash
    except FileNotFoundError:
        # Said in the file, and by the checker: evidence without a witness is weaker, not worthless.
        known, head = {}, None
    return {"name": f"lời chứng {nth}", "hashes": known, "head": asdict(head) if head else None}


def _packed(document: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("chung-cu.json", document)
        archive.writestr("kiem-tra.py", Path(evidence_check.__file__).read_bytes())
        archive.writestr("DOC-TRUOC.txt", _READ_ME)
    return kept.getvalue()
