"""A docx is a zip: what every entry must satisfy before any of it is believed."""

import re
import stat
import struct
import zipfile
import zlib
from io import BytesIO

from motcua.files.reasons import Damaged, Encrypted, NotADocx, Polyglot, Suspicious, TooHeavyInside

MOST_ENTRIES = 200
MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
_RATIO_COUNTS_FROM = 1024 * 1024
_LOCAL = struct.Struct("<4s2xHH4x4xLLHH")
_LOCAL_SIZE = 30
_END_SIZE = 22
_DESCRIPTOR_ROOM = 24
_SAFE_NAME = re.compile(r"[^\x00-\x1f\\:]{1,200}")


class Container:
    """An opened zip whose directory has been checked; ``read`` counts what it unpacks."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(b"PK\x03\x04"):
            raise NotADocx
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as failure:
            raise Damaged from failure
        self.entries = self._zip.infolist()
        self._unpacked = 0
        _check_ends(data, self._zip)
        _check_amounts(self.entries, len(data))
        _check_names(self.entries)
        for entry in self.entries:
            _check_entry(entry)
        _check_layout(data, self.entries, self._zip.start_dir)

    def read(self, entry: zipfile.ZipInfo) -> bytes:
        """One entry, at most as long as the directory promised; its checksum is verified."""
        try:
            with self._zip.open(entry) as source:
                content = source.read(entry.file_size + 1)
                surplus = source.read(1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as failure:
            raise Damaged from failure
        self._unpacked += len(content)
        if surplus or len(content) != entry.file_size:
            raise Damaged
        if self._unpacked > MOST_UNPACKED:
            raise TooHeavyInside
        return content


def _check_ends(data: bytes, opened: zipfile.ZipFile) -> None:
    """The directory ends the file: nothing is glued behind it, no comment hides in it."""
    if opened.comment or data[-_END_SIZE : -_END_SIZE + 4] != b"PK\x05\x06":
        raise Polyglot


def _check_amounts(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise TooHeavyInside
    if unpacked > _RATIO_COUNTS_FROM and unpacked > MOST_RATIO * size:
        raise TooHeavyInside
    for entry in entries:
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > MOST_RATIO * entry.compress_size:
            raise TooHeavyInside


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        steps = name.rstrip("/").split("/")
        if not _SAFE_NAME.fullmatch(entry.orig_filename) or any(step in {"", ".", ".."} for step in steps):
            raise Suspicious(what="đường dẫn lạ trong tệp nén")
        if name.casefold() in seen:
            raise Suspicious(what="hai phần trùng tên")
        seen.add(name.casefold())


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x2041:  # encrypted, strongly encrypted, masked directory
        raise Encrypted
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Suspicious(what="kiểu nén lạ")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or (entry.is_dir() and entry.file_size):
        raise Suspicious(what="liên kết trong tệp nén")


def _check_layout(data: bytes, entries: list[zipfile.ZipInfo], directory_at: int) -> None:
    """The entries tile the file from its first byte to the directory: no overlap, nothing in between."""
    position = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        gap = entry.header_offset - position
        if gap < 0 or gap > _DESCRIPTOR_ROOM:
            raise Suspicious(what="các phần chồng lên nhau")
        position = entry.header_offset + _local_length(data, entry) + entry.compress_size
    if not 0 <= directory_at - position <= _DESCRIPTOR_ROOM:
        raise Suspicious(what="các phần chồng lên nhau")


def _local_length(data: bytes, entry: zipfile.ZipInfo) -> int:
    """Length of the header before the content, once it agrees with the directory."""
    head = data[entry.header_offset : entry.header_offset + _LOCAL_SIZE]
    if len(head) < _LOCAL_SIZE:
        raise Damaged
    magic, flags, method, packed, unpacked, name_length, extra_length = _LOCAL.unpack(head)
    if magic != b"PK\x03\x04" or method != entry.compress_type:
        raise Damaged
    name_at = entry.header_offset + _LOCAL_SIZE
    raw_name = data[name_at : name_at + name_length]
    name = raw_name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if name != entry.orig_filename:
        raise Suspicious(what="hai danh mục không khớp nhau")
    sizes_follow = flags & 0x08 or 0xFFFFFFFF in (packed, unpacked)
    if not sizes_follow and (packed, unpacked) != (entry.compress_size, entry.file_size):
        raise Suspicious(what="hai danh mục không khớp nhau")
    return _LOCAL_SIZE + int(name_length) + int(extra_length)
