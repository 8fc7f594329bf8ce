"""What is inside a .docx: only text, pictures and looks are let through."""

import posixpath
import re
from zipfile import ZipInfo

from motcua.files.parsing import marked_up
from motcua.files.parsing.containers import Container
from motcua.files.reasons import (
    Damaged,
    HasActiveContent,
    HasMacro,
    HasNestedFile,
    HasOutsideLink,
    NotADocx,
    Suspicious,
)

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ROOTS = frozenset(
    {
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}document",
        "{http://purl.oclc.org/ooxml/wordprocessingml/main}document",
    }
)
_PICTURES = frozenset({"png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp"})
_MARKED_UP = frozenset({"xml", "rels", "vml", "svg"})
_FONTS = frozenset({"odttf"})
_MACRO_NAME = re.compile(r"vbaproject|vbadata|macro|/dlg[0-9]|customui", re.IGNORECASE)
_CONTROL_NAME = re.compile(r"activex|ctrlprops", re.IGNORECASE)
_NESTED_NAME = re.compile(r"embeddings/|afchunk|oleobject", re.IGNORECASE)
_NESTED_LINK = re.compile(r"/(?:oleobject|package|afchunk|subdocument)\Z", re.IGNORECASE)
_CONTROL_LINK = re.compile(r"/(?:control|activexcontrolbinary|wordvbadata|vbaproject)\Z", re.IGNORECASE)
_OPEN_BY_HAND = re.compile(r"(?:https?://|mailto:|tel:|#|[^:\\]*\Z)", re.IGNORECASE)


def check(data: bytes) -> dict[str, object]:
    """Refuses, or answers what there is to know (a docx has no pages until it is printed)."""
    container = Container(data)
    for entry in container.entries:
        _check_part_name(entry)
    parts = {entry.filename: entry for entry in container.entries}
    main = _main_part(container, parts)
    for entry in container.entries:
        content = container.read(entry)
        if _extension(entry) in _MARKED_UP:
            _check_markup(entry.filename, content)
        elif _extension(entry) in _PICTURES:
            _check_picture(content)
    if marked_up.root_of(container.read(main)) not in _ROOTS:
        raise NotADocx
    return {"pages": None}


def _extension(entry: ZipInfo) -> str:
    return entry.filename.rpartition(".")[2].lower()


def _check_part_name(entry: ZipInfo) -> None:
    if entry.is_dir():
        return
    if _MACRO_NAME.search(entry.filename):
        raise HasMacro
    if _CONTROL_NAME.search(entry.filename):
        raise HasActiveContent(what="điều khiển ActiveX")
    if _NESTED_NAME.search(entry.filename):
        raise HasNestedFile
    if _extension(entry) not in _PICTURES | _MARKED_UP | _FONTS:
        raise HasNestedFile


def _check_picture(content: bytes) -> None:
    """A picture that starts like a program or a container is not a picture."""
    if content.startswith(
        (b"MZ", b"PK\x03\x04", b"\x7fELF", b"%PDF", b"\xd0\xcf\x11\xe0", b"#!", b"Rar!", b"7z\xbc")
    ):
        raise HasNestedFile


def _main_part(container: Container, parts: dict[str, ZipInfo]) -> ZipInfo:
    """The part that Word would open, if it is a plain document."""
    if "[Content_Types].xml" not in parts or "_rels/.rels" not in parts:
        raise NotADocx
    types = _content_types(container.read(parts["[Content_Types].xml"]))
    targets = [
        link.get("Target", "")
        for link in _links(container.read(parts["_rels/.rels"]))
        if link.get("Type", "").endswith("/officeDocument")
    ]
    if len(targets) != 1:
        raise NotADocx
    name = posixpath.normpath(targets[0].lstrip("/"))
    declared = types.get("/" + name.lower(), types.get(name.rpartition(".")[2].lower(), ""))
    if name not in parts:
        raise Damaged
    if declared.lower() != _MAIN:
        raise NotADocx
    return parts[name]


def _content_types(content: bytes) -> dict[str, str]:
    """Declared type by "/part" or by extension; any that runs is refused at once."""
    types: dict[str, str] = {}
    for tag, attributes in marked_up.elements(content):
        declared = attributes.get("ContentType", "")
        if re.search(r"macro|vba", declared, re.IGNORECASE):
            raise HasMacro
        if re.search(r"activex", declared, re.IGNORECASE):
            raise HasActiveContent(what="điều khiển ActiveX")
        key = attributes.get("PartName" if tag.endswith("}Override") else "Extension", "").lower()
        if key in types:
            raise Suspicious(what="khai báo kiểu trùng nhau")
        if key:
            types[key] = declared
    return types


def _links(content: bytes) -> list[dict[str, str]]:
    return [attributes for tag, attributes in marked_up.elements(content) if tag.endswith("}Relationship")]


def _check_markup(name: str, content: bytes) -> None:
    if name.lower().endswith(".rels"):
        for link in _links(content):
            _check_link(link)
    else:
        marked_up.check(content)


def _check_link(link: dict[str, str]) -> None:
    kind, target = link.get("Type", ""), link.get("Target", "").strip()
    if _NESTED_LINK.search(kind):
        raise HasNestedFile
    if _CONTROL_LINK.search(kind):
        raise HasActiveContent(what="điều khiển ActiveX")
    if link.get("TargetMode", "").lower() == "external":
        if kind.lower().endswith("/attachedtemplate"):
            raise HasOutsideLink(what="mẫu văn bản ở nơi khác")
        if not kind.lower().endswith("/hyperlink") or not _OPEN_BY_HAND.match(target):
            raise HasOutsideLink(what="liên kết tới tệp hoặc ảnh ngoài")
    elif re.match(r"[a-z][a-z0-9+.-]*:|\\\\|//", target, re.IGNORECASE):
        raise HasOutsideLink(what="liên kết tới tệp hoặc ảnh ngoài")
