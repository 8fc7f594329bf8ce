"""Nợ xác thực: what was taken in while the portal was silent, and how each of them stands."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from motcua.desk import deadlines, dossiers, name_doubts, provisional
from motcua.desk.provisional import CLOSED_AFTER_WORKING_DAYS, Outcome
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound
from motcua.kernel.working_time import WorkCalendar
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter.notice import Notice
from motcua.web.outside import account_registry

if TYPE_CHECKING:
    from motcua.desk.models import Dossier

_LONGEST_CURSOR = 200
_STATES = {
    "": ("neutral", "Chờ kiểm tra lại"),
    "UNKNOWN": ("neutral", "Cổng DVCQG chưa trả lời"),
    "NOT_FOUND": ("warning", "Chủ hồ sơ chưa có tài khoản"),
    "FOUND": ("error", "Tài khoản bị khóa, đã đóng hoặc chờ xác minh"),
    name_doubts.ANSWER: ("error", "Tên trên tài khoản khác tên đã ghi, chờ cán bộ đối chiếu"),
    "UNLINKED": (
        "warning",
        "Chủ hồ sơ chưa liên kết tài khoản với VNeID; đề nghị đăng nhập bằng VNeID một lần",
    ),
    "RULE": ("error", "Chưa tiếp nhận được theo quy định"),
}
_FILTERS = (
    ("", "Tất cả"),
    (name_doubts.ANSWER, "Chờ đối chiếu tên"),
    ("NOT_FOUND", "Chủ hồ sơ chưa có tài khoản"),
    ("FOUND", "Tài khoản chưa dùng được"),
    ("UNLINKED", "Chưa liên kết VNeID"),
    ("UNKNOWN", "Cổng DVCQG chưa trả lời"),
    ("RULE", "Chưa tiếp nhận được theo quy định"),
)
_OUTCOMES = {
    Outcome.CONFIRMED: (
        "success",
        "Đã kiểm tra được tài khoản của chủ hồ sơ. Hồ sơ đã được tiếp nhận chính thức.",
    ),
    Outcome.NOT_FOUND: (
        "warning",
        "Chủ hồ sơ vẫn chưa có tài khoản. Đề nghị gọi chủ hồ sơ để hướng dẫn tạo tài khoản.",
    ),
    Outcome.NOT_USABLE: (
        "warning",
        "Tài khoản của chủ hồ sơ chưa dùng được. Đề nghị gọi chủ hồ sơ để mở khóa hoặc xác minh.",
    ),
    Outcome.NAME_DIFFERS: (
        "warning",
        "Tài khoản của số đã ghi mang tên khác. Hồ sơ chưa được tiếp nhận chính thức; đề nghị bấm “Đối chiếu tên”.",
    ),
    Outcome.NOT_LINKED: (
        "warning",
        "Tài khoản của chủ hồ sơ chưa liên kết với VNeID. Đề nghị gọi chủ hồ sơ để đăng nhập bằng VNeID mức độ 2 "
        "một lần; hệ thống tự kiểm tra lại.",
    ),
    Outcome.UNKNOWN: ("warning", "Cổng DVCQG vẫn chưa trả lời. Hệ thống tiếp tục tự kiểm tra lại."),
    Outcome.CLOSED: ("error", "Đã quá hạn. Tiếp nhận tạm được đóng; đề nghị trả lại giấy tờ cho người nộp."),
    Outcome.OVER: ("info", "Hồ sơ này không còn nợ xác thực."),
}


@dataclass(frozen=True, slots=True)
class Debt:
    """One line of the list."""

    dossier: "Dossier" = field(repr=False)
    kind: str
    words: str
    days_left: int
    until: date
    #: Another name waits for an officer; asking the portal again would change nothing.
    name_differs: bool = False


@officer(Power.RECEIVE_DOSSIER)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Oldest first; ``?da=`` and ``?ho-so=`` say how the newest question ended."""
    return _page(request, confirmed=_told(request))


@officer(Power.RECEIVE_DOSSIER)
@require_POST
def recheck(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Kiểm tra lại ngay”."""
    dossiers.dossier_for_officer(request.authority, public_id)
    outcome = provisional.recheck_at_desk(
        authority=request.authority, dossier_id=public_id, registry=account_registry(), now=timezone.now()
    )
    # Loading the page again asks nobody again.
    said = urlencode({"da": outcome.name, "ho-so": public_id})
    return HttpResponseRedirect(f"{reverse('counter:unproven')}?{said}")


def _told(request: OfficerRequest) -> UUID | None:
    """Say how it ended; the dossier itself when it was received. What does not fit is not said."""
    try:
        outcome = Outcome[request.GET.get("da", "")]
        public_id = UUID(request.GET.get("ho-so", ""))
        dossier = dossiers.dossier_for_officer(request.authority, public_id)
    except (KeyError, ValueError, NotFound):
        return None
    if outcome == Outcome.CONFIRMED and not dossier.code:
        return None
    kind, text = _OUTCOMES[outcome]
    request.notices = [Notice(kind, dossier.provisional_number or "", text)]  # type: ignore[attr-defined]
    return public_id if outcome == Outcome.CONFIRMED else None


def _page(request: OfficerRequest, confirmed: UUID | None = None) -> HttpResponse:
    now = timezone.now()
    cursor = request.GET.get("sau", "")[:_LONGEST_CURSOR] or None
    wanted = request.GET.get("tt", "")
    wanted = wanted if wanted in dict(_FILTERS) else ""
    newest = request.GET.get("xep") == "moi"
    page = dossiers.owed(request.authority, answer=wanted, newest_first=newest, cursor=cursor, now=now)
    calendar = deadlines.calendar_of(request.authority.unit_id)
    facts = {
        "nav_here": "unproven",
        "debts": [_debt(dossier, now, calendar) for dossier in page.rows],
        "next": page.next_cursor,
        "confirmed": confirmed,
        "answers": _FILTERS,
        "wanted": wanted,
        "newest": newest,
    }
    return render(request, "counter/no_xac_thuc.html", facts)


def _debt(dossier: "Dossier", now: datetime, calendar: WorkCalendar) -> Debt:
    kind, words = _STATES.get(dossier.recheck_answer, _STATES[""])
    passed = deadlines.working_days_since(dossier.arrived_at, now, calendar)
    return Debt(
        dossier=dossier,
        kind=kind,
        words=dossier.closed_reason or words,
        days_left=max(CLOSED_AFTER_WORKING_DAYS - passed, 0),
        until=deadlines.closing_day(dossier.arrived_at, CLOSED_AFTER_WORKING_DAYS, calendar),
        name_differs=dossier.recheck_answer == name_doubts.ANSWER,
    )
