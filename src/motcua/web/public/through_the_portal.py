"""Đăng nhập qua Cổng: at a desk whose portal is elsewhere people sign in there, and come back known (SPEC 13)."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from motcua.desk.signing_in_port import PortalSilent, SignedIn, SignInNotGenuine
from motcua.guests import sessions
from motcua.guests.sessions import Arrival, Tokens
from motcua.kernel.refusal import Refusal
from motcua.kernel.scope import Scope
from motcua.web import outside, visitors
from motcua.web.access import AGAIN_AS_OFFICER, AS_SOMEBODY_ELSE, anyone, safe_next, visitor_of
from motcua.web.devices import words_of

log = logging.getLogger(__name__)

_PATIENCE: Final = 1800
_TWO_FACTORS: Final = "LoA2"
_STRONGER: Final = "hai-yeu-to"


@anyone
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """To the portal's sign-in page; ``?tiep=`` is the page of ours to come back to.

    ``?vi_sao=``: ``can-bo`` proves afresh who works here, ``hai-yeu-to`` comes with two factors, ``lam-viec-thay``
    is somebody else at the portal since a moment ago.
    """
    wanted = safe_next(request, request.GET.get("tiep", ""), "")
    why = request.GET.get("vi_sao", "")
    strong, again = why == _STRONGER, why in (_STRONGER, AGAIN_AS_OFFICER)
    visitor = visitor_of(request)
    # Anybody can make a link of it: it takes no officer's session away.
    anew = again or (why == AS_SOMEBODY_ELSE and visitor is not None and not visitor.is_officer)
    if visitor is not None and not anew:
        return HttpResponseRedirect(wanted or _home(visitor.is_officer))
    try:
        beginning = outside.portal_sign_in().begin(wanted, again=again, strong=strong)
    except PortalSilent as no:
        return _not_signed_in(request, no, again=request.get_full_path())
    response = HttpResponseRedirect(beginning.address)
    response.set_cookie(
        _cookie(),
        beginning.kept,
        max_age=_PATIENCE,
        path="/",
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@anyone
@require_GET
def finish(request: HttpRequest) -> HttpResponse:
    """Back from the portal. Whoever was signed in in this browser before is signed out first."""
    kept = request.COOKIES.get(_cookie(), "")
    try:
        signed = outside.portal_sign_in().finish(dict(request.GET.lists()), kept)
        token, session = sessions.begin(_arrival(signed), device_words=words_of(request))
    except Refusal as no:
        response = _not_signed_in(request, no, again=_once_more(request, no, kept))
        response.delete_cookie(_cookie(), path="/", samesite="Lax")
        return response
    if (before := visitor_of(request)) is not None:
        sessions.end(before)
    officer = session.audience == session.Audience.OFFICER
    response = _by_way_of_a_page(request, safe_next(request, signed.next, _home(officer)))
    visitors.sign_in(response, token, officer=officer)
    response.delete_cookie(_cookie(), path="/", samesite="Lax")
    return response


@anyone
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out here, then at the portal, which sends the browser back to our first page."""
    visitor = visitor_of(request)
    onward = "/"
    if visitor is not None:
        tokens = sessions.tokens_of(visitor.session_public_id)
        sessions.end(visitor)
        onward = _leaving(tokens) if tokens else "/"
    response = _by_way_of_a_page(request, onward) if onward != "/" else HttpResponseRedirect("/")
    visitors.sign_out(request, response)
    return response


@anyone
@csrf_exempt
@sensitive_post_parameters()
@require_POST
def heard(request: HttpRequest) -> HttpResponse:
    """The portal tells that a session there is over (back-channel logout). Hearing it twice is harmless."""
    try:
        news = outside.portal_sign_in().heard(request.POST.get("logout_token", ""))
    except SignInNotGenuine:
        return _told(400, "invalid_request")
    except PortalSilent:
        return _told(503, "temporarily_unavailable")
    sessions.end_by_portal(portal_session=news.sid, subject=news.subject)
    return _told(200, "")


def _not_signed_in(request: HttpRequest, no: Refusal, *, again: str) -> HttpResponse:
    """What the portal said or did not say, and the way to try once more from ``again``."""
    told = {"title": "Chưa đăng nhập được", "text": no.text, "again": again}
    return render(request, "base/refused.html", told, status=no.status)


def _once_more(request: HttpRequest, no: Refusal, kept: str) -> str:
    """The way to try again, and from there to where the person wanted to go in the first place."""
    asked: dict[str, str] = {}
    try:
        asked["tiep"] = safe_next(request, outside.portal_sign_in().wanted(kept), "")
    except Refusal:  # while nothing leaves, nothing is read either
        asked["tiep"] = ""
    if isinstance(no, sessions.StrongerSignInNeeded):
        asked["vi_sao"] = _STRONGER
    words = urlencode({name: value for name, value in asked.items() if value})
    return reverse("public:sign_in") + (f"?{words}" if words else "")


def _arrival(signed: SignedIn) -> Arrival:
    tokens = signed.tokens
    return Arrival(
        subject=signed.subject,
        portal_session=signed.sid,
        full_name=signed.name,
        organisation=signed.organisation,
        scope=Scope.of(signed.mandate_scope),
        strong=signed.acr == _TWO_FACTORS,
        signed_in_at=datetime.fromtimestamp(signed.signed_in_at, UTC),
        tokens=Tokens(
            access=tokens.access_token,
            refresh=tokens.refresh_token,
            identity=tokens.id_token,
            until=timezone.now() + timedelta(seconds=tokens.expires_in),
        ),
    )


def _leaving(tokens: Tokens) -> str:
    """The portal's address for signing out; when it is silent only this desk is left, and its log says so."""
    try:
        return outside.portal_sign_in().leaving(tokens.identity, back_to=f"{settings.PUBLIC_URL}/")
    except PortalSilent:
        log.warning("signed out at the desk only: the portal is silent")
        return "/"


def _home(officer: bool) -> str:
    return "/mot-cua/" if officer else reverse("citizen:dossiers")


def _by_way_of_a_page(request: HttpRequest, location: str) -> HttpResponse:
    """On in a step of our own: only then does an officer's cookie (SameSite=Strict) go along."""
    response = render(request, "public/chuyen_tiep.html", {"location": location})
    response.headers["Refresh"] = f"0;url={location}"
    return response


def _cookie() -> str:
    return f"{settings.COOKIE_PREFIX}vao-cong{settings.COOKIE_SUFFIX}"


def _told(status: int, error: str) -> JsonResponse:
    response = JsonResponse({"error": error} if error else {}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
