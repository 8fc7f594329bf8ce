"""From the right password to the first page: straight in, or by way of the second step."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from motcua.accounts import agreeing, before_own, sessions
from motcua.accounts.entering import SignedIn
from motcua.accounts.second_step import LIFE, HalfWay
from motcua.web import visitors
from motcua.web.access import safe_next, visitor_of


def home_of(signed: SignedIn) -> str:
    return "/mot-cua/" if signed.audience == "OFFICER" else reverse("citizen:account")


def enter(request: HttpRequest, signed: SignedIn, wanted: str) -> HttpResponse:
    """Where the person wanted to go; whoever was signed in here before is signed out."""
    onward = safe_next(request, wanted, home_of(signed))
    response = HttpResponseRedirect(by_way_of_texts(signed.account_id, onward))
    hand_over(request, response, signed)
    return response


def by_way_of_texts(account_id: int, onward: str) -> str:
    """``onward``, or first the page with the texts that this person has not answered yet (DP-02).

    Whoever took the account over from a parent or guardian sees first what was done in their name.
    """
    if before_own.is_unread(account_id):
        onward = f"{reverse('citizen:before_own')}?{urlencode({'tiep': onward})}"
    if settings.ASK_TO_READ and agreeing.asked_of(account_id):
        return f"{reverse('citizen:texts')}?{urlencode({'tiep': onward})}"
    return onward


def hand_over(request: HttpRequest, response: HttpResponse, signed: SignedIn) -> None:
    """The session's token goes to the browser, with this answer."""
    before = visitor_of(request)
    if before is not None:
        sessions.end(before)
    visitors.sign_in(response, signed.token, officer=signed.audience == "OFFICER")


def to_second_step(request: HttpRequest, half: HalfWay, wanted: str) -> HttpResponse:
    """Nobody is signed in yet. Only an address of ours goes along."""
    address = reverse("public:enrolment" if half.must_enrol else "public:second_step")
    onward = safe_next(request, wanted, "")
    response = HttpResponseRedirect(f"{address}?{urlencode({'tiep': onward})}" if onward else address)
    visitors.half_way(response, half.token, seconds=int(LIFE.total_seconds()))
    return response
