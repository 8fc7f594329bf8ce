"""How a mark lies in a row: as it is, or within a cover whose key can be changed."""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from motcua.kernel import key_files

#: A mark itself: HMAC-SHA256 (``Keyring.fingerprint``). In a row without a cover: number 1.
BARE: Final = 32
#: Number of the key, 16 bytes of AES-SIV (RFC 5297), and the mark.
COVERED: Final = 1 + 16 + BARE
#: In a row whose person was forgotten.
NOBODY: Final = bytes(BARE)
_PLACE: Final = b"motcua/1/mark"
#: Seconds between two lines of one kind.
_SELDOM: Final = 60.0
_log = logging.getLogger("motcua.keys")


class MarkClosed(Exception):
    """A mark lies under a key that is not here, or was changed."""


class Watching(Protocol):
    """The keys of a file that another process may replace (``sealing.Watched``)."""

    def in_hand(self) -> key_files.Ring: ...
    def opening(self, number: int) -> bytes: ...


class Covers:
    """Marks as rows hold them, and back again.

    The cover gives the same bytes for the same mark, so a row is found, and two equal ones are seen by the database,
    without opening anything. It is taken off with its key alone, so one cover can be replaced by another with nothing
    of the person at hand. Line 1 of ``lookup.key`` stands for no cover; without the file there is no other.
    """

    __slots__ = ("_complained", "_make", "_watched", "path")

    def __init__(self, path: Path, make: Callable[[Path], Watching]) -> None:
        """Raises KeysMissing where a file lies there that cannot be read."""
        self.path = path
        self._make = make
        self._complained: dict[str, float] = {}
        self._watched: Watching | None = make(path) if path.exists() else None

    @property
    def ring(self) -> key_files.Ring:
        """As it lies on the disk. Raises KeysMissing."""
        return key_files.read_ring(self.path) if self.path.exists() else _BARE_ONLY

    def in_hand(self) -> key_files.Ring:
        """As this process believes them now."""
        watched = self._keys()
        return watched.in_hand() if watched else _BARE_ONLY

    def live(self) -> tuple[int, ...]:
        """The numbers under which rows may lie now: one, or during a change two."""
        return self.in_hand().live

    def forms(self, mark: bytes) -> tuple[bytes, ...]:
        """What to look for: the mark under every live number, the lowest first."""
        if mark == NOBODY:
            return (NOBODY,)
        return tuple(self.cover(mark, number) for number in self.live())

    def kept(self, mark: bytes) -> bytes:
        """What to write: every form of it, one after the other; the table's rule keeps the one that counts."""
        return b"".join(self.forms(mark))

    def cover(self, mark: bytes, number: int) -> bytes:
        """32 bytes for number 1, else 49. Raises MarkClosed."""
        if number == 1:
            return mark
        if len(mark) != BARE:
            raise ValueError("A mark is 32 bytes.")
        return bytes((number,)) + _siv(self._key(number)).encrypt(mark, [_PLACE, bytes((number,))])

    def read(self, kept: bytes) -> bytes:
        """The mark that lies in a row. Raises MarkClosed."""
        if len(kept) != COVERED:
            return kept
        try:
            return _siv(self._key(kept[0])).decrypt(kept[1:], [_PLACE, kept[:1]])
        except InvalidTag:
            raise self._closed(kept[0]) from None

    def _key(self, number: int) -> bytes:
        watched = self._keys()
        key = watched.opening(number) if watched else b""
        if not key:
            raise self._closed(number)
        return key

    def _keys(self) -> Watching | None:
        """A file that appears while we run is taken once it is whole and ours to read; until then nothing changes."""
        if self._watched is None and self.path.exists():
            try:
                self._watched = self._make(self.path)
            except key_files.KeysMissing:
                if self._not_just_said("unread"):
                    _log.error("keys not read, those in hand go on", extra={"kind": self.path.stem})
        return self._watched

    def _closed(self, line: int) -> MarkClosed:
        """``line`` of the file, which is the number of the key."""
        if self._not_just_said("closed"):
            _log.error("mark does not open", extra={"kind": self.path.stem, "reference": str(line)})
        return MarkClosed()

    def _not_just_said(self, what: str) -> bool:
        now = time.monotonic()
        if now - self._complained.get(what, -_SELDOM) < _SELDOM:
            return False
        self._complained[what] = now
        return True

    def __repr__(self) -> str:
        return "Covers(…)"


#: Line 1 of every ``lookup.key``.
NO_COVER: Final = sha256(b"motcua/marks without a cover").digest()
_BARE_ONLY: Final = key_files.Ring((NO_COVER,), waits=False)


@lru_cache(maxsize=64)
def _siv(key: bytes) -> AESSIV:
    return AESSIV(HKDF(algorithm=hashes.SHA256(), length=64, salt=None, info=_PLACE).derive(key))
