"""Names that lie, contents that are not what the name says, sizes at the edge."""

from collections.abc import Iterator

from tests.files.making import documents, papers, scans
from tests.files.making.sample import EICAR, Sample

_OTHER_KINDS = {
    "exe": b"MZ\x90\0\x03\0\0\0\x04" + b"\0" * 500,
    "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 500,
    "html": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "rtf": b"{\\rtf1\\ansi Xin chao}",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 200,
    "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
    "gif": b"GIF89a" + b"\0" * 200,
    "text": "Xin chào".encode(),
    "script": b"#!/bin/sh\nrm -rf /\n",
    "postscript": b"%!PS-Adobe-3.0\nshowpage\n",
    "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 200,
    "rar": b"Rar!\x1a\x07\0" + b"\0" * 200,
    "shortcut": b"L\0\0\0\x01\x14\x02\0" + b"\0" * 200,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "virus text": EICAR,
}


def bad() -> Iterator[Sample]:
    yield from _wrong_contents()
    yield from _swapped()
    yield from _names()
    yield Sample("empty", "don.pdf", b"", "file_empty")
    limit = 5 * 1024 * 1024
    yield Sample("one byte too many", "don.pdf", b"%PDF-1.4\n".ljust(limit + 1, b"0"), "file_too_large")
    yield Sample("20 MB", "don.docx", bytes(20 * 1024 * 1024), "file_too_large")


def _wrong_contents() -> Iterator[Sample]:
    for number, (label, data) in enumerate(_OTHER_KINDS.items()):
        kind = ("pdf", "docx", "doc")[number % 3]
        yield Sample(f"{label} as {kind}", f"don.{kind}", data, f"file_not_a_{kind}")


def _swapped() -> Iterator[Sample]:
    whole = {"pdf": scans.by_hand("1.4"), "docx": papers.zipped(papers.parts()), "doc": documents.plain()}
    for true_kind, data in whole.items():
        for kind in whole:
            if kind != true_kind:
                yield Sample(f"{true_kind} as {kind}", f"don.{kind}", data, f"file_not_a_{kind}")


def _names() -> Iterator[Sample]:
    data = scans.by_hand("1.4")
    names = {
        "file_kind_not_allowed": (
            "don.exe", "don.pdf.exe", "don.docm", "don.dotm", "don.html", "don.xlsx", "don.pdf.zip", "pdf",
            "don",
            "don．pdf", "don.pdf\u00b9", "don.рdf", "don.pdf;.jpg", "don.tar.gz", "don.jpg",
        ),
        "file_name_not_allowed": (
            "don.pdf.", "don.pdf ", " don.pdf", ".pdf", "  .pdf", "../don.pdf", "..\\don.pdf", "/etc/don.pdf",
            "C:\\don.pdf", "don.pdf::$DATA", "a:b.pdf", "don\0.pdf", "don.exe\0.pdf", "don\r\nX: y.pdf",
            "don\n.pdf",
            "don\u202efdp.exe.pdf", "\u202edon.pdf", "don\u200b.pdf", "don\u2066.pdf", "don\ufeff.pdf",
            'a"b.pdf',
            "<script>.pdf", "a|b.pdf", "a*.pdf", "a?.pdf", "don\ud800.pdf", "don\x7f.pdf", "don\u2028.pdf",
        ),
        "file_double_extension": ("don.exe.pdf", "don.JS.pdf", "don.docm.doc", "don.exe .pdf"),
        "file_name_too_long": ("a" * 300 + ".pdf", "ă" * 252 + ".pdf"),
    }  # fmt: skip
    for code, group in names.items():
        for name in group:
            yield Sample(f"name {name!r:.40}", name, data, code)


def good() -> Iterator[Sample]:
    data = scans.by_hand("1.4")
    for name in (
        "Hồ sơ v1.2.pdf",
        "đơn (1).PDF",
        "CMND_mặt trước & sau.Pdf",
        "Ho\u0302\u0300 so\u031b.pdf",
        "a" * 200 + ".pdf",
    ):
        yield Sample(f"name {name:.40}", name, data)
