"""The forms of “Sửa giấy tờ trong kho”."""

from typing import Any, Final, cast

from django import forms

from motcua.vault.paper_correction_reading import Shown, Sort
from motcua.vault.paper_corrections import Facts
from motcua.web import paper_types
from motcua.web.day_field import DayField
from motcua.web.forms_base import (
    CitizenIdOrTaxCodeField,
    Form,
    PersonNameField,
    PlainTextField,
    UploadField,
)

SHOWN: Final = {Shown.WAITING: "Chờ duyệt", Shown.ALL: "Tất cả"}
SORTS: Final = {
    Sort.OLDEST: "Chờ lâu nhất trước",
    Sort.NEWEST: "Mới nhất trước",
    Sort.TITLE: "Tên giấy tờ từ A đến Z",
}
#: Where a refusal is said.
FIELD_OF: Final = {
    "paper_right_owner_unknown": "to",
    "correction_same_owner": "to",
    "paper_reason_wanted": "reason",
    "paper_days_out_of_order": "valid_until",
}


class Search(Form):
    """Posted: a name does not stand in an address."""

    words = PlainTextField(label="Tên giấy tờ hoặc chủ kho", max_length=100, required=False)
    shown = forms.ChoiceField(label="Tình trạng", required=False, choices=list(SHOWN.items()))
    sort = forms.ChoiceField(label="Sắp xếp", required=False, choices=list(SORTS.items()))


class Owner(Form):
    number = CitizenIdOrTaxCodeField(
        label="Số CMND/CCCD hoặc mã số thuế của chủ kho",
        help_text="Chủ kho có mặt và đề nghị sửa. Chủ kho thấy lượt tra cứu này trong nhật ký của mình.",
    )


class _Asked(Form):
    """What both kinds of request want."""

    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Căn cứ nào cho thấy giấy tờ sai. Không ghi số định danh vào đây.",
    )
    evidence = UploadField(
        label="Bản quét tài liệu chứng minh",
        endings=(".pdf",),
        help_text="Một tệp PDF, không quá 5 MB. Người duyệt xem bản quét này.",
    )


class Moved(_Asked):
    """The paper lies in the wrong vault."""

    to = CitizenIdOrTaxCodeField(
        label="Số CMND/CCCD hoặc mã số thuế của chủ đúng",
        help_text="Tài khoản của người này được kiểm tra ngay khi gửi và kiểm tra lại khi duyệt.",
    )
    field_order = ("to",)


class Righted(_Asked):
    """The paper says something wrong; everything is written as it ought to be."""

    type_code = forms.ChoiceField(label="Loại giấy tờ")
    number_of_paper = PlainTextField(label="Số, ký hiệu của giấy tờ", max_length=100, required=False)
    issued_on = DayField(label="Ngày cấp")
    valid_until = DayField(label="Có giá trị đến hết ngày", help_text="Để trống: không thời hạn.")
    held_for = PersonNameField(
        label="Họ và tên người có tên trên giấy tờ",
        required=False,
        help_text="Để trống: chính chủ kho.",
    )

    def __init__(self, *args: Any, now: Facts, **kwargs: Any) -> None:
        self.now = now
        shown = {
            "type_code": now.type_code,
            "number_of_paper": now.number,
            "issued_on": now.issued_on,
            "valid_until": now.valid_until,
            "held_for": now.held_for,
        }
        super().__init__(*args, initial=shown, **kwargs)
        types = paper_types.known()
        types.setdefault(now.type_code, now.title)
        types[now.type_code] = now.title
        self.types = types
        cast(forms.ChoiceField, self.fields["type_code"]).choices = list(types.items())

    def facts(self) -> Facts:
        """As they ought to be."""
        given = self.cleaned_data
        name = given["held_for"]
        return Facts(
            type_code=given["type_code"],
            title=self.types[given["type_code"]],
            number=given["number_of_paper"],
            held_for=name.value if name else "",
            issued_on=given["issued_on"],
            valid_until=given["valid_until"],
        )


class Reason(Form):
    reason = PlainTextField(label="Lý do (khi không duyệt)", max_length=300, lines=True, required=False)


class Answer(Form):
    words = PlainTextField(
        label="Trả lời chủ kho",
        max_length=300,
        lines=True,
        help_text="Dùng khi không phải sửa gì. Chủ kho đọc nguyên văn và nhận tin nhắn báo.",
    )
