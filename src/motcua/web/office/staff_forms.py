"""The forms of “Cán bộ”."""

from collections.abc import Sequence
from typing import Any

from django import forms

from motcua.kernel.authority import POWER_WORDS, Power
from motcua.web.day_field import DayField
from motcua.web.forms_base import CitizenIdField, Form, PersonNameField, PhoneField, PlainTextField
from motcua.web.office import power_words

Choices = Sequence[tuple[str, str]]


class Search(Form):
    """Names are POSTed."""

    words = PlainTextField(label="Tên cán bộ", max_length=100, required=False)
    unit = forms.ChoiceField(label="Đơn vị", required=False)
    power = forms.ChoiceField(
        label="Quyền",
        required=False,
        choices=[("", "Tất cả"), *((power.value, POWER_WORDS[power]) for power in Power)],
    )
    former = forms.BooleanField(label="Cả người không còn vị trí", required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "Tất cả"), *units]  # type: ignore[attr-defined]
        self.fields["words"].widget.attrs["autocomplete"] = "off"

    @property
    def typed(self) -> dict[str, str]:
        names = ("words", "unit", "power", "former")
        given = {name: str(self.data.get(name, "")).strip() for name in names}
        return {name: value for name, value in given.items() if value}


class Grant(Form):
    """A post: where, what, from when until when, why."""

    unit = forms.ChoiceField(label="Đơn vị")
    powers = forms.MultipleChoiceField(
        label="Quyền", choices=power_words.choices, widget=forms.CheckboxSelectMultiple
    )
    valid_from = DayField(label="Từ ngày", required=True)
    valid_to = DayField(label="Đến hết ngày", help_text="Bỏ trống nếu chưa biết.")
    replacing = forms.BooleanField(label="Thay vị trí đang giữ tại đơn vị này", required=False)
    reason = PlainTextField(
        label="Lý do cấp quyền", max_length=300, lines=True, help_text="Ví dụ số quyết định phân công."
    )

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "-- Chọn đơn vị --"), *units]  # type: ignore[attr-defined]


class Add(Grant):
    """A person who holds no post here yet."""

    number = CitizenIdField(
        label="Số CMND/CCCD của cán bộ",
        help_text="Người này phải có tài khoản của mình và thấy được lượt tra cứu này.",
    )
    field_order: tuple[str, ...] = ("number",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs["autocomplete"] = "off"


class AddAtDesk(Add):
    """The same at a desk whose accounts are elsewhere: name and work phone are written down here."""

    full_name = PersonNameField(
        label="Họ và tên", help_text="Như trên thẻ căn cước; phải khớp với tài khoản trên Cổng DVCQG."
    )
    birth_year = forms.IntegerField(
        label="Năm sinh",
        min_value=1900,
        max_value=2100,
        help_text="Như trên thẻ căn cước, để kiểm tra số đã nhập. Đề nghị đối chiếu từng chữ số với thẻ.",
    )
    phone = PhoneField(
        label="Số điện thoại công vụ", help_text="Nhận tin báo của Một cửa; không dùng được cho công dân."
    )
    field_order = ("number", "full_name", "birth_year", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("full_name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"


class Why(Form):
    """Why a post ends, or the officer stops."""

    reason = PlainTextField(label="Lý do", max_length=300, lines=True)
