"""Phiếu tiếp nhận: the boxes of one procedure's checklist, and the values that come out of them."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict

from motcua.desk.catalogue_words import Necessity
from motcua.desk.component_files import KeptFile
from motcua.desk.ports import OfferedPaper, PaperValidity
from motcua.desk.submission import Contact, HandedIn, Submission
from motcua.desk.visits import Offers
from motcua.desk.words import How, ResultWanted
from motcua.kernel.phone import LandlinePhone, Phone
from motcua.kernel.refusal import Refusal
from motcua.web.filer_fields import FilerFields
from motcua.web.forms_base import (
    EmailField,
    Form,
    PersonNameField,
    PhoneField,
    PlainTextField,
    UploadField,
)

if TYPE_CHECKING:
    from motcua.desk.models import Component, Process

_FROM_VAULT = "VAULT:"
NOT_REUSED_WORDS = "Nộp mới mỗi lần, không lấy từ Kho dữ liệu"
_COUNTS = {"originals": "Bản chính", "certified": "Chứng thực", "copies": "Bản photo"}
_UNCHOSEN = ("", "-- Chọn cách nộp --")
_WAYS = [
    (How.PAPER.value, "Bản giấy"),
    (How.UPLOADED.value, "Tải lên bản quét"),
    (How.SHOWN.value, "Xuất trình"),
]
_NOTHING = (How.NONE.value, str(How.NONE.label))


class ContactNotMobile(Refusal):
    code = "contact_not_mobile"
    message = "Đây là số điện thoại cố định, không nhận được tin nhắn. Đề nghị ông/bà nhập số di động."


@dataclass(frozen=True, slots=True)
class About:
    """What the form is for. ``owner_name`` is empty when the officer has to type it."""

    process: "Process"
    components: "Sequence[Component]"
    owner_name: str = field(repr=False)
    last3: str = field(repr=False, default="")
    provisional: bool = False
    exception: bool = False
    unchecked: bool = False
    owner_is_staff: bool = False
    organisation: bool = False
    ask_vault: Callable[[], Offers] = Offers
    #: Where form 02 is printed for whoever came with too little; empty: nowhere.
    guidance: str = ""

    @property
    def owner_typed(self) -> bool:
        """Whether the officer types the owner's name: the portal gave none."""
        return self.provisional or self.unchecked


@dataclass(frozen=True, slots=True)
class Line:
    """One component as the page draws it."""

    name: str
    fields: Mapping[str, forms.BoundField]
    vault_words: str
    vault_kind: str
    kept: KeptFile | None


class ContactPhoneField(PhoneField):
    """For texts about the dossier; no passcode is sent there."""

    def parse(self, raw: str) -> Phone:
        try:
            return super().parse(raw)
        except LandlinePhone as no:
            raise ContactNotMobile from no


class Reception(FilerFields, Form):
    """Each component has the boxes how_n, originals_n, certified_n, copies_n, file_n and kept_n."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    owner_name = PersonNameField(label="Họ và tên chủ hồ sơ", help_text="Viết đúng như trên giấy tờ, có dấu.")
    #: Stands in the place of ``owner_name`` for an organisation; later the portal says the name.
    organisation_name = PlainTextField(
        label="Tên tổ chức", max_length=200, help_text="Viết đúng như trên giấy chứng nhận đăng ký."
    )
    phone = ContactPhoneField(label="Số điện thoại liên hệ", required=False)
    email = EmailField(label="Email liên hệ", required=False)
    result_wanted = forms.ChoiceField(
        label="Nhận kết quả",
        choices=ResultWanted.choices,
        initial=ResultWanted.AT_DESK.value,
        widget=forms.RadioSelect,
    )
    address = PlainTextField(
        label="Địa chỉ nhận kết quả",
        max_length=300,
        required=False,
        help_text="Cần khi nhận qua bưu chính công ích.",
    )
    note = PlainTextField(label="Ghi chú", max_length=1000, lines=True, required=False)
    consent = forms.BooleanField(
        label="Chủ hồ sơ đồng ý cho sử dụng giấy tờ trong Kho dữ liệu của mình cho hồ sơ này", required=False
    )
    private_matter = forms.BooleanField(label="Việc riêng của cán bộ: không nộp thay cho người khác")

    def __init__(self, about: About, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        self._organisation_name = self.fields.pop("organisation_name")
        self.offers: Offers | None = None
        self.kept: dict[int, KeptFile] = {}
        if not about.owner_typed:
            del self.fields["owner_name"]
        elif about.organisation:
            self.fields["owner_name"] = self._organisation_name
            self.order_fields(["key", "owner_name"])
        if not about.owner_is_staff:
            del self.fields["private_matter"]
        self._consent = self.fields.pop("consent")
        for component in about.components:
            self._add(component)
        if not self.is_bound or any(str(value).startswith(_FROM_VAULT) for value in self.data.values()):
            self.offer()
        self.ask_standing(about.process.procedure, organisation=about.organisation)
        for name in ("phone", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["note"].widget.attrs["rows"] = 2
        if not self.is_bound:
            self.initial.setdefault("key", uuid.uuid4())
            self._begin_here()

    def _begin_here(self) -> None:
        names = ["owner_name"] + [f"how_{component.order}" for component in self.about.components]
        first = next((name for name in names if name in self.fields), "phone")
        self.fields[first].widget.attrs["autofocus"] = True

    def _add(self, component: "Component") -> None:
        nth = component.order
        boxes = {
            f"how_{nth}": _way(component),
            f"file_{nth}": UploadField(label="Bản quét (doc, docx, pdf; tối đa 5 MB)", required=False),
            f"kept_{nth}": forms.CharField(required=False, widget=forms.HiddenInput, max_length=200),
        }
        for count, words in _COUNTS.items():
            boxes[f"{count}_{nth}"] = _count(words, getattr(component, count))
        for name, box in boxes.items():
            box.widget.attrs["class"] = "form-select" if name.startswith("how_") else "form-control"
            self.fields[name] = box

    def offer(self) -> None:
        """Ask the owner's vault, once for a page that is drawn: the owner sees every time it was asked."""
        if self.offers is not None:
            return
        self.offers = self.about.ask_vault()
        for component in self.about.components:
            how = cast(forms.ChoiceField, self.fields[f"how_{component.order}"])
            how.choices = _ways(component, self._vault_ways(component))
            if component.necessity == Necessity.REQUIRED and (one := self._surely(component)) is not None:
                how.initial = f"{_FROM_VAULT}{one.paper_id}"
        if any(paper.validity == PaperValidity.VALID for paper in self.offers.papers):
            self.fields["consent"] = self._consent

    def _vault_ways(self, component: "Component") -> list[tuple[str, str]]:
        return [
            (f"{_FROM_VAULT}{paper.paper_id}", f"Lấy từ Kho dữ liệu: {paper.name}{_whose(paper)}")
            for paper in self.offered(component)
            if paper.validity == PaperValidity.VALID
        ]

    def _surely(self, component: "Component") -> OfferedPaper | None:
        """The valid paper to begin with: the owner's own. Whose child comes today, the officer says."""
        valid = [paper for paper in self.offered(component) if paper.validity == PaperValidity.VALID]
        own = [paper for paper in valid if not paper.held_for_masked]
        return max(own, key=lambda paper: paper.valid_until or date.max, default=None)

    def offered(self, component: "Component") -> list[OfferedPaper]:
        """What the owner's vault has for this component."""
        papers = self.offers.papers if self.offers and not component.not_reused else ()
        return [paper for paper in papers if paper.type_code == component.type_code]

    @property
    def lines(self) -> list[Line]:
        """The checklist, for the page."""
        return [
            Line(
                component.name,
                {
                    name: self[f"{name}_{component.order}"]
                    for name in ("how", "originals", "certified", "copies", "file", "kept")
                },
                *self._vault_words(component),
                self.kept.get(component.order),
            )
            for component in self.about.components
        ]

    def _vault_words(self, component: "Component") -> tuple[str, str]:
        if component.not_reused:
            return NOT_REUSED_WORDS, "neutral"
        papers = self.offered(component)
        valid = [paper for paper in papers if paper.validity == PaperValidity.VALID]
        if len(valid) > 1:
            whose = "; ".join(paper.held_for_masked or "chủ hồ sơ" for paper in valid)
            return f"Kho dữ liệu: đã có, hợp lệ, của {len(valid)} người ({whose})", "success"
        if valid:
            until = f" đến {valid[0].valid_until:%d/%m/%Y}" if valid[0].valid_until else ", không thời hạn"
            return f"Kho dữ liệu: đã có, hợp lệ{until}{_whose(valid[0])}", "success"
        if papers:
            over = max((paper.valid_until for paper in papers if paper.valid_until), default=None)
            since = f", có giá trị đến {over:%d/%m/%Y}" if over else ""
            return f"Kho dữ liệu: hết hạn{since}; đề nghị nộp bản khác", "warning"
        return (
            ("", "")
            if self.about.owner_typed or self.about.exception
            else ("Kho dữ liệu: chưa có", "neutral")
        )

    def remember(self, order: int, kept: KeptFile) -> None:
        """A file that was accepted stays with the form, whatever else has to be put right."""
        self.kept[order] = kept
        again = QueryDict(mutable=True)
        again.update(self.data)
        again[f"kept_{order}"] = kept.token
        again[f"how_{order}"] = self.cleaned_data[f"how_{order}"] = How.UPLOADED.value
        self.data = again

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for component in self.about.components:
            self._clean_paper(given, component)
        self.clean_filer(given)
        if given.get("result_wanted") == ResultWanted.POST and not given.get("address"):
            self.add_error("address", "Đề nghị ông/bà nhập địa chỉ nhận kết quả qua bưu chính.")
        borrowed = any(
            self._borrowed(given, component.order) and not given.get(f"file_{component.order}")
            for component in self.about.components
        )
        if borrowed and not given.get("consent"):
            self.add_error(
                "consent" if "consent" in self.fields else None,
                "Đề nghị hỏi và đánh dấu sự đồng ý của chủ hồ sơ trước khi lấy giấy tờ từ Kho dữ liệu.",
            )
        return given

    def _clean_paper(self, given: dict[str, Any], component: "Component") -> None:
        """Choosing a file is choosing the scan; numbers left empty beside “Bản giấy” are the catalogue's."""
        nth = component.order
        if f"file_{nth}" in self.files and not self.data.get(f"how_{nth}"):
            self.errors.pop(f"how_{nth}", None)
            given[f"how_{nth}"] = How.UPLOADED.value
        boxes = {f"{name}_{nth}": getattr(component, name) for name in _COUNTS}
        scanned = f"file_{nth}" in self.files
        if given.get(f"how_{nth}") != How.PAPER or scanned or any(box in self.errors for box in boxes):
            return
        if all(given.get(box) is None for box in boxes):
            given.update(boxes)
        if not any(given[box] for box in boxes):
            self.add_error(f"originals_{nth}", "Đề nghị ông/bà nhập số bản giấy đã nhận.")

    def require_files(self) -> None:
        """“Tải lên bản quét” without a file is said beside the box; called when all files were looked at."""
        for component in self.about.components:
            nth = component.order
            uploaded = self.cleaned_data.get(f"how_{nth}") == How.UPLOADED.value
            if uploaded and nth not in self.kept and f"file_{nth}" not in self.errors:
                self.add_error(f"file_{nth}", "Đề nghị ông/bà chọn tệp bản quét của thành phần này.")

    @property
    def typed_owner(self) -> str:
        """The owner's name where the officer types it: of a person, or of an organisation."""
        return str(getattr(self.cleaned_data["owner_name"], "value", self.cleaned_data["owner_name"]))

    def submission(self) -> Submission:
        """The values, for the desk."""
        given, process = self.cleaned_data, self.about.process
        return Submission(
            key=given["key"],
            procedure_code=process.procedure.code,
            process_id=process.pk,
            papers=[self._paper(component.order) for component in self.about.components],
            filer=self.filer(),
            person=self.person(),
            right=self.right(),
            representative=given.get("representative"),
            contact=Contact(given["phone"], given["email"], given["address"]),
            private_matter=bool(given.get("private_matter")),
            result_wanted=ResultWanted(given["result_wanted"]),
            note=given["note"],
        )

    def _paper(self, nth: int) -> HandedIn:
        given = self.cleaned_data
        if paper_id := self._borrowed(given, nth):
            return HandedIn(order=nth, how=How.VAULT, vault_paper_id=paper_id)
        how = How(given[f"how_{nth}"])
        counted = how in {How.PAPER, How.UPLOADED}
        originals, certified, copies = (
            (given[f"{name}_{nth}"] or 0) if counted else 0 for name in ("originals", "certified", "copies")
        )
        return HandedIn(
            order=nth,
            how=how,
            originals=originals,
            certified=certified,
            copies=copies,
            file=self.kept[nth].stored if how == How.UPLOADED else None,
        )

    @staticmethod
    def _borrowed(given: Mapping[str, Any], nth: int) -> str:
        how = str(given.get(f"how_{nth}", ""))
        return how.removeprefix(_FROM_VAULT) if how.startswith(_FROM_VAULT) else ""


def _way(component: "Component") -> forms.ChoiceField:
    """Nothing is handed in until the officer says how; what only some have to bring begins as not brought."""
    necessary = component.necessity == Necessity.REQUIRED
    asked = f"Đề nghị ông/bà chọn cách nộp của thành phần {component.order}."
    box = forms.ChoiceField(
        label="Cách nộp",
        choices=_ways(component, []),
        initial="" if necessary else How.NONE.value,
        error_messages={"required": asked, "invalid_choice": asked},
    )
    box.widget.attrs["aria-required"] = "true"
    box.widget.attrs["data-usual"] = (How.SHOWN if component.shown_only else How.PAPER).value
    return box


def _ways(component: "Component", of_vault: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """A dossier that lacks a necessary component is not received: there is no way to leave one out."""
    if component.necessity == Necessity.REQUIRED:
        return [_UNCHOSEN, *of_vault, *_WAYS]
    return [_NOTHING, *of_vault, *_WAYS]


def _whose(paper: OfferedPaper) -> str:
    return f" (của {paper.held_for_masked})" if paper.held_for_masked else ""


def _count(words: str, usual: int) -> forms.IntegerField:
    wrong = "Đề nghị ông/bà nhập một số từ 0 đến 999."
    return forms.IntegerField(
        label=words,
        required=False,
        min_value=0,
        max_value=999,
        widget=forms.NumberInput(attrs={"data-usual": usual}),
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )
