"""What PostgreSQL calls with each finished piece of its log (``archive_command``): kept everywhere, or refused.

Runs as PostgreSQL's user, who has the stamp key and public keys, and nothing that opens anything. Loads neither Django
nor the rooms: under load it is called once a second.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from motcua.ops.backup.envelopes import Recipients
from motcua.ops.backup.wal import archive, segments
from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.stamps import Stamp
from motcua.ops.places import CannotStart

_BLOCK = 1 << 20
_HEAD = 64
#: A piece beside the log is a page of text, or an unfinished segment.
_MOST = 1 << 30


def keep(path: Path, data_dir: Path, places: list[Place], recipients: Recipients) -> Stamp:
    """Raises CannotStart: not kept in every place, PostgreSQL keeps it and asks again."""
    system, name = segments.system_of(data_dir), path.name
    try:
        size, head = path.stat().st_size, _head(path)
    except OSError:
        raise CannotStart(f"Không đọc được {path}.") from None
    facts = {"kind": "wal"}
    if segments.is_segment(name):
        segments.judge(name, size, head, system)
    elif not segments.is_beside(name) or not 0 < size <= _MOST:
        raise CannotStart(f"{name} không phải một phần WAL của PostgreSQL.")
    else:
        facts = {"kind": "beside"}
    return archive.put(
        places,
        system,
        name,
        lambda: _pieces(path),
        recipients,
        known=_digest(path),
        facts=lambda: dict(facts),
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_BLOCK):
            yield piece


def _digest(path: Path) -> tuple[int, bytes]:
    digest, size = sha256(), 0
    for piece in _pieces(path):
        digest.update(piece)
        size += len(piece)
    return size, digest.digest()
