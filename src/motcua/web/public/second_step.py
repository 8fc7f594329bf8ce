"""Đăng nhập, bước thứ hai: the app, a passkey or a recovery code; and enrolling for the first time."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.accounts import authenticators, factor_resets, passkeys, second_step
from motcua.accounts.entering import SignedIn
from motcua.accounts.second_step import Step, StepOver
from motcua.kernel.refusal import Refusal
from motcua.web import visitors
from motcua.web.access import anyone, safe_next
from motcua.web.devices import device_of, words_of
from motcua.web.drawn_codes import picture
from motcua.web.factor_forms import AppCode, Proofs, ResetCode, SignedByPasskey
from motcua.web.public.entering import enter, hand_over, home_of


@anyone
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest) -> HttpResponse:
    """The second proof, after the right password."""
    try:
        return _step(request, _step_of(request))
    except StepOver:
        return _from_the_start()


@anyone
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Before anything else, the first time; and anew after a reset."""
    try:
        at = _step_of(request)
        if not at.may_enrol:
            return redirect("public:second_step")
        return _enrol(request, at)
    except StepOver:
        return _from_the_start()


def _step(request: HttpRequest, at: Step) -> HttpResponse:
    proofs = Proofs(request.POST if request.method == "POST" else None)
    reset, status, sent = ResetCode(), 200, False
    act = request.POST.get("act", "")
    try:
        if answer := proofs.answer:
            signed = second_step.finish(at, answer, device=device_of(request), device_words=words_of(request))
            return _in(enter(request, signed, _onward(request)))
        if act == "reset-send":
            second_step.send_reset_code(at)
            sent = True
        elif act == "reset":
            reset = ResetCode(request.POST)
            if reset.is_valid():
                second_step.take_reset_code(
                    at,
                    reset.cleaned_data["reset"],
                    device=device_of(request),
                    device_words=words_of(request),
                )
                return redirect("public:enrolment")
    except StepOver:
        raise
    except Refusal as no:
        status = no.status
        if act.startswith("reset"):
            reset = _refused(ResetCode(request.POST), no)
        else:
            proofs.refuse(no)
        at = _step_of(request)
    if status == 200 and request.method == "POST" and not sent:
        status = 422
    facts = {
        "proofs": proofs,
        "form": reset if act == "reset" else proofs.sent,
        "held": at.held,
        "to_sign": passkeys.to_sign(at.account, at.challenge),
        "reset": reset if factor_resets.approved_for(at.account) else None,
        "reset_sent": sent or act == "reset",
        "may_enrol": at.may_enrol,
        "onward": _onward(request),
    }
    return render(request, "public/buoc_hai.html", facts, status=status)


def _enrol(request: HttpRequest, at: Step) -> HttpResponse:
    act = request.POST.get("act", "")
    app = AppCode(request.POST if act == "app" else None)
    key = SignedByPasskey(request.POST if act == "passkey" else None)
    here = {"device": device_of(request), "device_words": words_of(request)}
    status = 422 if request.method == "POST" else 200
    try:
        if app.is_valid():
            return _show_codes(request, *second_step.enrol_app(at, app.cleaned_data["code"], **here))
        if key.is_valid():
            return _show_codes(request, *second_step.enrol_passkey(at, key.cleaned_data["passkey"], **here))
    except StepOver:
        raise
    except Refusal as no:
        status = no.status
        app.refuse(no, "code") if app.is_bound and status != 429 else (app if app.is_bound else key).refuse(
            no
        )
    address = authenticators.address_of(at.secret, name=at.name)
    facts = {
        "form": app,
        "key": key,
        "secret": " ".join(at.secret[place : place + 4] for place in range(0, len(at.secret), 4)),
        "address": address,
        "picture": picture(address),
        "to_make": second_step.passkey_to_make(at),
        "onward": _onward(request),
    }
    return render(request, "public/thiet_lap_hai_buoc.html", facts, status=status)


def _show_codes(request: HttpRequest, signed: SignedIn, codes: list[str]) -> HttpResponse:
    """Once, in the answer itself: nothing keeps them."""
    onward = safe_next(request, _onward(request), home_of(signed))
    response = render(request, "public/ma_du_phong.html", {"codes": codes, "onward": onward})
    hand_over(request, response, signed)
    return _in(response)


def _in(response: HttpResponse) -> HttpResponse:
    visitors.forget_step(response)
    return response


def _step_of(request: HttpRequest) -> Step:
    return second_step.step_of(request.COOKIES.get(visitors.step_cookie(), ""), device_of(request))


def _onward(request: HttpRequest) -> str:
    given = request.POST.get("tiep") or request.GET.get("tiep", "")
    return safe_next(request, given[:300], "")


def _refused(form: ResetCode, no: Refusal) -> ResetCode:
    form.full_clean()
    form.errors.clear()
    form.refuse(no, None if no.status in (404, 429) else "reset")
    return form


def _from_the_start() -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('public:sign_in')}?vi_sao=buoc-hai")
    visitors.forget_step(response)
    return response
