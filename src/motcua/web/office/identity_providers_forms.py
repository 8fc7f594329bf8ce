"""The forms of “Nhà cung cấp danh tính”."""

from typing import Any, Final

from django import forms

from motcua.accounts import provider_changes, providers
from motcua.web.day_field import DayField
from motcua.web.forms_base import Form, PlainTextField

#: Where a refusal is said.
FIELD_OF: Final = {
    "provider_reason_wanted": "reason",
    "provider_day_wanted": "valid_from",
    "provider_days_crossed": "valid_to",
    "vneid_not_connected": "provider",
}


class Changes(forms.Form):
    """Nobody's data: stands in the address."""

    tt = forms.ChoiceField(
        label="Trạng thái", required=False, choices=[("", "Tất cả"), *provider_changes.STATES]
    )
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[("", "Mới nhất trước"), ("cu", "Cũ nhất trước")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


class Declined(Form):
    """Why it is not agreed to; the desk says when it is missing."""

    reason = PlainTextField(label="Lý do không duyệt", max_length=300, lines=True, required=False)


class NewTerm(Form):
    """One provider for one kind of owner."""

    owner_kind = forms.ChoiceField(label="Loại chủ tài khoản", choices=providers.KINDS)
    provider = forms.ChoiceField(label="Nhà cung cấp", choices=providers.PROVIDERS)
    valid_from = DayField(
        label="Dùng từ ngày",
        help_text="Chỉ cho VNeID, từ ngày mai trở đi. Tài khoản Cổng DVCQG dùng được từ trước.",
    )
    valid_to = DayField(
        label="Dùng đến hết ngày",
        help_text="Để trống là không có ngày kết thúc. Ngày kết thúc phải sau hôm nay.",
    )
    reason = PlainTextField(
        label="Căn cứ",
        max_length=300,
        lines=True,
        help_text="Ít nhất 10 ký tự, ví dụ số nghị định, công văn.",
    )
