"""What leaves the house is sealed to somebody who is not in it: age files, made and opened as streams (ADR 0026).

Nothing readable touches a disk, and memory holds a few blocks whatever the size.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO, Final, cast

import pyrage

from motcua.ops.places import CannotStart

_FOR_OTHERS: Final = 0o077
_BLOCK: Final = 1 << 20


class Recipients:
    """Whom a backup is sealed to: public keys, which may lie anywhere."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(word.strip() for word in words if word.strip())
        if not self.words:
            raise CannotStart(
                "Chưa có khóa công khai để mã hóa bản sao lưu. Tạo bằng “motcua backup-identity” trên một máy"
                " khác, rồi ghi dòng age1… vào BACKUP_RECIPIENTS hoặc --recipient."
            )
        self._keys = [_recipient(word) for word in self.words]

    def seal(self, content: Iterable[bytes], path: Path) -> "Sealed":
        """The content as a sealed file at ``path``, on disk when this returns."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            out, source = _Counted(file), Chunks(content)
            try:
                pyrage.encrypt_io(cast(BinaryIO, source), cast(BinaryIO, out), self._keys)
            except pyrage.EncryptError:  # it says in words of its own what one of our two ends raised
                raise source.failure or out.failure or OSError(f"{path.name} was not sealed") from None
            file.flush()
            os.fsync(file.fileno())
        return Sealed(path.name, out.size, out.digest.hexdigest())


class Sealed:
    """A file that was written: its name, its size and its SHA-256."""

    __slots__ = ("name", "sha256", "size")

    def __init__(self, name: str, size: int, digest: str) -> None:
        self.name, self.size, self.sha256 = name, size, digest


class Identity:
    """The key that opens. It is shown nowhere and is never on the host that makes backups."""

    def __init__(self, path: Path) -> None:
        try:
            mode = path.stat().st_mode
            lines = path.read_text(encoding="utf-8").split()
        except (OSError, ValueError):
            raise CannotStart(f"Không đọc được tệp khóa riêng {path}.") from None
        if mode & _FOR_OTHERS:
            raise CannotStart(f"Tệp khóa riêng {path} đang để người khác đọc được; hãy đặt quyền 0600.")
        words = [line for line in lines if line.startswith("AGE-SECRET-KEY-")]
        try:
            self._keys = [pyrage.x25519.Identity.from_str(word) for word in words]
        except pyrage.IdentityError:
            self._keys = []
        if not self._keys:
            raise CannotStart(f"Tệp {path} không có khóa riêng age (AGE-SECRET-KEY-…).")

    def __repr__(self) -> str:
        return "Identity(…)"

    @contextmanager
    def opened(self, path: Path) -> Iterator[BinaryIO]:
        """What a sealed file holds, as a stream. Raises CannotStart when it was changed, cut or sealed to others.

        The end is only known to be right at the end: whoever acts earlier must be able to take it back.
        """
        reading, writing = os.pipe()
        opener = _Opener(path, writing, self._keys)
        opener.start()
        try:
            with os.fdopen(reading, "rb", buffering=_BLOCK) as stream:
                yield stream
                while stream.read(_BLOCK):  # padding behind what was wanted
                    pass
        finally:
            opener.join()
        if opener.failure is not None:
            raise CannotStart(
                f"Không mở được {path.name}: tệp bị sửa, bị cắt hoặc được mã hóa cho khóa khác."
            )


class _Opener(threading.Thread):
    """Opens at one end of a pipe what is read at the other."""

    def __init__(self, path: Path, writing: int, keys: list[object]) -> None:
        super().__init__(daemon=True)
        self.path, self.writing, self.keys = path, writing, keys
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            with os.fdopen(self.writing, "wb") as out, self.path.open("rb") as file:
                pyrage.decrypt_io(file, out, self.keys)
        except (OSError, ValueError, pyrage.DecryptError) as failure:
            self.failure = failure


class Chunks(RawIOBase):
    """Pieces of bytes, as something to read from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = memoryview(b"")
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return bytes(self._left) + b"".join(self._pieces)
        while not self._left:
            piece = self._next()
            if piece is None:
                return b""
            self._left = memoryview(piece)
        given, self._left = self._left[:size], self._left[size:]
        return bytes(given)

    def _next(self) -> bytes | None:
        try:
            return next(self._pieces, None)
        except Exception as failure:
            self.failure = failure
            raise


class _Counted(RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.digest = sha256()
        self.failure: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        try:
            self._file.write(data)
        except OSError as failure:  # the disk is full
            self.failure = failure
            raise
        self.size += len(data)
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        self._file.flush()


def new_identity(path: Path) -> str:
    """A new private key at ``path``, for its holder alone; the public one is returned. Nothing is overwritten."""
    made = pyrage.x25519.Identity.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CannotStart(f"Đã có tệp {path}; khóa cũ được giữ nguyên.") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"# public key: {made.to_public()}\n{made}\n")
        file.flush()
        os.fsync(file.fileno())
    return str(made.to_public())


def digest_of(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _recipient(word: str) -> object:
    try:
        return pyrage.x25519.Recipient.from_str(word)
    except pyrage.RecipientError:
        raise CannotStart(f"“{word[:12]}…” không phải khóa công khai age (age1…).") from None
