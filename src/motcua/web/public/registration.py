"""Đăng ký (Phụ lục I): each page shows one step of a registration that only its own browser can see."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import entering, opening, passcodes, sessions, subscribers
from motcua.accounts.founding import AlreadyHasAccount, StaffPhone
from motcua.accounts.opening import State
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.opaque_token import is_opaque_token
from motcua.kernel.password_rule import PasswordTooWeak
from motcua.kernel.refusal import Refusal
from motcua.press import render as print_form
from motcua.units import tree
from motcua.units.letterheads import letterhead_of, opening_hours
from motcua.web import visitors
from motcua.web.access import anyone, safe_next, visitor_of
from motcua.web.devices import device_of, words_of
from motcua.web.outside import subscriber_registry
from motcua.web.public import forms, vneid
from motcua.web.public.entering import by_way_of_texts
from motcua.web.public.even_pace import evenly_answered
from motcua.web.public.nearest_desk import desk_facts
from motcua.web.responses import pdf_response

if TYPE_CHECKING:
    from motcua.accounts.models import Registration

STEPS: Final = ["Nhập thông tin", "Xác nhận OTP", "Đặt mật khẩu", "Hoàn thành"]
_FIELD_OF: Final = {"birth_date_mismatch": "born_on", "cmnd_closed": "citizen_id"}

_PAGE_OF: Final = {
    State.TYPED: "public:registration_code",
    State.PHONE_PROVED: "public:registration_operator",
    State.MISMATCH: "public:registration_mismatch",
    State.EXISTS: "public:registration_exists",
    State.MATCHED: "public:registration_password",
    State.DONE: "public:registration_done",
}


@anyone
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@evenly_answered
def begin(request: HttpRequest) -> HttpResponse:
    """The form; what was typed is kept and a code is sent to the phone."""
    if instead := vneid.guide_instead(request, "dang-ky"):
        return instead
    form = forms.Registration(request.POST or None)
    if request.method == "POST" and form.is_valid():
        browser = _browser(request) or secrets.token_urlsafe(24)
        try:
            registration = opening.begin(
                data=_person(form),
                browser=browser,
                from_desk=_opened_from_desk(request),
                return_to=_return_to(request),
            )
            opening.send_code(registration, device=device_of(request), address=visitors.address_of(request))
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            return render(request, "public/dang_ky.html", _first_page(form), status=no.status)
        return _remember(_to_step(registration), browser)
    return render(request, "public/dang_ky.html", _first_page(form), status=_status(form))


@anyone
@require_http_methods(["GET", "POST"])
@evenly_answered
def code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """“Nhập OTP”, “Gửi lại OTP”, “Tiếp tục”; then the operator is asked."""
    registration = _registration(request, public_id)
    if registration.state != State.TYPED:
        return _to_step(registration)
    resend = request.POST.get("act") == "resend"
    form = forms.Code(request.POST if request.method == "POST" and not resend else None)
    status = 200
    if resend:
        try:
            opening.send_resume_code(
                registration, device=device_of(request), address=visitors.address_of(request)
            )
            return _to_step(registration)
        except Refusal as no:
            form, status = forms.Code.refused(no), no.status
    elif form.is_bound and form.is_valid():
        try:
            opening.confirm_code(registration, code=form.cleaned_data["code"])
            if opening.is_resumed(registration):
                return _to_step(registration)
            return _ask(request, registration)
        except passcodes.CodeRefused as no:
            form.refuse(no, "code")
            status = no.status
    return render(
        request,
        "public/dang_ky_otp.html",
        {**_page(form, 2), "registration": registration, **code_facts(opening.code_status(registration))},
        status=status if status != 200 else _status(form),
    )


@anyone
@require_http_methods(["GET", "POST"])
def operator(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The operator did not answer: try again. Before the first question, what was resumed is shown to its owner."""
    registration = _registration(request, public_id)
    if registration.state != State.PHONE_PROVED:
        return _to_step(registration)
    if not opening.proof_is_fresh(registration):
        return HttpResponseRedirect(f"{reverse('public:registration_resume')}?vi=het-han")
    if opening.phone_is_of_staff(registration):
        facts = {**_page(None, 2), "registration": registration, "message": StaffPhone.message}
        return render(request, "public/dang_ky_so_can_bo.html", facts)
    resumed = opening.is_resumed(registration)
    if request.method == "POST":
        try:
            if resumed:
                opening.confirm_resumed(registration, seen=request.POST.get("seen", ""))
        except opening.NotYetConfirmed:
            return _to_step(registration)
        return _ask(request, registration)
    if resumed:
        return render(request, "public/dang_ky_xac_nhan.html", _resumed(registration))
    return _waiting(request, registration, opening.OperatorSilent.message)


@anyone
@require_http_methods(["GET"])
def mismatch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The phone is registered to somebody else: what to do next."""
    registration = _registration(request, public_id)
    if registration.state != State.MISMATCH:
        return _to_step(registration)
    return render(
        request,
        "public/dang_ky_khong_khop.html",
        {
            **_page(None, 2),
            "registration": registration,
            "operator_hotline": subscribers.hotline_of(registration.operator),
            **desk_facts(request),
        },
    )


@anyone
@require_http_methods(["GET"])
def mismatch_slip(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The slip for the desk, as PDF: it carries the reason, not the person's data."""
    registration = _registration(request, public_id)
    if registration.state != State.MISMATCH:
        return _to_step(registration)
    pdf = print_form(
        "phieu-huong-dan-tai-quay",
        {
            **letterhead_of(None),
            "on": timezone.localdate(),
            "code": registration.slip_code,
            "qr": f"{settings.PUBLIC_URL}/p/{registration.slip_code}",
            "operator": registration.operator,
            "hotline": subscribers.hotline_of(registration.operator),
            "made_at": timezone.now(),
            "valid_until": registration.expires_at,
            "desks": [
                {"name": desk.name, "address": desk.address, "phone": desk.phone}
                for desk in tree.desks(on=timezone.localdate())[:3]
            ],
            "hours": opening_hours(on=timezone.localdate()),
        },
    )
    return pdf_response(pdf, "phieu-huong-dan.pdf")


@anyone
@require_http_methods(["GET"])
def exists(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The number has an account: told only here, to its proved owner."""
    registration = _registration(request, public_id)
    if registration.state != State.EXISTS:
        return _to_step(registration)
    return render(request, "public/dang_ky_da_co.html", {**_page(None, 2), "registration": registration})


@anyone
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """“Nhập mật khẩu”, “Xác nhận mật khẩu” → “Đăng ký”."""
    registration = _registration(request, public_id)
    if registration.state != State.MATCHED:
        return _to_step(registration)
    if not opening.proof_is_fresh(registration):
        return HttpResponseRedirect(f"{reverse('public:registration_resume')}?vi=het-han")
    form = forms.NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = opening.finish(registration, password=form.cleaned_data["password"])
        except PasswordTooWeak as no:
            form.refuse(no, "password")
        except AlreadyHasAccount:
            return _to_step(registration)
        else:
            response = redirect("public:registration_done", public_id=registration.public_id)
            if not _stays_signed_out(request, registration):
                signed = entering.enter(account, device=device_of(request), device_words=words_of(request))
                _end_session_of_others(request)
                visitors.sign_in(response, signed.token, officer=signed.audience == "OFFICER")
            return response
    return render(
        request,
        "public/dang_ky_mat_khau.html",
        {**_page(form, 3), "registration": registration},
        status=_status(form),
    )


@anyone
@require_http_methods(["GET"])
def done(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The account exists."""
    registration = _registration(request, public_id)
    if registration.state != State.DONE:
        return _to_step(registration)
    return render(
        request,
        "public/dang_ky_thanh_cong.html",
        {
            **_page(None, 4),
            "registration": registration,
            "close_page": _stays_signed_out(request, registration),
            "onward": _onward(request, registration),
        },
    )


def _onward(request: HttpRequest, registration: "Registration") -> str:
    """Back to where they came from; by way of the texts that a new account has to be shown (DP-02)."""
    onward = safe_next(request, registration.return_to, "/")
    if registration.account_id is None or visitor_of(request) is None:
        return onward
    return by_way_of_texts(registration.account_id, onward)


@anyone
@require_http_methods(["GET"])
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Wherever this registration stands."""
    return _to_step(_registration(request, public_id))


@anyone
@require_POST
def abandon(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """“Xóa và bắt đầu lại”."""
    opening.abandon(_registration(request, public_id))
    return redirect("public:registration")


@anyone
@require_http_methods(["GET", "POST"])
@evenly_answered
def resume(request: HttpRequest) -> HttpResponse:
    """Take up an unfinished registration: the same page and answer whether there is one or not."""
    if instead := vneid.guide_instead(request, "dang-ky"):
        return instead
    form = forms.Resume(request.POST or None)
    if request.method == "POST" and form.is_valid():
        browser = _browser(request) or secrets.token_urlsafe(24)
        try:
            registration = opening.resume(
                citizen_id=form.cleaned_data["citizen_id"],
                phone=form.cleaned_data["phone"],
                browser=browser,
            )
            opening.send_resume_code(
                registration, device=device_of(request), address=visitors.address_of(request)
            )
        except Refusal as no:
            form.refuse(no)
            return render(request, "public/dang_ky_tiep_tuc.html", _page(form, 1), status=no.status)
        return _remember(_to_step(registration), browser)
    too_old = opening.ProofTooOld.message if request.GET.get("vi") == "het-han" else ""
    return render(
        request,
        "public/dang_ky_tiep_tuc.html",
        {**_page(form, 1), "too_old": too_old},
        status=_status(form),
    )


def code_facts(status: passcodes.CodeStatus | None) -> dict[str, object]:
    """What a page shows of the newest code: seconds left, seconds until a resend, tries, whether it left."""
    if status is None:
        return {"code_status": None, "seconds_left": 0, "resend_in": 0}
    now = timezone.now()
    return {
        "code_status": status,
        "seconds_left": max(0, int((status.expires_at - now).total_seconds())),
        "resend_in": max(0, int((status.resend_at - now).total_seconds())),
    }


def _ask(request: HttpRequest, registration: "Registration") -> HttpResponse:
    try:
        opening.ask_operator(registration, registry=subscriber_registry(), device=device_of(request))
    except StaffPhone:
        return _to_step(registration)
    except opening.OperatorSilent as silent:
        return _waiting(request, registration, silent.text, asked_at=timezone.now())
    return _to_step(registration)


def _waiting(
    request: HttpRequest, registration: "Registration", message: str, *, asked_at: datetime | None = None
) -> HttpResponse:
    """The operator's silence is one of the three answers (SPEC 3.3), not a breakdown of ours: a page like any other."""
    facts = {"registration": registration, "message": message, "asked_at": asked_at}
    return render(request, "public/dang_ky_nha_mang.html", {**_page(None, 2), **facts})


def _resumed(registration: "Registration") -> dict[str, object]:
    return {
        **_page(None, 2),
        "registration": registration,
        "data": opening.data_of(registration),
        "seen": opening.seen_mark(registration),
    }


def _person(form: forms.Registration) -> PersonData:
    given = form.cleaned_data
    return PersonData(
        citizen_id=given["citizen_id"],
        full_name=given["full_name"],
        born_on=given["born_on"],
        phone=given["phone"],
        email=given["email"],
    )


def _registration(request: HttpRequest, public_id: UUID) -> "Registration":
    return opening.registration_for(_browser(request), public_id)


def _to_step(registration: "Registration") -> HttpResponseRedirect:
    return HttpResponseRedirect(
        reverse(_PAGE_OF[State(registration.state)], kwargs={"public_id": registration.public_id})
    )


def _stays_signed_out(request: HttpRequest, registration: "Registration") -> bool:
    """Beside an officer, or in a page the desk opened, nobody is signed in at the end (SPEC 3.4)."""
    visitor = visitor_of(request)
    return registration.from_desk or (visitor is not None and visitor.is_officer)


def _end_session_of_others(request: HttpRequest) -> None:
    """Whoever was signed in in this browser leaves it, on the server too."""
    visitor = visitor_of(request)
    if visitor is not None:
        sessions.end(visitor)


def _opened_from_desk(request: HttpRequest) -> bool:
    return request.GET.get("tu") == "mot-cua"


def _return_to(request: HttpRequest) -> str:
    given = request.GET.get("quay-lai", "")[:200]
    return safe_next(request, given, "")


def _cookie() -> str:
    return f"{settings.COOKIE_PREFIX}dang-ky{settings.COOKIE_SUFFIX}"


def _browser(request: HttpRequest) -> str:
    token = request.COOKIES.get(_cookie(), "")
    return token if is_opaque_token(token) else ""


def _remember(response: HttpResponseRedirect, browser: str) -> HttpResponse:
    """For as long as the browser is open; afterwards, and elsewhere, only a fresh code goes on."""
    response.set_cookie(
        _cookie(),
        browser,
        max_age=None,
        path="/",
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _first_page(form: "forms.Registration") -> dict[str, object]:
    return {**_page(form, 1), **vneid.ways()}


def _page(form: object, here: int) -> dict[str, object]:
    return {"form": form, "steps": STEPS, "here": here}


def _status(form: object) -> int:
    return 422 if getattr(form, "is_bound", False) and getattr(form, "errors", None) else 200
