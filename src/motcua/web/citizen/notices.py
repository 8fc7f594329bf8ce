"""Kênh nhận thông báo: the owner's proved e-mail, and by which channels news of dossiers comes."""

from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.accounts import emails, notice_channels
from motcua.kernel.refusal import Refusal
from motcua.web.access import VisitorRequest, signed_in
from motcua.web.citizen import notices_forms as forms
from motcua.web.citizen import proving

_SAID: Final = {
    "kenh": "Đã ghi kênh nhận thông báo của ông/bà.",
    "email": "Đã xác nhận email. Ông/bà chọn kênh nhận thông báo ở dưới.",
    "bo": "Đã xóa email. Từ nay thông báo được gửi bằng tin nhắn SMS.",
}


class _Note(NamedTuple):
    kind: str
    title: str
    text: str = ""


@signed_in
@require_http_methods(["GET", "POST"])
def home(request: VisitorRequest) -> HttpResponse:
    """Which channels; and the e-mail."""
    account_id = request.visitor.account_id
    initial = {"channels": notice_channels.chosen(account_id)}
    form = forms.Channels(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            notice_channels.choose(visitor=request.visitor, channels=form.cleaned_data["channels"])
        except Refusal as no:
            form.refuse(no, "channels")
            status = no.status
        else:
            return _back("kenh")
    elif form.is_bound:
        status = 422
    facts = {
        **_page(request),
        "form": form,
        "email": emails.masked_email_of(account_id),
        "offered": bool(settings.MAIL_HOST),
    }
    return render(request, "citizen/thong_bao.html", facts, status=status)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def email(request: VisitorRequest) -> HttpResponse:
    """Ask for a code in a mailbox."""
    form = forms.NewEmail(request.POST if request.method == "POST" else None)
    proof = proving.prepared(request.visitor, form)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asked = emails.ask(
                visitor=request.visitor, password=given.get("password", ""), email=given["email"]
            )
        except Refusal as no:
            form.refuse(no, _BESIDE.get(no.code))
            status = no.status
        else:
            return redirect("citizen:email_code", public_id=asked.public_id)
    elif form.is_bound:
        status = 422
    changing = emails.masked_email_of(request.visitor.account_id)
    facts = {**_page(request), "form": form, "changing": changing, **proof}
    return render(request, "citizen/email.html", facts, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def email_code(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """The code from the letter."""
    asked = emails.proof_for(request.visitor, public_id)
    act = request.POST.get("act", "")
    form = forms.EmailCode(request.POST if act == "go" else None)
    status = 200
    try:
        if act == "resend":
            newer = emails.resend(asked, visitor=request.visitor)
            return redirect("citizen:email_code", public_id=newer.public_id)
        if act == "go" and form.is_valid():
            emails.confirm(asked, visitor=request.visitor, code=form.cleaned_data["code"])
            return _back("email")
    except (emails.EmailCodeRefused, emails.EmailCodeOver) as no:
        form.refuse(no, "code")
        status = no.status
    except Refusal as no:
        form, status = forms.EmailCode.refused(no), no.status
    if status == 200 and form.is_bound:
        status = 422
    facts = {**_page(request), "form": form, "asked": asked, "seconds_left": emails.seconds_left(asked)}
    return render(request, "citizen/email_ma.html", facts, status=status)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def email_remove(request: VisitorRequest) -> HttpResponse:
    """Erase the e-mail, after the password."""
    form = forms.RemoveEmail(request.POST if request.method == "POST" else None)
    proof = proving.prepared(request.visitor, form)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            emails.remove(visitor=request.visitor, password=form.cleaned_data.get("password", ""))
        except Refusal as no:
            form.refuse(no, _BESIDE.get(no.code))
            status = no.status
        else:
            return _back("bo")
    elif form.is_bound:
        status = 422
    email = emails.masked_email_of(request.visitor.account_id)
    facts = {**_page(request), "form": form, "email": email, **proof}
    return render(request, "citizen/email_bo.html", facts, status=status)


_BESIDE: Final = {"current_password_wrong": "password", "email_already_bound": "email"}


def _page(request: VisitorRequest) -> dict[str, object]:
    if said := _SAID.get(request.GET.get("da", "")):
        request.notices = [_Note("success", said)]  # type: ignore[attr-defined]
    return {"nav_here": "notices"}


def _back(said: str) -> HttpResponse:
    answer = redirect("citizen:notices")
    answer["Location"] += f"?da={said}"
    return answer
