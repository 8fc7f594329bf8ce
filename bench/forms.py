"""What each paper form costs the processor, warm, with other words each time."""

import statistics
import time
from typing import Final

from bench.report import Aim, Figure
from motcua import press
from motcua.press.forms import FORMS

_TIMES: Final = 21
_AIM_MS: Final = 30
_IN_ONE_FILE: Final = 5
_TABLES: Final = frozenset(
    {"components", "not_asked", "desks", "items", "hops", "dossiers", "rows", "pupils"}
)


def figures() -> list[Figure]:
    """One line a form: the median of CPU time; of a class's receipts that of one receipt among five."""
    return [_figure(form) for form in sorted(FORMS)]


def _figure(form: str) -> Figure:
    press.render(form, _filled(form, 0))
    papers = _IN_ONE_FILE if "receipts" in FORMS[form].fields.__annotations__ else 1
    took = [_milliseconds(form, turn) / papers for turn in range(1, _TIMES + 1)]
    median = statistics.median(took)
    return Figure(f"paper {form}", median, "ms CPU", Aim(_AIM_MS))


def _milliseconds(form: str, turn: int) -> float:
    data = _filled(form, turn)
    begun = time.process_time()
    press.render(form, data)
    return (time.process_time() - begun) * 1000


def _filled(form: str, turn: int) -> dict[str, object]:
    """Every field that takes a line of text is filled, the tables have five rows, and there is a QR code."""
    known = FORMS[form].fields.__annotations__
    data: dict[str, object] = {name: f"Nội dung thử số {turn}" for name in known if name not in _TABLES}
    data.pop("bring", None)
    data.pop("next_steps", None)
    data.pop("sets", None)
    row = {"name": f"Giấy tờ thử số {turn}"}
    data |= {name: [row] * 5 for name in _TABLES if name in known}
    if "receipts" in known:
        data["receipts"] = [_filled("giay-tiep-nhan", turn)] * _IN_ONE_FILE
    return data
