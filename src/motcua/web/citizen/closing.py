"""Đóng tài khoản: read what stays, prove the password, then a code on the phone."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.accounts import own_closing, passcodes
from motcua.kernel.refusal import Refusal
from motcua.protection import leaving
from motcua.web import visitors
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen import own_data_forms as forms
from motcua.web.citizen import proving
from motcua.web.public import forms as public_forms
from motcua.web.public.registration import code_facts


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def page(request: VisitorRequest) -> HttpResponse:
    """What goes, what stays; and the password."""
    form = forms.Closing(request.POST if request.method == "POST" else None)
    proof = proving.prepared(request.visitor, form)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            leaving.ask(
                visitor=request.visitor,
                password=form.cleaned_data.get("password", ""),
                device=request.device,
                address=visitors.address_of(request),
            )
        except Refusal as no:
            form.refuse(no, "password" if no.code == "current_password_wrong" else None)
            status = no.status
        else:
            return redirect("citizen:closing_code")
    facts = {"nav_here": "own_data", "form": form, "standing": leaving.standing(request.visitor), **proof}
    return render(request, "citizen/dong_tai_khoan.html", facts, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def code(request: VisitorRequest) -> HttpResponse:
    """The code, and the account is closed; the browser forgets the session."""
    code_status = own_closing.code_status(request.visitor)
    if code_status is None:
        return redirect("citizen:closing")
    act = request.POST.get("act", "")
    form = public_forms.Code(request.POST if act == "go" else None)
    status = 422 if form.is_bound else 200
    try:
        if act == "resend":
            own_closing.resend(
                visitor=request.visitor, device=request.device, address=visitors.address_of(request)
            )
            return redirect("citizen:closing_code")
        if form.is_valid():
            leaving.close(visitor=request.visitor, code=form.cleaned_data["code"])
            return _closed(request)
    except passcodes.CodeRefused as no:
        form.refuse(no, "code")
        status = no.status
    except Refusal as no:
        form, status = public_forms.Code.refused(no), no.status
    facts = {"nav_here": "own_data", "form": form, **code_facts(own_closing.code_status(request.visitor))}
    return render(request, "citizen/dong_tai_khoan_otp.html", facts, status=status)


def _closed(request: VisitorRequest) -> HttpResponse:
    request.visitor = None  # type: ignore[assignment]
    response = render(
        request,
        "public/xong.html",
        {
            "heading": "Tài khoản đã đóng",
            "text": "Mọi phiên đăng nhập đã kết thúc. Sau 30 ngày thông tin của ông/bà được xóa. Tài khoản đã đóng "
            "không mở lại được; nếu cần, ông/bà đăng ký tài khoản mới.",
            "onward": "/",
            "onward_words": "Về trang chủ",
        },
    )
    visitors.sign_out(request, response)
    return response
