"""Sửa chủ hồ sơ: the list of dossiers under staff accounts, the request for several, the second officer's word."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.desk import misfiled, owner_corrections, owner_evidence, result_files
from motcua.desk.misfiled import Wish
from motcua.desk.owner_corrections import MOST_AT_ONCE, Said, Wanted
from motcua.kernel.authority import Power
from motcua.kernel.refusal import Refusal
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.counter import owner_correcting_forms as forms
from motcua.web.counter.notice import Notice
from motcua.web.outside import account_registry, antivirus
from motcua.web.responses import kept_file_response

if TYPE_CHECKING:
    from motcua.desk.models import Dossier

_MOST_PAGES = 200
_DECISIONS = frozenset({"approve", "decline"})


@officer(Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """What waits for a decision, then the dossiers under staff accounts; a search is posted."""
    return _page(request, searched=request.method == "POST")


@officer(Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def ask(request: OfficerRequest) -> HttpResponse:
    """One reason, one paper, a number for each chosen dossier. ``chon``: the dossiers' own random ids."""
    chosen = _chosen(request)
    if not chosen and request.method == "GET" and "chon" not in request.GET:
        return redirect("counter:owner_corrections")  # opened by its address: nothing was to be chosen yet
    if not chosen:
        return _page(request, Notice("warning", "", "Đề nghị ông/bà chọn ít nhất một hồ sơ."))
    sending = request.method == "POST" and "reason" in request.POST
    form = forms.correction_asked(chosen)(
        request.POST if sending else None, request.FILES if sending else None
    )
    if sending and form.is_valid():
        try:
            said = _send(request, chosen, form.cleaned_data)
        except Refusal as no:
            form.refuse(no)
        else:
            if not any(one.refusal for one in said):
                words = "Đã gửi đề nghị. Cán bộ thứ hai có quyền duyệt sẽ quyết định."
                return _page(request, Notice("success", "", words))
            chosen, form = _left_over(request, chosen, said)
    facts = {"nav_here": "owner_corrections", "form": form, "chosen": chosen}
    return render(request, "counter/sua_chu_de_nghi.html", facts, status=422 if sending else 200)


@officer(Power.APPROVE_EXCEPTION)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_POST
def decide(request: OfficerRequest) -> HttpResponse:
    """“Duyệt” or “Không duyệt” for each that was ticked; each stands for itself."""
    approving = request.POST.get("act") == "approve"
    ticked = _ids(request.POST.getlist("de_nghi"))[:MOST_AT_ONCE]
    if request.POST.get("act") not in _DECISIONS:
        return _page(request, Notice("warning", "", "Đề nghị ông/bà bấm “Duyệt” hoặc “Không duyệt”."))
    if not ticked:
        return _page(request, Notice("warning", "", "Đề nghị ông/bà chọn ít nhất một đề nghị."))
    said: list[Notice] = []
    for correction_id in ticked:
        try:
            _decide(request, correction_id, approving=approving)
        except Refusal as no:
            said.append(Notice("error", "", no.text))
    if done := len(ticked) - len(said):
        words = "Đã duyệt và sửa chủ" if approving else "Đã không duyệt đề nghị sửa chủ"
        said.insert(0, Notice("success", "", f"{words} {done} hồ sơ."))
    return _page(request, *said)


@officer(Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION)
@require_POST
def take_back(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Who asked thinks better of it."""
    owner_corrections.decline(authority=request.authority, correction_id=public_id)
    return _page(request, Notice("success", "", "Đã rút đề nghị sửa chủ hồ sơ."))


@officer(Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION)
@require_GET
def evidence(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The file that came with the request."""
    stored, data, name = owner_evidence.opened(request.authority, public_id)
    return kept_file_response(data, name, stored.kind)


def _page(request: OfficerRequest, *said: Notice, searched: bool = False) -> HttpResponse:
    request.notices = list(said)  # type: ignore[attr-defined]
    given: Any = request.POST if searched else {}
    form = forms.MisfiledSearch(given)
    trail = [part for part in given.get("trang", "").split("|") if part][-_MOST_PAGES:]
    facts: dict[str, object] = {
        "nav_here": "owner_corrections",
        "form": form,
        "asked": searched,
        "most": MOST_AT_ONCE,
        "may_decide": request.authority.may(Power.APPROVE_EXCEPTION),
        "subject": request.authority.subject,
    }
    if not form.is_valid():
        facts["waiting"], facts["waiting_onward"] = misfiled.waiting(request.authority)
        return render(request, "counter/sua_chu.html", facts, status=422)
    wanted = form.cleaned_data
    wish = Wish(wanted["code"], wanted["name"], wanted["private_too"])
    waited = given.get("cho", "")
    waiting, waiting_onward = misfiled.waiting(request.authority, wish, cursor=waited)
    page = misfiled.under_staff(request.authority, wish, cursor=trail[-1] if trail else None)
    facts |= {
        "waiting": waiting,
        "waiting_onward": waiting_onward,
        "waited": waited,
        "rows": page.rows,
        "back": "|".join(trail[:-1]) if trail else None,
        "onward": "|".join([*trail, page.next_cursor]) if page.next_cursor else None,
    }
    return render(request, "counter/sua_chu.html", facts)


def _decide(request: OfficerRequest, correction_id: UUID, *, approving: bool) -> None:
    if approving:
        owner_corrections.approve(
            authority=request.authority,
            correction_id=correction_id,
            registry=account_registry(),
            now=timezone.now(),
        )
    else:
        owner_corrections.decline(authority=request.authority, correction_id=correction_id)


def _send(request: OfficerRequest, chosen: "Sequence[Dossier]", given: dict[str, Any]) -> Sequence[Said]:
    owner_corrections.require_may_ask(authority=request.authority, wanted=len(chosen), reason=given["reason"])
    file = given["evidence"]
    checked = result_files.check(
        authority=request.authority,
        counted_for=str(chosen[0].public_id),
        data=file.read(),
        name=file.name or "",
        antivirus=antivirus(),
    )
    return owner_corrections.ask(
        authority=request.authority,
        wanted=[
            Wanted(each.public_id, given[f"number_{n}"] or given["number"], given["private_matter"])
            for n, each in enumerate(chosen)
        ],
        reason=given["reason"],
        evidence=checked,
        registry=account_registry(),
        now=timezone.now(),
    )


def _left_over(
    request: OfficerRequest, chosen: "Sequence[Dossier]", said: Sequence[Said]
) -> "tuple[list[Dossier], forms.CorrectionAsked]":
    """The form of those that were refused, beside each number what was wrong; the others are sent and stay so."""
    refused = {one.item: one.refusal for one in said if one.refusal is not None}
    left = [(n, each) for n, each in enumerate(chosen) if each.public_id in refused]
    typed = request.POST.copy()
    for place, (n, _) in enumerate(left):
        typed[f"number_{place}"] = request.POST.get(f"number_{n}") or request.POST.get("number", "")
    typed["number"] = ""
    dossiers = [each for _, each in left]
    form = forms.correction_asked(dossiers)(typed, request.FILES)
    form.is_valid()
    for place, each in enumerate(dossiers):
        form.refuse(refused[each.public_id], f"number_{place}")
    if sent := len(chosen) - len(left):
        words = f"Đã gửi đề nghị cho {sent} hồ sơ. Đề nghị ông/bà sửa và chọn lại tệp cho các hồ sơ còn lại."
        request.notices = [Notice("info", "", words)]  # type: ignore[attr-defined]
    return dossiers, form


def _chosen(request: OfficerRequest) -> "list[Dossier]":
    given = request.POST if request.method == "POST" else request.GET
    return misfiled.dossiers_in_reach(request.authority, _ids(given.getlist("chon"))[:MOST_AT_ONCE])


def _ids(given: Sequence[str]) -> list[UUID]:
    """What is no id is passed over: somebody wrote it into the address."""
    found = []
    for word in given:
        try:
            found.append(UUID(word))
        except ValueError:
            continue
    return found


# Several dossiers, several requests: one box of this name for each.
ask.repeatable = frozenset({"chon"})  # type: ignore[attr-defined]
decide.repeatable = frozenset({"de_nghi"})  # type: ignore[attr-defined]
