"""PDF files: what scanners and office programs make, and what attackers make of them."""

import io
import random
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image
from tests.files.making.sample import EICAR, Sample

Change = Callable[[pikepdf.Pdf], None]


def blank(pages: int = 1) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
        pdf.pages[-1].Contents = pdf.make_stream(b"BT /F1 12 Tf 72 720 Td (Xin chao) Tj ET")
    return pdf


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id="encryption" not in how, **how)  # type: ignore[arg-type]
    return out.getvalue()


def changed(change: Change, **how: object) -> bytes:
    pdf = blank()
    change(pdf)
    return saved(pdf, **how)


def by_hand(version: str, *, objects: str = "", root: str = "") -> bytes:
    """Written as text with a true cross-reference table, so that nothing is normalised."""
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {root} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        *[one for one in objects.split("\n") if one],
    ]
    out, places = f"%PDF-{version}\n".encode(), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(bodies) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return out + (tail + f"startxref\n{len(out)}\n%%EOF\n").encode()


def _photo(mode: str, seed: int) -> Image.Image:
    noise = random.Random(seed)
    image = Image.new(mode, (620, 877), 255 if mode != "RGB" else (255, 255, 255))
    image.paste(Image.frombytes("L", (100, 100), noise.randbytes(10_000)).convert(mode), (60, 60))
    return image


def _scanned(mode: str, pages: int = 1) -> bytes:
    first, *rest = [_photo(mode, seed) for seed in range(pages)]
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=75, creationDate=None, modDate=None)
    return out.getvalue()


def _jpx(size: tuple[int, int] | None = None) -> Change:
    out = io.BytesIO()
    _photo("RGB", 7).save(out, "JPEG2000", no_jp2=True)
    data = bytearray(out.getvalue())
    if size:
        at = data.index(b"\xff\x4f\xff\x51") + 8
        data[at : at + 8] = b"".join(edge.to_bytes(4, "big") for edge in size)
    return _picture(bytes(data), "/JPXDecode", (620, 877))


def _picture(data: bytes, packing: str, size: tuple[int, int]) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        image = pikepdf.Stream(
            pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1],
            ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name(packing),
        )  # fmt: skip
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(image)))

    return change


def good() -> Iterator[Sample]:
    for version in ("1.3", "1.4", "1.5", "1.6", "1.7", "2.0"):
        objects = pikepdf.ObjectStreamMode.generate if version > "1.4" else pikepdf.ObjectStreamMode.disable
        how = {"force_version": version, "object_stream_mode": objects}
        yield Sample(f"pdf {version}", f"Giấy khai sinh {version}.pdf", saved(blank(), **how))
        yield Sample(f"pdf {version} by hand", "căn cước.PDF", by_hand(version))
    for mode, label in {"1": "CCITT", "L": "grey JPEG", "RGB": "JPEG"}.items():
        for pages in (1, 2, 4):
            yield Sample(f"pdf scan {label} {pages}", f"bản quét {pages} trang.pdf", _scanned(mode, pages))
    yield Sample("pdf JPX", "ảnh.pdf", changed(_jpx()))
    yield Sample("pdf linearised", "nhanh.pdf", saved(blank(3), linearize=True))
    yield Sample("pdf white page, raw", "trắng.pdf", changed(_white_page, compress_streams=True))
    yield Sample("pdf opens at a page", "mở.pdf", changed(_opens_at_page))
    yield Sample("pdf link to click", "liên kết.pdf", changed(_link))
    for address in ("http://a.example/?a=b:c", "mailto:hoa@a.example", "www.dichvucong.example", "#trang-2"):
        link = _annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(address)))
        yield Sample(f"pdf link {address[:4]}", "thư.pdf", changed(link))
    yield Sample("pdf form", "mẫu đơn.pdf", changed(_form))
    yield Sample("pdf outline", "mục lục.pdf", changed(_outline))
    yield Sample("pdf spaces at the end", "cuối.pdf", by_hand("1.4") + b"\r\n\0\0\n")
    yield Sample("pdf word JavaScript in text", "học JavaScript.pdf", changed(_speaks_of_javascript))
    for number, data in enumerate(_typeset()):
        yield Sample(f"pdf typeset {number}", f"Đơn đề nghị số {number}.pdf", data)
    yield Sample("pdf of exactly 5 MiB", "đúng 5 MB.pdf", _of_size(5 * 1024 * 1024))


def _white_page(pdf: pikepdf.Pdf) -> None:
    _picture(zlib.compress(b"\xff" * (2480 * 3508 * 3)), "/FlateDecode", (2480, 3508))(pdf)


def _opens_at_page(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])


def _speaks_of_javascript(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"BT (/JavaScript /Launch /EmbeddedFile) Tj ET")
    pdf.docinfo["/Title"] = "Học JavaScript"


def _annotation(**more: object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **more)
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    return change


def _link(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://dichvucong.example/"))
    _annotation(Subtype=Name.Link, A=action)(pdf)


def _form(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("ho_ten"), V=String("Mẫu")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def _outline(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Phần một", 0))


def _typeset() -> Iterator[bytes]:
    import typst

    for text, standards in (
        ("= Đơn đề nghị\nKính gửi", []),
        ("Một #pagebreak() Hai", ["a-2b"]),
        ("Bảng", ["1.7"]),
    ):
        source = f'#set document(date: datetime(year: 2026, month: 7, day: 1), title: "Đơn")\n{text}'.encode()
        yield bytes(typst.compile(source, format="pdf", pdf_standards=standards))  # type: ignore[arg-type]


def _of_size(size: int) -> bytes:
    """Grown with a stream of noise until it has exactly this many bytes."""
    noise = random.Random(5).randbytes(size)

    def grown(length: int) -> bytes:
        pdf = blank()
        pdf.Root.Noise = pdf.make_stream(noise[:length])
        return saved(pdf, compress_streams=False)

    length = size - len(grown(size)) + size
    return grown(length)


def bad() -> Iterator[Sample]:
    yield from _that_run()
    yield from _that_nest()
    yield from _locked()
    yield from _with_two_faces()
    yield from _broken()
    yield from _bombs()


def _action(kind: str, **more: object) -> Dictionary:
    return Dictionary(S=Name("/" + kind), **more)


def _on_open(action: Dictionary, *, indirect: bool = False) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pdf.make_indirect(action) if indirect else action

    return change


_WILD_LINKS = {
    "javascript": "javascript:alert(1)",
    "JavaScript in capitals": "JAVASCRIPT:alert(1)",
    "JavaScript with blanks": " java\nscript:alert(1)",
    "file": "file:///C:/Windows/System32/calc.exe",
    "data": "data:text/html,<script>alert(1)</script>",
    "a program's own": "ms-msdt:/id",
}


def _link_base(pdf: pikepdf.Pdf) -> None:
    pdf.Root.URI = Dictionary(Base=String("javascript:"))


def _that_run() -> Iterator[Sample]:
    script = {"JS": String("app.alert(1)")}
    changes: dict[str, Change] = {
        "JavaScript on open": _on_open(_action("JavaScript", **script)),
        "JavaScript on open, indirect": _on_open(_action("JavaScript", **script), indirect=True),
        "JavaScript by name tree": _script_names,
        "JavaScript in a page action": _page_action,
        "JavaScript in an annotation": _annotation(Subtype=Name.Link, A=_action("JavaScript", **script)),
        "JavaScript in a stream": _script_stream,
        "JavaScript after a GoTo": _on_open(
            _action("GoTo", D=Array([]), Next=_action("JavaScript", **script))
        ),
        "Launch": _on_open(_action("Launch", F=String("cmd.exe"))),
        "Launch on click": _annotation(Subtype=Name.Link, A=_action("Launch", F=String("cmd.exe"))),
        "URI on open": _on_open(_action("URI", URI=String("http://a.example/"))),
        "URI on open, indirect": _on_open(_action("URI", URI=String("http://a.example/")), indirect=True),
        "SubmitForm": _on_open(_action("SubmitForm", F=String("http://a.example/"))),
        "ImportData": _annotation(Subtype=Name.Link, A=_action("ImportData", F=String("x.fdf"))),
        **{
            f"link {label}": _annotation(Subtype=Name.Link, A=_action("URI", URI=String(address)))
            for label, address in _WILD_LINKS.items()
        },
        "link base": _link_base,
        "GoToR": _annotation(Subtype=Name.Link, A=_action("GoToR", F=String("\\\\10.0.0.1\\x.pdf"))),
        "GoToE": _annotation(Subtype=Name.Link, A=_action("GoToE", T=Dictionary(R=Name.C))),
        "Named on open": _on_open(_action("Named", N=Name.Print)),
        "RichMedia": _annotation(Subtype=Name.RichMedia),
        "Screen": _annotation(Subtype=Name.Screen),
        "Movie": _annotation(Subtype=Name.Movie),
        "Sound": _annotation(Subtype=Name.Sound),
        "3D": _annotation(Subtype=Name("/3D")),
        "Rendition": _annotation(Subtype=Name.Link, A=_action("Rendition")),
        "XFA": _xfa,
        "catalog actions": _catalog_actions,
        "PostScript object": _postscript,
    }
    for label, change in changes.items():
        yield Sample(f"pdf {label}", "giay.pdf", changed(change), "file_has_active_content")
        if label in {"JavaScript on open", "Launch on click", "XFA"}:
            hidden = changed(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            yield Sample(f"pdf {label}, in an object stream", "giay.pdf", hidden, "file_has_active_content")
    direct = by_hand("1.4", root="/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")
    yield Sample("pdf JavaScript, direct", "giay.pdf", direct, "file_has_active_content")
    spelled = by_hand("1.4", root="/OpenAction << /S /Java#53cript /#4AS (app.alert(1)) >>")
    yield Sample("pdf JavaScript, escaped letters", "giay.pdf", spelled, "file_has_active_content")
    orphan = by_hand("1.4", objects="<< /S /JavaScript /JS (app.alert(1)) >>")
    yield Sample("pdf JavaScript nobody points at", "giay.pdf", orphan, "file_has_active_content")


def _script_names(pdf: pikepdf.Pdf) -> None:
    tree = Dictionary(Names=Array([String("a"), _action("JavaScript", JS=String("1"))]))
    pdf.Root.Names = Dictionary(JavaScript=pdf.make_indirect(tree))


def _page_action(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=_action("URI", URI=String("http://a.example/")))


def _script_stream(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = _action("JavaScript", JS=pdf.make_stream(b"app.alert(1)"))


def _xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def _catalog_actions(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AA = Dictionary(WC=_action("JavaScript", JS=String("1")))


def _postscript(pdf: pikepdf.Pdf) -> None:
    program = pikepdf.Stream(pdf, b"showpage", Type=Name.XObject, Subtype=Name.PS)
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(P0=pdf.make_indirect(program)))


def _that_nest() -> Iterator[Sample]:
    changes: dict[str, Change] = {
        "attachment": _attachment,
        "attachment as annotation": _annotation(Subtype=Name.FileAttachment),
        "embedded file nobody points at": _lone_file,
        "portfolio": _portfolio,
        "associated file": _associated,
    }
    for label, change in changes.items():
        yield Sample(f"pdf {label}", "giay.pdf", changed(change), "file_has_nested_file")
    yield Sample("pdf content in another file", "giay.pdf", changed(_outer_stream), "file_has_outside_link")


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.exe"] = b"MZ" + EICAR


def _lone_file(pdf: pikepdf.Pdf) -> None:
    pdf.make_indirect(pikepdf.Stream(pdf, b"MZ", Type=Name.EmbeddedFile))
    pdf.Root.Hidden = pdf.make_indirect(pikepdf.Stream(pdf, b"MZ", Type=Name.EmbeddedFile))


def _portfolio(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Collection = Dictionary(View=Name.D)


def _associated(pdf: pikepdf.Pdf) -> None:
    inside = pdf.make_indirect(pikepdf.Stream(pdf, b"x"))
    pdf.Root.AF = Array([Dictionary(Type=Name.Filespec, F=String("a.bin"), EF=Dictionary(F=inside))])


def _outer_stream(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_indirect(pikepdf.Stream(pdf, b"", F=String("\\\\10.0.0.1\\x")))


def _locked() -> Iterator[Sample]:
    for level in (2, 4, 6):
        for label, user in {"owner": "", "user": "mat-khau"}.items():
            lock = pikepdf.Encryption(owner="chu", user=user, R=level, aes=level > 3, metadata=level > 3)  # type: ignore[arg-type]
            data = saved(blank(), encryption=lock)
            yield Sample(f"pdf {label} password R{level}", "giay.pdf", data, "file_encrypted")


def _with_two_faces() -> Iterator[Sample]:
    whole = saved(blank())
    archive = b"PK\x03\x04" + b"\0" * 26 + b"PK\x05\x06" + b"\0" * 18
    jar = changed(lambda pdf: pdf.Root.__setattr__("Noise", pdf.make_stream(archive)), compress_streams=False)
    faces = {
        "html before": b"<html><script>alert(1)</script>" + whole,
        "exe before": b"MZ\x90\0" + whole,
        "gif before": b"GIF89a" + whole,
        "line before": b"\n" + whole,
        "mark before": b"\xef\xbb\xbf" + whole,
        "zip after": whole + archive,
        "html after": whole + b"<script>alert(1)</script>",
        "php after": whole + b"<?php system($_GET[0]);",
        "exe after": whole + b"MZ\x90" + b"\0" * 300,
        "zip inside": jar,
    }
    for label, data in faces.items():
        yield Sample(f"pdf {label}", "giay.pdf", data, "file_two_kinds")
    virus = changed(lambda pdf: pdf.Root.__setattr__("Noise", pdf.make_stream(EICAR)), compress_streams=False)
    yield Sample("pdf virus in a stream", "giay.pdf", virus, "file_infected")


def _broken() -> Iterator[Sample]:
    whole = saved(blank(2))
    for share in (0.2, 0.5, 0.9):
        yield Sample(f"pdf cut at {share}", "giay.pdf", whole[: int(len(whole) * share)], "file_damaged")
    end = whole.rindex(b"%%EOF")
    yield Sample("pdf without end", "giay.pdf", whole[:end], "file_damaged")
    yield Sample("pdf header only", "giay.pdf", b"%PDF-1.7\n%%EOF", "file_damaged")
    yield Sample(
        "pdf lost table", "giay.pdf", by_hand("1.4").replace(b"startxref\n", b"startxref\n9"), "file_damaged"
    )
    yield Sample(
        "pdf no pages",
        "giay.pdf",
        by_hand("1.4").replace(b"[3 0 R] /Count 1", b"[     ] /Count 0"),
        "file_damaged",
    )
    circle = by_hand("1.4").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    yield Sample("pdf page tree in a circle", "giay.pdf", circle, "file_damaged")
    flate = changed(_broken_flate)
    yield Sample("pdf damaged packing", "giay.pdf", flate, "file_damaged")
    yield Sample(
        "pdf version 9.9", "giay.pdf", by_hand("1.4").replace(b"%PDF-1.4", b"%PDF-9.9"), "file_two_kinds"
    )


def _broken_flate(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Noise = pdf.make_indirect(
        pikepdf.Stream(pdf, b"\x78\x9c" + b"\xff" * 99, Filter=Name.FlateDecode)
    )


def _bombs() -> Iterator[Sample]:
    heavy = "file_too_heavy_inside"
    once = _filled(b"", b"\0", 320)
    twice = zlib.compress(once, 9)
    two = Array([Name.FlateDecode, Name.FlateDecode])
    yield Sample("pdf bomb", "giay.pdf", changed(_packed(once, Name.FlateDecode)), heavy)
    yield Sample("pdf bomb in a bomb", "giay.pdf", changed(_packed(twice, two)), heavy)
    five = Array([Name.ASCIIHexDecode] * 5)
    yield Sample("pdf many layers", "giay.pdf", changed(_packed(b"00>", five)), "file_suspicious")
    yield Sample("pdf huge JPX", "giay.pdf", changed(_jpx((60_000, 60_000))), heavy)
    yield Sample(
        "pdf huge picture", "giay.pdf", changed(_picture(b"", "/JBIG2Decode", (90_000, 90_000))), heavy
    )
    yield Sample("pdf 60,000 objects", "giay.pdf", by_hand("1.4", objects="null\n" * 60_000), heavy)
    yield Sample("pdf 600 pages", "giay.pdf", saved(blank(600)), heavy)
    yield Sample("pdf 20,000 pages", "giay.pdf", _many_pages(20_000), heavy)
    yield Sample("pdf 120 MB of drawing", "giay.pdf", changed(_drawing(120)), heavy)
    wide = by_hand("1.4").replace(b"0 595 842", b"0 99999 8")
    yield Sample("pdf huge sheet", "giay.pdf", wide, "file_suspicious")
    deep = by_hand("1.4", root="/Deep " + "[" * 300 + "]" * 300)
    yield Sample("pdf deep", "giay.pdf", deep, "file_suspicious")
    yield Sample("pdf object stream bomb", "giay.pdf", _object_stream_bomb(), heavy)


def _many_pages(pages: int) -> bytes:
    """One page named again and again by a tree that counts it once: small, and long to walk."""
    kids = "[" + "3 0 R " * pages + "]"
    return by_hand("1.4", objects=kids).replace(b"/Kids [3 0 R]", b"/Kids 4 0 R  ")


def _drawing(megabytes: int) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        packed = _filled(b"", b"\n", megabytes)
        pdf.pages[0].Contents = pdf.make_indirect(pikepdf.Stream(pdf, packed, Filter=Name.FlateDecode))

    return change


def _filled(head: bytes, letter: bytes, megabytes: int) -> bytes:
    """Packed from pieces: the maker of a bomb need not hold it."""
    machine = zlib.compressobj(1)
    piece = letter * 1_000_000
    return (
        machine.compress(head) + b"".join(machine.compress(piece) for _ in range(megabytes)) + machine.flush()
    )


def _packed(data: bytes, filters: pikepdf.Object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Noise = pdf.make_indirect(pikepdf.Stream(pdf, data, Filter=filters))

    return change


def _object_stream_bomb() -> bytes:
    """The parser itself must unpack this one to find an object: only the child's limits can stop it."""
    packed = _filled(b"9 0 ", b" ", 600)
    head = b"%PDF-1.5\n"
    one = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    two = b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    three = b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n"
    four = b"4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(
        packed
    )
    out = head
    places = []
    for body in (one, two, three, four + packed + b"\nendstream\nendobj\n"):
        places.append(len(out))
        out += body
    at = len(out)
    rows = [b"\0\0\0\0\0"] + [b"\1" + place.to_bytes(3, "big") + b"\0" for place in (*places, at)]
    rows += [b"\0\0\0\0\0"] * 3 + [b"\2" + (4).to_bytes(3, "big") + b"\0"]
    table = b"".join(rows)
    out += b"5 0 obj\n<< /Type /XRef /Size 10 /W [1 3 1] /Root 1 0 R /Length %d >>\nstream\n" % len(table)
    return out + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at
