"""What is inside a Word 97-2003 .doc: an OLE file with a sound text stream and nothing that runs."""

import re
import struct
from io import BytesIO

import olefile

from motcua.files.parsing.fields import check_instruction
from motcua.files.reasons import (
    Damaged,
    Encrypted,
    HasActiveContent,
    HasMacro,
    HasNestedFile,
    HasOutsideLink,
    NotADoc,
    Polyglot,
)

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD_97 = 0x00C1
_TEMPLATE, _ENCRYPTED, _TABLE_1, _OBFUSCATED = 0x0001, 0x0100, 0x0200, 0x8000
_LAST_SECTOR = 0xFFFFFFFA
_SMALLEST_FIB = 0x1A2
_ASSOCIATIONS = 0x19A  # FibRgFcLcb97.fcSttbfAssoc, lcbSttbfAssoc
_CODE = re.compile(r"\x13([^\x13\x14\x15]{1,4000})")
_MACROS = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur", "projectwm", "dir"})
_NESTED = frozenset({"objectpool", "\x01ole10native", "package"})
_ENCRYPTION = frozenset({"encryptedpackage", "encryptioninfo", "\x06dataspaces"})


def check(data: bytes) -> dict[str, object]:
    """Refuses, or answers what there is to know."""
    if not data.startswith(_MAGIC):
        raise NotADoc
    if b"PK\x05\x06" in data[-65_557:]:
        raise Polyglot
    streams = _streams(data)
    _check_names(streams)
    text = streams.get(("worddocument",))
    if text is None:
        raise NotADoc
    table = _table(text, streams)
    _check_template(text, table)
    _check_fields(text)
    return {"pages": None}


def _streams(data: bytes) -> dict[tuple[str, ...], bytes]:
    """Every stream, read to its end: a broken or circular sector chain shows itself here."""
    try:
        with olefile.OleFileIO(BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as ole:
            _check_chains(ole)
            found: dict[tuple[str, ...], bytes] = {}
            for path in ole.listdir(streams=True, storages=True):
                key = tuple(step.lower() for step in path)
                found[key] = (
                    b"" if ole.get_type(path) == olefile.STGTY_STORAGE else ole.openstream(path).read()
                )
            return found
    except (OSError, ValueError, IndexError, struct.error, RecursionError, KeyError, TypeError) as failure:
        raise Damaged from failure


def _check_chains(ole: olefile.OleFileIO) -> None:
    """No sector follows two others, and none leads back to a beginning: so no chain runs in a circle."""
    followers = [sector for sector in ole.fat if sector < _LAST_SECTOR]
    beginnings = {
        entry.isectStart
        for entry in ole.direntries
        if entry and entry.size >= ole.mini_stream_cutoff_size and entry.entry_type == olefile.STGTY_STREAM
    }
    if len(set(followers)) != len(followers) or beginnings & set(followers):
        raise Damaged


def _check_names(streams: dict[tuple[str, ...], bytes]) -> None:
    steps = {step for path in streams for step in path}
    if steps & _ENCRYPTION:
        raise Encrypted
    if steps & _MACROS:
        raise HasMacro
    if any("ocx" in step for step in steps):
        raise HasActiveContent(what="điều khiển ActiveX")
    if steps & (_NESTED - {"objectpool"}) or any(
        len(path) > 1 and path[0] == "objectpool" for path in streams
    ):
        raise HasNestedFile
    if steps & {"workbook", "book", "powerpoint document"}:
        raise NotADoc


def _table(text: bytes, streams: dict[tuple[str, ...], bytes]) -> bytes:
    """The table stream that the text's header names, once the header is that of a plain document."""
    if len(text) < _SMALLEST_FIB:
        raise Damaged
    magic, version = struct.unpack_from("<HH", text, 0)
    (flags,) = struct.unpack_from("<H", text, 0x0A)
    if magic != 0xA5EC or version < _WORD_97:
        raise NotADoc
    if flags & (_ENCRYPTED | _OBFUSCATED):
        raise Encrypted
    if flags & _TEMPLATE:
        raise NotADoc
    table = streams.get(("1table" if flags & _TABLE_1 else "0table",))
    if not table:
        raise Damaged
    return table


def _check_template(text: bytes, table: bytes) -> None:
    """The attached template may be Normal.dot, never an address."""
    start, length = struct.unpack_from("<II", text, _ASSOCIATIONS)
    if length and start + length > len(table):
        raise Damaged
    associations = table[start : start + length].decode("utf-16-le", "replace").lower()
    shifted = table[start + 1 : start + length].decode("utf-16-le", "replace").lower()
    if any(mark in text for text in (associations, shifted) for mark in ("://", "\\\\")):
        raise HasOutsideLink(what="mẫu văn bản ở nơi khác")


def _check_fields(text: bytes) -> None:
    for letters in (
        text.decode("latin-1"),
        text.decode("utf-16-le", "ignore"),
        text[1:].decode("utf-16-le", "ignore"),
    ):
        for code in _CODE.finditer(letters):
            check_instruction(code[1])
