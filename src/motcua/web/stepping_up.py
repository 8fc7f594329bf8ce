"""Xác thực lại: the page that stands before a sensitive act, at the act's own address, with what was typed kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from motcua.accounts import sessions, stepping_up
from motcua.kernel.refusal import Refusal
from motcua.web import visitors
from motcua.web.devices import words_of
from motcua.web.factor_forms import Proofs

if TYPE_CHECKING:
    from motcua.web.access import VisitorRequest

#: Boxes of this page begin so; no other form's do.
PREFIX: Final = "xac-thuc"
#: The act was not sent yet, or cannot be sent along: afterwards its page is shown.
_ONLY_SHOW: Final = f"{PREFIX}-xem"
_NOT_SENT_ALONG: Final = ("csrfmiddlewaretoken", f"{PREFIX}-")


class StepUpWanted(Refusal):
    """To a script, which cannot show the page."""

    code = "step_up_wanted"
    status = 403
    message = "Đề nghị ông/bà tải lại trang và xác thực lại trước khi thực hiện."


def ask(request: "VisitorRequest", go_on: Callable[[], HttpResponse]) -> HttpResponse:
    """Prove the second factor again; proved, ``go_on`` answers, and the session has another token (threats A-60)."""
    if request.headers.get("HX-Request"):
        raise StepUpWanted
    proofs = Proofs(request.POST, prefix=PREFIX)
    status = 422 if proofs.sent is not None else 200
    if answer := proofs.answer:
        try:
            token = stepping_up.prove(request.visitor, answer, device_words=words_of(request))
        except Refusal as no:
            proofs.refuse(no)
            status = no.status
        else:
            return _go_on(request, token, go_on)
    return _page(request, proofs, status)


def _go_on(request: "VisitorRequest", token: str, go_on: Callable[[], HttpResponse]) -> HttpResponse:
    fresh = sessions.visitor_of(token)
    if fresh is None or request.POST.get(_ONLY_SHOW):
        response: HttpResponse = HttpResponseRedirect(request.get_full_path())
    else:
        request.visitor = fresh
        response = go_on()
    visitors.sign_in(response, token, officer=request.visitor.is_officer)
    return response


def _page(request: "VisitorRequest", proofs: Proofs, status: int) -> HttpResponse:
    asked = stepping_up.asked(request.visitor)
    facts = {
        "proofs": proofs,
        "form": proofs.sent,
        "held": asked.held,
        "to_sign": asked.to_sign,
        "along": _along(request),
        "act": proofs.act_name,
        "files_lost": bool(request.FILES),
    }
    return render(request, "base/xac_thuc_lai.html", facts, status=status)


def _along(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed goes along in the page, to come back with the proof; never in an address."""
    shown_only = request.method != "POST" or bool(request.FILES) or bool(request.POST.get(_ONLY_SHOW))
    if shown_only:
        return [(_ONLY_SHOW, "1")]
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if not name.startswith(_NOT_SENT_ALONG)
        for value in values
    ]
