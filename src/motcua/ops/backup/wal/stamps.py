"""What lies beside each sealed part of the archive and says whose it is: keyed, so that nobody slips in another.

Age seals for somebody and says nothing of who sealed. The stamp does: a MAC under a key that is derived from the
journal's, over the part's name, cluster, size, the hash of what is sealed and of what was sealed (keyed as well:
a plain hash of a known page would tell that it is in there).
"""

import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.ops.places import CannotStart

FORMAT: Final = 1
SUFFIX: Final = ".json"
_DERIVED: Final = b"motcua wal archive 1"
_FOR_OTHERS: Final = 0o077
#: As long as a key file may be: 64 letters and the end of a line.
_KEY: Final = re.compile(r"[0-9a-f]{64}")


class NotOurs(CannotStart):
    """A stamp that our key did not make, or that cannot be read."""


@dataclass(frozen=True, slots=True, repr=False)
class StampKey:
    """32 bytes; whoever has them can make stamps, and can open nothing."""

    value: bytes

    @classmethod
    def of(cls, journal_key: Ed25519PrivateKey) -> Self:
        """The installation's own: a copy of KEYS_DIR is a copy of it."""
        return cls(hmac.digest(journal_key.private_bytes_raw(), _DERIVED, "sha256"))

    @classmethod
    def read(cls, path: Path) -> Self:
        """As PostgreSQL's user has it, who must not have KEYS_DIR. Raises CannotStart."""
        try:
            mode, words = path.stat().st_mode, path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise CannotStart(
                f"Không đọc được tệp khóa dấu {path}. Tạo bằng “motcua backup prepare”, rồi giao cho tài khoản"
                " chạy PostgreSQL."
            ) from None
        if mode & _FOR_OTHERS:
            raise CannotStart(f"Tệp khóa dấu {path} đang để người khác đọc được; hãy đặt quyền 0600.")
        if not _KEY.fullmatch(words):
            raise CannotStart(f"Tệp {path} không phải khóa dấu; tạo lại bằng “motcua backup prepare”.")
        return cls(bytes.fromhex(words))

    def write(self, path: Path) -> None:
        """For one user; the same key again changes nothing. Raises CannotStart for a file with another."""
        if path.exists():
            if StampKey.read(path).value != self.value:
                raise CannotStart(f"{path} có khóa dấu của hệ thống khác; hãy đặt tên khác.")
            return
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self.value.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())

    def mark(self, what: str, content: bytes = b"") -> str:
        """The same for the same words; says nothing of them to whoever lacks the key."""
        return hmac.digest(self.value, what.encode() + b"\n" + content, "sha256").hex()

    def __repr__(self) -> str:
        return "StampKey(…)"


@dataclass(frozen=True, slots=True)
class Stamp:
    """One part of the archive. ``content``: keyed hash of what was sealed; ``at``: when it lay there whole."""

    name: str
    system: str
    size: int
    content: str
    sealed_size: int
    sealed_sha256: str
    at: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    format: int = FORMAT
    mac: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def made_by(self, key: StampKey) -> Self:
        return replace(self, mac=key.mark("stamp", self._body()))

    def _body(self) -> bytes:
        said = {name: value for name, value in asdict(self).items() if name != "mac"}
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()

    def write(self, path: Path, *, anew: bool = False) -> None:
        """There whole or not at all, on disk when this returns but for the folder's own entry.

        Raises FileExistsError when one is there, unless ``anew``: of two that write at once one hears so.
        """
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(self), file, sort_keys=True)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(0o640)
            if anew:
                draft.rename(path)
            else:
                path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)

    @classmethod
    def read(cls, path: Path, key: StampKey) -> Self:
        """Raises FileNotFoundError, NotOurs."""
        try:
            stamp = cls(**json.loads(path.read_text(encoding="utf-8")))
            ours = stamp.format == FORMAT and hmac.compare_digest(stamp.mac, stamp.made_by(key).mac)
        except (ValueError, TypeError, KeyError):
            raise NotOurs(
                f"Không đọc được dấu {path.name} ở {path.parent}: tệp bị sửa hoặc bị cắt."
            ) from None
        if not ours or f"{stamp.name}{SUFFIX}" != path.name:
            raise NotOurs(
                f"Dấu {path.name} ở {path.parent} không phải của hệ thống này, hoặc đã bị sửa; không dùng phần này."
            )
        return stamp


def digest(content: bytes) -> bytes:
    return sha256(content).digest()
