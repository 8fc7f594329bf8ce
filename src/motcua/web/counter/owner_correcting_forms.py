"""The boxes for putting owners right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms

from motcua.desk.owner_corrections import LONGEST_REASON
from motcua.web.forms_base import CitizenIdOrTaxCodeField, Form, PlainTextField, UploadField

if TYPE_CHECKING:
    from motcua.desk.models import Dossier


class MisfiledSearch(Form):
    code = PlainTextField(label="Mã hồ sơ", max_length=40, required=False)
    name = PlainTextField(label="Tên chủ hồ sơ", max_length=120, required=False)
    private_too = forms.BooleanField(label="Cả hồ sơ đánh dấu việc riêng của cán bộ", required=False)


class CorrectionAsked(Form):
    """The base; a number box for each dossier is added."""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        boxes = [name for name in self.fields if name.startswith("number_")]
        for name in boxes:
            if not given.get(name) and not given.get("number") and name not in self.errors:
                self.add_error(name, "Đề nghị ông/bà nhập số của chủ hồ sơ đúng.")
        return given


def correction_asked(chosen: "Sequence[Dossier]") -> type[CorrectionAsked]:
    """A number for all, or one for each; one reason and one paper for all."""
    several = len(chosen) > 1
    boxes: dict[str, Any] = {
        f"number_{n}": CitizenIdOrTaxCodeField(
            label=f"Số CMND/CCCD của chủ hồ sơ đúng, hồ sơ {each.code}", required=False
        )
        for n, each in enumerate(chosen)
    }
    for box in boxes.values():
        box.widget.attrs |= {"spellcheck": "false"}
    for_all = CitizenIdOrTaxCodeField(
        label="Số CMND/CCCD của chủ hồ sơ đúng, dùng chung",
        required=False,
        help_text="Dùng cho những hồ sơ không ghi số riêng ở dưới.",
    )
    reason = PlainTextField(
        label="Lý do",
        max_length=LONGEST_REASON,
        lines=True,
        help_text="Vì sao hồ sơ ghi nhầm chủ, căn cứ nào cho thấy chủ đúng. Không ghi số định danh vào đây.",
    )
    evidence = UploadField(
        label="Tài liệu chứng minh",
        endings=(".pdf",),
        help_text="Một tệp PDF cho thấy ai là chủ đúng, ví dụ đơn của người nộp, danh sách của bộ phận một cửa."
        + (" Dùng chung cho các hồ sơ trong đề nghị này." if several else ""),
    )
    private_matter = forms.BooleanField(
        label="Việc riêng của cán bộ",
        required=False,
        help_text="Chỉ đánh dấu khi chủ hồ sơ đúng là cán bộ và đây là việc riêng của người đó.",
    )
    numbers = {"number": for_all, **boxes} if several else boxes
    fields = {**numbers, "reason": reason, "evidence": evidence}
    return type("CorrectionAskedForThese", (CorrectionAsked,), {**fields, "private_matter": private_matter})
