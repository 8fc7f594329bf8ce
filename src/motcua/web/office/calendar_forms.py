"""The forms of the working calendar: days, hours of a week, and the reckoner of due dates."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Any, Final

from django import forms
from django.forms import BoundField

from motcua.kernel.refusal import Refusal
from motcua.kernel.term import Term
from motcua.kernel.working_time import USUAL_SESSIONS, Sessions
from motcua.web.day_field import DayField
from motcua.web.forms_base import Form, PlainTextField, ValueField

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])(?:[:hH.]([0-5][0-9])?)?")
_LONGEST: Final = 200
OFF, WORKED = "off", "worked"
KINDS: Final = ((OFF, "Ngày nghỉ"), (WORKED, "Ngày làm bù"))
WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_BOXES: Final = ("sáng từ", "sáng đến", "chiều từ", "chiều đến")


class NotATime(Refusal):
    code = "not_a_time"
    message = "Đề nghị nhập giờ theo dạng giờ:phút, ví dụ 07:30."


class HalfSession(Refusal):
    code = "half_session"
    message = "Đề nghị nhập cả giờ bắt đầu và giờ kết thúc của buổi, hoặc để trống cả hai ô."


class TimeField(ValueField):
    """→ time | None, from “7:30”, “07h30” or “7”."""

    field_class = "field--short"

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "07:30", "autocomplete": "off"})
        super().__init__(**{"widget": widget, **kwargs})

    def parse(self, raw: str) -> time:
        found = _TIME.fullmatch(raw.strip())
        if found is None:
            raise NotATime
        return time(int(found[1]), int(found[2] or 0))

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value


class TermField(ValueField):
    """→ Term."""

    def parse(self, raw: str) -> Term:
        return Term.parse(raw)

    def prepare_value(self, value: Any) -> Any:
        return value.words if isinstance(value, Term) else value


class OneDay(Form):
    """A day off or a make-up day."""

    day = DayField(required=True, label="Ngày")
    kind = forms.ChoiceField(label="Loại ngày", choices=KINDS, widget=forms.RadioSelect, initial=OFF)
    swapped_with = DayField(
        label="Ngày hoán đổi", help_text="Nếu nghỉ hoán đổi hoặc làm bù: ngày kia là ngày nào."
    )
    occasion = PlainTextField(
        max_length=_LONGEST, label="Nội dung", help_text="Ví dụ: Nghỉ hoán đổi dịp Quốc khánh."
    )
    source = PlainTextField(
        max_length=_LONGEST, label="Văn bản quy định", help_text="Số và ngày của văn bản, cơ quan ban hành."
    )


class ChangedDay(OneDay):
    """The same, and why."""

    reason = PlainTextField(max_length=_LONGEST, label="Lý do sửa")


class Removal(Form):
    """Why a line is taken out."""

    reason = PlainTextField(max_length=_LONGEST, label="Lý do bỏ")


class Hours(Form):
    """The hours of a week, from a day on; a day without hours is a day off."""

    unit = forms.ChoiceField(label="Đơn vị")
    valid_from = DayField(required=True, label="Áp dụng từ ngày")
    valid_to = DayField(label="Đến hết ngày", help_text="Để trống nếu áp dụng lâu dài.")
    last_receipt = TimeField(
        label="Nhận sau giờ này thì tính từ ngày làm việc tiếp theo",
        initial=time(15),
        help_text="Ví dụ 15:00.",
    )
    source = PlainTextField(max_length=_LONGEST, label="Văn bản quy định")

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        usual = [moment for session in USUAL_SESSIONS for moment in session]
        for weekday, name in enumerate(WEEKDAYS):
            for box, words in enumerate(_BOXES):
                field = TimeField(required=False, label=f"{name}, {words}")
                field.initial = usual[box] if weekday < 5 else None
                field.widget.attrs |= {"class": "form-control", "placeholder": "", "inputmode": "numeric"}
                self.fields[f"d{weekday}_{box}"] = field

    @property
    def week(self) -> Iterator[tuple[str, list[tuple[str, BoundField]]]]:
        """Each weekday with its four boxes, for the table."""
        for weekday, name in enumerate(WEEKDAYS):
            boxes = [(words.capitalize(), self[f"d{weekday}_{box}"]) for box, words in enumerate(_BOXES)]
            yield unbroken(name), boxes

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["days"] = [self._sessions(weekday) for weekday in range(len(WEEKDAYS))]
        return cleaned

    def _sessions(self, weekday: int) -> Sessions:
        given = [self.cleaned_data.get(f"d{weekday}_{box}") for box in range(len(_BOXES))]
        for first in (0, 2):
            if (given[first] is None) != (given[first + 1] is None):
                missing = first if given[first] is None else first + 1
                self.refuse(HalfSession(), f"d{weekday}_{missing}")
        pairs = (given[:2], given[2:])
        return tuple((pair[0], pair[1]) for pair in pairs if pair[0] and pair[1])


class Reckoner(Form):
    """Nhận lúc nào, thời hạn bao lâu: when is it due?"""

    day = DayField(required=True, label="Ngày nhận")
    at = TimeField(label="Giờ nhận")
    term = TermField(
        label="Thời hạn", help_text="Ví dụ: 5 ngày làm việc, 40 giờ làm việc, 30 ngày, trong ngày."
    )
    unit = forms.ChoiceField(label="Đơn vị")

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="tinh_%s", **kwargs)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]


def weekday_of(day: date) -> str:
    """“Thứ Hai” … “Chủ nhật”, on one line."""
    return unbroken(WEEKDAYS[day.weekday()])


def unbroken(words: str) -> str:
    """Words that stay on one line in a narrow column."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")
