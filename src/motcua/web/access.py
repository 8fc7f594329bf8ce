"""Who may enter: every view says it, and a view that says nothing lets nobody in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from motcua.kernel.authority import POWER_WORDS, Authority, NotAuthorised, Power
from motcua.kernel.refusal import Refusal
from motcua.kernel.visitor import Visitor
from motcua.units import posts
from motcua.web import fresh_sign_in
from motcua.web.no_entry import NotAnOfficer, OwnPowerMissing, PowerMissing

P = ParamSpec("P")

#: Why somebody who is signed in has to sign in again.
AGAIN_AS_OFFICER = "can-bo"
#: They did at the portal just now, as somebody else: a desk elsewhere asks there, and the portal asks them nothing.
AS_SOMEBODY_ELSE = "lam-viec-thay"


#: Whoever acts for an organisation files for it and sees its dossiers and papers; the account itself is not theirs.
_OF_ORGANISATIONS = frozenset(
    f"motcua.web.citizen.{room}"
    for room in (
        "consents",
        "dossiers",
        "filing",
        "filing_life",
        "history",
        "organisations",
        "paying",
        "vault",
    )
)


class FreshSignInWanted(Refusal):
    """To a script, at a desk whose portal is elsewhere: the second factor is proved there, by signing in once more."""

    code = "fresh_sign_in_wanted"
    status = 403
    message = (
        "Việc này cần xác thực hai yếu tố trong vòng 5 phút. Đề nghị ông/bà đăng xuất, đăng nhập lại qua Cổng, "
        "rồi thực hiện lại."
    )


class VisitorRequest(HttpRequest):
    """A request of somebody signed in."""

    visitor: Visitor
    device: str


class OfficerRequest(VisitorRequest):
    """A request of an officer who holds a post today."""

    authority: Authority


class Guarded(Protocol):
    """A view that says who may enter (``access``), as the house test reads it."""

    access: str

    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse: ...


View = Callable[..., HttpResponse]


def anyone(view: View) -> Guarded:
    """A public page."""
    guarded = cast(Guarded, view)
    guarded.access = "anyone"
    return guarded


def signed_in(view: View) -> Guarded:
    """A page for whoever is signed in, about themselves."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visitor = visitor_of(request)
        if visitor is None:
            return to_sign_in(request)
        if visitor.mandate_id is not None and view.__module__ not in _OF_ORGANISATIONS:
            return HttpResponseRedirect(reverse("citizen:organisations"))
        return view(request, *args, **kwargs)

    guarded = cast(Guarded, inner)
    guarded.access = "signed_in"
    return guarded


def officer(*powers: Power) -> Callable[[View], Guarded]:
    """A page for an officer whose post today carries one of ``powers`` (any post when none is named)."""

    def decorate(view: View) -> Guarded:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            visitor = visitor_of(request)
            if visitor is None:
                return to_sign_in(request)
            if not visitor.is_officer and _holds_a_post(visitor):
                return to_sign_in(request, AGAIN_AS_OFFICER)
            authority = _at_the_desk(visitor)
            if powers and not any(authority.may(power) for power in powers):
                missing = OwnPowerMissing if authority.may(Power.GRANT) else PowerMissing
                raise missing(
                    rights=" hoặc ".join(f"“{POWER_WORDS[power]}”" for power in powers),
                )
            cast(OfficerRequest, request).authority = authority
            return view(request, *args, **kwargs)

        guarded = cast(Guarded, inner)
        guarded.access = "officer:" + ",".join(sorted(power.value for power in powers))
        return guarded

    return decorate


def stepped_up(*, when: Callable[[HttpRequest], bool] | None = None) -> Callable[[View], View]:
    """A page of an officer that wants the second factor proved within the last five minutes (DP-24).

    Stands right under ``@officer(…)``. ``when``: only for some requests, for example one button of several. Whoever
    is not fresh proves it on a page at this very address and goes on here, with everything that was typed.
    """

    def decorate(inner_view: View) -> View:
        @wraps(inner_view)
        def inner(request: VisitorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not settings.HOSTS_PORTAL and (kept := fresh_sign_in.come_back(request)) is not None:
                return kept
            wanted = settings.OFFICER_SECOND_FACTOR and (when is None or when(request))
            if not wanted or request.visitor.is_fresh:
                return inner_view(request, *args, **kwargs)
            if not settings.HOSTS_PORTAL:
                if request.headers.get("HX-Request"):
                    raise FreshSignInWanted
                return fresh_sign_in.ask(request)
            from motcua.web import stepping_up  # accounts are not everywhere

            return stepping_up.ask(request, lambda: inner_view(request, *args, **kwargs))

        inner.steps_up = True  # type: ignore[attr-defined]
        return inner

    return decorate


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Who is signed in, or None."""
    visitor: Visitor | None = getattr(request, "visitor", None)
    return visitor


def _holds_a_post(visitor: Visitor) -> bool:
    """A post given after a sign-in as a citizen: that session was made without an officer's stricter rules."""
    try:
        authority_of(visitor)
    except NotAuthorised:
        return False
    return True


def _at_the_desk(visitor: Visitor) -> Authority:
    try:
        return authority_of(visitor)
    except NotAuthorised as no:
        raise NotAnOfficer from no


def authority_of(visitor: Visitor) -> Authority:
    """The officer's rights at the unit they chose, today. Raises NotAuthorised for everybody else.

    Read with the session, but for those who signed in as a citizen and may hold a post since.
    """
    return visitor.authority or posts.authority_of(
        visitor.subject, at_unit=visitor.unit_code or None, on=timezone.localdate()
    )


def to_sign_in(request: HttpRequest, why: str = "") -> HttpResponse:
    """To the sign-in page, and back here afterwards. Only an address of ours, and only one that was read.

    ``why`` is a word the page knows a sentence for.
    """
    address = reverse("public:sign_in")
    asked = {"tiep": request.path} if request.method == "GET" and request.path != "/" else {}
    if why:
        asked["vi_sao"] = why
    if asked:
        address = f"{address}?{urlencode(asked)}"
    response = HttpResponseRedirect(address)
    if request.headers.get("HX-Request"):
        response = HttpResponseRedirect(address)
        response.status_code = 200
        response["HX-Redirect"] = address
    return response


def safe_next(request: HttpRequest, given: str, default: str) -> str:
    """``given`` if it is a path of ours, else ``default`` (threats A-03)."""
    own = given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()})
    return given if own else default
