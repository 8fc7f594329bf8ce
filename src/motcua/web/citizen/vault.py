"""Kho dữ liệu: the owner's papers, kept once."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from motcua.accounts import mandate_uses
from motcua.accounts import reading as accounts
from motcua.files import keeping as files
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import Refusal
from motcua.units import tree
from motcua.vault import expiring, paper_reports, reading, viewing
from motcua.vault.reading import PaperLine, Validity
from motcua.web import looking
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen.vault_forms import ReportForm
from motcua.web.responses import kept_file_response

_SHOWN = {"con-han": Validity.VALID, "het-han": Validity.EXPIRED}


@signed_in
@require_http_methods(["GET", "POST"])
def listing(request: VisitorRequest) -> HttpResponse:
    """Search by words of the title, by pages; posted, because people search for names too."""
    words, sort, shown = _words(request), _sort(request), _given(request, "loc")
    today = timezone.localdate()
    page = reading.papers_of(
        accounts.account_of(request.visitor),
        words=words,
        validity=_SHOWN.get(shown, Validity.ALL),
        on=today,
        sort=sort,
        after=_after(request),
    )
    return render(
        request,
        "citizen/kho.html",
        {
            "nav_here": "vault",
            "page": page,
            "rows": [(paper, *standing_of(paper, today)) for paper in page.papers],
            "words": words,
            "sort": sort.value,
            "shown_only": shown if shown in _SHOWN else "",
            "searched": bool(words or shown in _SHOWN),
        },
    )


@signed_in
@require_GET
def one(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """One paper, with its versions."""
    viewer = accounts.account_of(request.visitor)
    paper = reading.paper_of(viewer, public_id)
    kind, words = standing_of(paper, timezone.localdate())
    versions = reading.versions_of(viewer, public_id)
    return render(
        request,
        "citizen/mot_giay_to.html",
        {
            "nav_here": "vault",
            "paper": paper,
            "facts": _facts(paper, versions[0].version),
            "kind": kind,
            "standing": words,
            "versions": versions,
            "report": paper_reports.report_of(viewer, public_id),
            "may_report": paper.state == "CURRENT" and bool(paper.digitised_unit_code),
            "reported_now": request.GET.get("da") == "bao",
        },
    )


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def report(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """“Báo giấy tờ sai”: not mine, or something wrong is written about it."""
    viewer = accounts.account_of(request.visitor)
    paper = reading.paper_of(viewer, public_id)
    form = ReportForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            paper_reports.report(viewer=viewer, paper_id=public_id, **form.cleaned_data)
        except Refusal as no:
            form.refuse(no, "words" if no.code == "paper_report_words_wanted" else None)
            status = no.status
        else:
            return redirect(f"{reverse('citizen:paper', args=[public_id])}?da=bao")
    facts = {"nav_here": "vault", "paper": paper, "form": form}
    return render(request, "citizen/bao_giay_to.html", facts, status=status)


@signed_in
@require_GET
def look(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The paper page by page; a Word file is only downloaded, and this page says so."""
    paper = reading.paper_of(accounts.account_of(request.visitor), public_id)
    return render(
        request,
        "citizen/kho_xem.html",
        {"nav_here": "vault", "paper": paper, **looking.turned_to(request, paper.pages)},
    )


@signed_in
@require_GET
def page(request: VisitorRequest, public_id: UUID, page: int) -> HttpResponse:
    """One page as a picture, for its owner."""
    stored = viewing.view_own(
        accounts.account_of(request.visitor), public_id, acting=mandate_uses.acting_subject(request.visitor)
    )
    words = looking.owners_words()
    return looking.page_response(files.read(stored), stored.kind, page=page, words=words)


@signed_in
@require_GET
def download(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The original, for its owner."""
    stored, name = reading.open_own(
        accounts.account_of(request.visitor), public_id, acting=mandate_uses.acting_subject(request.visitor)
    )
    return kept_file_response(files.read(stored), name, stored.kind)


def standing_of(paper: PaperLine, on: date) -> tuple[str, str]:
    """The colour and the words for how long a paper is good."""
    if paper.valid_until is None:
        return "success", "Không thời hạn"
    day = f"{paper.valid_until:%d/%m/%Y}"
    if paper.valid_until < on:
        return "error", f"Hết hạn từ {day}"
    if expiring.is_expiring(paper.valid_until, on):
        return "warning", f"Sắp hết hạn: {day}"
    return "success", f"Còn hiệu lực đến {day}"


def _facts(paper: PaperLine, version: int) -> list[tuple[str, str]]:
    unit = paper.digitised_unit_code
    names = tree.names_of([unit]) if unit else {}
    return [
        ("Số, ký hiệu", paper.number),
        ("Đứng tên", paper.held_for),
        ("Nơi cấp", paper.issuer),
        ("Ngày cấp", f"{paper.issued_on:%d/%m/%Y}" if paper.issued_on else ""),
        ("Nguồn", str(paper.source.label)),
        ("Từ hồ sơ", paper.source_dossier_code),
        ("Nơi số hóa", names.get(unit, unit)),
        ("Đưa vào kho", f"{timezone.localtime(paper.kept_at):%H:%M %d/%m/%Y}"),
        ("Phiên bản", str(version)),
        ("Mã băm SHA-256", paper.sha256),
    ]


def _given(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, request.GET.get(name, "")))


def _words(request: HttpRequest) -> str:
    """Words of a paper's title; words that cannot be searched for find everything."""
    try:
        return clean(request.POST.get("tim", ""), max_length=100)
    except Refusal:
        return ""


def _sort(request: HttpRequest) -> reading.Sort:
    given = _given(request, "xep")
    return reading.Sort(given) if given in list(reading.Sort) else reading.Sort.NEWEST


def _after(request: HttpRequest) -> UUID | None:
    try:
        return UUID(_given(request, "sau"))
    except ValueError:
        return None
