"""Kho dữ liệu: the owner's papers, kept once."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from motcua.accounts import reading as accounts
from motcua.files import keeping as files
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import Refusal
from motcua.vault import reading
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.responses import kept_file_response


@signed_in
@require_http_methods(["GET", "POST"])
def listing(request: VisitorRequest) -> HttpResponse:
    """Search by words of the title, newest first, by pages; posted, because people search for names too."""
    page = reading.papers_of(
        accounts.account_of(request.visitor),
        words=_words(request),
        sort=_sort(request),
        after=_after(request),
    )
    return render(
        request,
        "citizen/kho.html",
        {"nav_here": "vault", "page": page, "words": _words(request), "sort": _sort(request).value},
    )


@signed_in
@require_GET
def one(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """One paper, with its versions."""
    viewer = accounts.account_of(request.visitor)
    paper = reading.paper_of(viewer, public_id)
    facts = [
        ("Tên giấy tờ", paper.title),
        ("Số, ký hiệu", paper.number),
        ("Đứng tên", paper.held_for),
        ("Nơi cấp", paper.issuer),
        ("Ngày cấp", f"{paper.issued_on:%d/%m/%Y}" if paper.issued_on else ""),
        ("Có giá trị đến", f"{paper.valid_until:%d/%m/%Y}" if paper.valid_until else "Không thời hạn"),
        ("Từ hồ sơ", paper.source_dossier_code),
        ("Phiên bản", str(paper.version)),
    ]
    return render(
        request,
        "citizen/mot_giay_to.html",
        {
            "nav_here": "vault",
            "paper": paper,
            "facts": facts,
            "versions": reading.versions_of(viewer, public_id),
        },
    )


@signed_in
@require_GET
def download(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The original, for its owner."""
    stored, name = reading.open_own(accounts.account_of(request.visitor), public_id)
    return kept_file_response(files.read(stored), name, stored.kind)


def _words(request: HttpRequest) -> str:
    """Words of a paper's title; words that cannot be searched for find everything."""
    try:
        return clean(request.POST.get("tim", ""), max_length=100)
    except Refusal:
        return ""


def _sort(request: HttpRequest) -> reading.Sort:
    given = request.GET.get("xep", "")
    return reading.Sort(given) if given in list(reading.Sort) else reading.Sort.NEWEST


def _after(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("sau", request.GET.get("sau", "")))
    except ValueError:
        return None
