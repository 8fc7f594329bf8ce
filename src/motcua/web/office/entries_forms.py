"""The forms of “Đăng nhập qua Cổng” of one system."""

from typing import Final

from django import forms

from motcua.signin.entries import WantedEntry
from motcua.signin.scopes import ClaimScope
from motcua.web.forms_base import Form, PlainTextField

#: Where a refusal is said.
FIELD_OF: Final = {
    "return_address_not_usable": "redirect_uris",
    "entry_desk_not_usable": "desk",
}
_OFFERED: Final = [(scope.value, scope.label) for scope in ClaimScope if scope is not ClaimScope.OPENID]


class AskEntry(Form):
    """Where people come back to, and what the system learns of them."""

    redirect_uris = PlainTextField(
        label="Địa chỉ quay về sau đăng nhập",
        max_length=3_000,
        lines=True,
        help_text="Mỗi dòng một địa chỉ https, ghi trọn vẹn. Cổng so từng chữ, kể cả dấu gạch chéo cuối.",
    )
    post_logout_uris = PlainTextField(
        label="Địa chỉ quay về sau đăng xuất", max_length=3_000, lines=True, required=False
    )
    logout_uri = PlainTextField(
        label="Địa chỉ nhận tin đăng xuất",
        max_length=300,
        required=False,
        help_text="Cổng gửi tới đây khi phiên của người dùng kết thúc. Để trống nếu hệ thống không nhận.",
    )
    scopes = forms.MultipleChoiceField(
        label="Thông tin được biết, ngoài mã riêng của mỗi người",
        choices=_OFFERED,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Chỉ chọn thông tin mà mục đích đã ghi cần đến. Người dùng còn phải tự đồng ý.",
    )
    of_state = forms.BooleanField(
        label="Là Bộ phận một cửa của cơ quan nhà nước: không hỏi người dùng khi chỉ cần mã riêng",
        required=False,
    )
    desk = PlainTextField(
        label="Mã Bộ phận một cửa",
        max_length=64,
        required=False,
        help_text="Chỉ ghi khi hệ thống này là Bộ phận một cửa đã nhận biết người dùng bằng mã đó.",
    )

    def wanted(self) -> WantedEntry:
        """What the register is asked."""
        return WantedEntry(**self.cleaned_data)


class EntryReason(Form):
    """Why it is stopped or declined."""

    reason = PlainTextField(label="Lý do (khi không duyệt)", max_length=300, lines=True, required=False)
