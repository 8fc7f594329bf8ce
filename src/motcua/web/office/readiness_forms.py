"""The forms of “Sẵn sàng áp dụng”."""

from typing import Any, Final

from django import forms

from motcua.units import gate_reading
from motcua.web.day_field import DayField
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office.readiness_lines import SORTS

_WHY: Final = "Ít nhất 10 ký tự, ví dụ số công văn chỉ đạo."


class _InTheAddress(forms.Form):
    """Names of offices are nobody's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


class Search(_InTheAddress):
    q = forms.CharField(label="Tên, mã hoặc địa bàn", required=False, max_length=100)
    cong = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[("", "Tất cả"), ("nhac", "Đang nhắc"), ("ap-dung", "Đã áp dụng")],
    )
    du = forms.ChoiceField(
        label="Mức sẵn sàng",
        required=False,
        choices=[("", "Tất cả"), ("du", "Đã sẵn sàng"), ("thieu", "Còn thiếu")],
    )
    xep = forms.ChoiceField(label="Sắp xếp", required=False, choices=list(SORTS))


class Changes(_InTheAddress):
    tt = forms.ChoiceField(label="Trạng thái", required=False, choices=[("", "Tất cả"), *gate_reading.STATES])
    dv = forms.ChoiceField(label="Đơn vị", required=False)
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[("", "Mới nhất trước"), ("cu", "Cũ nhất trước")]
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dv"].choices = [("", "Tất cả đơn vị"), *units]  # type: ignore[attr-defined]


class NewDay(Form):
    """From when, and by whose word."""

    binds_from = DayField(
        label="Áp dụng từ ngày", required=True, help_text="Sau hôm nay, để cán bộ được báo trước."
    )
    reason = PlainTextField(label="Căn cứ", max_length=300, lines=True, help_text=_WHY)
