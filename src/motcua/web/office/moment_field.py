"""A box for a day with an hour, typed as it stands on paper."""

import re
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from motcua.kernel.refusal import Refusal
from motcua.web.forms_base import ValueField

_MOMENT: Final = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?:[ ,]+([0-9]{1,2})[:hg]([0-9]{2}))?"
)


class NotAMoment(Refusal):
    code = "not_a_day_and_hour"
    message = (
        "Lúc này chưa đúng. Đề nghị ông/bà nhập theo dạng dd/mm/yyyy HH:MM, ví dụ 20/07/2026 08:30; "
        "không ghi giờ thì tính từ 00:00."
    )


class MomentField(ValueField):
    """→ datetime in Vietnam's time; without an hour the beginning of the day."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "dd/mm/yyyy HH:MM", "autocomplete": "off"})
        super().__init__(**{"widget": widget, **kwargs})
        self.asked = f"Đề nghị ông/bà nhập ngày và giờ vào ô “{self.label}”."

    def parse(self, raw: str) -> datetime:
        found = _MOMENT.fullmatch(raw.strip())
        if found is None:
            raise NotAMoment
        day, month, year, hour, minute = (int(piece or 0) for piece in found.groups())
        try:
            return timezone.make_aware(datetime(year, month, day, hour, minute))  # noqa: DTZ001
        except ValueError:
            raise NotAMoment from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
        return value
