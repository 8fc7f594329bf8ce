"""The forms of “Gộp tài khoản trùng”."""

from typing import Any, Final

from django import forms

from motcua.accounts.merge_reading import CONTESTED, Wanted
from motcua.accounts.merging import Kind, State
from motcua.accounts.revealing import What
from motcua.web.forms_base import CitizenIdField, Form, PlainTextField, UploadField

#: Where a refusal is said.
FIELD_OF: Final = {
    "merge_no_account": "give_up",
    "merge_one_account_already": "give_up",
    "merge_reason_missing": "reason",
    "merge_evidence_missing": "scan",
    "merge_officers_account_stays": "give_up",
    "merge_others_were_joined": "give_up",
    "merge_already_asked": "give_up",
}


class Asked(Form):
    """The owner stands at the desk with the papers."""

    keep = CitizenIdField(
        label="Số CMND/CCCD của tài khoản còn lại",
        help_text="Số điện thoại, email, mật khẩu và cách đăng nhập của tài khoản này được giữ.",
    )
    give_up = CitizenIdField(
        label="Số CMND/CCCD của tài khoản thôi dùng",
        help_text="Số này cùng hồ sơ, giấy tờ được dẫn về tài khoản còn lại. Mọi phiên đăng nhập ở đây kết thúc.",
    )
    scan = UploadField(
        label="Bản quét giấy tờ",
        help_text="Giấy tờ cho thấy cả hai số là của một người, ví dụ mã QR trên thẻ CCCD hoặc giấy xác nhận số CMND. "
        "Một tệp pdf, docx hoặc doc, không vượt quá 5 MB.",
    )
    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Ghi rõ giấy tờ đã xem. Không ghi số giấy tờ. Chủ tài khoản đọc được lý do này.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.widget.attrs["autocomplete"] = "off"


_STATES: Final = [("", "Tất cả"), *State.choices, (CONTESTED, "Chủ tài khoản báo không phải mình")]


class Search(forms.Form):
    """Nothing personal, so it stands in the address."""

    viec = forms.ChoiceField(label="Việc", required=False, choices=[("", "Tất cả"), *Kind.choices])
    tt = forms.ChoiceField(label="Tình trạng", required=False, choices=_STATES)
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[("", "Mới nhất trước"), ("cu", "Cũ nhất trước")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def wanted(self) -> Wanted:
        given = self.cleaned_data if self.is_valid() else {}
        return Wanted(
            kind=given.get("viec") or "",
            state=given.get("tt") or "",
            oldest_first=given.get("xep") == "cu",
        )


class Number(Form):
    """Searching for one person is sent, not written into an address."""

    number = CitizenIdField(label="Số CMND/CCCD", required=False)


class Decided(Form):
    reason = PlainTextField(label="Lý do", max_length=300, lines=True, required=False)


class Reveal(Form):
    """One thing of one account at a time, and why."""

    whose = forms.ChoiceField(
        label="Tài khoản",
        choices=[("", "Chọn tài khoản"), ("keep", "Tài khoản còn lại"), ("give_up", "Tài khoản thôi dùng")],
    )
    what = forms.ChoiceField(
        label="Thông tin cần xem",
        choices=[
            ("", "Chọn thông tin"),
            (What.NUMBER.value, "Số CMND/CCCD"),
            (What.PHONE.value, "Số điện thoại"),
        ],
    )
    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Ghi việc đang làm, ví dụ đối chiếu với bản quét. Không ghi số giấy tờ.",
    )
