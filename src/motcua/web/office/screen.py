"""The one screen of Phụ lục III: the form, and beside each thing the state it is in."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from motcua.accounts import assistance, assisted_reading, of_age_reading
from motcua.accounts.passcodes import CodeStatus
from motcua.files import keeping
from motcua.kernel.authority import Authority
from motcua.radar.thresholds import Thresholds
from motcua.web.access import OfficerRequest
from motcua.web.office import forms, standing, uploads
from motcua.web.public.registration import code_facts

if TYPE_CHECKING:
    from motcua.accounts.models import AssistApplication
    from motcua.files.models import StoredFile

NO_ANTIVIRUS: Final = "Chưa nối phần mềm diệt vi-rút (bản chạy thử)"
QR_SAYS: Final = {
    "SAME": ("success", "Mã QR trên bản quét khớp với thông tin đã nhập."),
    "DIFFERENT": (
        "warning",
        "Mã QR trên bản quét khác với thông tin đã nhập. Đề nghị đối chiếu lại số, họ tên và ngày sinh với thẻ.",
    ),
    "UNREAD": (
        "info",
        "Không đọc được mã QR trên bản quét. Đề nghị đối chiếu bằng mắt; việc tạo tài khoản vẫn tiếp tục được.",
    ),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One of the three screens that are one: its address, the list above it, its place in the menu and its words."""

    address: str
    above: tuple[str, str]
    nav: str
    crumb: str
    title: str
    press: str
    done: str


_ACCOUNTS: Final = ("Danh sách tài khoản", "office:accounts")
_PAGES: Final = {
    "CREATE": Page(
        "office:add",
        _ACCOUNTS,
        "citizen_accounts",
        "Thêm mới",
        "Tạo tài khoản công dân",
        "Tạo tài khoản",
        "Tạo tài khoản thành công",
    ),
    "PHONE": Page(
        "office:change_phone",
        _ACCOUNTS,
        "change_phone",
        "Đổi số điện thoại",
        "Đổi số điện thoại cho công dân",
        "Đổi số điện thoại",
        "Đổi số điện thoại thành công",
    ),
    "OF_AGE": Page(
        "office:take_over",
        ("Tài khoản đủ 18 tuổi", "office:of_age"),
        "of_age",
        "Giao tài khoản",
        "Giao tài khoản cho chủ tài khoản đủ 18 tuổi",
        "Giao tài khoản",
        "Đã giao tài khoản cho chủ tài khoản",
    ),
}


def page_of(kind: str) -> Page:
    """The words of one kind of request."""
    return _PAGES[kind]


def crumb_above(kind: str) -> tuple[str, str]:
    """The list that a request of this kind was begun from: its words and its address."""
    words, address = _PAGES[kind].above
    return words, reverse(address)


@dataclass
class Screen:
    """Who is at the desk, with which request, if there is one yet."""

    request: OfficerRequest
    authority: Authority
    application: "AssistApplication | None" = None
    kind: str = "CREATE"
    kept: "StoredFile | None" = None
    form_key: UUID = field(default_factory=uuid4)
    look_up: assistance.LookedUp | None = None
    #: The line of “Tài khoản đủ 18 tuổi” whose button was pressed: said, never filled in.
    line: of_age_reading.Line | None = None
    signed: forms.SignedPaper = field(default_factory=forms.SignedPaper)
    shared: forms.SharedPhone = field(default_factory=forms.SharedPhone)

    @property
    def for_phone(self) -> bool:
        """There is an account already: its phone is changed, or its owner takes it over."""
        return self.kind != "CREATE"

    @property
    def form_name(self) -> str:
        """What a kept file belongs to: the request, or the form as long as there is none."""
        return str(self.application.public_id if self.application is not None else self.form_key)

    @property
    def address(self) -> str:
        if self.application is not None:
            return reverse("office:request", kwargs={"public_id": self.application.public_id})
        address = reverse(_PAGES[self.kind].address)
        return f"{address}?dong={self.line.public_id}" if self.line is not None else address

    def form(self, *args: Any, **kwargs: Any) -> forms.Assisted:
        """The form with this officer's units; filled from the request unless something was posted."""
        if not args:
            kwargs["initial"] = self._initial()
        units = [(post.unit_code, post.unit_name) for post in standing.own_posts(self.authority)]
        return forms.Assisted(*args, units=units, kind=self.kind, **kwargs)

    def show(self, form: forms.Assisted, status: int = 200) -> HttpResponse:
        """The whole page."""
        form.mark_required()
        if not form.is_bound and self.application is None:
            form.fields["citizen_id"].widget.attrs["autofocus"] = True
        elif self.request.GET.get("da") == "ma":
            form.fields["code"].widget.attrs["autofocus"] = True
        page = _PAGES[self.kind]
        crumbs = (crumb_above(self.kind), (page.crumb, ""))
        name, phone = standing.myself(self.authority)
        facts = {
            **standing.page(self.request, page.nav, *crumbs),
            "form": form,
            "page": page,
            "for_phone": self.for_phone,
            "taking_over": self.kind == "OF_AGE",
            "line": self.line,
            "action": self.address,
            "form_key": self.form_key,
            "application": self.application,
            "made_at": self.application.created_at if self.application else timezone.now(),
            "officer_name": name,
            "officer_phone": phone,
            "look_up": self.look_up,
            "show_override": _needs_override(form),
            "signed_form": self.signed,
            "paper_days": Thresholds.now().paper_days,
            "shared_form": self.shared,
            **self._scan(),
            **(self._state(self.application) if self.application else {}),
        }
        return render(self.request, "office/tao_tai_khoan.html", facts, status=status)

    def _initial(self) -> dict[str, object]:
        application = self.application
        if application is None:
            return {"unit": self.authority.unit_code}
        data = assisted_reading.data_of(application)
        return {
            "citizen_id": data.citizen_id,
            "old_number": data.old_number,
            "full_name": data.full_name,
            "born_on": data.born_on,
            "phone": data.phone,
            "email": data.email,
            "reason": application.reason,
            "reason_words": application.reason_words,
            "override_reason": application.override_reason,
            "held_by": application.held_by,
            "unit": application.unit_code,
        }

    def _scan(self) -> dict[str, object]:
        """The file in hand: just sent, or already with the request."""
        stored = self.kept or (self.application.scan if self.application else None)
        if stored is None:
            return {}
        return {
            "scan_name": keeping.name_of(stored),
            "scan_size": uploads.shown_size(stored),
            "scan_note": NO_ANTIVIRUS if stored.antivirus == "NOT_CONFIGURED" else "",
            "scan_ticket": uploads.ticket_for(self.authority, self.kept, self.form_name),
        }

    def _state(self, application: "AssistApplication") -> dict[str, object]:
        known = assisted_reading.in_hand(self.authority, application)
        return {
            "known": known,
            "signed_paper": keeping.name_of(application.signed_paper) if application.signed_paper else "",
            "qr_says": QR_SAYS.get(application.scan_qr) if application.scan else None,
            "birth_date_differs": not known.data.citizen_id.agrees_with_birth_date(known.data.born_on),
            "unknown_place": known.data.citizen_id.has_unknown_place,
            "paper_address": reverse("office:request_paper", kwargs={"public_id": application.public_id}),
            "download_now": self.request.GET.get("da") == "giay" and self.request.method == "GET",
            **code_part(application, known.code),
        }


def code_part(application: "AssistApplication", code: CodeStatus | None) -> dict[str, object]:
    """What the part of the page about the newest code shows, and whether it still has to be asked for news."""
    facts = code_facts(code)
    waits = code is not None and code.message_state == "WAITING" and not application.phone_is_proved
    address = reverse("office:code_state", kwargs={"public_id": application.public_id})
    return {
        **facts,
        "application": application,
        "news_from": address if waits and facts["seconds_left"] else "",
    }


def open_request(request: OfficerRequest, public_id: Any) -> Screen:
    """The officer's own request, at the unit it belongs to; NotFound for anybody else's."""
    seen_from, application = standing.at_any_unit(
        request.authority, lambda authority: assistance.own_application(authority, public_id)
    )
    able = standing.authorities(request.authority)
    at_home = next((one for one in able if one.unit_code == application.unit_code), seen_from)
    return Screen(request, at_home, application, kind=application.kind)


def _needs_override(form: forms.Assisted) -> bool:
    wrong = form.errors.get("override_reason") if form.is_bound else None
    return bool(wrong or form["override_reason"].value())
