"""A name is shown as text and sent as a header; it is never a path, a line break or an instruction."""

import re
import unicodedata
from email.message import Message
from urllib.parse import unquote

import pytest

from motcua.files import names
from motcua.files.reasons import FileRefused

_LETTERS = ["\0", "\r\n", "\n", "\t", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u202a", "\u2066",
            "\u200b", "\u200e", "\ufeff", "\u00ad", "\ue000", "\ud800", "\udfff", "\U000e0041", "\ufffe"]  # fmt: skip
_WHOLE = [
    "", ".", "..", "...", " ", ".pdf", "../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\a.pdf", "\\\\h\\s",
    "a.pdf::$DATA", "CON", "con.pdf", "NUL.docx", "COM1.pdf", "lpt9.doc", "aux .pdf", 'a".pdf', 'a"; filename="b.exe',
    "a'b.pdf", "a;b=c.pdf", "a%0d%0aX.pdf", "a%00.pdf", "%2e%2e%2f.pdf", "<script>alert(1)</script>.pdf", "a&b.pdf",
    "{{7*7}}.pdf", "${x}.pdf", "`id`.pdf", "$(id).pdf", "|id.pdf", "=cmd|' /C calc'!A0.pdf", "-rf.pdf", "~root.pdf",
    "a" * 300 + ".pdf", "ă" * 300, "ế" * 119 + ".docx", "a\u0301" * 400 + ".pdf", "😀" * 130 + ".pdf",
    "Giấy khai sinh.pdf", "Đơn đề nghị.docx", "hồ sơ (1).pdf", "đĐ.doc", "Ho\u0302\u0300 so\u031b.pdf", "文件.pdf",
    "שלום.pdf", "؟.pdf", "a.pdf.exe", "a.tar.gz", "a" * 118 + ".p", "filename*=UTF-8''x.exe", "\\\".pdf", "a\\\r.pdf",
]  # fmt: skip
HOSTILE = [
    *_WHOLE,
    *[f"don{letter}.pdf" for letter in _LETTERS],
    *[f"{letter}x.exe.pdf" for letter in _LETTERS[:8]],
]


def test_there_are_eighty_of_them() -> None:
    assert len(set(HOSTILE)) >= 80


@pytest.mark.parametrize("raw", HOSTILE)
def test_a_hostile_name_makes_a_safe_header(raw: str) -> None:
    header = names.content_disposition(raw)

    assert re.fullmatch(
        r"attachment; filename=\"[A-Za-z0-9 ._()-]+\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", header
    )
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    saved = unquote(header.rpartition("''")[2])
    assert saved == names.download_name(raw)


@pytest.mark.parametrize("raw", HOSTILE)
def test_a_hostile_name_saves_as_one_plain_file(raw: str) -> None:
    name = names.download_name(raw)

    assert 1 <= len(name) <= 121
    assert not set(name) & set('/\\:*?"<>|')
    assert name == name.strip(" .")
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])", name.split(".")[0].strip())
    assert not any(
        unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for letter in name
    )


@pytest.mark.parametrize("raw", HOSTILE)
def test_a_hostile_name_is_shown_as_one_short_line(raw: str) -> None:
    name = names.shown_name(raw)

    assert 1 <= len(name) <= 120
    assert len(name.splitlines()) == 1
    assert name == unicodedata.normalize("NFC", name)
    name.encode("utf-8")
    assert names.shown_name(name) == name


@pytest.mark.parametrize(
    "raw", ["Giấy khai sinh.pdf", "Đơn (1).docx", "hồ sơ v1.2 & phụ lục.doc", "a+b=c.pdf"]
)
def test_an_honest_name_is_shown_as_it_was_given(raw: str) -> None:
    assert names.shown_name(raw) == raw
    assert names.extension_of(raw, ("doc", "docx", "pdf")) == raw.rpartition(".")[2]


def test_a_long_name_keeps_its_beginning_and_its_extension() -> None:
    name = names.shown_name("Đơn đề nghị " * 30 + ".docx")

    assert len(name) == 120
    assert name.startswith("Đơn đề nghị")
    assert name.endswith("….docx")


def test_an_old_browser_gets_the_name_without_marks() -> None:
    assert 'filename="Giay khai sinh Dung.pdf"' in names.content_disposition("Giấy khai sinh Đúng.pdf")


@pytest.mark.parametrize("raw", ["a.PDF", "a.Pdf", "a.pDf"])
def test_capitals_do_not_matter(raw: str) -> None:
    assert names.extension_of(raw, ("pdf",)) == "pdf"


@pytest.mark.parametrize("raw", ["a.exe.pdf", "a.pdf.", "a\u202e.pdf", "a/b.pdf", "a", "a.ｐｄｆ"])
def test_a_name_that_lies_about_its_kind_is_refused(raw: str) -> None:
    with pytest.raises(FileRefused):
        names.extension_of(raw, ("pdf",))
