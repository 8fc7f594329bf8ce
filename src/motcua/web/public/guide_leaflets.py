"""Tờ rơi, áp phích: a guide on paper, with a QR code that leads to the page."""

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from motcua.press import render as print_form
from motcua.units import letterheads
from motcua.web.public.guide_books import BOOKS, Book
from motcua.web.public.guide_shape import Facts, Guide, plain


class Words(NamedTuple):
    """What a sheet says around the guide, in its language."""

    help: str
    scan: str
    printed: str


_WORDS: Final = {
    "vi": Words(
        "Tổng đài hỗ trợ",
        "Quét mã để mở hướng dẫn trên điện thoại",
        "Số liệu theo hệ thống ngày {day:%d/%m/%Y}",
    ),
    "en": Words("Helpline", "Scan to open the guide on your phone", "Figures as of {day:%d/%m/%Y}"),
}
#: The word of the address → the form of the press, and what the sheet is called.
SHEETS: Final = {
    "to-roi-a5": ("to-roi-a5", {"vi": "Tờ rơi A5", "en": "Leaflet A5"}),
    "to-roi-a4": ("to-roi-a4", {"vi": "Tờ rơi A4", "en": "Leaflet A4"}),
    "ap-phich": ("ap-phich", {"vi": "Áp phích A3", "en": "Poster A3"}),
}


def sheet(book: Book, guide: Guide, name: str, facts: Facts, *, base: str, on: date) -> bytes:
    """The PDF of one sheet; ``base`` is the address of this installation. Set once a day, then handed out again."""
    head = tuple(letterheads.letterhead_of(None).items())
    return _set(book.language, guide.slug, name, tuple(facts.items()), head, base, on)


@lru_cache(maxsize=64)
def _set(
    language: str,
    slug: str,
    name: str,
    known: tuple[tuple[str, object], ...],
    head: tuple[tuple[str, object], ...],
    base: str,
    on: date,
) -> bytes:
    """Everything it is made of stands in the key: a changed rule or a new day makes another sheet."""
    facts = dict(known)
    book = BOOKS[language].as_it_is(facts)
    guide = book.guide(slug)
    form, _ = SHEETS[name]
    words = _WORDS[book.language]
    address = f"{base}{book.address_of(guide)}"
    return print_form(
        form,
        {
            **dict(head),
            "language": book.language,
            "on": on,
            "heading": guide.title,
            "reader": guide.reader,
            "lead": guide.lead.format_map(facts),
            "steps": [plain(step.text, facts) for step in guide.steps],
            "outcome": guide.outcome.format_map(facts),
            "notes": [plain(note.text, facts) for note in guide.notes],
            "help_words": words.help,
            "help_phone": str(facts["hotline"]),
            "scan_words": words.scan,
            "qr": address,
            "address": address.removeprefix("https://").removeprefix("http://"),
            "label": words.printed.format(day=on),
        },
    )
