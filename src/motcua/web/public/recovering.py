"""Quên mật khẩu: the same pages whether the number has an account or not."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.accounts import passcodes, recovery, sim_hints
from motcua.kernel.password_rule import PasswordTooWeak
from motcua.kernel.refusal import Refusal
from motcua.limits.spending import TooManyAttempts
from motcua.vault import reading as vault_reading
from motcua.web import visitors
from motcua.web.access import anyone
from motcua.web.devices import device_of
from motcua.web.outside import subscriber_registry
from motcua.web.public import forms, vneid
from motcua.web.public.even_pace import evenly_answered
from motcua.web.public.registration import code_facts

_CHANGED: Final = {
    "heading": "Đã đổi mật khẩu",
    "text": "Mật khẩu đã được đổi và các phiên đăng nhập khác đã kết thúc. Đề nghị ông/bà đăng nhập.",
    "onward": "/dang-nhap/",
    "onward_words": "Đăng nhập",
}
_RESTS: Final = {
    "heading": "Mật khẩu mới có hiệu lực sau 24 giờ",
    "text": "Tài khoản có giấy tờ trong kho dữ liệu nên mật khẩu mới chỉ có hiệu lực sau 24 giờ. Ông/bà đã được báo "
    "qua điện thoại và email; nếu không phải ông/bà yêu cầu, đề nghị mở liên kết trong tin báo để hủy. Cần gấp, "
    "đề nghị mang giấy tờ tùy thân đến Bộ phận một cửa.",
    "onward": "/",
    "onward_words": "Về trang chủ",
}


@anyone
@require_http_methods(["GET", "POST"])
@evenly_answered
def ask(request: HttpRequest) -> HttpResponse:
    """Number and birth date."""
    form = forms.Forgotten(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            asked = recovery.ask_reset(
                number=form.cleaned_data["number"],
                born_on=form.cleaned_data["born_on"],
                browser=device_of(request),
                device=device_of(request),
                address=visitors.address_of(request),
            )
        except Refusal as no:
            form.refuse(no)
            status = no.status
        else:
            return redirect("public:forgotten_code", public_id=asked.public_id)
    elif form.is_bound:
        status = 422
    return render(request, "public/quen_mat_khau.html", {"form": form, **vneid.ways()}, status=status)


@anyone
@require_http_methods(["GET", "POST"])
@evenly_answered
def code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The code that went to the bound phone, if there is one."""
    asked = recovery.recovery_for(device_of(request), public_id)
    resend = request.POST.get("act") == "resend"
    form = forms.Code(request.POST if request.method == "POST" and not resend else None)
    status = 200
    try:
        if resend:
            recovery.resend(asked, device=device_of(request), address=visitors.address_of(request))
            return redirect("public:forgotten_code", public_id=asked.public_id)
        if form.is_bound and form.is_valid():
            recovery.confirm_code(asked, code=form.cleaned_data["code"])
            return redirect("public:forgotten_password", public_id=asked.public_id)
    except passcodes.CodeRefused as no:
        form.refuse(no, "code")
        status = no.status
    except Refusal as no:
        form, status = forms.Code.refused(no), no.status
    if status == 200 and form.is_bound:
        status = 422
    facts = code_facts(recovery.code_status(asked))
    return render(request, "public/quen_mat_khau_otp.html", {"form": form, **facts}, status=status)


@anyone
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set it; nobody is signed in by a reset."""
    asked = recovery.recovery_for(device_of(request), public_id)
    if asked.state != asked.State.PROVED:
        return redirect("public:forgotten_code", public_id=asked.public_id)
    form = forms.NewPassword(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            now = recovery.reset(
                asked,
                password=form.cleaned_data["password"],
                registry=subscriber_registry(),
                device=device_of(request),
                has_papers=vault_reading.has_papers,
            )
        except PasswordTooWeak as no:
            form.refuse(no, "password")
            status = no.status
        except (sim_hints.SimChangedLately, recovery.PhoneGone, TooManyAttempts) as no:
            form.refuse(no)
            status = no.status
        else:
            return render(request, "public/xong.html", _CHANGED if now else _RESTS)
    elif form.is_bound:
        status = 422
    return render(request, "public/mat_khau_moi.html", {"form": form}, status=status)
