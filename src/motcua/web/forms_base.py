"""The form every page uses, and fields that yield values which cannot be wrong."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from motcua.kernel import plain_text
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.card_qr import CardQr, looks_like_card_qr
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone, TrainingPhone
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.web import proof_of_work, uploading, widgets

_PASSCODE: Final = re.compile(r"[0-9]{6}")
_CITIZEN_DIGITS: Final = (9, 12)
_LONGEST_RAW: Final = 1_000
_TOO_BIG: Final = "Tệp vượt quá 5 MB. Đề nghị ông/bà chọn tệp nhỏ hơn."
_NOT_OFFERED: Final = "Lựa chọn này không có trong danh sách. Đề nghị ông/bà chọn lại."
#: A label that begins so makes no sentence after “nhập”: “nhập nhận sau giờ này”.
_NO_NOUNS: Final = frozenset({"cho", "chỉ", "có", "hết", "hiện", "hoặc", "nhận", "thay", "từ", "đến"})
TOO_LONG: Final = "Nội dung quá dài. Đề nghị ông/bà nhập lại."


class Form(forms.Form):
    """Required boxes are marked by sight and sound; the server, not the browser, says what is wrong."""

    use_required_attribute = False
    error_css_class = ""
    #: What stands over the errors, where nothing that was typed is wrong; empty: that something is.
    summary_title = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _dress(field)

    def refuse(self, no: Refusal, field: str | None = None) -> None:
        """Say a refusal beside its field, or on top when it has none, or none that this form shows."""
        self.add_error(field if field in self.fields else None, ValidationError(no.text, code=no.code))


class ValueField(forms.CharField):
    """Text in a box, parsed into a kernel value; a refusal is said beside the box. None when left empty."""

    autocomplete: ClassVar[str] = ""
    inputmode: ClassVar[str] = ""
    field_class: str = ""
    #: What is said when the box was left empty, where its label alone would not make a good sentence.
    asked: str = ""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("strip", False)
        kwargs.setdefault("empty_value", None)
        super().__init__(**kwargs)

    def parse(self, raw: str) -> Any:
        """The value, or a Refusal."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return self.parse(_sendable(value))
        except Refusal as no:
            raise ValidationError(no.text, code=no.code) from None

    def run_validators(self, value: Any) -> None:
        """The value is its own proof."""

    def prepare_value(self, value: Any) -> Any:
        return spelling(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        if self.autocomplete:
            attrs["autocomplete"] = self.autocomplete
        if self.inputmode:
            attrs["inputmode"] = self.inputmode
        return attrs


class CitizenIdField(ValueField):
    """→ CitizenId. Also takes the whole QR of a chip card; ``fills``: see widgets.CitizenIdInput."""

    autocomplete = "off"

    def __init__(self, *, fills: dict[str, str] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Số CMND/CCCD")
        kwargs.setdefault("widget", widgets.CitizenIdInput(fills=fills))
        super().__init__(**kwargs)

    def parse(self, raw: str) -> CitizenId:
        return CardQr.parse(raw).citizen_id if looks_like_card_qr(raw) else CitizenId.parse(raw)


class CitizenIdOrTaxCodeField(CitizenIdField):
    """→ CitizenId | TaxCode, told apart by the number of digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Số CMND/CCCD hoặc mã số thuế")
        super().__init__(**kwargs)

    def parse(self, raw: str) -> Any:
        digits = len(re.findall(r"[0-9]", raw))
        if digits in (10, 13) and not looks_like_card_qr(raw):
            return TaxCode.parse(raw)
        return super().parse(raw)


class CardQrField(ValueField):
    """→ CardQr | None. The hidden box beside a number box, filled by <card-scan> with the raw string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"required": False, "label": "Mã QR trên thẻ", "widget": forms.HiddenInput, **kwargs}
        )

    def parse(self, raw: str) -> CardQr:
        return CardQr.parse(raw)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else None


class PhoneField(ValueField):
    """→ Phone."""

    autocomplete = "tel"
    inputmode = "tel"
    field_class = "field--short"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Số điện thoại", **kwargs})

    def parse(self, raw: str) -> Phone:
        phone = Phone.parse(raw)
        if phone.is_invented and not settings.TRAINING:
            raise TrainingPhone
        return phone


class PersonNameField(ValueField):
    """→ PersonName."""

    autocomplete = "name"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Họ và tên", **kwargs})

    def parse(self, raw: str) -> PersonName:
        return PersonName.parse(raw)


class BirthDateField(ValueField):
    """→ BirthDate. Typed, not picked: a calendar is slow for a day of forty years ago."""

    autocomplete = "bday"
    field_class = "field--short"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"placeholder": "dd/mm/yyyy"}))
        super().__init__(**{"label": "Ngày sinh", **kwargs})

    def parse(self, raw: str) -> BirthDate:
        return BirthDate.parse(raw)


class PlainTextField(ValueField):
    """→ str, cleaned; "" when left empty. ``lines=True`` for several lines."""

    def __init__(self, *, max_length: int, lines: bool = False, **kwargs: Any) -> None:
        self.longest, self.lines = max_length, lines
        kwargs.setdefault("empty_value", "")
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**kwargs)

    def parse(self, raw: str) -> str:
        return plain_text.clean(raw, max_length=self.longest, lines=self.lines)

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return "" if found is None else found


class PasscodeField(ValueField):
    """→ str of six digits. Spaces are allowed, because messages and people write them."""

    autocomplete = "one-time-code"
    inputmode = "numeric"
    field_class = "field--code"
    asked = "Ông/bà chưa nhập mã OTP. Đề nghị nhập 6 chữ số trong tin nhắn mới nhất."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Nhập OTP", **kwargs})

    def parse(self, raw: str) -> str:
        code = re.sub(r"[\s.-]", "", raw)
        if not _PASSCODE.fullmatch(code):
            raise ValidationError(
                "Mã OTP gồm đúng 6 chữ số. Đề nghị ông/bà nhập lại theo tin nhắn.", code="passcode"
            )
        return code


class PasswordField(forms.CharField):
    """→ str exactly as typed: not stripped, not shortened, may be pasted. ``new=False`` to sign in."""

    def __init__(self, *, new: bool = True, **kwargs: Any) -> None:
        attrs = {"autocomplete": "new-password" if new else "current-password", "spellcheck": "false"}
        kwargs.setdefault("widget", widgets.PasswordInput(attrs={**attrs, "autocapitalize": "none"}))
        super().__init__(**{"label": "Mật khẩu", "strip": False, **kwargs})

    def to_python(self, value: Any) -> Any:
        return _sendable(super().to_python(value))


class EmailField(forms.EmailField):
    """→ str, "" when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = "Địa chỉ email không đúng. Đề nghị ông/bà nhập lại, ví dụ ten@example.vn."
        super().__init__(
            **{"label": "Email", "max_length": 254, "error_messages": {"invalid": wrong}, **kwargs}
        )
        self.widget.attrs["autocomplete"] = "email"

    def to_python(self, value: Any) -> Any:
        return _sendable(super().to_python(value))

    def run_validators(self, value: Any) -> None:
        if isinstance(value, str) and len(value) > (self.max_length or 0):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        super().run_validators(value)


class UploadField(forms.FileField):
    """→ UploadedFile | None, at most 5 MiB. What is inside is for ``files.inspection`` to judge."""

    def __init__(self, *, endings: tuple[str, ...] = (".pdf", ".docx", ".doc"), **kwargs: Any) -> None:
        kwargs.setdefault("widget", widgets.UploadInput(endings=endings))
        empty = "Tệp đính kèm không có nội dung. Đề nghị ông/bà chọn tệp khác."
        super().__init__(**{"max_length": 255, "error_messages": {"empty": empty}, **kwargs})
        self.error_messages["max_length"] = "Tên tệp quá dài. Đề nghị ông/bà đổi tên tệp rồi gửi lại."

    def to_python(self, data: Any) -> Any:
        if isinstance(data, widgets.LeftOut):
            raise ValidationError(self._why_left_out(data), code=data.why)
        if getattr(data, "too_big", False) or (data and data.size > uploading.MAX_FILE):
            raise ValidationError(_TOO_BIG, code="too_big")
        return super().to_python(data)

    def _why_left_out(self, data: widgets.LeftOut) -> str:
        if data.why == widgets.TOO_BIG:
            return _TOO_BIG
        endings = ", ".join(cast(widgets.UploadInput, self.widget).endings)
        return f"Chỉ nhận tệp {endings}. Đề nghị ông/bà chọn tệp khác."


class ManyUploadsField(UploadField):
    """→ list[UploadedFile]. The view declares ``repeatable``."""

    def __init__(self, *, endings: tuple[str, ...] = (".pdf", ".docx", ".doc"), **kwargs: Any) -> None:
        super().__init__(endings=endings, widget=widgets.ManyUploadsInput(endings=endings), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given: Sequence[object] = data if isinstance(data, (list, tuple)) else [data]
        return [kept for kept in (super(ManyUploadsField, self).clean(one, initial) for one in given) if kept]


class ProofOfWorkField(forms.CharField):
    """→ True. Last in the form: the task is used up when the form is checked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "label": "", "widget": widgets.ProofOfWorkInput, **kwargs})

    def clean(self, value: Any) -> Any:
        if not isinstance(value, str) or not proof_of_work.verify(value):
            raise ValidationError(
                "Trình duyệt chưa kiểm tra xong. Đề nghị ông/bà chờ vài giây rồi bấm lại.",
                code="proof_of_work",
            )
        return True


def spelling(value: Any) -> Any:
    """How a value is written into a box."""
    if isinstance(value, Phone):
        return value.local
    if isinstance(value, (BirthDate, TaxCode)):
        return value.shown
    return value.value if isinstance(value, (CitizenId, PersonName)) else value


def _sendable(value: Any) -> Any:
    """Text that a database and a log can take; anything else is said beside the field."""
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST_RAW * 20:
        raise ValidationError(TOO_LONG, code="too_long")
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise ValidationError(plain_text.NotPlainText().text, code="not_plain_text")
    return value


def _dress(field: forms.Field) -> None:
    """Give the box its looks and its words."""
    widget = field.widget
    boxes = forms.RadioSelect | forms.CheckboxInput | forms.CheckboxSelectMultiple
    if isinstance(widget, boxes):
        widget.attrs.setdefault("class", "form-check-input")
    elif isinstance(widget, forms.Select):
        widget.attrs.setdefault("class", "form-select")
    elif not widget.is_hidden:
        widget.attrs.setdefault("class", "form-control")
    field.error_messages["required"] = _asked(field)
    if isinstance(field, forms.ChoiceField):
        field.error_messages["invalid_choice"] = _NOT_OFFERED
    if field.required and not isinstance(widget, boxes) and not widget.is_hidden:
        widget.attrs.setdefault("aria-required", "true")


def _asked(field: forms.Field) -> str:
    if isinstance(field, ValueField) and field.asked:
        return field.asked
    label = str(field.label or "").strip()
    if label.partition(" ")[0].lower() in _NO_NOUNS and not isinstance(field.widget, forms.CheckboxInput):
        return f"Đề nghị ông/bà điền ô “{label}”."
    words = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    if isinstance(field, forms.FileField):
        return f"Đề nghị ông/bà chọn tệp “{label}”."
    if isinstance(field.widget, forms.CheckboxInput):
        return "Đề nghị ông/bà đánh dấu vào ô này để tiếp tục."
    if isinstance(field.widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"Đề nghị ông/bà chọn {words}."
    return f"Đề nghị ông/bà {words if words.startswith('nhập') else f'nhập {words}'}."
