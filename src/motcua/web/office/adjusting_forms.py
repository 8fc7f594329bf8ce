"""The forms of “Điều chỉnh tài khoản”."""

from typing import Any, Final

from django import forms

from motcua.accounts import adjusting
from motcua.accounts.adjusting import Decision, Kind
from motcua.accounts.adjustments_read import Wanted as Filter
from motcua.web.forms_base import (
    BirthDateField,
    CitizenIdField,
    Form,
    PersonNameField,
    PlainTextField,
    UploadField,
)

#: Where a refusal is said.
FIELD_OF: Final = {
    "adjustment_no_account": "citizen_id",
    "adjustment_of_own_account": "citizen_id",
    "adjustment_reason_missing": "reason",
    "adjustment_evidence_missing": "scan",
    "adjustment_number_of_another": "new_number",
    "adjustment_not_in_this_state": "kind",
    "adjustment_already_asked": "kind",
}


class Asked(Form):
    """The owner stands at the desk with the papers."""

    citizen_id = CitizenIdField(
        label="Số CMND/CCCD của tài khoản", help_text="Số đang dùng để đăng nhập, ví dụ số CMND cũ."
    )
    kind = forms.ChoiceField(label="Việc cần làm", choices=[("", "Chọn việc"), *Kind.choices])
    new_number = CitizenIdField(
        label="Số CCCD mới",
        required=False,
        help_text="Chỉ khi thêm số mới. Có thể quét mã QR trên thẻ.",
    )
    full_name = PersonNameField(
        label="Họ và tên đúng", required=False, help_text="Chỉ khi sửa họ tên. Viết đúng như trên giấy tờ."
    )
    born_on = BirthDateField(label="Ngày sinh đúng", required=False, help_text="Chỉ khi sửa ngày sinh.")
    scan = UploadField(
        label="Bản quét giấy tờ",
        required=False,
        help_text="Bắt buộc khi thêm số hoặc sửa họ tên, ngày sinh. Một tệp pdf, docx hoặc doc, không vượt quá 5 MB.",
    )
    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Ghi rõ giấy tờ đã xem. Chủ tài khoản đọc được lý do này.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        kind = given.get("kind")
        if kind == Kind.ADD_NUMBER and not given.get("new_number") and "new_number" not in self.errors:
            self.add_error("new_number", "Ông/bà chưa nhập số mới. Đề nghị nhập số trên thẻ CCCD.")
        if kind == Kind.CORRECT and not (given.get("full_name") or given.get("born_on")):
            self.add_error(
                "full_name", "Ông/bà chưa nhập thông tin đúng. Đề nghị nhập họ tên hoặc ngày sinh."
            )
        return given

    def wanted(self) -> adjusting.Wanted:
        """What the room is asked; boxes of other acts are left out."""
        given = self.cleaned_data
        kind = given["kind"]
        correcting = kind == Kind.CORRECT
        return adjusting.Wanted(
            kind=kind,
            reason=given["reason"],
            number=given["new_number"] if kind == Kind.ADD_NUMBER else None,
            full_name=given["full_name"] if correcting else None,
            born_on=given["born_on"] if correcting else None,
        )


class Search(forms.Form):
    """Nothing personal, so it stands in the address."""

    viec = forms.ChoiceField(label="Việc", required=False, choices=[("", "Tất cả"), *Kind.choices])
    tt = forms.ChoiceField(label="Tình trạng", required=False, choices=[("", "Tất cả"), *Decision.choices])
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[("", "Mới nhất trước"), ("cu", "Cũ nhất trước")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def wanted(self) -> Filter:
        given = self.cleaned_data if self.is_valid() else {}
        return Filter(
            kind=given.get("viec") or "",
            decision=given.get("tt") or "",
            oldest_first=given.get("xep") == "cu",
        )


class Number(Form):
    """Searching for one person is sent, not written into an address."""

    number = CitizenIdField(label="Số CMND/CCCD", required=False)


class Declined(Form):
    reason = PlainTextField(label="Lý do không duyệt", max_length=300, lines=True, required=False)
