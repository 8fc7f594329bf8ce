"""The forms of “Nhật ký”."""

from collections.abc import Sequence
from typing import Any

from django import forms

from motcua.web.day_field import DayField
from motcua.web.forms_base import CitizenIdOrTaxCodeField, Form, PlainTextField
from motcua.web.office.journal_words import event_choices


class Filters(Form):
    """What to look for; every box may stay empty. A number needs a reason."""

    number = CitizenIdOrTaxCodeField(
        required=False,
        label="Số CMND/CCCD hoặc mã số thuế của người cần kiểm tra",
        help_text="Người này thấy lượt tra cứu của ông/bà trong nhật ký của họ.",
    )
    reason = PlainTextField(
        required=False,
        max_length=300,
        label="Lý do tìm theo người",
        help_text="Bắt buộc khi nhập số, ít nhất 10 ký tự, ví dụ số văn bản giao việc kiểm tra.",
    )
    officer = PlainTextField(required=False, max_length=100, label="Tên cán bộ đã làm")
    unit = forms.ChoiceField(required=False, label="Đơn vị")
    event = forms.ChoiceField(required=False, label="Việc")
    since = DayField(label="Từ ngày")
    until = DayField(label="Đến ngày")

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "Tất cả"), *units]  # type: ignore[attr-defined]
        self.fields["event"].choices = [("", "Tất cả"), *event_choices()]  # type: ignore[attr-defined]
        for name in ("number", "reason", "officer"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "Đến ngày phải sau hoặc trùng Từ ngày. Đề nghị kiểm tra lại hai ngày.")
        return cleaned

    @property
    def typed(self) -> dict[str, str]:
        """What is kept for the next pages: never the number, nor why."""
        names = ("officer", "unit", "event", "since", "until")
        given = {name: str(self.data.get(name, "")).strip() for name in names}
        return {name: value for name, value in given.items() if value}


class Evidence(Form):
    """Why the lines leave the house."""

    reason = PlainTextField(
        max_length=300,
        lines=True,
        label="Lý do xuất tệp chứng cứ",
        help_text="Ít nhất 10 ký tự, ví dụ số văn bản yêu cầu.",
    )
