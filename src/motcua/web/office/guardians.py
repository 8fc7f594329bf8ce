"""Người giữ tài khoản: an officer writes down, or takes back, that an account's phone is a parent's or guardian's."""

from typing import Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from motcua.accounts import assisted_reading, guardian_writing, guardianships
from motcua.accounts.assisted_reading import AssistedAccount
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import standing

_TITLE: Final = "Người giữ tài khoản"
_FIELD_OF: Final = {"guardianship_reason_wanted": "reason"}


class TakenBack(Form):
    """Why what is written is wrong."""

    reason = PlainTextField(
        label="Lý do", max_length=guardian_writing.LONGEST, lines=True, help_text="Ghi rõ giấy tờ đã xem."
    )


class Written(TakenBack):
    """Whose phone it is, and how the officer knows."""

    kind = forms.ChoiceField(
        label="Người dùng số này", choices=[("", "Chọn"), *guardianships.Kind.choices], required=True
    )
    field_order = ("kind", "reason")


@officer(Power.OPEN_ACCOUNT)
@stepped_up(when=lambda request: request.method == "POST")
@require_http_methods(["GET", "POST"])
def page(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Ghi người giữ tài khoản”, or “Bỏ ghi người giữ” where one is written."""
    authority, found = standing.at_any_unit(
        request.authority, lambda one: assisted_reading.assisted_account(one, public_id)
    )
    taking_back = request.POST.get("act") == "take-back" if request.method == "POST" else bool(found.guardian)
    form = (TakenBack if taking_back else Written)(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            if taking_back:
                guardian_writing.take_back(
                    authority=authority, account=found.account, reason=form.cleaned_data["reason"]
                )
            else:
                guardian_writing.write_down(
                    authority=authority,
                    account=found.account,
                    kind=form.cleaned_data["kind"],
                    reason=form.cleaned_data["reason"],
                )
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            said = "nguoi-giu-bo" if taking_back else "nguoi-giu"
            return redirect(f"{_address(public_id)}?da={said}")
    crumbs = (
        ("Danh sách tài khoản", reverse("office:accounts")),
        ("Xem", _address(public_id)),
        (_TITLE, ""),
    )
    facts = {
        **standing.page(request, "citizen_accounts", *crumbs),
        "form": form,
        "taking_back": taking_back,
        "facts": [
            ("Tên công dân", found.full_name),
            ("CMND/CCCD", found.number_masked),
            ("Số điện thoại", found.phone_masked),
            (_TITLE, words_of(found)),
        ],
        "back": _address(public_id),
    }
    return render(request, "office/nguoi_giu.html", facts, status=status)


def words_of(found: AssistedAccount) -> str:
    """Who holds the account and until when, or that its owner does."""
    held = found.guardian
    if held is None:
        return "Chính chủ tài khoản"
    day = f"{held.ends_on:%d/%m/%Y}" if held.ends_on else ""
    return f"{held.get_kind_display()}, đến trước ngày {day} (đủ 18 tuổi)"


def _address(public_id: UUID) -> str:
    return reverse("office:account", kwargs={"public_id": public_id})
