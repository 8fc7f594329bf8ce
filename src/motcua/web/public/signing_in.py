"""Đăng nhập, đăng xuất, kích hoạt, “không phải tôi”."""

from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.accounts import activation, notices, sessions, signing_in
from motcua.accounts.notices import Meaning
from motcua.accounts.second_step import HalfWay
from motcua.kernel.password_rule import PasswordTooWeak
from motcua.kernel.refusal import Refusal
from motcua.web import outages, visitors
from motcua.web.access import anyone, visitor_of
from motcua.web.devices import device_of, words_of
from motcua.web.public import forms, kept_number, vneid
from motcua.web.public.entering import enter, to_second_step
from motcua.web.public.even_pace import evenly_answered


class _Said(NamedTuple):
    """After “không phải tôi”."""

    heading: str
    text: str
    resets: bool = False


#: Over a refusal that is about the account and not about what was typed.
_NOT_SIGNED_IN: Final = "Ông/bà chưa đăng nhập được"
_DISAVOWED: Final = {
    Meaning.LOCKS: _Said(
        "Đã khóa tài khoản",
        "Mọi phiên đăng nhập đã kết thúc và tài khoản đang tạm khóa. Đề nghị ông/bà đặt lại mật khẩu.",
        resets=True,
    ),
    Meaning.STOPS_TAKE_OVER: _Said(
        "Đã dừng việc giao tài khoản",
        "Không mật khẩu nào được gửi tới số điện thoại vừa gắn và số đó tạm ngừng dùng. Đề nghị chính chủ tài khoản "
        "mang giấy tờ tùy thân đến Bộ phận một cửa gần nhất; người giữ trước đây vẫn không dùng được tài khoản.",
    ),
    Meaning.STOPS_UNLINKING: _Said(
        "Đã dừng việc gỡ liên kết VNeID",
        "Liên kết VNeID của tài khoản giữ nguyên và ông/bà đăng nhập như trước. Cán bộ đã lập được báo là "
        "ông/bà không đề nghị việc này. Nếu lo có người giả danh, đề nghị ông/bà báo Bộ phận một cửa gần nhất.",
    ),
    Meaning.STOPS_MERGE: _Said(
        "Đã dừng việc gộp tài khoản",
        "Hai tài khoản không bị gộp và ông/bà vẫn đăng nhập như trước. Đơn vị đã đề nghị thấy ông/bà phản đối.",
    ),
    Meaning.STOPS_PARTING: _Said(
        "Đã dừng việc tách tài khoản",
        "Hai tài khoản vẫn được gộp và ông/bà vẫn đăng nhập như trước. Đơn vị đã đề nghị thấy ông/bà phản đối.",
    ),
    Meaning.CONTESTS_MERGE: _Said(
        "Đã khóa tài khoản còn lại sau khi gộp",
        "Việc gộp đã xong nên tài khoản còn lại đang tạm khóa, số điện thoại của tài khoản đó tạm ngừng dùng và cán bộ "
        "đã thấy ông/bà phản đối. Đề nghị ông/bà mang giấy tờ tùy thân đến Bộ phận một cửa gần nhất để tách tài khoản.",
    ),
}


@anyone
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@evenly_answered
def sign_in(request: HttpRequest) -> HttpResponse:
    """By number (or tax code) and password."""
    asked = {"tiep": request.GET.get("tiep", "")[:300], "buoc": request.GET.get("buoc", "")[:3]}
    form = forms.SignIn(request.POST or None, initial=asked)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            signed = signing_in.sign_in(
                number=form.cleaned_data["number"],
                password=form.cleaned_data["password"],
                device=device_of(request),
                device_words=words_of(request),
                address=visitors.address_of(request),
                strong=form.cleaned_data["buoc"] == "hai",
            )
        except signing_in.MustActivate:
            if instead := vneid.guide_instead(request, "kich-hoat"):
                return instead
            return kept_number.keep(
                HttpResponseRedirect(f"{reverse('public:activation')}?tu=dang-nhap"),
                form.cleaned_data["number"],
            )
        except Refusal as no:
            form.refuse(no)
            if not isinstance(no, signing_in.WrongPassword):
                form.summary_title = _NOT_SIGNED_IN
            status = no.status
        else:
            if isinstance(signed, HalfWay):
                return to_second_step(request, signed, form.cleaned_data["tiep"])
            return enter(request, signed, form.cleaned_data["tiep"])
    elif form.is_bound:
        status = 422
    open_to = vneid.ways()
    facts = {
        "form": form,
        **open_to,
        "onward": vneid.onward(asked),
        "vneid_outages": outages.of_signing_in(
            vneid_open=bool(open_to["vneid_open"]), own_open=bool(open_to["own_open"])
        ),
    }
    return render(request, "public/dang_nhap.html", facts, status=status)


@anyone
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, on the server too."""
    visitor = visitor_of(request)
    if visitor is not None:
        sessions.end(visitor)
    response = HttpResponseRedirect("/")
    visitors.sign_out(request, response)
    return response


@anyone
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@evenly_answered
def activate(request: HttpRequest) -> HttpResponse:
    """The citizen sets the own password with the one-time password and the birth date."""
    if instead := vneid.guide_instead(request, "kich-hoat"):
        return instead
    from_sign_in = request.GET.get("tu") == "dang-nhap"
    form = forms.Activation(
        request.POST or None, initial={"number": kept_number.read(request)} if from_sign_in else None
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        visitor = visitor_of(request)
        try:
            activation.activate(
                number=form.cleaned_data["number"],
                one_time=form.cleaned_data["one_time"],
                born_on=form.cleaned_data["born_on"],
                password=form.cleaned_data["password"],
                device=device_of(request),
                officer_is_here=visitor is not None and visitor.is_officer,
            )
        except PasswordTooWeak as no:
            form.refuse(no, "password")
            status = no.status
        except Refusal as no:
            form.refuse(no)
            status = no.status
        else:
            return _done(
                request,
                "Kích hoạt tài khoản thành công",
                "Tài khoản của ông/bà đã được kích hoạt. Đề nghị đăng nhập bằng mật khẩu vừa đặt.",
            )
    elif form.is_bound:
        status = 422
    page = render(
        request, "public/kich_hoat.html", {"form": form, "from_sign_in": from_sign_in}, status=status
    )
    return kept_number.forget(page)


@anyone
@require_http_methods(["GET", "POST"])
def disavow(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a notice: nothing happens before the owner confirms."""
    does = notices.meaning(notices.disavowal(token))
    if request.method == "POST":
        done = _DISAVOWED[notices.disavow(token=token)]
        onward = {"onward": reverse("public:forgotten"), "onward_words": "Đặt lại mật khẩu"}
        return _done(request, done.heading, done.text, **(onward if done.resets else {}))
    return render(request, "public/khong_phai_toi.html", {"does": does})


def _done(
    request: HttpRequest,
    heading: str,
    text: str,
    *,
    onward: str = "/dang-nhap/",
    onward_words: str = "Đăng nhập",
) -> HttpResponse:
    return render(
        request,
        "public/xong.html",
        {"heading": heading, "text": text, "onward": onward, "onward_words": onward_words},
    )
