"""Nhà cung cấp danh tính: by whom people are known from which day; asked by one administrator, agreed by another."""

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.accounts import provider_changes, providers
from motcua.accounts.provider_changes import Term
from motcua.accounts.providers import Arrangement, Phase
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import standing
from motcua.web.office.identity_providers_forms import FIELD_OF, Changes, Declined, NewTerm
from motcua.web.office.paging import page_asked_for

if TYPE_CHECKING:
    from motcua.accounts.models import ProviderChange

_TITLE: Final = "Nhà cung cấp danh tính"
_HERE: Final = "identity_providers"
_TAGS: Final = {"OPEN": "warning", "APPROVED": "success", "DECLINED": "neutral", "WITHDRAWN": "neutral"}
_WHOM: Final = {providers.CITIZEN: "Người dân", providers.ORGANISATION: "Tổ chức"}
#: What people will meet in each phase, by kind of owner.
_SEEN: Final = {
    providers.CITIZEN: {
        Phase.OWN: "đăng ký, đăng nhập bằng tài khoản và mật khẩu của Cổng DVCQG.",
        Phase.BOTH: "dùng được cả hai; trang đăng nhập khuyên dùng VNeID.",
        Phase.VNEID: (
            "chỉ đăng nhập bằng VNeID; Đăng ký và Tạo tài khoản công dân dẫn tới hướng dẫn VNeID; "
            "tài khoản chưa liên kết VNeID được báo “chưa xác thực” ở một cửa. "
            "Cán bộ vẫn đăng nhập bằng mật khẩu và bước thứ hai."
        ),
        Phase.NOBODY: "không đăng nhập được.",
    },
    providers.ORGANISATION: {
        Phase.OWN: "tài khoản tổ chức được kiểm tra như hiện nay.",
        Phase.BOTH: "tài khoản tổ chức được kiểm tra như hiện nay; người đại diện nên đăng nhập bằng VNeID.",
        Phase.VNEID: (
            "tài khoản tổ chức chỉ được tính khi có người đại diện đã liên kết VNeID mức độ 2; "
            "nếu không, một cửa báo “chưa xác thực”."
        ),
        Phase.NOBODY: "không được xác thực.",
    },
}


#: Where passwords have a last day, the page of signing in says it.
_BOTH_UNTIL: Final = (
    "dùng được cả hai; trang đăng nhập khuyên dùng VNeID và ghi mật khẩu chỉ dùng đến hết ngày {until}."
)


@officer(Power.CONNECT_SYSTEMS)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """What holds now, what will hold, and every change that was asked."""
    form = Changes(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    page = provider_changes.changes(
        request.authority,
        state=given.get("tt", ""),
        oldest_first=given.get("xep") == "cu",
        page=page_asked_for(request),
    )
    names = staff.officers_by_subject([row.asked_by for row in page.rows])
    found = providers.arrangements()
    facts = {
        **standing.page(request, _HERE, (_TITLE, "")),
        "terms": [_terms(kind, words, found[kind]) for kind, words in providers.KINDS],
        "connected": bool(settings.VNEID_ISSUER),
        "search": form,
        "filtered": bool(given.get("tt")),
        "rows": [(row, _TAGS[row.state], _name(names, row.asked_by)) for row in page.rows],
        "number": page.number,
        "previous": page.number - 1,
        "next": page.number + 1 if page.more else 0,
    }
    return render(request, "office/danh_tinh.html", facts)


@officer(Power.CONNECT_SYSTEMS)
@require_http_methods(["GET", "POST"])
def ask(request: OfficerRequest) -> HttpResponse:
    """The term; “Xem trước” shows what people will see, “Gửi đề nghị” puts it before another."""
    provider_changes.require_top(request.authority)
    form = NewTerm(request.POST or None)
    status, preview, whom = 422 if form.is_bound else 200, None, ""
    if form.is_valid():
        term = _term(form)
        today, whom = timezone.localdate(), _WHOM[term.owner_kind]
        try:
            if request.POST.get("act") == "preview":
                preview, status = _preview(term.owner_kind, provider_changes.judge(term, on=today)), 200
            else:
                row = provider_changes.ask(
                    authority=request.authority, term=term, reason=form.cleaned_data["reason"], on=today
                )
                return _done(row.public_id, "danh-tinh")
        except Refusal as no:
            form.refuse(no, _field_of(no, term))
            status = no.status
    facts = {**_page(request, ("Đề nghị mới", "")), "form": form, "preview": preview, "whom": whom}
    return render(request, "office/danh_tinh_de_nghi.html", facts, status=status)


@officer(Power.CONNECT_SYSTEMS)
@stepped_up(when=lambda request: request.POST.get("act") == "approve")
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One change: what people will see from which day, and the decision."""
    row = provider_changes.seen(request.authority, public_id)
    why, status, refused = Declined(request.POST or None), 200, ""
    if request.method == "POST":
        try:
            said = _decided(request, row, why)
        except NotFound:
            raise
        except Refusal as no:
            status = no.status
            if no.code == "provider_why_not_wanted":
                if why.is_valid():  # else the box has said what is wrong with what was typed
                    why.refuse(no, "reason")
            else:
                refused = no.text
        else:
            return _done(public_id, said)
    names = staff.officers_by_subject([who for who in (row.asked_by, row.decided_by) if who])
    after = providers.arrangement(row.owner_kind).with_term(row.provider, row.valid_from, row.valid_to)
    facts = {
        **_page(request, (row.get_provider_display(), "")),
        "row": row,
        "tag": _TAGS[row.state],
        "asker": _name(names, row.asked_by),
        "decider": _name(names, row.decided_by),
        "mine": row.asked_by == request.authority.subject,
        "preview": _preview(row.owner_kind, after) if row.state == "OPEN" else None,
        "whom": _WHOM[row.owner_kind],
        "refused": refused,
        "why": why,
        "form": why,
    }
    return render(request, "office/danh_tinh_mot.html", facts, status=status)


def _decided(request: OfficerRequest, row: "ProviderChange", why: Declined) -> str:
    match request.POST.get("act"):
        case "approve":
            provider_changes.approve(
                authority=request.authority, change_id=row.public_id, on=timezone.localdate()
            )
            return "danh-tinh-duyet"
        case "decline":
            reason = why.cleaned_data.get("reason", "") if why.is_valid() else ""
            provider_changes.decline(authority=request.authority, change_id=row.public_id, reason=reason)
            return "danh-tinh-thoi"
        case "withdraw":
            provider_changes.withdraw(authority=request.authority, change_id=row.public_id)
            return "danh-tinh-thoi"
    raise NotFound


def _field_of(no: Refusal, term: Term) -> str | None:
    """A day that has come may be either of the two: VNeID's first is the usual one."""
    if no.code == "provider_day_past":
        return "valid_to" if term.provider == providers.DVCQG else "valid_from"
    return FIELD_OF.get(no.code)


def _term(form: NewTerm) -> Term:
    given = form.cleaned_data
    own = given["provider"] == providers.DVCQG
    return Term(
        given["owner_kind"], given["provider"], None if own else given["valid_from"], given["valid_to"]
    )


def _terms(kind: str, words: str, found: Arrangement) -> dict[str, Any]:
    return {"words": words, "found": found, "preview": _preview(kind, found)}


def _preview(kind: str, after: Arrangement) -> list[tuple[Any, str]]:
    """Each day on which something changes for people, today first, in words."""
    ends = kind == providers.CITIZEN and after.own_until is not None
    both = _BOTH_UNTIL.format(until=f"{after.own_until:%d/%m/%Y}") if ends else _SEEN[kind][Phase.BOTH]
    words = {**_SEEN[kind], Phase.BOTH: both}
    return [(day, words[phase]) for day, phase in after.steps(timezone.localdate())]


def _name(names: dict[str, Any], subject: str) -> str:
    return names[subject].full_name if subject in names else ""


def _done(public_id: UUID, said: str) -> HttpResponse:
    return redirect(reverse("office:identity_provider_change", args=[public_id]) + f"?da={said}")


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, object]:
    return standing.page(request, _HERE, (_TITLE, reverse("office:identity_providers")), *crumbs)
