"""“Xem thông tin đầy đủ”: a whole number or phone on the page that answers, a scan as a download, by no address."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from motcua.accounts import assisted_reading
from motcua.accounts import revealing as reveals
from motcua.accounts.revealing import Revealed, What
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import standing
from motcua.web.responses import kept_file_response

_TITLE: Final = "Xem thông tin đầy đủ"
_WORDS: Final = {
    What.NUMBER: "Số CMND/CCCD",
    What.PHONE: "Số điện thoại",
    What.SCAN: "Bản quét CMND/CCCD (tải tệp)",
    What.SIGNED_PAPER: "Giấy đề nghị đã ký (tải tệp)",
}


class Asked(Form):
    """One thing at a time, and why."""

    what = forms.ChoiceField(
        label="Thông tin cần xem",
        choices=[("", "Chọn thông tin"), *((w.value, s) for w, s in _WORDS.items())],
    )
    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Ghi việc đang làm, ví dụ số hồ sơ hoặc đề nghị của công dân. Không ghi số giấy tờ.",
    )


@officer(Power.OPEN_ACCOUNT)
@stepped_up(when=lambda request: request.method == "POST")
@require_http_methods(["GET", "POST"])
def reveal(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The form, then what was asked for; the answer is the only place where it stands."""
    authority, found = standing.at_any_unit(
        request.authority, lambda one: assisted_reading.assisted_account(one, public_id)
    )
    form = Asked(request.POST or None)
    status = 422 if form.is_bound else 200
    shown: Revealed | None = None
    if form.is_valid():
        try:
            shown = reveals.reveal(
                authority=authority,
                public_id=public_id,
                what=What(form.cleaned_data["what"]),
                reason=form.cleaned_data["reason"],
            )
        except NotFound:
            raise
        except Refusal as no:
            form.refuse(no, "reason" if no.code == "inspection_reason_wanted" else None)
            status = no.status
        else:
            status = 200
    if shown is not None and shown.data:
        return kept_file_response(shown.data, shown.name, shown.kind)
    return render(request, "office/xem_day_du.html", _facts(request, found, form, shown), status=status)


def _facts(
    request: OfficerRequest, found: assisted_reading.AssistedAccount, form: Asked, shown: Revealed | None
) -> dict[str, Any]:
    back = reverse("office:account", args=[found.account.public_id])
    crumbs = (("Danh sách tài khoản", reverse("office:accounts")), ("Xem", back), (_TITLE, ""))
    return {
        **standing.page(request, "citizen_accounts", *crumbs),
        "form": form,
        "back": back,
        "facts": [
            ("Tên công dân", found.full_name),
            ("CMND/CCCD", found.number_masked),
            ("Số điện thoại", found.phone_masked),
        ],
        "shown": shown,
        "shown_words": _WORDS[shown.what] if shown else "",
    }
