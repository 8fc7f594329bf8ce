"""Where the log is kept: one or two folders, each with a folder for every cluster of the installation.

A part is two files: ``NAME.<begin of its hash>.age`` (gzip, sealed) and ``NAME.json`` (its stamp, written last: without
it the part is not there). Two archivers never write the same sealed file, and of two stamps the first stays: nothing is
overwritten with anything else. Nothing is said to be kept before it is on disk everywhere.
"""

import os
import re
import secrets
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from motcua.ops.backup.envelopes import Identity, Recipients, Sealed, digest_of
from motcua.ops.backup.wal.stamps import SUFFIX, NotOurs, Stamp, StampKey
from motcua.ops.places import CannotStart

SETTING: Final = "BACKUP_ARCHIVE"
SEALED: Final = ".age"
#: Says that this is the archive, and not the empty folder below a disk that was not mounted.
MARKER: Final = ".motcua-archive"
FILES: Final = "files"
_BLOCK: Final = 1 << 20
_SHOWN: Final = 12
_SYSTEM: Final = re.compile(r"[0-9]{1,20}")


class Different(CannotStart):
    """The archive holds another content under this name."""


class Damaged(CannotStart):
    """What lies there is not what the stamp says."""


@dataclass(frozen=True, slots=True)
class Place:
    """One of the folders, proved to be an archive of ours."""

    root: Path
    key: StampKey = field(repr=False)

    @classmethod
    def opened(cls, root: Path, key: StampKey) -> "Place":
        """Raises CannotStart when it is not there, not mounted or somebody else's."""
        try:
            said = (root / MARKER).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise CannotStart(
                f"{root} chưa phải nơi lưu WAL, hoặc ổ đĩa chưa gắn. Gắn ổ; nơi mới thì chạy “motcua backup prepare”."
            ) from None
        if said != key.mark("place"):
            raise CannotStart(
                f"{root} là nơi lưu WAL của hệ thống khác, hoặc khóa dấu không đúng; hãy đặt nơi khác."
            )
        return cls(root, key)

    @classmethod
    def prepared(cls, root: Path, key: StampKey) -> "Place":
        """Made ready; twice is once. Raises CannotStart for the archive of somebody else."""
        root.mkdir(mode=0o770, parents=True, exist_ok=True)
        try:
            with (root / MARKER).open("x", encoding="ascii") as file:
                file.write(key.mark("place") + "\n")
                file.flush()
                os.fchmod(file.fileno(), 0o644)  # PostgreSQL's user reads it too; it is no secret
                os.fsync(file.fileno())
        except FileExistsError:
            return cls.opened(root, key)
        sync_folder(root)
        return cls.opened(root, key)

    def systems(self) -> list[str]:
        return sorted(
            path.name for path in self.root.iterdir() if _SYSTEM.fullmatch(path.name) and path.is_dir()
        )

    def folder(self, system: str) -> Path:
        if not _SYSTEM.fullmatch(system):
            raise ValueError("Not a cluster's number.")
        return self.root / system

    def names(self, system: str) -> list[str]:
        folder = self.folder(system)
        return sorted(path.stem for path in folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []

    def stamp(self, system: str, name: str) -> Stamp | None:
        """None: not there. Raises NotOurs, also for a stamp that was carried here from another cluster."""
        try:
            found = Stamp.read(self.folder(system) / f"{name}{SUFFIX}", self.key)
        except FileNotFoundError:
            return None
        except OSError as failure:
            raise Damaged(f"Không đọc được dấu của {name} ở {self.root}: {failure.strerror}.") from None
        if found.system != system:
            raise NotOurs(f"{name} ở {self.root} thuộc về cụm cơ sở dữ liệu khác; không dùng phần này.")
        return found

    def sealed(self, system: str, stamp: Stamp) -> Path:
        return self.folder(system) / f"{stamp.name}.{stamp.sealed_sha256[:_SHOWN]}{SEALED}"

    def look(self, system: str, stamp: Stamp) -> None:
        """Whether the sealed bytes are those that were written; opens nothing. Raises Damaged."""
        path = self.sealed(system, stamp)
        try:
            found = digest_of(path)
        except OSError:
            raise Damaged(f"{stamp.name} không còn ở {self.root}.") from None
        if found != (stamp.sealed_size, stamp.sealed_sha256):
            raise Damaged(f"{stamp.name} ở {self.root} bị sửa hoặc bị cắt.")

    def bring(self, system: str, stamp: Stamp, identity: Identity, write: Callable[[BinaryIO], None]) -> None:
        """The content to ``write``. Raises Damaged, also when it is sealed to others."""
        path = self.sealed(system, stamp)
        with identity.opened(path) as stream:
            source = _Unpacked(stream)
            write(source)  # type: ignore[arg-type]
            source.drain()
        if self.key.mark("content", source.digest.digest()) != stamp.content:
            raise Damaged(f"{stamp.name} ở {self.root} chứa nội dung khác với dấu của nó.")

    def remove(self, system: str, name: str) -> None:
        """The stamp first: a part without one is not there."""
        folder = self.folder(system)
        (folder / f"{name}{SUFFIX}").unlink(missing_ok=True)
        for path in folder.glob(f"{name}.{'?' * _SHOWN}{SEALED}"):
            path.unlink(missing_ok=True)

    def sync(self, system: str, stamp: Stamp) -> None:
        """On disk, whoever wrote it and was stopped before saying so. Raises OSError."""
        folder = self.folder(system)
        for path in (self.sealed(system, stamp), folder / f"{stamp.name}{SUFFIX}", folder, self.root):
            sync_folder(path)


def configured(given: Iterable[Path]) -> list[Path]:
    """The folders of the archive. Raises CannotStart when none is named."""
    roots = list(given) or [
        Path(each.strip()) for each in os.environ.get(SETTING, "").split(",") if each.strip()
    ]
    if not roots:
        raise CannotStart(
            f"Chưa có nơi lưu WAL. Ghi thư mục vào {SETTING} (nhiều nơi: dấu phẩy ở giữa) hoặc --to."
        )
    if len({root.resolve() for root in roots}) != len(roots):
        raise CannotStart("Hai nơi lưu WAL là một thư mục; hãy đặt nơi thứ hai trên ổ khác.")
    return roots


def put(
    places: list[Place],
    system: str,
    name: str,
    content: Callable[[], Iterable[bytes]],
    recipients: Recipients,
    *,
    known: tuple[int, bytes] | None = None,
    facts: Callable[[], dict[str, Any]] = dict,
) -> Stamp:
    """One part, on disk in every place when this returns. ``known``: size and SHA-256 where they are known before.

    Raises Different, NotOurs, CannotStart: in at least one place it is not kept. Sealed once, copied to the others.
    """
    folder = None
    try:
        there = {place.root: stamp for place in places if (stamp := _whole(place, system, name, known))}
        wanting = [place for place in places if place.root not in there]
        if not wanting:
            return next(iter(there.values()))
        for place in wanting:
            _make_folder(place.folder(system))
        folder = wanting[0].folder(system)
        stamp, draft = _sealed(folder, system, name, content, recipients, wanting[0].key, facts)
        try:
            if known and (stamp.size, stamp.content) != (known[0], places[0].key.mark("content", known[1])):
                raise Different(f"{name} thay đổi trong lúc lưu; PostgreSQL sẽ tự gửi lại.")
            for place in wanting[1:]:
                _copy(draft, place.sealed(system, stamp))
            draft.rename(wanting[0].sealed(system, stamp))
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        for place in wanting:
            _finish(place, system, stamp)
    except OSError as failure:
        raise CannotStart(
            f"Không ghi được {name} vào nơi lưu WAL {failure.filename or folder}: {failure.strerror or failure}."
            " Kiểm tra chỗ trống, quyền và ổ đĩa; PostgreSQL sẽ tự gửi lại."
        ) from failure
    return stamp


def _whole(place: Place, system: str, name: str, known: tuple[int, bytes] | None) -> Stamp | None:
    """What lies there under this name already, when it is the same. Raises Different."""
    stamp = place.stamp(system, name)
    if stamp is None:
        return None
    if known is None or (stamp.size, stamp.content) != (known[0], place.key.mark("content", known[1])):
        raise _different(place, name)
    if not _is_intact(place, system, stamp):  # it is here again: made whole
        return None
    place.sync(system, stamp)
    return stamp


def _different(place: Place, name: str) -> Different:
    return Different(
        f"{place.root} đã có {name} với nội dung khác. Không ghi đè. Có thể hai máy chủ cùng lưu vào một nơi:"
        " xem máy nào là máy chính, dừng lưu ở máy kia."
    )


def _is_intact(place: Place, system: str, stamp: Stamp) -> bool:
    try:
        place.look(system, stamp)
    except Damaged:
        return False
    return True


def _sealed(
    folder: Path,
    system: str,
    name: str,
    content: Callable[[], Iterable[bytes]],
    recipients: Recipients,
    key: StampKey,
    facts: Callable[[], dict[str, Any]],
) -> tuple[Stamp, Path]:
    draft = folder / f".{name}{SEALED}.{secrets.token_hex(8)}.part"
    packed = _Packed(content())
    try:
        sealed: Sealed = recipients.seal(packed.pieces(), draft)
        draft.chmod(0o640)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    stamp = Stamp(
        name=name,
        system=system,
        size=packed.size,
        content=key.mark("content", packed.digest.digest()),
        sealed_size=sealed.size,
        sealed_sha256=sealed.sha256,
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        facts=facts(),
    )
    return stamp.made_by(key), draft


class _Packed:
    """Compressed while it is read: a log that was switched each minute is mostly zeros."""

    def __init__(self, content: Iterable[bytes]) -> None:
        self._content = content
        self.size = 0
        self.digest = sha256()

    def pieces(self) -> Iterator[bytes]:
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        for piece in self._content:
            self.size += len(piece)
            self.digest.update(piece)
            if packed := packer.compress(piece):
                yield packed
        yield packer.flush()


class _Unpacked:
    """The other way, as something to read from."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._unpacker = zlib.decompressobj(31)
        self._left = bytearray()
        self.digest = sha256()

    def read(self, size: int = -1) -> bytes:
        while (size < 0 or len(self._left) < size) and (more := self._more()):
            self._left += more
        given = bytes(self._left if size < 0 else self._left[:size])
        del self._left[: len(given)]
        return given

    def _more(self) -> bytes:
        while not self._unpacker.eof:
            waiting = self._unpacker.unconsumed_tail or self._stream.read(_BLOCK)
            if not waiting:
                return b""
            try:
                piece = self._unpacker.decompress(waiting, _BLOCK)
            except zlib.error:
                raise Damaged("Phần này không giải nén được.") from None
            if piece:
                self.digest.update(piece)
                return piece
        return b""

    def drain(self) -> None:
        while self.read(_BLOCK):
            pass


def _copy(draft: Path, path: Path) -> None:
    other = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(other, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        with os.fdopen(descriptor, "wb") as into, draft.open("rb") as source:
            shutil.copyfileobj(source, into, _BLOCK)
            into.flush()
            os.fsync(into.fileno())
        other.chmod(0o640)
        other.rename(path)
    except BaseException:
        other.unlink(missing_ok=True)
        raise


def _finish(place: Place, system: str, stamp: Stamp) -> None:
    """Raises Different when another archiver was quicker, with something else."""
    folder = place.folder(system)
    path = folder / f"{stamp.name}{SUFFIX}"
    sync_folder(folder)  # the sealed bytes are there before anything says so
    try:
        stamp.write(path)
    except FileExistsError:
        other = place.stamp(system, stamp.name)
        if other is None or (other.size, other.content) != (stamp.size, stamp.content):
            raise _different(place, stamp.name) from None
        if _is_intact(place, system, other):
            place.sync(system, other)
            return
        stamp.write(path, anew=True)
    sync_folder(folder)


def _make_folder(folder: Path) -> None:
    """Below a place that is there already; its group may read and write: base and log are two users' work."""
    if not folder.is_dir():
        # Group and its bit come from the folder above. Of a group that is not ours chmod would take the bit away, and
        # what PostgreSQL writes here could not be read by the base's user.
        known = os.umask(0o007)
        try:
            folder.mkdir(mode=0o770, exist_ok=True)
        finally:
            os.umask(known)
    sync_folder(folder.parent)  # also when it was made by somebody who was stopped before this


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
