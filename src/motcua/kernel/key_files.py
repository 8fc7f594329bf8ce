"""The key directory: what lies in it, how it is made, and when it is not to be trusted."""

import base64
import binascii
import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

KEY_BYTES: Final = 32
SECRET_FILES: Final = ("field.key", "index.key", "passcode.key", "file.key")
RECEIPT_FILE: Final = "receipt.pem"
TOKEN_FILE: Final = "token.pem"  # noqa: S105
JOURNAL_FILE: Final = "journal.pem"
FILE_KEYS: Final = "file.key"
FIELD_KEYS: Final = "field.key"
LOOKUP_KEYS: Final = "lookup.key"
#: The number of a key is one byte of what it sealed.
MOST_KEYS: Final = 255
#: Before a key that opens and does not seal yet; and in the place of one that is gone.
WAITS: Final = b"~"  # no letter of base64
RETIRED: Final = b"-"
_FOR_OTHERS: Final = 0o007


class KeysMissing(RuntimeError):
    """The system cannot start with these keys. The sentence names the file, never its content."""


def generate_missing(directory: Path) -> None:
    """Create the key files that are not there yet. Two processes may do so at once: one file wins."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in SECRET_FILES:
        if not (directory / name).exists():
            place(directory / name, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
    if not (directory / RECEIPT_FILE).exists():
        # Only beside a new one, and before it: where receipts were signed already, that key has signed tokens too, and
        # another one takes over by announcement (``signing-keys apart``), not by appearing.
        place_token_key(directory)
        place(directory / RECEIPT_FILE, _pem(ec.generate_private_key(ec.SECP256R1())))
    if not (directory / JOURNAL_FILE).exists():
        place(directory / JOURNAL_FILE, _pem(ed25519.Ed25519PrivateKey.generate()))


def place_token_key(directory: Path) -> None:
    """The first key for tokens, if there is none yet."""
    if not (directory / TOKEN_FILE).exists():
        place(directory / TOKEN_FILE, _pem(ec.generate_private_key(ec.SECP256R1())))


def read_secrets(path: Path) -> tuple[bytes, ...]:
    """The keys of a file, oldest first: one base64 line each, so that a new key is an appended line."""
    lines = _read(path).split()
    keys = tuple(_decoded(line, path) for line in lines)
    if not keys:
        raise KeysMissing(f"Tệp khóa {path.name} trống. Cần ít nhất một khóa {KEY_BYTES} byte dạng base64.")
    return keys


@dataclass(frozen=True, slots=True, repr=False)
class Ring:
    """The keys of a file that changes while the system runs. The number of a key is its line, from 1, for good.

    ``waits``: the newest is known for opening and does not seal yet, until every machine has it. A key that was
    retired is empty: its line stays, so that no other key gets its number.
    """

    keys: tuple[bytes, ...]
    waits: bool

    @property
    def sealing(self) -> int:
        return len(self.keys) - self.waits

    @property
    def live(self) -> tuple[int, ...]:
        return tuple(number for number, key in enumerate(self.keys, start=1) if key)

    def __repr__(self) -> str:
        return f"Ring({self.live}, sealing={self.sealing})"


def read_ring(path: Path) -> Ring:
    """Raises KeysMissing when nothing seals."""
    lines = _read(path).split()
    waits = bool(lines) and lines[-1].startswith(WAITS)
    bare = [*lines[:-1], lines[-1].removeprefix(WAITS)] if lines else []
    ring = Ring(tuple(b"" if line == RETIRED else _decoded(line, path) for line in bare), waits)
    if len(ring.keys) > MOST_KEYS:
        raise KeysMissing(f"Tệp khóa {path.name} có quá {MOST_KEYS} khóa.")
    if not ring.sealing or not ring.keys[ring.sealing - 1]:
        raise KeysMissing(f"Tệp khóa {path.name} không có khóa nào đang dùng.")
    return ring


def read_receipt_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """A key that signs receipts or tokens: EC P-256."""
    key = _private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeysMissing(f"Tệp khóa {path.name} phải là khóa riêng EC P-256 dạng PEM.")
    return key


def read_journal_key(path: Path) -> ed25519.Ed25519PrivateKey:
    """The key that seals the journal: Ed25519."""
    key = _private_key(path)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise KeysMissing(f"Tệp khóa {path.name} phải là khóa riêng Ed25519 dạng PEM.")
    return key


def place(path: Path, content: bytes, *, like: Path | None = None) -> None:
    """Put a whole file in place, or leave the one that another process put there first.

    The file appears under its name by a hard link, which fails when the name is taken: nobody ever reads half
    a key, and nobody's key is replaced. It belongs to the owner of ``like``, who must be able to read it.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if like is not None:
            keep_owner(like, draft)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()


def keep_owner(before: Path, draft: Path) -> None:
    """Somebody else than the running system may change its keys; it must still be able to read them."""
    had = before.stat()
    if (had.st_uid, had.st_gid) != (os.geteuid(), os.getegid()):
        os.chown(draft, had.st_uid, had.st_gid)
    draft.chmod(had.st_mode & 0o660)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _FOR_OTHERS:
                raise KeysMissing(
                    f"Tệp khóa {path.name} đang để người khác đọc được. Cần đặt quyền 0600 rồi khởi động lại."
                )
            return file.read()
    except OSError:
        raise KeysMissing(
            f"Thiếu tệp khóa {path.name} trong thư mục khóa hoặc không đọc được. "
            "Cần khôi phục từ bản sao lưu; nếu là hệ thống mới thì tạo khóa mới."
        ) from None


def _decoded(line: bytes, path: Path) -> bytes:
    try:
        key = base64.b64decode(line, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysMissing(f"Khóa trong tệp {path.name} phải dài đúng {KEY_BYTES} byte, viết dạng base64.")
    return key


def _private_key(path: Path) -> object:
    content = _read(path)
    try:
        return serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeysMissing(f"Tệp khóa {path.name} không phải khóa riêng dạng PEM.") from None


def _pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
