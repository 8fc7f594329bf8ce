"""The forms of “Sự cố dữ liệu”."""

from typing import Any, Final

from django import forms

from motcua.protection.breach_reading import DECISIONS, TOLD
from motcua.protection.exposing import ACT_WORDS, DATA_WORDS
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office.moment_field import MomentField

_ANY: Final = ("", "Tất cả")


class _Choices(forms.Form):
    """Nothing personal, so it stands in the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def given(self, name: str) -> str:
        return str(self.cleaned_data.get(name, "")) if self.is_valid() else ""


class Filters(_Choices):
    tt = forms.ChoiceField(label="Tình trạng", required=False, choices=[_ANY, *DECISIONS])
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[("", "Mới nhất trước"), ("cu", "Cũ nhất trước")]
    )


class People(_Choices):
    viec = forms.ChoiceField(label="Việc đã làm", required=False, choices=[_ANY, *ACT_WORDS.items()])
    loai = forms.ChoiceField(label="Loại dữ liệu", required=False, choices=[_ANY, *DATA_WORDS.items()])
    tin = forms.ChoiceField(label="Báo tin", required=False, choices=[_ANY, *TOLD])
    xep = forms.ChoiceField(
        label="Sắp xếp",
        required=False,
        choices=[("", "Nhiều lượt nhất trước"), ("moi", "Mới nhất trước"), ("cu", "Cũ nhất trước")],
    )


class Asked(Form):
    """Whose acts, when, and what only people know of it."""

    officer = PlainTextField(
        required=False,
        max_length=100,
        label="Cán bộ",
        help_text="Nhập họ tên rồi chọn trong danh sách gợi ý. Để trống: mọi cán bộ, tối đa 90 ngày.",
    )
    system = forms.ChoiceField(required=False, label="Hệ thống kết nối")
    since = MomentField(label="Từ lúc")
    until = MomentField(required=False, label="Đến trước lúc", help_text="Để trống: đến lúc này.")
    aware_at = MomentField(
        label="Lúc biết sự cố", help_text="Luật tính 72 giờ từ lúc này để báo cơ quan chuyên trách."
    )
    happened = PlainTextField(
        max_length=2_000,
        lines=True,
        label="Việc đã xảy ra",
        help_text="Đưa vào báo cáo gửi cơ quan chuyên trách. Không ghi tên, số giấy tờ của người bị ảnh hưởng.",
    )
    measures = PlainTextField(
        max_length=2_000, lines=True, label="Biện pháp đã làm", help_text="Mỗi biện pháp một dòng."
    )
    reason = PlainTextField(
        max_length=300,
        lines=True,
        label="Lý do lập hồ sơ",
        help_text="Ít nhất 10 ký tự, ví dụ số văn bản giao việc. Lý do được lưu cùng nhật ký.",
    )

    def __init__(self, *args: Any, systems: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].choices = [("", "Không xét hệ thống nào"), *systems]  # type: ignore[attr-defined]
        self.fields["officer"].widget.attrs.update({"autocomplete": "off", "list": "can-bo-goi-y"})


class Decision(Form):
    """Why the people are told, or are not."""

    why = PlainTextField(
        max_length=300, lines=True, label="Ý kiến", help_text="Ít nhất 10 ký tự. Ý kiến được lưu lâu dài."
    )
