"""What is inside a .pdf: pages that only show something."""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf

from motcua.files.parsing.streams import Unpacked, check_stream
from motcua.files.reasons import (
    Damaged,
    Encrypted,
    HasActiveContent,
    HasNestedFile,
    HasOutsideLink,
    NotAPdf,
    Polyglot,
    Suspicious,
    TooHeavyInside,
)

MOST_OBJECTS = 50_000
MOST_PAGES = 500
_MOST_VALUES = 2_000_000
_HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)[\r\n \t]")
_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_ZIP_TAIL = 65_557

_RUNS = frozenset(
    {
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Rendition",
        "/RichMediaExecute",
        "/Sound",
        "/SubmitForm",
    }
)
_RUNS_BY_KEY = {
    "/JS": "JavaScript",
    "/JavaScript": "JavaScript",
    "/AA": "hành động tự chạy",
    "/XFA": "biểu mẫu XFA",
    "/RichMedia": "đa phương tiện",
    "/RichMediaContent": "đa phương tiện",
}
_NESTED_KEYS = frozenset({"/EF", "/EmbeddedFiles", "/Collection", "/RF"})
_NESTED_TYPES = frozenset({"/EmbeddedFile", "/FileAttachment"})
_LINKS = frozenset({"/URI", "/Base"})
_HARMLESS = (b"http://", b"https://", b"mailto:")
_BLANK = re.compile(rb"[\x00-\x20]")
_PLAYED = frozenset({"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/PS"})


def check(data: bytes) -> dict[str, object]:
    """Refuses, or answers the number of pages."""
    _check_ends(data)
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            return {"pages": _check_opened(pdf)}
    except pikepdf.PasswordError as locked:
        raise Encrypted from locked
    except (pikepdf.PdfError, ValueError, KeyError, AttributeError, RuntimeError) as failure:
        # For AES-256 qpdf wants random numbers before a password, and no device can be opened here.
        locked_first = "random" in str(failure) and b"/Encrypt" in data
        raise (Encrypted if locked_first else Damaged) from failure


def _check_ends(data: bytes) -> None:
    """One file and only one: PDF from the first byte to its %%EOF."""
    if not _HEADER.match(data):
        raise Polyglot if b"%PDF-" in data[:8192] else NotAPdf
    if _END_OF_ZIP in data[-_LONGEST_ZIP_TAIL:]:
        raise Polyglot
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Damaged
    if data[end + 5 :].strip(b"\0\t\r\n\f \x1a"):
        raise Polyglot


def _check_opened(pdf: pikepdf.Pdf) -> int:
    if pdf.is_encrypted:
        raise Encrypted
    if len(pdf.objects) > MOST_OBJECTS:
        raise TooHeavyInside
    pages = _count_pages(pdf)  # before anything is walked: thousands of pages take longer than one may wait
    values = 0
    unpacked = Unpacked()
    for thing in pdf.objects:
        for value in _walk(thing):
            values += 1
            if values > _MOST_VALUES:
                raise TooHeavyInside
            _check_value(value)
        if isinstance(thing, pikepdf.Stream):
            check_stream(thing, unpacked)
    _check_opening(pdf.Root)
    _check_sheets(pdf)
    return pages


def _walk(thing: pikepdf.Object, depth: int = 0) -> Iterator[pikepdf.Object]:
    """The thing and its direct children: pdf.objects lists only what has a number of its own."""
    if depth > 100:
        raise Suspicious(what="lồng quá sâu")
    yield thing
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        children = [child for _, child in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        children = list(thing)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _walk(child, depth + 1)


def _check_value(value: pikepdf.Object) -> None:
    if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return
    keys = set(value.keys())
    for key in keys & _RUNS_BY_KEY.keys():
        raise HasActiveContent(what=_RUNS_BY_KEY[key])
    if keys & _NESTED_KEYS:
        raise HasNestedFile
    action = _name(value, "/S")
    if action in _RUNS:
        raise HasActiveContent(what=action.lstrip("/"))
    if any(not _is_harmless_link(value[key]) for key in keys & _LINKS):
        raise HasActiveContent(what="liên kết không phải địa chỉ web hay thư điện tử")
    if {_name(value, "/Type"), _name(value, "/Subtype")} & _NESTED_TYPES:
        raise HasNestedFile
    if _name(value, "/Subtype") in _PLAYED:
        raise HasActiveContent(what="đa phương tiện")
    if isinstance(value, pikepdf.Stream) and keys & {"/F", "/FFilter", "/FDecodeParms"}:
        raise HasOutsideLink(what="nội dung nằm ở tệp ngoài")


def _is_harmless_link(link: pikepdf.Object) -> bool:
    """A click may open a web page or a letter. Without a colon it is an address without its beginning."""
    if not isinstance(link, pikepdf.String):
        return isinstance(link, pikepdf.Dictionary)  # the catalogue's /URI, which holds /Base
    address = _BLANK.sub(b"", bytes(link)).lower()
    return address.startswith(_HARMLESS) or b":" not in address


def _name(value: pikepdf.Object, key: str) -> str:
    found = value.get(key)
    return str(found) if isinstance(found, pikepdf.Name) else ""


def _check_opening(root: pikepdf.Object) -> None:
    """Opening may turn to a page and do nothing else: not even visit an address."""
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and (_name(opening, "/S") != "/GoTo" or "/Next" in opening):
        raise HasActiveContent(what="hành động khi mở tệp")


def _count_pages(pdf: pikepdf.Pdf) -> int:
    pages = len(pdf.pages)
    if pages == 0:
        raise Damaged
    if pages > MOST_PAGES:
        raise TooHeavyInside
    return pages


def _check_sheets(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        box = [abs(float(edge)) for edge in page.mediabox]
        if len(box) != 4 or max(box) > 14_400 * 2:
            raise Suspicious(what="khổ trang quá lớn")
