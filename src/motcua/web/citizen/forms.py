"""Forms of the signed-in citizen."""

from motcua.web.forms_base import PasscodeField, PasswordField, PhoneField, PlainTextField
from motcua.web.public import forms as public_forms
from motcua.web.public.forms import NewPassword


class ChangePassword(NewPassword):
    """The present password first."""

    starts_in = "current"

    current = PasswordField(new=False, label="Mật khẩu hiện tại")

    field_order = ["current", "password", "again"]


class ChangePhone(public_forms.Form):
    """The new phone, after the password."""

    starts_in = "password"

    password = PasswordField(new=False, label="Mật khẩu hiện tại")
    phone = PhoneField(label="Số điện thoại mới", help_text="Số chính chủ; mã OTP được gửi tới số này.")


class Code(public_forms.Code):
    """The code on the new phone."""

    code = PasscodeField(help_text="Nhập mã gồm 6 chữ số trong tin nhắn mới nhất gửi tới số điện thoại mới.")


class Contest(public_forms.Form):
    """What the owner says about a look into the vault."""

    starts_in = "words"

    words = PlainTextField(
        max_length=500,
        lines=True,
        label="Nội dung phản ánh",
        help_text="Ví dụ: tôi không đến quầy hôm đó. Phản ánh được gửi tới thanh tra, không gửi tới đơn vị đã xem.",
    )
