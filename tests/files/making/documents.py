"""Word 97 documents (.doc), made by hand: a header, a text, a piece table."""

import struct
from collections.abc import Iterator

from tests.files.making.compound import SECTOR, Tree, compound
from tests.files.making.sample import EICAR, Sample

_TEXT_AT = 0x400
_TABLE_1 = 0x0200
_ASSOCIATIONS, _PIECES = 32, 33


def word(text: str, *, flags: int = _TABLE_1, version: int = 0xC1, template: str = "") -> Tree:
    """The streams of a plain document holding ``text``."""
    letters = (text + "\r").encode("utf-16-le")
    pieces = struct.pack("<II", 0, len(text) + 1) + struct.pack("<HIH", 0, _TEXT_AT, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    raw = template.encode("utf-16-le")
    associations = struct.pack("<HHHHH", 0xFFFF, 2, 0, 0, len(template)) + raw
    places = [(0, 0)] * 93
    places[_PIECES] = (0, len(clx))
    places[_ASSOCIATIONS] = (len(clx), len(associations))
    base = struct.pack("<HHHHHHH", 0xA5EC, version, 0, 0x042A, 0, flags | 0x1000, 0xBF).ljust(32, b"\0")
    numbers = [len(letters) + _TEXT_AT, 0, 0, len(text) + 1] + [0] * 18
    header = base + struct.pack("<H28xH22I", 14, 22, *numbers) + struct.pack("<H", 93)
    header += b"".join(struct.pack("<II", *place) for place in places) + b"\0\0"
    return {
        "WordDocument": header.ljust(_TEXT_AT, b"\0") + letters,
        "1Table": clx + associations,
        "\x05SummaryInformation": b"\xfe\xff\0\0",
        "\x01CompObj": b"\x01\0\xfe\xff",
    }


def plain(text: str = "Đơn đề nghị cấp giấy xác nhận.") -> bytes:
    return compound(word(text))


def good() -> Iterator[Sample]:
    yield Sample("doc plain", "đơn đề nghị.doc", plain())
    yield Sample("doc long", "Bản khai.doc", plain("Kính gửi Ủy ban nhân dân xã. " * 2000))
    yield Sample("doc Word 2003", "to-khai.DOC", compound(word("Tờ khai", version=0x10C)))
    yield Sample("doc local template", "mau.doc", compound(word("Mẫu đơn", template="Normal.dot")))
    yield Sample("doc empty object pool", "bien ban.doc", compound(word("Biên bản") | {"ObjectPool": {}}))
    yield Sample("doc page field", "trang.doc", plain("Trang \x13 PAGE \x14 1 \x15 và \x13 DATE \x15."))


def bad() -> Iterator[Sample]:
    yield from _with_macros()
    yield from _with_something_nested()
    yield from _locked()
    yield from _that_reach_out()
    yield from _broken()


def _with_macros() -> Iterator[Sample]:
    module: Tree = {"dir": b"\x01", "ThisDocument": b"Attribute VB_Name", "_VBA_PROJECT": b"\xcc\x61"}
    extras: dict[str, Tree] = {
        "Macros storage": {"Macros": {"VBA": module, "PROJECT": b"ID="}},
        "VBA storage": {"VBA": module},
        "upper case": {"MACROS": {"vba": module}},
        "Excel's storage": {"_VBA_PROJECT_CUR": {"VBA": module}},
        "VBA project only": {"_VBA_PROJECT": b"\xcc\x61"},
    }
    for label, extra in extras.items():
        yield Sample(f"doc macro: {label}", "don.doc", compound(word("Đơn") | extra), "file_has_macro")


def _with_something_nested() -> Iterator[Sample]:
    package: Tree = {"\x01Ole10Native": b"\x02\0invoice.exe\0MZ" + EICAR, "\x01CompObj": b"Package"}
    tree = word("Đơn") | {"ObjectPool": {"_1234567890": package}}
    yield Sample("doc package", "don.doc", compound(tree), "file_has_nested_file")
    tree = word("Đơn") | {"ObjectPool": {"_1": {"Package": b"PK\x03\x04"}}}
    yield Sample("doc nested docx", "don.doc", compound(tree), "file_has_nested_file")
    tree = word("Đơn") | {"\x01Ole10Native": b"MZ"}
    yield Sample("doc native data in the root", "don.doc", compound(tree), "file_has_nested_file")
    control: Tree = {"\x03OCXNAME": b"C\0o\0", "\x03OCXDATA": b"\0"}
    tree = word("Đơn") | {"ObjectPool": {"_2": control}}
    yield Sample("doc control", "don.doc", compound(tree), "file_has_active_content")
    yield Sample(
        "doc as text of a virus", "don.doc", compound(word("Đơn") | {"Data": EICAR}), "file_infected"
    )


def _locked() -> Iterator[Sample]:
    yield Sample("doc password", "don.doc", compound(word("Đơn", flags=_TABLE_1 | 0x100)), "file_encrypted")
    yield Sample("doc XOR", "don.doc", compound(word("Đơn", flags=_TABLE_1 | 0x8100)), "file_encrypted")
    locked: Tree = {"EncryptionInfo": b"\x04\0\x04\0", "EncryptedPackage": b"\x10" * 64}
    yield Sample("docx encrypted, as doc", "don.doc", compound(locked), "file_encrypted")
    spaces: Tree = {"\x06DataSpaces": {"Version": b"<\0"}}
    yield Sample("doc rights management", "don.doc", compound(word("Đơn") | spaces), "file_encrypted")


def _that_reach_out() -> Iterator[Sample]:
    runs = [
        "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe",
        "dde excel sheet",
        '"DDEAUTO" x',
        "MACROBUTTON AutoOpen Bấm",
        "QUOTE 68 68 69 65",
    ]
    for code in runs:
        data = plain(f"Đơn \x13 {code} \x14 ! \x15")
        yield Sample(f"doc field {code.split()[0]}", "don.doc", data, "file_has_active_content")
    eight_bit = word("Đơn")
    eight_bit["WordDocument"] = bytes(eight_bit["WordDocument"]) + b"\x13 DDEAUTO cmd \x14 \x15"  # type: ignore[arg-type]
    yield Sample("doc field, 8-bit text", "don.doc", compound(eight_bit), "file_has_active_content")
    for code in (
        "INCLUDETEXT http://a.example/x",
        "INCLUDEPICTURE http://a.example/x.png",
        "LINK Excel.Sheet x",
    ):
        data = plain(f"Đơn \x13 {code} \x14 \x15")
        yield Sample(f"doc field {code.split()[0]}", "don.doc", data, "file_has_outside_link")
    for template in ("http://a.example/t.dot", "\\\\10.0.0.1\\share\\t.dot"):
        data = compound(word("Đơn", template=template))
        yield Sample("doc remote template", "don.doc", data, "file_has_outside_link")


def _broken() -> Iterator[Sample]:
    whole = plain("Đơn đề nghị " * 800)
    yield Sample("doc header only", "don.doc", whole[:8], "file_damaged")
    yield Sample("doc cut in half", "don.doc", whole[: len(whole) // 2], "file_damaged")
    fat_at = len(whole) - SECTOR
    circle = whole[:fat_at] + struct.pack("<I", 0) + whole[fat_at + 4 :]
    yield Sample("doc circular chain", "don.doc", circle, "file_damaged")
    yield Sample("doc wild chain", "don.doc", whole[:fat_at] + b"\xf0" * SECTOR, "file_damaged")
    yield Sample(
        "doc wild directory", "don.doc", whole[:48] + b"\xf0\xff\xff\x0f" + whole[52:], "file_damaged"
    )
    yield Sample("doc glued zip", "don.doc", whole + b"PK\x05\x06" + b"\0" * 18, "file_two_kinds")
    yield Sample("doc without text stream", "don.doc", compound({"1Table": b"x"}), "file_not_a_doc")
    yield Sample("doc without table", "don.doc", compound(word("Đơn", flags=0)), "file_damaged")
    yield Sample("doc Word 6", "don.doc", compound(word("Đơn", version=0x65)), "file_not_a_doc")
    yield Sample("doc template", "don.doc", compound(word("Đơn", flags=_TABLE_1 | 1)), "file_not_a_doc")
    yield Sample("xls as doc", "don.doc", compound({"Workbook": b"\x09\x08"}), "file_not_a_doc")
    deck: Tree = {"PowerPoint Document": b"\0", "Current User": b"\0"}
    yield Sample("ppt as doc", "don.doc", compound(deck), "file_not_a_doc")
    short = word("Đơn")
    short["1Table"] = b"\x02"
    header = bytearray(bytes(short["WordDocument"]))  # type: ignore[arg-type]
    struct.pack_into("<II", header, 0x19A, 0xFFFFFF00, 0xFF)
    yield Sample(
        "doc pointers outside", "don.doc", compound(short | {"WordDocument": bytes(header)}), "file_damaged"
    )
