"""What a backup says of itself: which parts, from which moment, with which journal; signed, and holding nobody."""

import json
import os
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from motcua.ops.places import CannotStart

NAME: Final = "manifest.json"
DATABASE: Final = "database.age"
FILES: Final = "files.age"
FORMAT: Final = 1
#: A seal of the journal is signed over 32 bytes; what is signed here begins otherwise and is always longer.
_SIGNED: Final = b"motcua backup manifest 1\n"
_PART: Final = re.compile(r"(database|files)\.age")
#: Names sort by time: two of one second, too. Those made before had no parts of a second.
_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}(\.[0-9]{6})?Z-[0-9a-f]{8}")


class NotABackup(CannotStart):
    """The folder holds no backup, or one that somebody changed."""


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The newest seal in the backup, and the newest line of all."""

    seal: int
    hash: str
    last_sealed: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Counts, hashes and ids; times are the database's."""

    id: str
    taken_at: str
    finished_at: str
    systems: list[str]
    server_major: int
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    journal: JournalHead
    erasures: int
    files: int
    file_bytes: int
    #: Files whose day came while the backup was made, by their public id: to be forgotten by whoever restores.
    purged: list[str]
    #: Files that were not where they should be, by their public id.
    missing: list[str]
    recipients: list[str]
    parts: list[Part] = field(default_factory=list)
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)

    def body(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()

    def write(self, folder: Path, key: Ed25519PrivateKey) -> None:
        said = {"manifest": asdict(self), "signature": key.sign(_SIGNED + self.body()).hex()}
        with (folder / NAME).open("x", encoding="utf-8") as file:
            json.dump(said, file, sort_keys=True, indent=1)
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path, believed: Ed25519PublicKey) -> Self:
        """The manifest of a folder, when the believed key signed it. Raises NotABackup."""
        try:
            said = json.loads((folder / NAME).read_text(encoding="utf-8"))
            manifest = cls._of(said["manifest"])
            signature = bytes.fromhex(said["signature"])
        except OSError:
            raise NotABackup(f"Không có bản sao lưu ở {folder}.") from None
        except (ValueError, KeyError, TypeError):
            raise NotABackup(f"Không đọc được {NAME} của bản sao lưu {folder.name}.") from None
        try:
            believed.verify(signature, _SIGNED + manifest.body())
        except InvalidSignature:
            raise NotABackup(
                f"Chữ ký của bản sao lưu {folder.name} không đúng: bản bị sửa, hoặc KEYS_DIR không phải bộ khóa"
                " của hệ thống đã sao lưu."
            ) from None
        if folder.resolve().name.removesuffix(".part") != manifest.id:
            raise NotABackup(
                f"Thư mục {folder.name} chứa bản sao lưu {manifest.id}; một bản khác tên không được dùng."
            )
        return manifest

    @classmethod
    def _of(cls, said: dict[str, Any]) -> Self:
        if said["format"] != FORMAT or not _ID.fullmatch(said["id"]):
            raise ValueError
        parts = [Part(**one) for one in said["parts"]]
        if sorted(part.name for part in parts) != [DATABASE, FILES]:
            raise ValueError
        if not all(_PART.fullmatch(part.name) for part in parts):
            raise ValueError
        return cls(**{**said, "journal": JournalHead(**said["journal"]), "parts": parts})


def is_id(name: str) -> bool:
    return _ID.fullmatch(name) is not None
