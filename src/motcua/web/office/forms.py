"""The forms of the administration; labels are the dispatch's (Phụ lục III)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from motcua.accounts.assistance import REASONS_OF
from motcua.web.day_field import DayField as DayField
from motcua.web.forms_base import (
    BirthDateField,
    CardQrField,
    CitizenIdField,
    EmailField,
    Form,
    PasscodeField,
    PersonNameField,
    PhoneField,
    PlainTextField,
    UploadField,
)

ANY_UNIT: Final = ("", "-- Đơn vị chọn --")  # the dispatch's words
#: Nobody says why by leaving the box alone.
ANY_REASON: Final = ("", "-- Chọn lý do --")
#: Empty says nothing of a minor: then one of the others is wanted.
HELD_BY: Final = (
    ("", "Công dân đã đủ 18 tuổi"),
    ("SELF", "Chính công dân (chưa đủ 18 tuổi)"),
    ("PARENT", "Cha hoặc mẹ của công dân"),
    ("GUARDIAN", "Người giám hộ của công dân"),
)
_HINT_SCAN: Final = (
    "Đề nghị đính kèm 1 file định dạng file doc, docx, pdf gồm 2 mặt CCCD/CMND. Dung lượng không vượt quá 5MB"
)


class _AtTheDesk(Form):
    """The browser must not offer one citizen's data for the next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.widget.attrs["autocomplete"] = "off"


def _box(placeholder: str) -> forms.TextInput:
    return forms.TextInput(attrs={"placeholder": placeholder})


class Filters(_AtTheDesk):
    """What to look for in the list; every box may stay empty."""

    full_name = PlainTextField(
        max_length=100, required=False, label="Tên công dân", widget=_box("Nhập tên công dân")
    )
    phone = PhoneField(required=False, widget=_box("Nhập số điện thoại"))
    number = CitizenIdField(required=False, label="CMND/CCCD", widget=_box("Nhập số CMND/CCCD"))
    creator = PlainTextField(
        max_length=100, required=False, label="Cán bộ tạo", widget=_box("Nhập tên cán bộ tạo")
    )
    unit = forms.ChoiceField(required=False, label="Đơn vị tạo")
    since = DayField(label="Từ ngày")
    until = DayField(label="Đến ngày")

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [ANY_UNIT, *units]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "Đến ngày phải sau hoặc trùng Từ ngày. Đề nghị kiểm tra lại hai ngày.")
        return cleaned

    @property
    def typed(self) -> dict[str, str]:
        """As it was typed, to be kept sealed; nothing for a search without filters."""
        names = ("full_name", "phone", "number", "creator", "unit", "since", "until")
        given = {name: str(self.data.get(name, "")).strip() for name in names}
        return {name: value for name, value in given.items() if value}


class Export(Filters):
    """The same filters, and why the list leaves the house."""

    reason = PlainTextField(max_length=300, lines=True, label="Lý do kết xuất")


class Assisted(_AtTheDesk):
    """Tạo tài khoản công dân, the change of a phone at the desk, and taking an account over at eighteen."""

    card_qr = CardQrField()
    kept_scan = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    citizen_id = CitizenIdField(
        fills={"name": "id_full_name", "born": "id_born_on", "old": "id_old_number", "raw": "id_card_qr"}
    )
    old_number = CitizenIdField(required=False, label="Số CMND cũ", widget=_box("Nếu có"))
    full_name = PersonNameField()
    born_on = BirthDateField()
    phone = PhoneField()
    email = EmailField(required=False)
    held_by = forms.ChoiceField(
        required=False,
        label="Người dùng số này",
        choices=HELD_BY,
        help_text="Công dân chưa đủ 18 tuổi: bắt buộc chọn ai dùng số này, vì người đó vào được tài khoản.",
    )
    scan = UploadField(required=False, label="Đính kèm CCCD/CMND", help_text=_HINT_SCAN)
    slip = PlainTextField(
        required=False,
        max_length=200,
        label="Mã phiếu hướng dẫn",
        help_text="Nếu công dân mang phiếu hướng dẫn: nhập hoặc quét mã để điền lý do.",
    )
    reason = forms.ChoiceField(label="Lý do hỗ trợ tạo")
    reason_words = PlainTextField(required=False, max_length=300, label="Ghi rõ lý do khác")
    override_reason = PlainTextField(
        required=False,
        max_length=300,
        label="Lý do xác nhận khác biệt",
        help_text="Chỉ ghi khi giấy tờ gốc đúng như đã nhập.",
    )
    unit = forms.ChoiceField(label="Đơn vị")
    code = PasscodeField(required=False)

    def __init__(
        self, *args: Any, units: Sequence[tuple[str, str]], kind: str = "CREATE", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        reasons: Mapping[str, str] = REASONS_OF[kind]
        self.fields["reason"].choices = [ANY_REASON, *reasons.items()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        if kind == "OF_AGE":
            del self.fields["held_by"]
            # One reason and no other: nothing to choose, and no words of one's own.
            self.fields["reason"].widget = forms.HiddenInput()
            self.fields["reason"].choices = list(reasons.items())  # type: ignore[attr-defined]
            self.fields["reason"].initial = next(iter(reasons))
            self.fields["phone"].widget.attrs["placeholder"] = "Số của công dân"
        if kind == "PHONE":
            self.fields["reason"].label = "Lý do đổi số điện thoại"
            self.fields["reason"].error_messages["required"] = "Đề nghị ông/bà chọn lý do đổi số điện thoại."
            self.fields["phone"].label = "Số điện thoại mới"
            self.fields["phone"].error_messages["required"] = "Đề nghị ông/bà nhập số điện thoại mới."
            self.fields["phone"].widget.attrs["placeholder"] = "Số mới của công dân"
        self.fields["code"].widget.attrs["maxlength"] = "12"

    def demand(self, *names: str) -> None:
        """These boxes must be filled in for this act."""
        for name in names:
            self.fields[name].required = True
            self.fields[name].widget.attrs["aria-required"] = "true"

    def mark_required(self) -> None:
        """The dispatch marks these two, whichever button was pressed."""
        self.demand("scan", "code")


class SignedPaper(Form):
    """The request as the citizen signed it, scanned back."""

    signed = UploadField(
        required=False,
        label="Giấy đề nghị đã ký",
        help_text="Một tệp pdf, docx hoặc doc, không vượt quá 5 MB.",
    )

    def clean_signed(self) -> object:
        """Wanted by its own button only: the account is opened without it, and it may come within some days."""
        if not self.cleaned_data["signed"]:
            raise ValidationError("Đề nghị ông/bà chọn tệp “Giấy đề nghị đã ký”.", code="required")
        return self.cleaned_data["signed"]


class SharedPhone(Form):
    """Why one phone has to serve two accounts."""

    shared_reason = PlainTextField(
        max_length=300,
        label="Lý do dùng chung số điện thoại",
        help_text="Ví dụ: mẹ giám hộ con chưa có điện thoại riêng.",
    )
