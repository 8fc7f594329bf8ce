"""The boxes of each act upon a dossier that is worked on."""

import re
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils import timezone

from motcua.desk.notices import Item
from motcua.desk.words import ChargeHow, ChargeKind, HandOutHow, How
from motcua.web.forms_base import Form, PersonNameField, PlainTextField, UploadField

_REASON = "Nội dung này được in trên phiếu và gửi cho người dân. Đề nghị viết rõ, đủ ý."
_FREE_LINES = 3
_MOST_VND = 1_000_000_000
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.\u0020\u00a0][0-9]{3})+")


class DongField(forms.IntegerField):
    """→ int. Whole đồng, as people write them: 50000, 50.000 or 50 000; “50.5” and “50,000” are asked again."""

    def to_python(self, value: Any) -> int | None:
        typed = str(value).strip() if value is not None else ""
        if _GROUPED.fullmatch(typed):
            typed = re.sub(r"[^0-9]", "", typed)
        if typed and not re.fullmatch(r"[0-9]{1,12}", typed):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed)


class DayField(forms.DateField):
    """→ date. Typed as dd/mm/yyyy; the past and the future are both days."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": "dd/mm/yyyy"}))
        super().__init__(input_formats=["%d/%m/%Y", "%Y-%m-%d"], **kwargs)
        self.error_messages["invalid"] = "Ngày không đúng. Đề nghị ông/bà nhập theo dạng dd/mm/yyyy."
        self.widget.attrs |= {"autocomplete": "off", "inputmode": "numeric"}


class Nothing(Form):
    """An act that asks nothing more than to be meant."""


class Forwarded(Form):
    words = PlainTextField(
        label="Ý kiến chuyển",
        max_length=1000,
        lines=True,
        required=False,
        help_text="Người nhận bước sau đọc nội dung này; có in trên phiếu kiểm soát.",
    )


def forwarded(units: Sequence[tuple[str, str]]) -> type[Form]:
    """With a choice where several units may do the next step."""
    if len(units) < 2:
        return Forwarded
    choice = forms.ChoiceField(label="Đơn vị nhận", choices=list(units), initial=units[0][0])
    return type("ForwardedTo", (Forwarded,), {"unit": choice, "field_order": ("unit", "words")})


class Reasoned(Form):
    reason = PlainTextField(label="Lý do", max_length=1000, lines=True, help_text=_REASON)


class NewDate(Reasoned):
    new_day = DayField(label="Ngày hẹn mới", help_text="Hạn mới là giờ đóng cửa của ngày này.")
    field_order = ("new_day", "reason")


def supplement_asked(names: Sequence[str]) -> type[Form]:
    """The form with its lines: for each paper what is to be completed, empty when nothing is."""
    lines: dict[str, forms.Field] = {
        f"what_{n}": PlainTextField(label=name, max_length=600, required=False)
        for n, name in enumerate(names)
    }
    for n in range(_FREE_LINES):
        lines[f"extra_{n}"] = PlainTextField(
            label=f"Giấy tờ khác {n + 1}",
            max_length=300,
            required=False,
            help_text="Tên giấy tờ cần nộp thêm.",
        )
    lines["answer_by"] = DayField(label="Bổ sung trước ngày", required=False)
    lines["reason"] = PlainTextField(label="Lý do", max_length=1000, lines=True, help_text=_REASON)
    return type("SupplementAsked", (Form,), lines)


def items_of(names: Sequence[str], given: dict[str, Any]) -> list[Item]:
    """The lines of form 02 that say something."""
    asked = [Item(name, given[f"what_{n}"]) for n, name in enumerate(names) if given[f"what_{n}"]]
    extra = [given[f"extra_{n}"] for n in range(_FREE_LINES) if given[f"extra_{n}"]]
    return [*asked, *(Item(name, "nộp bổ sung") for name in extra)]


def supplement_handed(lines: Sequence[dict[str, str]]) -> type[Form]:
    """One choice and one file for each paper that was asked for."""
    fields: dict[str, Any] = {"key": forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)}
    ways = [
        (How.PAPER.value, "Bản giấy"),
        (How.UPLOADED.value, "Tải lên bản quét"),
        (How.SHOWN.value, "Xuất trình"),
    ]
    for n, line in enumerate(lines):
        fields[f"how_{n}"] = forms.ChoiceField(
            label=line["name"],
            choices=ways,
            initial=How.PAPER.value,
            help_text=line["what"],
            widget=forms.Select(attrs={"data-switches": f"file_{n}"}),
        )
        fields[f"file_{n}"] = UploadField(label=f"Bản quét: {line['name']}", required=False)
    return type("SupplementHanded", (Form,), fields)


def scans_of(lines: Sequence[Any]) -> type[Form]:
    """One file for each paper that lies at the desk unscanned; what is left out can be scanned later."""
    fields: dict[str, Any] = {"key": forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)}
    for line in lines:
        fields[f"file_{line.order}"] = UploadField(label=line.name, required=False)
    return type("Scans", (Form,), fields)


class OpinionAsked(Form):
    asked_unit = forms.ChoiceField(
        label="Đơn vị được xin ý kiến",
        required=False,
        help_text="Đơn vị được chọn thấy nội dung này trong “Ý kiến chờ trả lời” và tự trả lời trên hệ thống.",
    )
    asked_of = PlainTextField(
        label="Cơ quan ngoài hệ thống",
        max_length=200,
        required=False,
        help_text="Cơ quan trả lời bằng văn bản; chuyên viên ghi lại khi nhận được.",
    )
    content = PlainTextField(label="Nội dung xin ý kiến", max_length=1000, lines=True)
    due_on = DayField(label="Trả lời trước ngày")

    def clean(self) -> dict[str, Any]:
        """A unit of the system or an agency outside, one of them."""
        given = super().clean() or {}
        if "asked_unit" in given and "asked_of" in given:
            if not given["asked_unit"] and not given["asked_of"]:
                self.add_error("asked_of", "Đề nghị ông/bà chọn đơn vị hoặc ghi tên cơ quan được xin ý kiến.")
            if given["asked_unit"] and given["asked_of"]:
                self.add_error("asked_of", "Đề nghị ông/bà để trống ô này khi đã chọn đơn vị.")
        return given


def opinion_asked(units: Sequence[tuple[str, str]]) -> type[Form]:
    """With the units that may be asked; ``("so-noi-vu", "Sở Nội vụ")`` each."""

    class AskedOf(OpinionAsked):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            choice = cast(forms.ChoiceField, self.fields["asked_unit"])
            choice.choices = [("", "Cơ quan ngoài hệ thống"), *units]

    return AskedOf


class OpinionAnswered(Form):
    words = PlainTextField(label="Ý kiến trả lời", max_length=1000, lines=True)
    file = UploadField(label="Văn bản trả lời", required=False, endings=(".pdf",))


class ChargeAsked(Form):
    kind = forms.ChoiceField(label="Loại", choices=ChargeKind.choices, widget=forms.RadioSelect)
    amount_vnd = DongField(
        label="Số tiền (đồng)",
        min_value=1,
        max_value=_MOST_VND,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    wait = forms.BooleanField(
        label="Tạm dừng giải quyết đến khi nộp xong",
        required=False,
        help_text="Hồ sơ chuyển sang trạng thái 6.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for word in ("invalid", "min_value", "max_value"):
            self.fields["amount_vnd"].error_messages[word] = (
                "Số tiền phải là số nguyên đồng, lớn hơn 0. Đề nghị ông/bà nhập lại, ví dụ 30.000."
            )


def charge_asked(kinds: Sequence[ChargeKind], fee_vnd: int | None) -> type[Form]:
    """With the kinds that the procedure charges; the sum of the catalogue stands in the box, in VND."""

    class Asked(ChargeAsked):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            kind = cast(forms.ChoiceField, self.fields["kind"])
            kind.choices = [(each.value, each.label) for each in kinds]
            kind.initial = kinds[0].value if kinds else None
            self.fields["amount_vnd"].initial = (fee_vnd or None) if ChargeKind.FEE in kinds else None

    return Asked


class ChargeTaken(Form):
    how = forms.ChoiceField(
        label="Cách nộp",
        choices=[choice for choice in ChargeHow.choices if choice[0] != ChargeHow.ONLINE.value],
        initial=ChargeHow.CASH.value,
        widget=forms.RadioSelect,
    )


class ChargeUndone(Form):
    reason = PlainTextField(
        label="Lý do",
        max_length=1000,
        lines=True,
        help_text="Ghi vì sao khoản này sai, ví dụ: nhập nhầm số tiền. Không ghi thông tin của người dân.",
    )


class ResultFile(Form):
    file = UploadField(label="Dự thảo kết quả", endings=(".pdf",), help_text="Một tệp PDF, tối đa 5 MB.")


class Signature(Form):
    number = PlainTextField(label="Số, ký hiệu", max_length=80, help_text="Ví dụ: 12/QĐ-SGDĐT.")
    issued_on = DayField(label="Ngày ban hành", initial=timezone.localdate)
    valid_until = DayField(
        label="Có giá trị đến ngày", required=False, help_text="Bỏ trống nếu không thời hạn."
    )


def signature(result_id: uuid.UUID | None) -> type[Form]:
    """Bound to the draft that the page showed: another one put in its place is not signed."""
    return type(
        "SignatureOf", (Signature,), {"result": forms.UUIDField(widget=forms.HiddenInput, initial=result_id)}
    )


class HandedOut(Form):
    how = forms.ChoiceField(
        label="Cách trả",
        choices=HandOutHow.choices,
        initial=HandOutHow.AT_DESK.value,
        widget=forms.RadioSelect,
    )
    taker = PersonNameField(
        label="Người nhận",
        required=False,
        help_text="Bỏ trống nếu chính chủ hồ sơ nhận.",
        widget=forms.TextInput(),
    )
    relation = PlainTextField(label="Quan hệ, tư cách người nhận thay", max_length=120, required=False)
    proof = PlainTextField(label="Giấy tờ chứng minh quyền nhận", max_length=300, required=False)
    tracking_number = PlainTextField(
        label="Số hiệu bưu gửi",
        max_length=40,
        required=False,
        help_text="Chỉ khi trả qua bưu chính công ích.",
    )
