"""Forms of “Dữ liệu của tôi”."""

from django.forms import BooleanField

from motcua.web.forms_base import PasswordField
from motcua.web.public import forms as public_forms


class Password(public_forms.Form):
    """The owner proves again to be the owner."""

    starts_in = "password"

    password = PasswordField(
        new=False,
        label="Mật khẩu hiện tại",
        help_text="Để chắc chắn chính ông/bà đang lấy bản sao.",
    )


class Closing(Password):
    """The same proof; what is said before is read first."""

    password = PasswordField(
        new=False,
        label="Mật khẩu hiện tại",
        help_text="Để chắc chắn chính ông/bà đang đóng tài khoản của mình.",
    )

    understood = BooleanField(
        label="Tôi đã đọc điều gì được xóa, điều gì được giữ lại và giữ đến khi nào.",
        error_messages={"required": "Đề nghị ông/bà đọc và đánh dấu vào ô này trước khi đóng tài khoản."},
    )
