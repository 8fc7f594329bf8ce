"""Tiếp nhận theo lớp: the boxes of a list, of one line, and of the papers a class hands in."""

import uuid
from collections.abc import Sequence
from dataclasses import fields as columns_of
from typing import TYPE_CHECKING, Any

from django import forms

from motcua.desk import group_reception_lists as lists
from motcua.desk.catalogue_words import Necessity
from motcua.desk.group_reception_lists import Line
from motcua.desk.submission import HandedIn
from motcua.desk.words import How, ResultWanted
from motcua.kernel.refusal import Refusal
from motcua.web.counter.forms import Choice
from motcua.web.forms_base import Form, PlainTextField, UploadField

if TYPE_CHECKING:
    from motcua.desk.models import Component

_LONGEST_LIST = 20_000
_WRONG_COUNT = "Đề nghị ông/bà nhập một số từ 0 đến 999."
_COUNTS = {"originals": "Bản chính", "certified": "Chứng thực", "copies": "Bản photo"}
_WAYS = [("", "Chọn cách nộp"), (How.PAPER.value, "Bản giấy"), (How.SHOWN.value, "Xuất trình")]
_NOT_YET = (How.NONE.value, "Không nộp")
_BOXES = {
    "number": ("Số định danh của học sinh", 20),
    "name": ("Họ và tên học sinh", 100),
    "born": ("Ngày sinh", 10),
    "parent": ("Số định danh của cha, mẹ, người giám hộ", 20),
    "relation": ("Quan hệ (mẹ, cha, người giám hộ)", 20),
    "proof_number": ("Số giấy khai sinh, trích lục giám hộ", 60),
    "proof_on": ("Ngày cấp giấy đó", 10),
    "parent_name": ("Họ và tên cha, mẹ, người giám hộ (để đối chiếu)", 100),
}


class Begin(Choice):
    """The class, the procedure, and the list: pasted or as a file."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    label = PlainTextField(
        label="Lớp, trường", max_length=120, help_text="Ví dụ: Lớp 9A1, Trường THCS Trần Hưng Đạo."
    )
    pasted = forms.CharField(
        label="Danh sách học sinh",
        required=False,
        strip=False,
        max_length=_LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text="Mỗi học sinh một dòng, dán thẳng từ Excel hoặc ngăn các ô bằng dấu chấm phẩy.",
        error_messages={
            "max_length": "Danh sách quá dài. Đề nghị ông/bà chia thành từng lớp, tối đa 60 học sinh."
        },
    )
    file = UploadField(label="Hoặc tệp Excel (.xlsx)", endings=(".xlsx",), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].widget.attrs.pop("autofocus", None)
        self.fields["label"].widget.attrs["autofocus"] = True
        for name in ("label", "pasted", "file"):
            self.fields[name].widget.attrs.setdefault("class", "form-control")

    def lines(self) -> list[Line]:
        """The list, from the file where one was chosen; what is wrong with it is said beside its box."""
        given = self.cleaned_data.get("file")
        try:
            return lists.uploaded(given.read()) if given else lists.pasted(self.cleaned_data["pasted"])
        except Refusal as no:
            self.refuse(no, "file" if given else "pasted")
            return []


class OneLine(Form):
    """A line to be put right, as it was typed; what is wrong with it the desk says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (words, longest) in _BOXES.items():
            self.fields[name] = PlainTextField(label=words, max_length=longest, required=False)
            self.fields[name].widget.attrs |= {"class": "form-control", "autocomplete": "off"}

    @staticmethod
    def typed(line: Line) -> dict[str, str]:
        """For the boxes."""
        return {column.name: getattr(line, column.name) for column in columns_of(line)}

    def line(self) -> Line:
        """What stands in them."""
        return Line(**{name: self.cleaned_data[name] for name in _BOXES})


class Papers(Form):
    """How each component is handed in: nothing is chosen beforehand, the numbers are the catalogue's."""

    result_wanted = forms.ChoiceField(
        label="Nhận kết quả",
        choices=[(way.value, str(way.label)) for way in (ResultWanted.AT_DESK, ResultWanted.ONLINE)],
        initial=ResultWanted.AT_DESK.value,
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        components: "Sequence[Component]",
        *args: Any,
        chosen: Sequence[HandedIn] = (),
        of_class: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not of_class:
            del self.fields["result_wanted"]
        self.components = components
        before = {paper.order: paper for paper in chosen}
        for component in components:
            self._add(component, before.get(component.order))

    def _add(self, component: "Component", before: HandedIn | None) -> None:
        nth = component.order
        ways = [*_WAYS] if component.necessity == Necessity.REQUIRED else [*_WAYS, _NOT_YET]
        asked = f"Đề nghị ông/bà chọn cách nộp của thành phần {nth}."
        how = forms.ChoiceField(
            label="Cách nộp",
            choices=ways,
            initial=before.how.value if before else "",
            error_messages={"required": asked, "invalid_choice": asked},
        )
        how.widget.attrs["class"] = "form-select"
        self.fields[f"how_{nth}"] = how
        for name, words in _COUNTS.items():
            self.fields[f"{name}_{nth}"] = box = forms.IntegerField(
                label=words,
                required=False,
                min_value=0,
                max_value=999,
                initial=getattr(before or component, name),
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _WRONG_COUNT),
            )
            box.widget.attrs["class"] = "form-control"

    @property
    def lines(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The checklist, for the page."""
        return [
            (component.name, [self[f"{name}_{component.order}"] for name in ("how", *_COUNTS)])
            for component in self.components
        ]

    def papers(self) -> list[HandedIn]:
        """The values, for the desk."""
        return [self._paper(component.order) for component in self.components]

    def _paper(self, nth: int) -> HandedIn:
        how = How(self.cleaned_data[f"how_{nth}"])
        originals, certified, copies = (
            (self.cleaned_data[f"{name}_{nth}"] or 0) if how == How.PAPER else 0 for name in _COUNTS
        )
        return HandedIn(order=nth, how=how, originals=originals, certified=certified, copies=copies)
