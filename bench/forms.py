"""What each paper form costs the processor, warm, with other words each time."""

import statistics
import time
from collections.abc import Sequence
from typing import Any, Final, get_args, get_origin, get_type_hints

from bench.report import Aim, Figure
from motcua import press
from motcua.press.forms import FORMS

_TIMES: Final = 21
_AIM_MS: Final = 30
_IN_ONE_FILE: Final = 5


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
    """Every field is filled, lists and tables have five rows, and there is a QR code."""
    data: dict[str, object] = {
        name: _value(hint, turn) for name, hint in get_type_hints(FORMS[form].fields).items()
    }
    data.pop("sets", None)
    if "language" in data:
        data["language"] = "vi"
    if "receipts" in data:
        data["receipts"] = [_filled("giay-tiep-nhan", turn)] * _IN_ONE_FILE
    return data


def _value(hint: Any, turn: int) -> object:
    if hint is bool:
        return False
    if hint is int:
        return turn
    if get_origin(hint) is not Sequence:
        return f"Nội dung thử số {turn}"
    words = f"Giấy tờ thử số {turn}"
    return [words if get_args(hint) == (str,) else {"name": words}] * 5
