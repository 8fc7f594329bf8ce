"""The forms of “Tin nhắn” and of what texts cost."""

import re
from datetime import date
from typing import Any, Final

from django import forms

from motcua.signin.sms_costs import Sort
from motcua.web.day_field import DayField
from motcua.web.forms_base import Form, PlainTextField

_MONTH: Final = re.compile(r"(0[1-9]|1[0-2])/(20[0-9]{2})")
SORT_WORDS: Final = {
    Sort.COST: "Chi phí nhiều trước",
    Sort.TEXTS: "Nhiều tin trước",
    Sort.NAME: "Tên đơn vị từ A đến Z",
}


class _InAddress(forms.Form):
    """Nothing personal, so it stands in the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


class Days(_InAddress):
    den = DayField(label="30 ngày đến ngày", required=False)


class MonthField(forms.CharField):
    """mm/yyyy → the first day of that month."""

    def clean(self, value: Any) -> date | None:
        found = _MONTH.fullmatch(str(value or "").strip())
        if not value:
            return None
        if found is None:
            raise forms.ValidationError("Đề nghị nhập tháng theo dạng tháng/năm, ví dụ 11/2026.")
        return date(int(found[2]), int(found[1]), 1)


class Costs(_InAddress):
    thang = MonthField(label="Tháng", required=False, max_length=7)
    q = forms.CharField(label="Tên hoặc mã đơn vị", required=False, max_length=100)
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[(sort.value, words) for sort, words in SORT_WORDS.items()]
    )


class Switch(Form):
    to = forms.ChoiceField(choices=[("OFF", "Ngừng"), ("AUTO", "Dùng lại")], widget=forms.HiddenInput)
    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Ghi sự việc và ai đã quyết định. Lý do được lưu lại và ghi vào nhật ký.",
    )
