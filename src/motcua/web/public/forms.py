"""The public pages' forms; labels are the dispatch's."""

from typing import Any, ClassVar, Self

from django import forms

from motcua.kernel.refusal import Refusal
from motcua.web import forms_base
from motcua.web.forms_base import (
    BirthDateField,
    CitizenIdField,
    CitizenIdOrTaxCodeField,
    EmailField,
    PasscodeField,
    PasswordField,
    PersonNameField,
    PhoneField,
    PlainTextField,
    ProofOfWorkField,
)


class Form(forms_base.Form):
    """Typing starts in the first box; after a mistake the summary has the focus instead."""

    starts_in: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.starts_in and not self.is_bound:
            self.fields[self.starts_in].widget.attrs["autofocus"] = True


class Registration(Form):
    """Phụ lục I, bước 4."""

    starts_in = "full_name"

    full_name = PersonNameField(help_text="Viết đúng như trên giấy tờ, có dấu.")
    born_on = BirthDateField(help_text="Ngày/tháng/năm, ví dụ 12/05/1985.")
    citizen_id = CitizenIdField(
        help_text="12 số (CCCD, số định danh) hoặc 9 số (CMND).",
        fills={"name": "id_full_name", "born": "id_born_on"},
    )
    phone = PhoneField(help_text="Số di động chính chủ, đang dùng để nhận mã OTP.")
    email = EmailField(required=False)
    proof = ProofOfWorkField()

    def clean(self) -> dict[str, Any]:
        """Number and birth date judged together, whatever else is wrong: one round of mistakes, not two."""
        from motcua.accounts.opening import BirthDateMismatch  # accounts are not everywhere

        given: dict[str, Any] = super().clean() or self.cleaned_data
        number, born_on = given.get("citizen_id"), given.get("born_on")
        if number and born_on and not number.agrees_with_birth_date(born_on):
            self.add_error("born_on", BirthDateMismatch.message)
        return given


class Resume(Form):
    """Taking up an unfinished registration."""

    starts_in = "citizen_id"

    citizen_id = CitizenIdField(help_text="Số đã nhập khi đăng ký.")
    phone = PhoneField(help_text="Số điện thoại đã nhập khi đăng ký.")
    proof = ProofOfWorkField()


class Code(Form):
    """The six digits."""

    starts_in = "code"

    code = PasscodeField(
        help_text="Nhập mã gồm 6 chữ số trong tin nhắn mới nhất gửi tới điện thoại của ông/bà."
    )

    @classmethod
    def refused(cls, no: Refusal) -> Self:
        """An empty box under a no that is not about what was typed."""
        form = cls({})
        form.full_clean()
        form.errors.clear()
        form.refuse(no)
        return form


class NewPassword(Form):
    """Phụ lục I, bước 5."""

    starts_in = "password"

    password = PasswordField(label="Nhập mật khẩu")
    again = PasswordField(label="Xác nhận mật khẩu")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "Hai lần nhập mật khẩu không giống nhau. Đề nghị ông/bà nhập lại.")
        return cleaned


class SignIn(Form):
    """By number and password."""

    starts_in = "number"

    number = CitizenIdOrTaxCodeField()
    password = PasswordField(new=False)
    tiep = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)
    #: “hai”: a second factor is asked for whoever it is.
    buoc = forms.CharField(required=False, widget=forms.HiddenInput, max_length=3)


class Forgotten(Form):
    """Number and birth date: a code alone never resets a password."""

    starts_in = "number"

    number = CitizenIdOrTaxCodeField()
    born_on = BirthDateField()
    proof = ProofOfWorkField()


class Activation(NewPassword):
    """The one-time password becomes an own one."""

    starts_in = "number"

    number = CitizenIdField()
    one_time = PasswordField(
        new=False, label="Mật khẩu một lần", help_text="Mật khẩu trong tin nhắn, có hiệu lực trong 24 giờ."
    )
    born_on = BirthDateField()

    field_order = ["number", "one_time", "born_on", "password", "again"]


class Tracking(forms_base.Form):
    """A dossier's code and the characters printed on its slip."""

    code = PlainTextField(
        max_length=40,
        label="Mã hồ sơ",
        help_text="In trên giấy tiếp nhận hồ sơ, ví dụ 000.00.17.H08-261123-0001, hoặc phiếu tiếp nhận tạm, "
        "ví dụ TN-000.00.17.H08-261123-0001.",
    )
    check = PlainTextField(
        max_length=12, label="Mã tra cứu", help_text="6 ký tự in cạnh mã hồ sơ trên giấy tiếp nhận."
    )


class TrackingWithWork(Tracking):
    """For a network that has missed often: the browser does some arithmetic first."""

    proof = ProofOfWorkField()

    @classmethod
    def refused(cls, no: Refusal, *, code: str, check: str) -> Self:
        """What was typed, under the no, with a task for the browser."""
        form = cls({"code": code, "check": check})
        form.full_clean()
        form.errors.clear()
        form.refuse(no)
        return form
