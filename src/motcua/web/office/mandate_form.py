"""Biểu mẫu đề nghị ghi nhận người đại diện: one mandate, from the paper that was shown."""

from typing import Any, Final, cast

from django import forms
from django.utils import timezone

from motcua.accounts import mandate_requests
from motcua.web.day_field import DayField
from motcua.web.forms_base import CitizenIdField, Form, PlainTextField, UploadField
from motcua.web.outside import procedure_catalogue
from motcua.web.scope_words import OPENED_BY_ALL, OPENED_BY_SOME

ALL: Final = "ALL"
SOME: Final = "SOME"


class Granted(Form):
    """Nothing chosen is not everything: how far the mandate reaches is said."""

    representative = CitizenIdField(label="Số CMND/CCCD của người đại diện")
    basis = forms.ChoiceField(
        label="Căn cứ đại diện", choices=mandate_requests.Basis.choices, widget=forms.RadioSelect
    )
    proof = PlainTextField(
        label="Giấy tờ chứng minh",
        max_length=200,
        help_text="Ví dụ: Giấy chứng nhận đăng ký doanh nghiệp số …; Giấy ủy quyền số ….",
    )
    proof_on = DayField(label="Ngày cấp, ngày lập", required=True)
    valid_from = DayField(label="Có hiệu lực từ ngày", required=True)
    valid_to = DayField(
        label="Đến hết ngày", required=False, help_text="Bắt buộc khi đại diện theo ủy quyền."
    )
    reach = forms.ChoiceField(
        label="Phạm vi đại diện",
        choices=[(ALL, "Mọi thủ tục của tổ chức"), (SOME, "Chỉ một số thủ tục")],
        widget=forms.RadioSelect,
        help_text=f"{OPENED_BY_ALL} {OPENED_BY_SOME}",
    )
    scope = forms.MultipleChoiceField(
        label="Các thủ tục trong phạm vi", required=False, widget=forms.CheckboxSelectMultiple
    )
    codes = PlainTextField(
        label="Mã các thủ tục trong phạm vi, cách nhau bằng dấu phẩy",
        max_length=400,
        required=False,
        help_text="Danh mục thủ tục ở hệ thống một cửa của địa phương; ví dụ 1.005092.",
    )
    scan = UploadField(
        label="Bản quét giấy tờ",
        endings=(".pdf",),
        help_text="Một tệp PDF quét từ bản chính, không quá 5 MB. Người duyệt xem bản quét này.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = procedure_catalogue().for_organisations()
        del self.fields["scope" if known is None else "codes"]
        if known is not None:
            offered = [(code, f"{name} ({code})") for code, name in known.items()]
            cast(forms.MultipleChoiceField, self.fields["scope"]).choices = offered

    @property
    def procedures(self) -> Any:
        """The box of the procedures, whichever it is here."""
        return self["scope" if "scope" in self.fields else "codes"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("basis") == mandate_requests.Basis.AUTHORISED and not given.get("valid_to"):
            self.add_error("valid_to", "Đề nghị ghi ngày hết hiệu lực của việc ủy quyền.")
        if given.get("proof_on") and given["proof_on"] > timezone.localdate():
            self.add_error("proof_on", "Ngày cấp không thể sau hôm nay. Đề nghị xem lại trên giấy tờ.")
        chosen, box = self._chosen(), self.procedures.name
        if given.get("reach") == SOME and not chosen and box not in self.errors:
            self.add_error(box, "Đề nghị chọn ít nhất một thủ tục, hoặc chọn “Mọi thủ tục của tổ chức”.")
        if given.get("reach") == ALL and chosen:
            self.add_error(
                "reach",
                "Đã chọn thủ tục cụ thể. Đề nghị chọn “Chỉ một số thủ tục”, hoặc bỏ các thủ tục đã chọn.",
            )
        return given

    def granting(self) -> mandate_requests.Granting:
        given = self.cleaned_data
        return mandate_requests.Granting(
            representative=given["representative"],
            basis=given["basis"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            proof=given["proof"],
            proof_on=given["proof_on"],
            scope=self._chosen(),
        )

    def _chosen(self) -> list[str]:
        given = self.cleaned_data
        typed = str(given.get("codes") or "").split(",")
        return list(given.get("scope") or [code.strip() for code in typed if code.strip()])
