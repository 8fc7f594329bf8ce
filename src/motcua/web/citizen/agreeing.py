"""Văn bản: what is asked to be read now, and which versions were answered before."""

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from motcua.accounts import agreeing
from motcua.kernel.refusal import Refusal
from motcua.web.access import VisitorRequest, safe_next, signed_in

_HOME = "/ca-nhan/"


class NoAnswer(Refusal):
    code = "text_without_answer"
    message = "Đề nghị ông/bà đọc văn bản rồi bấm một nút trả lời."


@signed_in
@require_http_methods(["GET", "POST"])
def texts(request: VisitorRequest) -> HttpResponse:
    """One text at a time; afterwards on to where the person was going."""
    given = request.POST.get("tiep", request.GET.get("tiep", ""))[:300]
    onward = safe_next(request, given, "")
    refused, status = "", 200
    if request.method == "POST":
        try:
            agreeing.answer(
                visitor=request.visitor,
                text=request.POST.get("van_ban", "")[:20],
                version=request.POST.get("ban", "")[:20],
                agrees=_agrees(request.POST.get("act", "")),
            )
        except Refusal as no:
            refused, status = no.text, no.status
        else:
            return HttpResponseRedirect(_next(request, onward))
    asked = agreeing.asked_of(request.visitor.account_id)
    facts = {
        "nav_here": "own_data",
        "asked": asked[0] if asked else None,
        "onward": onward,
        "refused": refused,
        "history": agreeing.history_of(request.visitor),
        "versions": agreeing.versions(),
    }
    return render(request, "citizen/van_ban.html", facts, status=status)


def _agrees(act: str) -> bool:
    """Only one of the two buttons is an answer."""
    if act not in ("co", "khong"):
        raise NoAnswer
    return act == "co"


def _next(request: VisitorRequest, onward: str) -> str:
    if not agreeing.asked_of(request.visitor.account_id):
        return onward or _HOME
    address = reverse("citizen:texts")
    return f"{address}?{urlencode({'tiep': onward})}" if onward else address
