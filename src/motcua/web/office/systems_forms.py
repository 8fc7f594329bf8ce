"""The forms of “Hệ thống kết nối”."""

import json
from typing import Any, Final

from django import forms
from django.conf import settings

from motcua.signin import keys, scopes_here
from motcua.signin.clients import Scope, Wanted
from motcua.signin.reading import Sort, State
from motcua.web.day_field import DayField
from motcua.web.forms_base import EmailField, Form, PlainTextField, ValueField

STATE_WORDS: Final = {
    State.LIVE: "Đang kết nối",
    State.WAITING: "Chờ duyệt",
    State.EXPIRED: "Hết hạn",
    State.STOPPED: "Không kết nối",
    State.UNBOUND: "Còn được dùng thẻ không gắn khóa",
}
_STATES: Final = [("", "Tất cả"), *((state.value, words) for state, words in STATE_WORDS.items())]
SORT_WORDS: Final = {
    Sort.NAME: "Tên từ A đến Z",
    Sort.NEWEST: "Mới lập trước",
    Sort.EXPIRY: "Sắp hết hạn trước",
}
#: Where a refusal is said.
FIELD_OF: Final = {
    "client_id_taken": "client_id",
    "client_id_malformed": "client_id",
    "client_id_of_this_desk": "client_id",
    "client_audience_taken": "audience",
    "client_audience_malformed": "audience",
    "client_address_not_usable": "addresses",
    "client_expiry_out_of_reach": "expires_on",
    "registration_scope_not_here": "scopes",
}


class KeysField(ValueField):
    """→ the JWK set as it is kept (``signin.keys.parse``)."""

    def parse(self, raw: str) -> dict[str, Any]:
        return keys.parse(raw)

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, indent=1) if isinstance(value, dict) else value


class Search(forms.Form):
    """Nothing personal, so it stands in the address."""

    q = forms.CharField(label="Tên hoặc mã hệ thống", required=False, max_length=100)
    tt = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=_STATES,
    )
    xep = forms.ChoiceField(
        label="Sắp xếp",
        required=False,
        choices=[(sort.value, words) for sort, words in SORT_WORDS.items()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        states = self.fields["tt"]
        assert isinstance(states, forms.ChoiceField)  # noqa: S101 - named so above
        if not settings.HOSTS_PORTAL:  # nobody was connected to a desk apart before proofs
            states.choices = [one for one in _STATES if one[0] != State.UNBOUND]
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


class Again(Form):
    """What the system is to be allowed."""

    purpose = PlainTextField(
        label="Mục đích kết nối",
        max_length=500,
        lines=True,
        help_text="Ghi việc sẽ làm và văn bản đề nghị. Người duyệt quyết định theo nội dung này.",
    )
    scopes = forms.MultipleChoiceField(
        label="Phạm vi", choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    audience = PlainTextField(
        label="Mã bộ phận một cửa",
        max_length=40,
        required=False,
        help_text="Biên nhận kiểm tra được cấp cho mã này. Để trống nếu trùng với mã hệ thống.",
    )
    jwks = KeysField(
        label="Khóa công khai (JWK Set)",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="1 đến 5 khóa ECDSA P-256. Chỉ dán khóa công khai; khóa bí mật ở lại bên kết nối.",
    )
    addresses = PlainTextField(
        label="Địa chỉ mạng được gọi vào",
        max_length=1_000,
        lines=True,
        help_text="Mỗi dòng một địa chỉ, ví dụ 203.0.113.7 hoặc 203.0.113.0/24.",
    )
    per_minute = forms.IntegerField(label="Hạn mức mỗi phút", min_value=1, max_value=6_000)
    per_day = forms.IntegerField(label="Hạn mức mỗi ngày", min_value=1, max_value=1_000_000)
    contact_office = PlainTextField(label="Đơn vị đầu mối", max_length=200)
    contact_email = EmailField(
        label="Email đầu mối", help_text="Hộp thư chung của đơn vị, không ghi email cá nhân."
    )
    expires_on = DayField(label="Hết hạn ngày", required=True, help_text="Không quá hai năm kể từ hôm nay.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)  # noqa: S101 - named so above
        scopes.choices = [(scope.value, scope.label) for scope in scopes_here.offered()]
        if not settings.HOSTS_PORTAL:  # receipts are the portal's; here a system acts for itself
            del self.fields["audience"]

    def wanted(self) -> Wanted:
        """What the register is asked."""
        given = self.cleaned_data
        return Wanted(
            purpose=given["purpose"],
            scopes=tuple(given["scopes"]),
            jwks=given["jwks"],
            addresses=given["addresses"],
            per_minute=given["per_minute"],
            per_day=given["per_day"],
            contact_office=given["contact_office"],
            contact_email=given["contact_email"],
            expires_on=given["expires_on"],
            audience=given.get("audience", ""),
        )


class New(Again):
    """A system that is not known yet."""

    name = PlainTextField(label="Tên hệ thống", max_length=200)
    client_id = PlainTextField(
        label="Mã hệ thống",
        max_length=40,
        help_text="Chữ thường không dấu, chữ số và dấu gạch nối, ví dụ so-y-te-lien-thong. Đặt rồi không đổi được.",
    )
    field_order = ("name", "client_id")


class Reason(Form):
    """Why it is stopped or declined."""

    reason = PlainTextField(label="Lý do (khi không duyệt)", max_length=300, lines=True, required=False)
