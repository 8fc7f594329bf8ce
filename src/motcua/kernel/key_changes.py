"""Change the key of files or of sealed fields while the system runs: another one, which begins, and one that goes.

The file is replaced whole, so whoever reads it meanwhile reads the keys of before or those of after.
"""

import base64
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from motcua.kernel import key_files
from motcua.kernel.key_files import KEY_BYTES, MOST_KEYS, RETIRED, WAITS, Ring


class NotNow(Exception):
    """This change does not fit the keys as they are; the sentence says why."""


def _agreed(_: Ring) -> None:
    """Where one machine is all there is."""


def add(path: Path, *, waits: bool, agreed: Callable[[Ring], None] = _agreed) -> Ring:
    """Another key: it seals at once, or waits until ``begin``. Raises NotNow.

    ``agreed`` is asked about the keys as they will be, before the file is replaced, and may raise NotNow.
    """
    with _alone(path):
        ring = key_files.read_ring(path)
        if ring.waits:
            raise NotNow(
                "Đã có một khóa mới đang chờ. Khi mọi máy đã có tệp khóa này, hãy cho khóa đó bắt đầu."
            )
        if len(ring.keys) >= MOST_KEYS:
            raise NotNow(f"Tệp khóa đã có đủ {MOST_KEYS} khóa.")
        key = secrets.token_bytes(KEY_BYTES)
        agreed(Ring((*ring.keys, key), waits))
        fresh = base64.b64encode(key)
        return _replace(path, [*_lines(path), (WAITS if waits else b"") + fresh])


def begin(path: Path, *, agreed: Callable[[Ring], None] = _agreed) -> Ring:
    """The key that waits seals from now on. Raises NotNow."""
    with _alone(path):
        ring = key_files.read_ring(path)
        if not ring.waits:
            raise NotNow("Không có khóa mới nào đang chờ.")
        agreed(ring)
        *before, last = _lines(path)
        return _replace(path, [*before, last.removeprefix(WAITS)])


def forget(path: Path, number: int) -> Ring:
    """A key that nothing is wrapped with any more is gone for good. Its number is given to no other."""
    with _alone(path):
        ring = key_files.read_ring(path)
        if number >= ring.sealing:
            raise NotNow("Khóa này đang được dùng.")
        lines = _lines(path)
        lines[number - 1] = RETIRED
        return _replace(path, lines)


def word(ring: Ring, number: int) -> str:
    """What the key of this number does, for people."""
    if number == ring.sealing:
        return "đang dùng"
    if number > ring.sealing:
        return "chờ bắt đầu"
    return "còn mở được" if number in ring.live else "đã bỏ"


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().split()


def _replace(path: Path, lines: list[bytes]) -> Ring:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(b"\n".join(lines) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        key_files.keep_owner(path, draft)
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return key_files.read_ring(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = os.open(path.with_name(".changing"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
