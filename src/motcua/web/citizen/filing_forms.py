"""Hồ sơ trực tuyến: the boxes of one draft, and the values that come out of them when it is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict

from motcua.desk.catalogue_words import Necessity
from motcua.desk.filing_drafts import Attached, Draft
from motcua.desk.filing_sending import Chosen, Filing
from motcua.desk.ports import OfferedPaper, PaperValidity
from motcua.desk.relations import Kind
from motcua.desk.submission import Contact
from motcua.desk.words import How, ResultWanted
from motcua.web.filer_fields import BOXES, FilerFields
from motcua.web.forms_base import (
    Form,
    PhoneField,
    PlainTextField,
    UploadField,
)

if TYPE_CHECKING:
    from motcua.desk.models import Component

_FROM_VAULT = "VAULT:"
_UPLOAD = (How.UPLOADED.value, "Tải tệp lên")
_SHOW = (How.SHOWN.value, "Mang bản giấy, xuất trình khi nhận kết quả")
_NOTHING = (How.NONE.value, "Không nộp (không thuộc trường hợp phải nộp)")
#: Said anew each time it is sent, so never kept with the draft.
_NOT_KEPT = frozenset({"pledge", "consent", "private_matter", "version"})
_LONGEST = 2000

Offers = Callable[[], Sequence[OfferedPaper] | None]


class ProcedureSearch(Form):
    words = PlainTextField(
        label="Tên thủ tục", max_length=100, required=False, help_text="Gõ có dấu hoặc không dấu đều được."
    )


class PlaceChosen(Form):
    """Where it is filed; the only desk is chosen without asking."""

    unit = forms.ChoiceField(label="Nơi tiếp nhận và giải quyết")

    def __init__(self, places: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["unit"])
        several = len(places) > 1
        field.choices = [("", "Chọn nơi tiếp nhận"), *places] if several else list(places)


@dataclass(frozen=True, slots=True)
class Line:
    """One component as the page draws it."""

    component: "Component"
    how: forms.BoundField
    #: None: only shown at the desk.
    file: forms.BoundField | None
    attached: Attached | None
    vault_words: str
    vault_kind: str
    required: bool


class Filled(FilerFields, Form):
    """Each component has the boxes how_n and file_n. ``ask_vault`` is called for a page, not for a saving."""

    version = forms.IntegerField(widget=forms.HiddenInput)
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
    phone = PhoneField(
        label="Số điện thoại liên hệ", required=False, help_text="Nếu khác số điện thoại của tài khoản."
    )
    note = PlainTextField(label="Nội dung đề nghị, ghi chú", max_length=1000, lines=True, required=False)
    consent = forms.BooleanField(
        label="Tôi đồng ý cho nơi tiếp nhận dùng giấy tờ đã chọn trong Kho dữ liệu của tôi cho hồ sơ này. "
        "Tôi có thể rút lại sự đồng ý này tại trang Kho dữ liệu.",
        required=False,
    )
    private_matter = forms.BooleanField(label="Đây là việc riêng của tôi, không nộp thay cho người khác")
    pledge = forms.BooleanField(
        label="Tôi cam đoan nội dung khai và giấy tờ kèm theo là đúng sự thật và chịu trách nhiệm trước pháp luật"
    )

    def __init__(self, draft: Draft, ask_vault: Offers, staff: bool, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", dict(draft.typed))
        super().__init__(*args, **kwargs)
        self.draft, self._ask_vault = draft, ask_vault
        self.attached = dict(draft.files)
        self.offers: Sequence[OfferedPaper] | None = ()
        self._asked = False
        self.initial["version"] = draft.about.procedure.pk
        self._drop_what_is_not_asked(staff)
        for component in draft.about.components:
            self._add(component)
        # As the page has them: papers first, the pledge last, so that the summary of mistakes goes down the page.
        papers = [name for name in self.fields if name.startswith(("how_", "file_"))]
        self.order_fields([*papers, *(name for name in self.fields if name not in papers)])
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.fields["note"].widget.attrs["rows"] = 3
        if not self.is_bound or any(str(v).startswith(_FROM_VAULT) for v in self.data.values()):
            self.ask()

    def _drop_what_is_not_asked(self, staff: bool) -> None:
        if not staff:
            del self.fields["private_matter"]
        others = not staff and self.draft.about.for_others
        for name in (
            "filer_name",
            "right_until",
            "representative",
            *(() if others else ("standing", *BOXES)),
        ):
            self.fields.pop(name, None)
        if others:
            self.ask_standing(self.draft.about.procedure, without=frozenset({Kind.AUTHORISED}))

    def _add(self, component: "Component") -> None:
        nth = component.order
        ways = [_SHOW] if component.shown_only else [_UPLOAD, _SHOW]
        if component.necessity != Necessity.REQUIRED:
            ways.append(_NOTHING)
        first = _NOTHING if component.necessity != Necessity.REQUIRED else ways[0]
        how = forms.ChoiceField(label="Cách nộp", choices=ways, initial=first[0])
        how.widget.attrs["class"] = "form-select"
        file = UploadField(label="Tệp (doc, docx, pdf; tối đa 5 MB)", required=False)
        file.widget.attrs["class"] = "form-control"
        self.fields[f"how_{nth}"] = how
        if not component.shown_only:  # what is only shown at the desk has no file
            self.fields[f"file_{nth}"] = file

    def ask(self) -> None:
        """What the own vault has; once for a page."""
        if self._asked:
            return
        self._asked = True
        self.offers = self._ask_vault()
        for component in self.draft.about.components:
            how = cast(forms.ChoiceField, self.fields[f"how_{component.order}"])
            valid = [p for p in self._offered(component) if p.validity == PaperValidity.VALID]
            papers = [
                (f"{_FROM_VAULT}{p.paper_id}", f"Lấy từ Kho dữ liệu: {p.name}{_whose(p)}") for p in valid
            ]
            how.choices = [*papers, *self._silent_choice(component), *cast(list[Any], how.choices)]
            own = [p for p in valid if not p.held_for_masked]
            if own and component.order not in self.attached:
                how.initial = f"{_FROM_VAULT}{own[0].paper_id}"

    def _silent_choice(self, component: "Component") -> list[tuple[str, str]]:
        """A choice that was saved stays one while the vault does not answer."""
        saved = str(self.initial.get(f"how_{component.order}", ""))
        if self.offers is None and saved.startswith(_FROM_VAULT):
            return [(saved, "Lấy từ Kho dữ liệu (Kho dữ liệu chưa trả lời)")]
        return []

    def _offered(self, component: "Component") -> list[OfferedPaper]:
        if component.not_reused:
            return []
        return [p for p in self.offers or () if component.type_code and p.type_code == component.type_code]

    @property
    def borrows(self) -> bool:
        """Whether the vault has anything to choose: then consent is asked."""
        return self.offers is None or any(p.validity == PaperValidity.VALID for p in self.offers)

    @property
    def lines(self) -> list[Line]:
        """The checklist, for the page."""
        return [
            Line(
                component,
                self[f"how_{component.order}"],
                None if component.shown_only else self[f"file_{component.order}"],
                self.attached.get(component.order),
                *self._vault_words(component),
                component.necessity == Necessity.REQUIRED,
            )
            for component in self.draft.about.components
        ]

    def _vault_words(self, component: "Component") -> tuple[str, str]:
        if component.not_reused:
            return "Nộp mới cho mỗi hồ sơ, không lấy từ Kho dữ liệu", "neutral"
        if self.offers is None:
            return "", ""
        papers = self._offered(component)
        valid = [paper for paper in papers if paper.validity == PaperValidity.VALID]
        if valid:
            until = f" đến {valid[0].valid_until:%d/%m/%Y}" if valid[0].valid_until else ", không thời hạn"
            return f"Kho dữ liệu: đã có, hợp lệ{until}", "success"
        if papers:
            return "Kho dữ liệu: hết hạn; đề nghị nộp bản khác", "warning"
        return "Kho dữ liệu: chưa có", "neutral"

    def typed(self) -> dict[str, str]:
        """What stands in the boxes, right or wrong."""
        names = [name for name in self.fields if name not in _NOT_KEPT and not name.startswith("file_")]
        return {name: str(self.data.get(name, ""))[:_LONGEST] for name in names if self.data.get(name)}

    def remember(self, order: int, attached: Attached) -> None:
        """A file that was accepted stays with the draft, whatever else has to be put right."""
        self.attached[order] = attached
        self._choose(order, How.UPLOADED.value)

    def _choose(self, order: int, how: str) -> None:
        again = QueryDict(mutable=True)
        again.update(self.data)
        again[f"how_{order}"] = how
        self.data = again
        self.cleaned_data[f"how_{order}"] = how

    def only_errors_of_files(self) -> bool:
        """For a saving: nothing but a file can be wrong with a draft."""
        errors = self.errors
        for name in [name for name in errors if not name.startswith("file_")]:
            del errors[name]
        return bool(errors)

    def require_whole(self) -> None:
        """What sending asks for beyond each box alone; called when all files were looked at."""
        given = self.cleaned_data
        for component in self.draft.about.components:
            nth = component.order
            uploaded = given.get(f"how_{nth}") == How.UPLOADED.value
            if uploaded and nth not in self.attached and f"file_{nth}" not in self.errors:
                self.add_error(
                    f"file_{nth}", f"Đề nghị ông/bà chọn tệp của thành phần {nth}, hoặc đổi cách nộp."
                )
        if given.get("result_wanted") == ResultWanted.POST and not given.get("address"):
            self.add_error("address", "Đề nghị ông/bà nhập địa chỉ nhận kết quả qua bưu chính.")
        if "standing" in self.fields:
            self.clean_filer(given)
        borrowed = any(str(given.get(f"how_{c.order}", "")).startswith(_FROM_VAULT) for c in self._components)
        if borrowed and not given.get("consent"):
            self.add_error(
                "consent", "Đề nghị ông/bà đánh dấu đồng ý trước khi dùng giấy tờ trong Kho dữ liệu."
            )

    @property
    def _components(self) -> "Sequence[Component]":
        return self.draft.about.components

    def filing(self) -> Filing:
        """The values, for the desk."""
        given = self.cleaned_data
        return Filing(
            papers=[self._chosen(given, component.order) for component in self._components],
            version=given["version"],
            person=self.person(),
            right=self.right(),
            contact=Contact(given["phone"], "", given["address"]),
            result_wanted=ResultWanted(given["result_wanted"]),
            note=given["note"],
            private_matter=bool(given.get("private_matter")),
            consent=bool(given.get("consent")),
        )

    @staticmethod
    def _chosen(given: Mapping[str, Any], nth: int) -> Chosen:
        how = str(given[f"how_{nth}"])
        if how.startswith(_FROM_VAULT):
            return Chosen(nth, How.VAULT, how.removeprefix(_FROM_VAULT))
        return Chosen(nth, How(how))


class Withdrawal(Form):
    reason = PlainTextField(
        label="Lý do rút hồ sơ", max_length=1000, lines=True, help_text="Cơ quan giải quyết đọc nội dung này."
    )


class Stars(Form):
    """Mức độ hài lòng, một đến năm sao."""

    stars = forms.TypedChoiceField(
        label="Mức độ hài lòng",
        coerce=int,
        choices=[
            ("5", "5 sao – Rất hài lòng"),
            ("4", "4 sao – Hài lòng"),
            ("3", "3 sao – Bình thường"),
            ("2", "2 sao – Không hài lòng"),
            ("1", "1 sao – Rất không hài lòng"),
        ],
        widget=forms.RadioSelect,
    )
    words = PlainTextField(label="Ý kiến của ông/bà", max_length=1000, lines=True, required=False)


class Supplement(Form):
    """A file for each line of form 02: file_n, and kept_n for one that was taken already."""

    def __init__(self, asked: Sequence[Mapping[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.kept_names: dict[int, str] = {}
        for nth, line in enumerate(asked):
            file = UploadField(label=line["name"], required=False, help_text=line.get("what", ""))
            file.widget.attrs["class"] = "form-control"
            self.fields[f"file_{nth}"] = file
            self.fields[f"kept_{nth}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, max_length=200
            )

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField, str]]:
        """For the page: the file's box, its hidden ticket, the name of what is kept."""
        return [
            (self[f"file_{n}"], self[f"kept_{n}"], self.kept_names.get(n, "")) for n in range(len(self.asked))
        ]

    def remember(self, nth: int, token: str, name: str) -> None:
        """A file that was accepted stays with the form."""
        again = QueryDict(mutable=True)
        again.update(self.data)
        again[f"kept_{nth}"] = token
        self.data = again
        self.kept_names[nth] = name


def _whose(paper: OfferedPaper) -> str:
    return f" (của {paper.held_for_masked})" if paper.held_for_masked else ""
