"""Sửa giấy tờ trong kho: what owners reported and officers asked, the papers of one owner, and the decision."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.files.reasons import FileRefused
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import staff, tree
from motcua.vault import paper_correction_reading as reading
from motcua.vault import paper_corrections, paper_reports
from motcua.vault.paper_correction_reading import Shown, Sort
from motcua.vault.paper_corrections import Facts
from motcua.web import looking
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import standing
from motcua.web.office.paging import page_asked_for
from motcua.web.office.paper_corrections_forms import FIELD_OF, Answer, Moved, Owner, Reason, Righted, Search
from motcua.web.outside import antivirus

_TITLE: Final = "Sửa giấy tờ trong kho"
_POWERS: Final = (Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION)
_TAGS: Final = {"WAITING": "info", "APPROVED": "success", "DECLINED": "warning", "WITHDRAWN": "neutral"}


@officer(*_POWERS)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """What waits for a second officer, what owners reported, and the box for an owner's number."""
    return _listing(request, Search(request.POST or None), Owner(prefix="chu"))


@officer(*_POWERS)
@sensitive_post_parameters()
@require_POST
def of_owner(request: OfficerRequest) -> HttpResponse:
    """The papers of whoever stands at the desk, those that this officer's units digitised."""
    form = Owner(request.POST, prefix="chu")
    if not form.is_valid():
        return _listing(request, Search(), form, status=422)
    try:
        owner, papers = reading.papers_of_number(request.authority, form.cleaned_data["number"])
    except Refusal as no:
        form.refuse(no, "number")
        return _listing(request, Search(), form, status=no.status)
    facts = {**_page(request, ("Giấy tờ của chủ kho", "")), "owner": owner.person.full_name, "papers": papers}
    return render(request, "office/sua_giay_to_chon.html", facts)


@officer(*_POWERS)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def ask(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One paper with all that is written about it, and the two forms: to another vault, or other facts."""
    paper = reading.open_paper(request.authority, public_id)
    now = paper_corrections.facts_of(paper)
    moving = request.POST.get("act") == "chuyen"
    posted = (request.POST, request.FILES) if request.method == "POST" else None
    moved = Moved(*(posted if posted and moving else ()), prefix="kho")
    righted = Righted(*(posted if posted and not moving else ()), prefix="tin", now=now)
    form = moved if moving else righted
    status = 422 if posted else 200
    if posted and form.is_valid():
        try:
            asked = _asked(request, public_id, moved if moving else None, righted)
        except Refusal as no:
            form.refuse(no, FIELD_OF.get(no.code, "evidence" if isinstance(no, FileRefused) else None))
            status = no.status
        else:
            return redirect(f"{reverse('office:paper_correction', args=[asked])}?da=giay-to-sai")
    report = reading.open_report_of(paper)
    pages = (paper.file.page_count or 0) if paper.file else 0
    facts = {
        **_page(request, (paper.title, "")),
        "paper": paper,
        "facts": _facts(now),
        "moved": moved,
        "righted": righted,
        "report": report,
        "report_words": paper_reports.words_of(report) if report else "",
        "form": form,
        **looking.turned_to(request, pages),
    }
    return render(request, "office/sua_giay_to_de_nghi.html", facts, status=status)


@officer(*_POWERS)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What is written and what ought to be, beside the evidence; “Duyệt”, “Không duyệt”, “Rút đề nghị”."""
    form, status = Reason(request.POST or None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                said = _done(request, public_id, form.cleaned_data["reason"])
            except Refusal as no:
                form.refuse(no, "reason" if no.code == "paper_reason_wanted" else None)
                status = no.status
            else:
                return redirect(f"{reverse('office:paper_corrections')}?da={said}")
    row = reading.one(request.authority, public_id)
    names = staff.officers_by_subject([who for who in (row.asked_by_subject, row.decided_by_subject) if who])
    readable = row.evidence.purged_at is None
    right = Facts(
        type_code=row.type_code,
        title=row.title,
        number=reading.number_asked(row),
        held_for=reading.name_asked(row),
        issued_on=row.issued_on,
        valid_until=row.valid_until,
    )
    facts = {
        **_page(request, (row.paper.title, "")),
        "asked": row,
        "tag": _TAGS[row.decision],
        "before": _facts(paper_corrections.facts_of(row.paper)),
        "after": _facts(right) if row.fault == "FACTS" else [],
        "asked_by": names[row.asked_by_subject].full_name if row.asked_by_subject in names else "",
        "decided_by": names[row.decided_by_subject].full_name if row.decided_by_subject in names else "",
        "report_words": paper_reports.words_of(row.report) if row.report else "",
        "waits": row.decision == "WAITING",
        "mine": row.asked_by_subject == request.authority.subject,
        "readable": readable,
        "form": form,
        **looking.turned_to(request, (row.evidence.page_count or 0) if readable else 0),
    }
    return render(request, "office/sua_giay_to_mot.html", facts, status=status)


@officer(*_POWERS)
@require_http_methods(["GET", "POST"])
def report(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What an owner reported: to the paper, or an answer when nothing is to be put right."""
    row = reading.report_for(request.authority, public_id)
    form = Answer(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            paper_reports.answer(
                authority=request.authority, report=public_id, words=form.cleaned_data["words"]
            )
        except Refusal as no:
            form.refuse(no, "words" if no.code == "paper_report_answer_wanted" else None)
            status = no.status
        else:
            return redirect(f"{reverse('office:paper_corrections')}?da=giay-to-sai-dap")
    facts = {
        **_page(request, ("Chủ kho báo", "")),
        "report": row,
        "words": paper_reports.words_of(row),
        "form": form,
    }
    return render(request, "office/sua_giay_to_bao.html", facts, status=status)


@officer(*_POWERS)
@require_GET
def paper_page(request: OfficerRequest, public_id: UUID, page: int) -> HttpResponse:
    """One page of the paper itself, with the viewer's name and the time across it; its owner sees the look."""
    picture = reading.paper_page(authority=request.authority, paper=public_id)
    return _drawn(request, picture, page)


@officer(*_POWERS)
@require_GET
def evidence_page(request: OfficerRequest, public_id: UUID, page: int) -> HttpResponse:
    """One page of the evidence."""
    picture = reading.evidence_page(authority=request.authority, correction=public_id, page=page)
    return _drawn(request, picture, page)


def _drawn(request: OfficerRequest, picture: reading.Picture, page: int) -> HttpResponse:
    colleague = staff.officer_of(request.authority.subject)
    words = looking.officers_words(colleague.full_name if colleague else "Cán bộ", request.authority.subject)
    return looking.page_response(picture.data, picture.kind, page=page, words=words)


def _asked(request: OfficerRequest, paper: UUID, moved: Moved | None, righted: Righted) -> UUID:
    """The evidence is looked through before anything is asked about anybody."""
    given = (moved or righted).cleaned_data
    evidence = paper_corrections.check_evidence(
        authority=request.authority,
        data=given["evidence"].read(),
        name=given["evidence"].name or "",
        antivirus=antivirus(),
    )
    same = {"authority": request.authority, "paper": paper, "reason": given["reason"], "evidence": evidence}
    if moved is not None:
        return paper_corrections.ask_to_move(to=given["to"], **same).public_id
    return paper_corrections.ask_to_put_right(facts=righted.facts(), **same).public_id


def _done(request: OfficerRequest, public_id: UUID, reason: str) -> str:
    """Carry out the button that was pressed; the word of what is said then."""
    match request.POST.get("act", ""):
        case "approve":
            paper_corrections.approve(authority=request.authority, correction=public_id)
            return "giay-to-sai-duyet"
        case "decline":
            paper_corrections.decline(authority=request.authority, correction=public_id, reason=reason)
            return "giay-to-sai-khong"
        case "withdraw":
            paper_corrections.withdraw(authority=request.authority, correction=public_id)
            return "giay-to-sai-rut"
    raise NotFound


def _listing(request: OfficerRequest, form: Search, owner: Owner, *, status: int = 200) -> HttpResponse:
    given = form.cleaned_data if form.is_valid() else {}
    wanted = reading.Search(
        words=given.get("words", ""),
        shown=Shown(given.get("shown") or Shown.WAITING),
        sort=Sort(given.get("sort") or Sort.OLDEST),
    )
    page = reading.listing(request.authority, wanted, page=page_asked_for(request))
    reports = reading.reports_open(request.authority)
    codes = [row.unit_code for row in page.rows] + [row.unit_code for row in reports]
    units = tree.names_of(codes)
    facts = {
        **standing.page(request, "paper_corrections", (_TITLE, "")),
        "form": form,
        "owner_form": owner,
        "rows": [(row, _TAGS[row.decision], units.get(row.unit_code, row.unit_code)) for row in page.rows],
        "reports": [(row, units.get(row.unit_code, row.unit_code)) for row in reports],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
        "filtered": bool(wanted.words or wanted.shown is Shown.ALL),
    }
    return render(request, "office/sua_giay_to.html", facts, status=422 if form.errors else status)


def _facts(facts: Facts) -> list[tuple[str, str]]:
    def day(on: Any) -> str:
        return f"{on:%d/%m/%Y}" if on else ""

    return [
        ("Loại giấy tờ", facts.title),
        ("Số, ký hiệu", facts.number or "Không ghi"),
        ("Ngày cấp", day(facts.issued_on) or "Không ghi"),
        ("Có giá trị đến hết ngày", day(facts.valid_until) or "Không thời hạn"),
        ("Người có tên trên giấy tờ", facts.held_for or "Chính chủ kho"),
    ]


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, Any]:
    return standing.page(request, "paper_corrections", (_TITLE, reverse("office:paper_corrections")), *crumbs)
