"""Gỡ liên kết VNeID: asked before the owner, agreed by a second officer."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import vneid_links
from motcua.kernel.authority import Power
from motcua.kernel.person_name import PersonName
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.forms_base import CitizenIdField, Form, PlainTextField
from motcua.web.office import standing
from motcua.web.office.paging import page_asked_for

_TITLE: Final = "Gỡ liên kết VNeID"
_FIELD_OF: Final = {
    "no_vneid_link": "citizen_id",
    "too_many_attempts": "citizen_id",
    "unlink_already_asked": "citizen_id",
    "unlink_for_oneself": "citizen_id",
    "unlink_reason_wanted": "reason",
}


class Search(forms.Form):
    """Nobody's data: stands in the address."""

    tt = forms.ChoiceField(
        label="Trạng thái",
        required=False,
        choices=[("", "Tất cả"), ("waiting", "Chờ duyệt"), ("ended", "Đã gỡ"), ("dropped", "Đã dừng")],
    )
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[("", "Mới nhất trước"), ("cu", "Cũ nhất trước")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


class Asked(Form):
    """The owner stands at the desk with the card."""

    citizen_id = CitizenIdField(label="Số CMND/CCCD của tài khoản", help_text="Có thể quét mã QR trên thẻ.")
    reason = PlainTextField(label="Lý do", max_length=300, lines=True, help_text="Ghi rõ giấy tờ đã xem.")


@officer(Power.OPEN_ACCOUNT)
@stepped_up(when=lambda request: request.method == "POST")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """What waits for a second officer and what was taken away, and the form to ask."""
    form, search = Asked(request.POST or None), Search(request.GET)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            vneid_links.ask(
                authority=request.authority,
                number=form.cleaned_data["citizen_id"],
                reason=form.cleaned_data["reason"],
            )
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            return redirect(f"{reverse('office:vneid_links')}?da=go-vneid")
    given = search.cleaned_data if search.is_valid() else {}
    page = vneid_links.listing(
        request.authority,
        state=given.get("tt", ""),
        oldest_first=given.get("xep") == "cu",
        page=page_asked_for(request),
    )
    who = [(row.asked_by, row.ended_by, row.dropped_asked_by) for row in page.rows]
    names = staff.officers_by_subject([subject for each in who for subject in each if subject])
    facts = {
        **standing.page(request, "vneid_links", (_TITLE, "")),
        "form": form,
        "search": search,
        "filtered": bool(given.get("tt")),
        "lines": [_line(request, row, names) for row in page.rows],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
    }
    return render(request, "office/go_vneid.html", facts, status=status)


@officer(Power.OPEN_ACCOUNT)
@stepped_up()
@require_POST
def decide(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Duyệt gỡ liên kết”, “Không duyệt”, or one's own taken back."""
    match request.POST.get("act"):
        case "approve":
            vneid_links.approve(authority=request.authority, link_id=public_id)
            said = "go-vneid-duyet"
        case "decline":
            vneid_links.decline(authority=request.authority, link_id=public_id)
            said = "go-vneid-thoi"
        case _:
            raise NotFound
    return redirect(f"{reverse('office:vneid_links')}?da={said}")


def _line(request: OfficerRequest, row: Any, names: dict[str, Any]) -> dict[str, Any]:
    tag, words = _standing(row)
    return {
        "row": row,
        "owner": PersonName.parse((row.account.merged_into or row.account).person.full_name).masked,
        "asker": _name(names, row.asked_by),
        "ender": _name(names, row.ended_by),
        "mine": row.asked_by == request.authority.subject,
        "tag": tag,
        "words": words,
        "dropped": row.get_dropped_how_display() if row.dropped_how else "",
        "dropped_asker": _name(names, row.dropped_asked_by),
    }


def _standing(row: Any) -> tuple[str, str]:
    """(colour, words) of the tag."""
    if row.ended_at:
        return "neutral", "Đã gỡ"
    if row.asked_by:
        return "warning", "Chờ duyệt"
    return "error" if row.dropped_how == "OWNER" else "neutral", row.get_dropped_how_display()


def _name(names: dict[str, Any], subject: str) -> str:
    return names[subject].full_name if subject in names else ""
