"""Tiếp nhận theo lớp: the list, its answers, the papers of the class, and “Tiếp nhận N hồ sơ”."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.desk import catalogue, group_reception, group_reception_printing, group_reception_work
from motcua.desk.words import ResultWanted
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter import group_forms
from motcua.web.counter.papers import shown
from motcua.web.outside import account_registry

_GOES_ON = "tiep"


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def begin(request: OfficerRequest) -> HttpResponse:
    """The class, the procedure, the list; and the lists that are not finished."""
    procedures = catalogue.procedures_for(request.authority, on=timezone.localdate())
    if request.method == "GET":
        return _begin(request, group_forms.Begin(procedures, level=catalogue.level_words(request.authority)))
    form = group_forms.Begin(procedures, request.POST, request.FILES)
    if not form.is_valid():
        return _begin(request, form, status=422)
    try:
        if form.cleaned_data.get("file"):
            spending.spend((Quota.UPLOADS_BY_OFFICER, request.authority.subject))
        lines = form.lines()
        if not lines:
            return _begin(request, form, status=422)
        group_id = group_reception.begin(
            authority=request.authority,
            label=form.cleaned_data["label"],
            procedure_code=form.cleaned_data["procedure"],
            process_id=form.cleaned_data["process"],
            lines=lines,
            key=form.cleaned_data["key"],
            now=timezone.now(),
        )
    except Refusal as no:
        form.refuse(no)
        return _begin(request, form, status=no.status)
    return redirect("counter:group", group_id=group_id)


def begin_with(request: OfficerRequest, *, label: str, pasted: str) -> HttpResponse:
    """The same form with a list that another page hands over; nothing is kept before it is sent."""
    procedures = catalogue.procedures_for(request.authority, on=timezone.localdate())
    given = {"label": label, "pasted": pasted}
    return _begin(
        request,
        group_forms.Begin(procedures, initial=given, level=catalogue.level_words(request.authority)),
    )


@officer(Power.RECEIVE_DOSSIER)
@require_GET
def one(request: OfficerRequest, group_id: UUID) -> HttpResponse:
    """The table of rows, and the next step only."""
    return _page(request, group_id)


@officer(Power.RECEIVE_DOSSIER)
@require_POST
def check(request: OfficerRequest, group_id: UUID) -> HttpResponse:
    """Ask about the next accounts; long lists in pieces."""
    return _piece(request, group_id, group_reception_work.check_some)


@officer(Power.RECEIVE_DOSSIER)
@require_POST
def ask_again(request: OfficerRequest, group_id: UUID) -> HttpResponse:
    """Those without an account or an answer are asked about once more."""
    group_reception_work.ask_again(authority=request.authority, public_id=group_id)
    return _piece(request, group_id, group_reception_work.check_some)


@officer(Power.RECEIVE_DOSSIER)
@require_POST
def papers(request: OfficerRequest, group_id: UUID) -> HttpResponse:
    """How the class hands its papers in."""
    group = group_reception.group_of(request.authority, group_id)
    form = group_forms.Papers(group.components, request.POST)
    if not form.is_valid():
        return _page(request, group_id, form=form, status=422)
    try:
        group_reception.choose_papers(
            authority=request.authority,
            public_id=group_id,
            papers=form.papers(),
            result_wanted=ResultWanted(form.cleaned_data["result_wanted"]),
        )
    except Refusal as no:
        form.refuse(no)
        return _page(request, group_id, form=form, status=no.status)
    return redirect("counter:group", group_id=group_id)


@officer(Power.RECEIVE_DOSSIER)
@require_POST
def receive(request: OfficerRequest, group_id: UUID) -> HttpResponse:
    """A dossier for each of the next pupils who were found."""
    return _piece(request, group_id, group_reception_work.receive_some)


@officer(Power.RECEIVE_DOSSIER)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def row(request: OfficerRequest, group_id: UUID, nth: int) -> HttpResponse:
    """One pupil: the line put right, papers of the own, or left out."""
    authority = request.authority
    group = group_reception.group_of(authority, group_id)
    seen = next((each for each in group.rows if each.nth == nth), None)
    if seen is None:
        raise NotFound
    typed, own = group_reception.line_of(authority, group_id, nth)
    deed = request.POST.get("viec", "")
    line = group_forms.OneLine(
        request.POST if deed == "sua" else None, initial=group_forms.OneLine.typed(typed)
    )
    form = group_forms.Papers(
        group.components,
        request.POST if deed == "thanh-phan" else None,
        chosen=own or group.papers,
        of_class=False,
    )
    if request.method == "POST":
        try:
            if _changed(request, group_id, nth, deed, line, form):
                return redirect("counter:group", group_id=group_id)
        except Refusal as no:
            (form if deed == "thanh-phan" else line).refuse(no)
    facts = {"nav_here": "groups", "group": group, "row": seen, "line": line, "form": form}
    return render(request, "counter/lop_dong.html", facts, status=422 if request.method == "POST" else 200)


@officer(Power.RECEIVE_DOSSIER)
@require_GET
def receipts(request: OfficerRequest, group_id: UUID) -> HttpResponse:
    """The receipts of the class, one after the other in one file."""
    return shown(group_reception_printing.receipts_to_print(request.authority, group_id))


@officer(Power.RECEIVE_DOSSIER)
@require_GET
def invitation(request: OfficerRequest, group_id: UUID) -> HttpResponse:
    """Who is invited to make an account; no number stands in full."""
    return shown(group_reception_printing.invitation_to_print(request.authority, group_id))


def _changed(
    request: OfficerRequest,
    group_id: UUID,
    nth: int,
    deed: str,
    line: group_forms.OneLine,
    form: group_forms.Papers,
) -> bool:
    authority = request.authority
    match deed:
        case "sua" if line.is_valid():
            group_reception.correct(authority=authority, public_id=group_id, nth=nth, line=line.line())
        case "thanh-phan" if form.is_valid():
            group_reception.choose_own_papers(
                authority=authority, public_id=group_id, nth=nth, papers=form.papers()
            )
        case "nhu-lop":
            group_reception.choose_own_papers(authority=authority, public_id=group_id, nth=nth, papers=[])
        case "bo-ra" | "nhan-lai":
            group_reception.leave_out(authority=authority, public_id=group_id, nth=nth, out=deed == "bo-ra")
        case _:
            return False
    return True


def _piece(request: OfficerRequest, group_id: UUID, work: Callable[..., int]) -> HttpResponse:
    """One piece of long work, then the page again: it goes on by itself, or with the button."""
    try:
        left = work(
            authority=request.authority,
            public_id=group_id,
            registry=account_registry(),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except Refusal as no:
        return _page(request, group_id, stopped=no.text, status=no.status)
    address = reverse("counter:group", kwargs={"group_id": group_id})
    return HttpResponseRedirect(f"{address}?{urlencode({_GOES_ON: 1})}" if left else address)


def _page(
    request: OfficerRequest,
    group_id: UUID,
    *,
    form: group_forms.Papers | None = None,
    stopped: str = "",
    status: int = 200,
) -> HttpResponse:
    group = group_reception.group_of(request.authority, group_id)
    if form is None and not group.receiving:
        given = {"result_wanted": group.result_wanted}
        form = group_forms.Papers(group.components, initial=given, chosen=group.papers)
    facts = {
        "nav_here": "groups",
        "group": group,
        "form": form,
        "stopped": stopped,
        "goes_on": not stopped and _GOES_ON in request.GET,
    }
    return render(request, "counter/lop_mot.html", facts, status=status)


def _begin(request: OfficerRequest, form: group_forms.Begin, *, status: int = 200) -> HttpResponse:
    facts = {"nav_here": "groups", "form": form, "groups": group_reception.open_groups(request.authority)}
    return render(request, "counter/lop.html", facts, status=status)
