"""Typeset a form: data in, PDF out. A name is never lost silently."""

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

import typst
from django.conf import settings

from motcua.kernel.training_stamp import STAMP
from motcua.press import glyphs
from motcua.press.barcodes import qr_svg
from motcua.press.forms import FORMS

_SHEETS: Final = Path(__file__).parent / "sheets"
_HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_Standard = Literal["a-2a", "ua-1"]
_ARCHIVAL: Final[list[_Standard]] = ["a-2a", "ua-1"]

log = logging.getLogger(__name__)
_thread = threading.local()


def render(form: str, data: Mapping[str, object]) -> bytes:
    """A form of forms.FORMS as PDF/A-2a and PDF/UA-1, in some milliseconds.

    A character the typeface lacks prints as a visible mark and is logged as a code. Raises KeyError for an
    unknown form and ValueError for an unknown field: both are bugs of the caller.
    """
    known = FORMS[form]
    if unknown := data.keys() - known.fields.__annotations__.keys():
        raise ValueError(f"{form} has no field {', '.join(sorted(unknown))}")
    plain = _Plain()
    filled = {name: plain.of(value) for name, value in data.items()}
    if plain.replaced:
        log.warning("press.glyph.replaced", extra={"form": form, "count": plain.replaced})
    filled["written_on"] = _written_on(data)
    filled["qr"] = qr_svg(str(data["qr"])) if data.get("qr") else ""
    # Across every page, whatever the form: a paper of the training is never taken for a real one.
    filled["stamp"] = STAMP if settings.TRAINING else ""
    return _typeset(form, known.sheet, json.dumps(filled))


def _typeset(form: str, sheet: str, filled: str) -> bytes:
    try:
        return _compile(sheet, filled, _ARCHIVAL)
    except typst.TypstError as failure:
        # The reason may quote the data, so it stays out of the log; the reader still gets the paper.
        log.error("press.archival.failed", extra={"form": form, "kind": type(failure).__name__})
        return _compile(sheet, filled, [])


def _compile(sheet: str, filled: str, standards: Sequence[_Standard]) -> bytes:
    made = _compiler().compile(
        _SHEETS / sheet, format="pdf", sys_inputs={"d": filled}, pdf_standards=[*standards]
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no PDF")
    return made


def _compiler() -> typst.Compiler:
    """One for each thread: it keeps the fonts and what it has already laid out."""
    if not hasattr(_thread, "compiler"):
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(glyphs.FONTS)]
        )
        _thread.compiler = typst.Compiler(root=_SHEETS, font_paths=fonts, ignore_system_fonts=True)
    compiler: typst.Compiler = _thread.compiler
    return compiler


class _Plain:
    """Turns data into JSON's own kinds, and counts what could not be printed."""

    def __init__(self) -> None:
        self.replaced = 0

    def of(self, value: object) -> object:
        match value:
            case None | bool() | int():
                return value
            case str():
                text, replaced = glyphs.printable(value)
                self.replaced += replaced
                return text.strip()
            case datetime():
                local = value.astimezone(_HERE)
                return f"{local:%H} giờ {local:%M} phút, {_day(local)}"
            case date():
                return _day(value)
            case Mapping():
                return {str(name): self._part(str(name), item) for name, item in value.items()}
            case Sequence():
                return [self.of(item) for item in value]
        raise ValueError(f"a form cannot print {type(value).__name__}")

    def _part(self, name: str, item: object) -> object:
        """A row of a table may carry a code of its own."""
        return qr_svg(str(item)) if name == "qr" and item else self.of(item)


def _written_on(data: Mapping[str, object]) -> dict[str, int]:
    """The day that PDF/A must name: the form's own, so that the same data make the same paper."""
    day = data.get("on")
    if isinstance(day, datetime) or not isinstance(day, date):
        day = (day if isinstance(day, datetime) else datetime.now(_HERE)).astimezone(_HERE)
    return {"year": day.year, "month": day.month, "day": day.day}


def _day(day: date) -> str:
    # NĐ 30/2020: days below ten and the first two months are written with a nought.
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"
