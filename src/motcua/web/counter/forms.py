"""The desk's forms; labels are the dispatch's."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse

from motcua.desk import catalogue, name_doubts
from motcua.desk.catalogue import ProcedureNotOffered
from motcua.desk.dossiers import PLACE_WORDS, Place, Search, Sort
from motcua.desk.states import State
from motcua.desk.words import ExceptionReason
from motcua.kernel.card_qr import CardQr, looks_like_card_qr
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import Refusal
from motcua.web.forms_base import (
    BirthDateField,
    CitizenIdOrTaxCodeField,
    Form,
    PersonNameField,
    PhoneField,
    PlainTextField,
)

if TYPE_CHECKING:
    from motcua.desk.models import Procedure, Process

_LONGEST_QR = 1_000
_DIGITS = frozenset("0123456789")


class OwnerNumber(Form):
    """Phụ lục II, bước 2. ``old_number`` comes only from the QR of the same card."""

    number = CitizenIdOrTaxCodeField(
        label="CMND/CCCD",
        help_text="Số CMND/CCCD (hoặc mã số thuế) của chủ hồ sơ. Có thể quét mã QR trên thẻ CCCD.",
        fills={"raw": "id_card_qr"},
    )
    card_qr = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs |= {"spellcheck": "false", "maxlength": str(_LONGEST_QR)}

    def begin_here(self) -> "OwnerNumber":
        """Typing starts in this box."""
        self.fields["number"].widget.attrs["autofocus"] = True
        return self

    @property
    def old_number(self) -> CitizenId | None:
        """The CMND on the card whose number is in the box; a card scanned before does not count."""
        typed = self.data.get("number", "")
        card = _card(typed if looks_like_card_qr(typed) else self.cleaned_data.get("card_qr", ""))
        return card.old_number if card and card.citizen_id == self.cleaned_data.get("number") else None


_PROCESS_ASKED = "Đề nghị ông/bà chọn quy trình."


class Choice(Form):
    """Phụ lục II, bước 3.1: thủ tục, quy trình. One process only: chosen without asking."""

    procedure = forms.CharField(label="Thủ tục", widget=forms.Select)
    process = forms.CharField(label="Quy trình", required=False, widget=forms.Select)

    def __init__(self, procedures: "Sequence[Procedure]", *args: Any, level: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._procedures = {procedure.code: procedure for procedure in procedures}
        names = [(code, _shown(procedure)) for code, procedure in self._procedures.items()]
        if len(names) == 1 and not self.is_bound:
            self.initial.setdefault("procedure", names[0][0])
        chosen = str(self["procedure"].value() or "")
        self.fields["procedure"].widget.choices = [("", "Chọn thủ tục"), *names]
        self.fields["procedure"].widget.attrs |= {
            "autofocus": True,
            "hx-get": reverse("counter:processes"),
            "hx-trigger": "change",
            "hx-target": "#quy-trinh",
        }
        self.fields["process"].widget.choices = self._offered(chosen)
        self.fields["process"].required = len(self._of(chosen)) > 1
        self.fields["process"].error_messages["required"] = _PROCESS_ASKED
        if not self.is_bound:
            fits = [process.pk for process in self._of(chosen) if level and level in process.name]
            self.initial.setdefault("process", str(fits[0]) if len(fits) == 1 else "")

    def clean_procedure(self) -> str:
        """One of the unit's."""
        code: str = self.cleaned_data["procedure"]
        if code not in self._procedures:
            raise forms.ValidationError(ProcedureNotOffered().text, code=ProcedureNotOffered.code)
        return code

    def clean_process(self) -> int | None:
        """The chosen process, or the only one; another procedure's process is none."""
        processes = self._of(str(self.cleaned_data.get("procedure", "")))
        given = self.cleaned_data["process"]
        if len(processes) == 1:
            return processes[0].pk
        picked = next((process.pk for process in processes if str(process.pk) == given), None)
        if processes and picked is None:
            raise forms.ValidationError(_PROCESS_ASKED, code="required")
        return picked

    def _of(self, procedure: str) -> "Sequence[Process]":
        found = self._procedures.get(procedure)
        return catalogue.processes_of(found) if found else ()

    def _offered(self, procedure: str) -> list[tuple[str, str]]:
        processes = [(str(process.pk), process.name) for process in self._of(procedure)]
        if len(processes) == 1:
            return processes
        return [("", "Chọn quy trình" if processes else "Chọn thủ tục trước"), *processes]


class NameDoubt(Form):
    """Đối chiếu tên: what the papers at hand say of the two names."""

    verdict = forms.ChoiceField(
        label="Kết luận",
        widget=forms.RadioSelect,
        choices=[
            ("SAME", "Cùng một người: tiếp nhận chính thức theo tên trên tài khoản"),
            ("NUMBER", "Không phải cùng một người: đã ghi nhầm số, ghi lại số đúng và kiểm tra lại"),
            ("ENDED", "Không phải cùng một người: đóng tiếp nhận tạm, trả lại giấy tờ"),
        ],
        error_messages={"required": "Đề nghị ông/bà chọn kết luận."},
    )
    number = CitizenIdOrTaxCodeField(
        label="Số đúng của chủ hồ sơ",
        required=False,
        help_text="Chỉ nhập khi ghi nhầm số: CMND/CCCD (hoặc mã số thuế) đúng như trên giấy tờ.",
    )
    reason = PlainTextField(
        label="Căn cứ",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Giấy tờ đã xem hoặc ai đã xác nhận, ít nhất 10 ký tự.",
    )

    def clean(self) -> dict[str, Any]:
        """The right number belongs to one of the conclusions."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("verdict") == "NUMBER" and not cleaned.get("number") and "number" not in self.errors:
            self.add_error("number", "Đề nghị ông/bà nhập số đúng của chủ hồ sơ.")
        if "reason" in cleaned and len(cleaned["reason"]) < name_doubts.SHORTEST_REASON:
            self.add_error("reason", name_doubts.DoubtReasonMissing.message)
        return cleaned


class DossierSearch(Form):
    """The list's filters; posted, because they may hold a name or a number."""

    code = PlainTextField(label="Mã hồ sơ", max_length=40, required=False)
    name = PlainTextField(label="Tên chủ hồ sơ", max_length=120, required=False)
    number = CitizenIdOrTaxCodeField(label="CMND/CCCD hoặc mã số thuế", required=False)
    phone = PhoneField(label="Điện thoại liên hệ", required=False)
    procedure = forms.ChoiceField(label="Thủ tục", required=False)
    state = forms.ChoiceField(
        label="Trạng thái", required=False, choices=[("", "Tất cả trạng thái"), *State.choices]
    )
    since = BirthDateField(label="Từ ngày", required=False)
    until = BirthDateField(label="Đến ngày", required=False)
    mine = forms.BooleanField(label="Chỉ hồ sơ tôi tiếp nhận", required=False)
    place = forms.ChoiceField(
        required=False,
        choices=[(place.value, words) for place, words in PLACE_WORDS.items()],
        widget=forms.HiddenInput,
    )
    sort = forms.ChoiceField(
        label="Sắp xếp",
        required=False,
        choices=[
            (Sort.NEWEST.value, "Mới nhận trước"),
            (Sort.OLDEST.value, "Nhận lâu nhất trước"),
            (Sort.DUE.value, "Đến hạn trước"),
        ],
    )

    def __init__(self, procedures: "Sequence[Procedure]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "Tất cả thủ tục"), *((each.code, each.name) for each in procedures)]
        for name in ("since", "until"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def search(self) -> Search:
        """What the desk is asked."""
        given = self.cleaned_data
        return Search(
            code=given["code"],
            name=given["name"],
            number=given["number"],
            procedure_code=given["procedure"],
            states=(State(given["state"]),) if given["state"] else (),
            from_day=_day(given["since"]),
            to_day=_day(given["until"]),
            mine=given["mine"],
            phone=given["phone"],
            place=Place(given["place"] or Place.UNIT),
            sort=Sort(given["sort"] or Sort.NEWEST),
        )


class ExceptionAsked(Form):
    """Trường hợp ngoại lệ: why this owner cannot have an account."""

    owner_name = PersonNameField(label="Họ và tên chủ hồ sơ")
    reason_kind = forms.ChoiceField(
        label="Trường hợp", choices=ExceptionReason.choices, widget=forms.RadioSelect
    )
    reason = PlainTextField(label="Lý do cụ thể", max_length=500, lines=True)
    paper = PlainTextField(
        label="Giấy tờ đã xuất trình",
        max_length=120,
        required=False,
        help_text="Loại và số giấy tờ, ví dụ: Hộ chiếu số …",
    )


def _shown(procedure: "Procedure") -> str:
    """With its national code; what has none carries a key of ours that says nothing to people."""
    national = procedure.code[:1] in _DIGITS
    return f"{procedure.code} – {procedure.name}" if national else procedure.name


def _card(raw: str) -> CardQr | None:
    if not raw or len(raw) > _LONGEST_QR:
        return None
    try:
        return CardQr.parse(raw)
    except Refusal:
        return None


def _day(value: Any) -> date | None:
    return value.on if value else None
