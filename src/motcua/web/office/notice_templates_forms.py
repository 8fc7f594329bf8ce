"""The form of one wording of a notice."""

import re
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from motcua.kernel.refusal import Refusal
from motcua.web.forms_base import Form, PlainTextField, ValueField

_MOMENT: Final = re.compile(
    r"([0-9]{1,2})[:hH]([0-9]{2})[ ,]+(?:ngày )?([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
)


class NotAMoment(Refusal):
    code = "not_a_moment"
    message = "Đề nghị nhập thời điểm theo dạng giờ:phút ngày/tháng/năm, ví dụ 07:30 01/12/2026."


class MomentField(ValueField):
    """→ datetime | None, in the time of Việt Nam."""

    def parse(self, raw: str) -> datetime:
        found = _MOMENT.fullmatch(raw.strip())
        if found is None:
            raise NotAMoment
        hour, minute, day, month, year = (int(part) for part in found.groups())
        try:
            return datetime(year, month, day, hour, minute, tzinfo=timezone.get_current_timezone())
        except ValueError:
            raise NotAMoment from None

    def prepare_value(self, value: Any) -> Any:
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}" if isinstance(value, datetime) else value


class Wording(Form):
    """What a notice says from a moment on. A text has no subject."""

    subject = PlainTextField(max_length=120, label="Tiêu đề thư")
    body = PlainTextField(max_length=2000, lines=True, label="Nội dung")
    valid_from = MomentField(
        required=False,
        label="Có hiệu lực từ",
        help_text="Ví dụ 07:30 01/12/2026. Để trống nếu áp dụng ngay.",
    )
    reason = PlainTextField(max_length=200, required=False, label="Lý do sửa")

    def __init__(self, *args: Any, is_letter: bool, saving: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_letter:
            del self.fields["subject"]
        if isinstance(self.fields["body"].widget, forms.Textarea):
            self.fields["body"].widget.attrs["rows"] = 8 if is_letter else 4
        self._saving = saving

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if self._saving and not reason:
            raise forms.ValidationError("Ông/bà chưa nhập lý do sửa. Đề nghị nhập lý do.", code="required")
        return reason


class Reason(Form):
    """Why the first wording is wanted back."""

    reason = PlainTextField(max_length=200, label="Lý do trở về mẫu mặc định")
