"""Hồ sơ: the unit's list, one dossier, its files and the papers that are printed again."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from motcua.desk import (
    acting_for_owner,
    borrowed_loans,
    catalogue,
    component_files,
    correcting,
    dossiers,
    misfiled,
    moving,
    name_doubts,
    next_actions,
    opinions,
    result_files,
    revealing,
    seeing,
    signatures,
    slips,
    submission,
    supplementing,
)
from motcua.desk.states import State
from motcua.kernel.authority import Power
from motcua.press import render as print_form
from motcua.units.letterheads import called
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter import acting, forms
from motcua.web.counter.notice import Notice
from motcua.web.outside import result_signer
from motcua.web.responses import file_response, kept_file_response

if TYPE_CHECKING:
    from motcua.desk.models import Dossier

PAGE = 20
_MOST_PAGES = 200
_READERS = tuple(sorted(dossiers.READERS))
_KINDS = {
    State.PROVISIONAL: "warning",
    State.NOT_ACCEPTED: "error",
    State.WITHDRAWN: "neutral",
    State.STOPPED: "error",
    State.SUPPLEMENT: "warning",
    State.DONE: "success",
    State.RETURNED: "success",
}


@officer(*_READERS)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """Newest first; a search and its further pages are posted. ``trang``: the cursors that led here."""
    procedures = catalogue.procedures_for(request.authority, on=timezone.localdate())
    asked = request.method == "POST"
    # The tab is a button of its own name, so that pressing it and searching are two things.
    place = request.POST.get("tab") or request.POST.get("place") or dossiers.usual_place(request.authority)
    form = forms.DossierSearch(
        procedures, {**request.POST.dict(), "place": place} if asked else {"place": place}
    )
    trail = [part for part in request.POST.get("trang", "").split("|") if part][-_MOST_PAGES:]
    facts: dict[str, object] = {
        "nav_here": "dossiers",
        "form": form,
        "asked": asked,
        "tabs": list(dossiers.places_of(request.authority).items()),
        "place": place,
    }
    if not form.is_valid():
        return render(request, "counter/danh_sach.html", facts, status=422)
    page = seeing.search(
        request.authority,
        form.search(),
        cursor=trail[-1] if trail else None,
        now=timezone.now(),
        limit=PAGE,
    )
    facts |= {
        "rows": [(dossier, kind_of(dossier.state)) for dossier in page.rows],
        "shown": len(page.rows),
        "back": "|".join(trail[:-1]) if trail else None,
        "onward": "|".join([*trail, page.next_cursor]) if page.next_cursor else None,
    }
    return render(request, "counter/danh_sach.html", facts)


@officer(*_READERS)
@require_GET
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One dossier: facts (the number masked), checklist, history, papers to print again."""
    dossier, whole = seeing.open_page(request.authority, public_id)
    if not whole:
        return _gone_on(request, dossier)
    if request.GET.get("da") == "ket-luan":
        request.notices = [_concluded(dossier)]  # type: ignore[attr-defined]
    receives = request.authority.may(Power.RECEIVE_DOSSIER)
    own = moving.is_own(dossier, request.authority.subject)
    contact = submission.contact_of(dossier) if receives else None
    phone = contact["phone"] if contact else ""
    standing = next_actions.standing_of(dossier)
    deeds = next_actions.next_deeds(request.authority, dossier, standing)
    facts = {
        "nav_here": "dossiers",
        "dossier": dossier,
        "kind": kind_of(dossier.state),
        "lines": supplementing.in_versions(dossier.components.all()),
        "standing": standing,
        "signature_words": signatures.words_for(standing.result, result_signer()),
        "way": [step.name for step in standing.way] if dossier.received_at else [],
        "way_here": standing.place,
        "deeds": [(deed.value, *acting.TITLES[deed]) for deed in deeds],
        "forward": [deed.value for deed in next_actions.FORWARD],
        "here_units": request.authority.units,
        "may_write_opinion": not own
        and opinions.may_write_down(request.authority, dossier, standing.open_hop),
        "own": own,
        "of_organisation": acting_for_owner.is_of_organisation(dossier),
        "may_take": not own and bool(request.authority.powers & {Power.RECEIVE_DOSSIER, Power.HAND_OUT}),
        "may_cancel_charge": not own
        and bool(request.authority.powers & {Power.RECEIVE_DOSSIER, Power.PROCESS}),
        "may_read": component_files.may_read(request.authority),
        "may_print": receives,
        # A slip that says “we go on asking” is not given out for a reception that was closed.
        "has_slip": bool(dossier.code) or dossier.state == State.PROVISIONAL,
        "may_ask_supplement": next_actions.Deed.ASK_SUPPLEMENT in deeds,
        "loans_ended": borrowed_loans.ended_orders(dossier),
        "name_differs": dossier.recheck_answer == name_doubts.ANSWER and dossier.state == State.PROVISIONAL,
        "may_reveal": not own and revealing.may_reveal(request.authority, dossier),
        "may_correct": correcting.may_correct(dossier, request.authority),
        "may_correct_owner": misfiled.may_ask(request.authority, dossier),
        "contact": contact,
        "phone_dialled": f"0{phone[3:]}" if phone.startswith("+84") else phone,
    }
    return render(request, "counter/mot_ho_so.html", facts)


def _concluded(dossier: "Dossier") -> Notice:
    """After “Đối chiếu tên”: what became of it, as it stands now."""
    number = dossier.code or dossier.provisional_number or ""
    if dossier.code:
        text = "Hồ sơ đã được tiếp nhận chính thức. Đề nghị ông/bà in giấy tiếp nhận và giao người nộp."
        return Notice("success", f"Đã ghi kết luận: {number}", text)
    if dossier.state == State.NOT_ACCEPTED:
        text = "Tiếp nhận tạm đã đóng. Đề nghị ông/bà trả lại giấy tờ cho người nộp."
    elif dossier.recheck_answer == name_doubts.ANSWER:
        text = "Tài khoản vừa kiểm tra cũng mang tên khác. Đề nghị ông/bà đối chiếu lần nữa."
    else:
        text = "Hồ sơ chưa được tiếp nhận chính thức; tình trạng có ở danh sách Nợ xác thực."
    return Notice("warning", f"Đã ghi kết luận: {number}", text)


def _gone_on(request: OfficerRequest, dossier: "Dossier") -> HttpResponse:
    """It lay here once: how far it is, nothing of its people and papers."""
    standing = next_actions.standing_of(dossier)
    facts = {
        "nav_here": "dossiers",
        "dossier": dossier,
        "kind": kind_of(dossier.state),
        "way": [step.name for step in standing.way],
        "way_here": standing.place,
        "received_at_unit": called(dossier.unit, on=timezone.localdate()),
    }
    return render(request, "counter/ho_so_da_qua.html", facts)


@officer(Power.RECEIVE_DOSSIER)
@require_GET
def slip(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Mẫu 01, or the provisional slip while the dossier has no code; opened beside the page, to be printed."""
    form, data = slips.to_print(request.authority, public_id)
    response = file_response(print_form(form, data), f"{form}.pdf", "application/pdf")
    # Our own paper, not an upload: the browser's reader may show it, and nothing in it may run or load.
    response["Content-Disposition"] = f'inline; filename="{form}.pdf"'
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@officer(*_READERS)
@require_GET
def component(request: OfficerRequest, public_id: UUID, order: int) -> HttpResponse:
    """The file of one component, for whoever works on the dossier."""
    stored, data, name = component_files.read(authority=request.authority, dossier_id=public_id, order=order)
    return kept_file_response(data, name, stored.kind)


@officer(Power.PROCESS, Power.SIGN, Power.HAND_OUT, Power.RECEIVE_DOSSIER)
@require_GET
def result(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The result: the draft, or the signed file once it is signed."""
    data, name = result_files.read(request.authority, public_id)
    return kept_file_response(data, name, "pdf")


def kind_of(state: str) -> str:
    """The colour of a state's tag; the word beside it says it too."""
    return _KINDS.get(State(state), "info")
