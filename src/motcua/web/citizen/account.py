"""Thông tin tài khoản: own data, password, phone, sessions."""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.accounts import (
    adjustments_read,
    before_own,
    merge_objections,
    merge_reading,
    passcodes,
    passwords,
    reading,
    recovery,
    sessions,
    subscribers,
    vneid,
)
from motcua.kernel.password_rule import PasswordTooWeak
from motcua.kernel.refusal import Refusal
from motcua.units import tree
from motcua.web import visitors
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen import forms, proving
from motcua.web.outside import subscriber_registry
from motcua.web.public.registration import code_facts

_PHONE_CHANGED: Final = (
    "Từ nay mã OTP và tin nhắn được gửi tới số mới. Số điện thoại cũ đã được báo tin về thay đổi này."
)
_ENDED: Final = {
    "mot": "Phiên đăng nhập đã kết thúc.",
    "khac": "Mọi phiên đăng nhập khác đã kết thúc; chỉ còn thiết bị này.",
}


@signed_in
@require_GET
def home(request: VisitorRequest) -> HttpResponse:
    """The owner's own data."""
    own = reading.own_account(request.visitor)
    facts = [("Họ và tên", own.full_name), ("Ngày sinh", own.born)]
    facts += [(number.kind, number.number) for number in own.numbers]
    phone = f"{own.phone_masked} (tạm ngừng dùng)" if own.phone_frozen else own.phone_masked
    facts += [("Số điện thoại", phone), ("Email", own.email), ("Cách tạo tài khoản", own.origin)]
    if settings.VNEID_ISSUER and not request.visitor.organisation:
        linked = vneid.is_linked(request.visitor.account_id)
        facts += [("VNeID", "Đã liên kết" if linked else "Chưa liên kết")]
    changes = [*adjustments_read.own(request.visitor), *merge_reading.own(request.visitor)]
    changes += before_own.own_lines(request.visitor)
    changes.sort(key=lambda line: line.at, reverse=True)
    units = tree.names_of([line.unit_code for line in changes])
    shown = {
        "changes": [(line, units.get(line.unit_code, line.unit_code)) for line in changes],
        "was_run": before_own.of(request.visitor) is not None,
        "resting": merge_objections.resting_of(request.visitor),
        "objected": request.GET.get("da") == "phan-doi",
    }
    page = "citizen/tai_khoan.html"
    return render(request, page, {"nav_here": "profile", "facts": facts, "own": own, **shown})


@signed_in
@require_POST
def merge_objection(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """“Không phải tôi”, said by the owner who is signed in: the merge or the parting that rests is not done."""
    merge_objections.object_signed_in(request.visitor, public_id)
    return redirect(f"{reverse('citizen:account')}?da=phan-doi")


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: VisitorRequest) -> HttpResponse:
    """Change the own password; other sessions end. Who has none finds that said on the page of the account."""
    if passwords.proof_of(request.visitor) != passwords.Proof.PASSWORD:
        return redirect("citizen:account")
    form = forms.ChangePassword(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            passwords.change(
                visitor=request.visitor,
                current=form.cleaned_data["current"],
                password=form.cleaned_data["password"],
            )
        except PasswordTooWeak as no:
            form.refuse(no, "password")
            status = no.status
        except Refusal as no:
            form.refuse(no, "current" if no.code == "current_password_wrong" else None)
            status = no.status
        else:
            text = "Mật khẩu đã được đổi. Các phiên đăng nhập khác đã kết thúc."
            return _done(request, "Đã đổi mật khẩu", text)
    elif form.is_bound:
        status = 422
    return render(request, "citizen/mat_khau.html", {"nav_here": "profile", "form": form}, status=status)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def phone(request: VisitorRequest) -> HttpResponse:
    """Ask for a code on the new phone."""
    form = forms.ChangePhone(request.POST or None)
    proof = proving.prepared(request.visitor, form)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            asked = recovery.ask_phone_change(
                visitor=request.visitor,
                password=form.cleaned_data.get("password", ""),
                phone=form.cleaned_data["phone"],
                browser=request.device,
                device=request.device,
                address=visitors.address_of(request),
            )
        except Refusal as no:
            form.refuse(no, "password" if no.code == "current_password_wrong" else None)
            status = no.status
        else:
            return redirect("citizen:phone_code", public_id=asked.public_id)
    elif form.is_bound:
        status = 422
    facts = {"nav_here": "profile", "form": form, **proof}
    return render(request, "citizen/dien_thoai.html", facts, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def phone_code(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The code, the operator's answer, and the phone is changed."""
    asked = recovery.recovery_for(request.device, public_id)
    act = request.POST.get("act", "")
    form = forms.Code(request.POST if act == "go" else None)
    status, silent = 200, ""
    try:
        if act == "resend":
            recovery.resend(asked, device=request.device, address=visitors.address_of(request))
            return redirect("citizen:phone_code", public_id=public_id)
        if act == "go" and asked.state == asked.State.ASKED and form.is_valid():
            recovery.confirm_code(asked, code=form.cleaned_data["code"])
        if asked.state == asked.State.PROVED and act:
            recovery.change_phone(
                asked, visitor=request.visitor, registry=subscriber_registry(), device=request.device
            )
            return _done(request, "Đã đổi số điện thoại", _PHONE_CHANGED)
    except recovery.PhoneNotYours as no:
        return _not_yours(request, no)
    except recovery.OperatorSilent as no:
        form, silent = forms.Code(), no.text
    except passcodes.CodeRefused as no:
        form.refuse(no, "code")
        status = no.status
    except Refusal as no:
        form, status = forms.Code.refused(no), no.status
    if status == 200 and form.is_bound:
        status = 422
    return render(
        request,
        "citizen/dien_thoai_otp.html",
        {
            "nav_here": "profile",
            "form": form,
            "asked": asked,
            "silent": silent,
            "asked_at": timezone.now() if silent else None,
            **code_facts(recovery.code_status(asked)),
        },
        status=status,
    )


def _not_yours(request: VisitorRequest, no: recovery.PhoneNotYours) -> HttpResponse:
    """The operator knows somebody else by the new phone: asking once more would change nothing."""
    operator = str(no.details["operator"])
    facts = {"message": no.text, "operator": operator, "operator_hotline": subscribers.hotline_of(operator)}
    page = "citizen/dien_thoai_khong_khop.html"
    return render(request, page, {"nav_here": "profile", **facts}, status=no.status)


@signed_in
@require_GET
def sessions_page(request: VisitorRequest) -> HttpResponse:
    """Where the owner is signed in."""
    return render(
        request,
        "citizen/phien.html",
        {
            "nav_here": "sessions",
            "sessions": sessions.live_sessions(request.visitor),
            "here": request.visitor.session_public_id,
            "ended": _ENDED.get(request.GET.get("xong", ""), ""),
        },
    )


@signed_in
@require_POST
def end_session(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """End one of the own sessions."""
    sessions.end_one(request.visitor, public_id)
    return _back_to_sessions("mot")


@signed_in
@require_POST
def end_others(request: VisitorRequest) -> HttpResponse:
    """End every session but this one."""
    sessions.end_others(request.visitor)
    return _back_to_sessions("khac")


def _back_to_sessions(ended: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('citizen:sessions')}?xong={ended}")


def _done(request: VisitorRequest, heading: str, text: str) -> HttpResponse:
    return render(
        request,
        "public/xong.html",
        {"heading": heading, "text": text, "onward": "/ca-nhan/", "onward_words": "Về thông tin tài khoản"},
    )
