"""A box for a day, typed as it stands on paper."""

import re
from datetime import date
from typing import Any, Final

from django import forms

from motcua.kernel.refusal import Refusal
from motcua.web.forms_base import ValueField

_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


class NotADay(Refusal):
    code = "not_a_day"
    message = "Ngày chưa đúng. Đề nghị ông/bà nhập theo dạng dd/mm/yyyy, ví dụ 20/07/2022."


def asked_for(label: str) -> str:
    """What is said of an empty box; “nhập hết hạn ngày” is no sentence. Empty: the label makes one."""
    return "" if label.startswith("Ngày") else f"Đề nghị ông/bà nhập ngày vào ô “{label}”."


class DayField(ValueField):
    """→ date | None."""

    inputmode = "numeric"

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "dd/mm/yyyy"})
        super().__init__(**{"required": False, "widget": widget, **kwargs})
        self.asked = asked_for(str(self.label or ""))

    def parse(self, raw: str) -> date:
        found = _DAY.fullmatch(raw.strip())
        if found is None:
            raise NotADay
        try:
            return date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            raise NotADay from None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value
