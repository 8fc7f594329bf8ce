"""The form of “Đặt lại xác thực hai bước”, the same wherever it is asked."""

from typing import Any, Final

from django import forms

from motcua.web.forms_base import Form, PlainTextField

TAGS: Final = {"WAITING": "info", "APPROVED": "success", "DECLINED": "warning", "WITHDRAWN": "neutral"}
FIELD_OF: Final = {
    "factor_reset_reason_missing": "reason",
    "factor_reset_for_yourself": "officer",
    "factor_reset_already_asked": "officer",
}


class Asked(Form):
    """Who lost what."""

    officer = forms.ChoiceField(label="Cán bộ")
    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Ghi việc đã xảy ra và cách đã nhận ra cán bộ, ví dụ: mất điện thoại, đã đối chiếu thẻ căn cước.",
    )

    def __init__(self, *args: Any, officers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = [("", "Chọn cán bộ"), *officers]  # type: ignore[attr-defined]
