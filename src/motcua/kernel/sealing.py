"""What is kept about people is kept sealed: the keys, and everything done with them."""

import hmac
import logging
import secrets
import time
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final, NoReturn, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from motcua.kernel import key_files
from motcua.kernel.key_files import KeysMissing
from motcua.kernel.marks import Covers

__all__ = ["Keyring", "KeysMissing", "SealBroken", "check_value"]

_VERSION: Final = 1
_NONCE: Final = 12
_HEAD: Final = 2 + _NONCE
_TAG: Final = 16
#: Seconds; longer than a transaction of the running system may stand (ops/grants.py).
_GRACE: Final = 300.0
#: Seconds between two lines about a file of keys that cannot be read.
_SELDOM: Final = 60.0
_log = logging.getLogger("motcua.keys")


class SealBroken(Exception):
    """The bytes were not sealed here, for this place, or were changed afterwards."""


class Keyring:
    """All keys of one installation.

    A sealed value is: version byte, key id byte (line of the key file, from 1), 12 random bytes, AES-256-GCM.
    The field and the row are bound in, so a value moved to another row or column does not open. The newest
    key that does not wait seals; every key listed opens, which is how keys are changed while the system runs
    (``Watched``: no restart).
    """

    __slots__ = (
        "_field",
        "_file",
        "_index",
        "_passcode",
        "covers",
        "journal_key",
        "receipt_key",
        "token_key",
    )

    #: How fingerprints lie in rows (ADR 0041); everything outside of rows has them bare.
    covers: Covers
    receipt_key: EllipticCurvePrivateKey
    #: The first that signs tokens: of its own, or the one of receipts in a directory from before they were apart.
    token_key: EllipticCurvePrivateKey
    journal_key: Ed25519PrivateKey

    @classmethod
    def from_directory(cls, path: Path) -> Self:
        """The keys of a directory; KeysMissing names the file that is not there or not good."""
        ring = cls()
        ring._field = Watched(path / key_files.FIELD_KEYS)
        ring._file = Watched(path / key_files.FILE_KEYS)
        ring._index = _single(path / "index.key")
        ring.covers = Covers(path / key_files.LOOKUP_KEYS, Watched)
        ring._passcode = _single(path / "passcode.key")
        ring.receipt_key = key_files.read_receipt_key(path / key_files.RECEIPT_FILE)
        apart = path / key_files.TOKEN_FILE
        ring.token_key = key_files.read_receipt_key(apart) if apart.exists() else ring.receipt_key
        ring.journal_key = key_files.read_journal_key(path / key_files.JOURNAL_FILE)
        return ring

    @classmethod
    def generate(cls, path: Path) -> Self:
        """The keys of a directory after creating those that are missing; safe to call twice, or at once."""
        key_files.generate_missing(path)
        return cls.from_directory(path)

    def seal(self, field: str, row: str, text: str) -> bytes:
        """The text as bytes that only open for the same field and row."""
        number, key = self._field.sealing()
        return _sealed_with(key, number, f"field:{field}", _bound(field, row), _encoded(text))

    def open(self, field: str, row: str, sealed: bytes | memoryview) -> str:
        """The text again, or SealBroken."""
        whole = bytes(sealed)
        return _open(self._field, f"field:{field}", _bound(field, row), whole).decode("utf-8")

    def fingerprint(self, field: str, value: str) -> bytes:
        """32 bytes by which a value is found again without being readable (blind index)."""
        return hmac.digest(_derived(self._index, f"index:{field}"), _encoded(value), sha256)

    def mac(self, purpose: str, *parts: str | bytes) -> bytes:
        """32 bytes that only this installation can make from these parts, in this order."""
        return hmac.digest(_derived(self._passcode, f"mac:{purpose}"), _joined(*parts), sha256)

    def wrap(self, data_key: bytes, *, context: str = "") -> bytes:
        """The key of one file, sealed. A ``context`` (the file's id) must be the same when unwrapping."""
        number, key = self._file.sealing()
        return _sealed_with(key, number, "wrap", _bound("wrap", context), data_key)

    def unwrap(self, wrapped: bytes | memoryview, *, context: str = "") -> bytes:
        """The key of one file again, or SealBroken."""
        sealed = bytes(wrapped)
        return _open(self._file, "wrap", _bound("wrap", context), sealed)

    @property
    def field_keys(self) -> key_files.Ring:
        """Which keys seal the fields of rows, as they lie on the disk now."""
        return self._field.read()

    @property
    def field_keys_path(self) -> Path:
        return self._field.path

    @property
    def file_keys(self) -> key_files.Ring:
        """Which keys wrap those of files, as they lie on the disk now."""
        return self._file.read()

    @property
    def keys_apart(self) -> bool:
        """Whether tokens and receipts are signed by keys of their own from the beginning."""
        return self.token_key is not self.receipt_key

    @property
    def file_keys_path(self) -> Path:
        return self._file.path

    def __repr__(self) -> str:
        return "Keyring(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Keys are not copied out of the process.")

    _field: "Watched"
    _file: "Watched"
    _index: bytes
    _passcode: bytes


def check_value(key: bytes) -> bytes:
    """By which two machines see that they hold the same key; nobody finds the key by it."""
    return hmac.digest(_derived(key, "check"), b"same key", sha256)


class Watched:
    """The keys of a file that another process may replace: looked at before each sealing, read again when it changed.

    A key that went meanwhile opens for ``_GRACE`` more: somebody may hold what was read before it was sealed anew.
    A file that cannot be read, is half-copied or has lost keys is logged, and the keys in hand go on.
    """

    __slots__ = ("_complained", "_gone", "_ring", "_stamp", "path")

    def __init__(self, path: Path) -> None:
        """Raises KeysMissing."""
        self.path = path
        self._gone: dict[int, tuple[bytes, float]] = {}
        self._complained = -_SELDOM
        self._stamp: tuple[int, int, int] | None = None
        self._ring = key_files.Ring((), waits=False)
        self.read()

    def read(self) -> key_files.Ring:
        """As they lie on the disk now. Raises KeysMissing."""
        stamp = _stamp(self.path)
        return self._take(key_files.read_ring(self.path), stamp)

    def _take(self, ring: key_files.Ring, stamp: tuple[int, int, int] | None) -> key_files.Ring:
        before = self._ring
        self._gone.update(
            (number, (key, time.monotonic() + _GRACE))
            for number, key in enumerate(before.keys, start=1)
            if key and number <= len(ring.keys) and not ring.keys[number - 1]
        )
        self._ring, self._stamp = ring, stamp
        return ring

    def in_hand(self) -> key_files.Ring:
        """The keys as this process believes them now; a file that cannot be read changes nothing."""
        self._refresh()
        return self._ring

    def sealing(self) -> tuple[int, bytes]:
        """Number and key of the one that seals now."""
        ring = self.in_hand()
        return ring.sealing, ring.keys[ring.sealing - 1]

    def opening(self, number: int) -> bytes:
        """The key of a number, empty where nobody has it."""
        if number > len(self._ring.keys):
            self._refresh()  # another process has begun to use a key that came after our start
        ring = self._ring
        if not 1 <= number <= len(ring.keys):
            return b""
        if key := ring.keys[number - 1]:
            return key
        gone, until = self._gone.get(number, (b"", 0.0))
        return gone if time.monotonic() < until else b""

    def _refresh(self) -> None:
        """Whoever copies a file over this one leaves it half-written for a moment, or with wrong rights for long."""
        stamp = _stamp(self.path)
        if stamp in (self._stamp, None):
            return
        try:
            ring = key_files.read_ring(self.path)
        except KeysMissing:
            self._complain()
            return
        if len(ring.keys) < len(self._ring.keys):  # a number never goes; its key does
            self._complain()
            return
        self._take(ring, stamp)

    def _complain(self) -> None:
        if (now := time.monotonic()) - self._complained >= _SELDOM:
            self._complained = now
            _log.error("keys not read, those in hand go on", extra={"kind": self.path.stem})

    def __repr__(self) -> str:
        return f"Watched({self.path.name})"


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Another file, or another content, has another stamp. None while the file is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _single(path: Path) -> bytes:
    keys = key_files.read_secrets(path)
    if len(keys) != 1:
        raise KeysMissing(f"Tệp khóa {path.name} phải có đúng một khóa.")
    return keys[0]


def _sealed_with(key: bytes, number: int, info: str, bound: bytes, content: bytes) -> bytes:
    head = bytes((_VERSION, number))
    nonce = secrets.token_bytes(_NONCE)
    return head + nonce + _cipher(key, info).encrypt(nonce, content, head + bound)


def _open(keys: Watched, info: str, bound: bytes, sealed: bytes) -> bytes:
    if len(sealed) < _HEAD + _TAG or sealed[0] != _VERSION:
        raise SealBroken
    key = keys.opening(sealed[1])
    if not key:  # nobody's number, or retired: nothing that counts was sealed with it
        raise SealBroken
    head, nonce, content = sealed[:2], sealed[2:_HEAD], sealed[_HEAD:]
    try:
        return _cipher(key, info).decrypt(nonce, content, head + bound)
    except InvalidTag:
        raise SealBroken from None


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # its message would carry the text into a log
        raise ValueError("The text holds a lone surrogate.") from None


def _bound(field: str, row: str) -> bytes:
    return _joined(field, row)


def _joined(*parts: str | bytes) -> bytes:
    """Parts with their lengths before them: ("ab", "c") is not ("a", "bc")."""
    raw = [part if isinstance(part, bytes) else _encoded(part) for part in parts]
    return b"".join(len(part).to_bytes(8, "big") + part for part in raw)


@lru_cache(maxsize=1024)
def _derived(key: bytes, info: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"motcua/1/" + info.encode()).derive(
        key
    )


@lru_cache(maxsize=1024)
def _cipher(key: bytes, info: str) -> AESGCM:
    return AESGCM(_derived(key, info))
