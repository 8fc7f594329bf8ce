"""Forms of the page about channels and e-mail."""

from typing import Any

from django import forms

from motcua.accounts import notice_channels
from motcua.kernel.email_address import EmailAddress
from motcua.web.forms_base import PasscodeField, PasswordField, ValueField
from motcua.web.public import forms as public_forms


class EmailAddressField(ValueField):
    """→ EmailAddress."""

    autocomplete = "email"
    inputmode = "email"

    def parse(self, raw: str) -> EmailAddress:
        return EmailAddress.parse(raw)

    def prepare_value(self, value: Any) -> Any:
        return value.value if isinstance(value, EmailAddress) else value


class Channels(public_forms.Form):
    """Nothing is ticked for the owner: SMS stands until something else is chosen."""

    channels = forms.ChoiceField(
        label="Nhận thông báo về hồ sơ qua",
        choices=notice_channels.choices,
        widget=forms.RadioSelect,
        help_text="Mã OTP và cảnh báo an toàn tài khoản luôn được gửi bằng tin nhắn SMS.",
    )


class NewEmail(public_forms.Form):
    """The address, after the password."""

    starts_in = "password"

    password = PasswordField(new=False, label="Mật khẩu hiện tại")
    email = EmailAddressField(
        label="Email nhận thông báo", help_text="Mã xác nhận được gửi tới email này, có hiệu lực 15 phút."
    )


class EmailCode(public_forms.Code):
    """The code in the letter."""

    code = PasscodeField(label="Mã xác nhận", help_text="Mã gồm 6 chữ số trong thư mới nhất.")


class RemoveEmail(public_forms.Form):
    """Only the owner."""

    starts_in = "password"

    password = PasswordField(new=False, label="Mật khẩu hiện tại")
