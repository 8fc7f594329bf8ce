"""XML read as a stream: no entities, no document type, no network, bounded depth and attributes."""

import codecs
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError  # the exception only; parsing is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from motcua.files.parsing.fields import check_instruction
from motcua.files.reasons import Damaged, HasActiveContent, HasNestedFile, Suspicious, TooHeavyInside

_DEEPEST = 512
_LONGEST_ATTRIBUTE = 1024 * 1024
_MOST_ATTRIBUTES = 256
_MOST_ELEMENTS = 2_000_000
_NESTED = frozenset({"altChunk", "OLEObject", "subDoc", "oleObj", "objectEmbed", "objectLink", "binData"})
_CONTROLS = frozenset({"control", "script", "foreignObject", "ocx"})
_BINARY_IN_XML = "http://schemas.microsoft.com/office/2006/xmlPackage"


class _Reader:
    """Receives the parser's events; keeps elements only when asked to."""

    def __init__(self, *, keep: bool) -> None:
        self.kept: list[tuple[str, dict[str, str]]] = []
        self.root = ""
        self._keep = keep
        self._depth = self._count = 0
        self._codes: list[str] = []
        self._all_codes: list[str] = []
        self._in_code = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST or self._count > _MOST_ELEMENTS or len(attributes) > _MOST_ATTRIBUTES:
            raise TooHeavyInside
        if any(len(value) > _LONGEST_ATTRIBUTE for value in attributes.values()):
            raise Suspicious(what="thuộc tính quá dài")
        self.root = self.root or tag
        if self._keep:
            self.kept.append((tag, attributes))
        self._check_element(tag, attributes)

    def _check_element(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition("}")
        if name in _NESTED or namespace.lstrip("{") == _BINARY_IN_XML:
            raise HasNestedFile
        if name in _CONTROLS or any(
            key.lower().startswith("on") and len(key) > 4 for key in attributes if self.root.endswith("}svg")
        ):
            raise HasActiveContent(what="điều khiển hoặc kịch bản")
        if name == "fldSimple":
            check_instruction(_attribute(attributes, "instr"))
        elif name == "fldChar":
            self._end_code()
        self._in_code = name in {"instrText", "delInstrText"}

    def data(self, text: str) -> None:
        if self._in_code:
            self._codes.append(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._in_code = False

    def close(self) -> "_Reader":
        self._end_code()
        check_instruction(" ".join(["{}", *self._all_codes]))
        return self

    def _end_code(self) -> None:
        """A field code may be cut over many runs: it is judged when the field's next mark comes."""
        code = "".join(self._codes)
        self._codes.clear()
        if code.strip():
            self._all_codes.append(code)
            check_instruction(code)


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition("}")[2] == name), "")


def _read(content: bytes, *, keep: bool) -> _Reader:
    _check_encoding(content)
    reader = _Reader(keep=keep)
    parser = DefusedXMLParser(target=reader, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(content)
        parser.close()
    except DefusedXmlException as trick:
        raise Suspicious(what="khai báo thực thể XML") from trick
    except (ParseError, ValueError, LookupError, UnicodeError) as failure:
        raise Damaged from failure
    return reader


def _check_encoding(content: bytes) -> None:
    """UTF-8 or UTF-16 only: other declared encodings can spell a tag that a scanner does not see."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")):
        return
    head = content[:200].split(b"?>")[0].lower()
    if b"encoding" in head and not any(name in head for name in (b"utf-8", b"utf8", b"us-ascii", b"utf-16")):
        raise Suspicious(what="bảng mã lạ")


def check(content: bytes) -> None:
    """Refuse a part that is not well-formed, or carries what runs, nests or fetches."""
    _read(content, keep=False)


def elements(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Tags and attributes of a small part (relationships, content types)."""
    if len(content) > 1024 * 1024:
        raise TooHeavyInside
    return iter(_read(content, keep=True).kept)


def root_of(content: bytes) -> str:
    """The outermost tag, with its namespace."""
    return _read(content, keep=False).root
