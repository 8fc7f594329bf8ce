"""The door of /api/: nothing that makes pages for people stands behind it, and nothing but JSON comes out of it.

Placed before the middlewares of the pages: cookies are not read, CSRF does not apply (nothing here acts by what a
browser sends along by itself), a refusal is a problem document and so is a breakdown.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve

from motcua.api import lifecycle, problems
from motcua.api.guard import settle
from motcua.kernel import passing
from motcua.kernel.refusal import Refusal
from motcua.keys import refusing

log = logging.getLogger(__name__)

ROOT: Final = "/api/"
JSON: Final = "application/json"
#: A file of 5 MiB with its fields; what is larger is refused before it is read.
_LONGEST: Final = {JSON: 1_000_000, "multipart/form-data": 5 * 1024 * 1024 + 65_536}
#: What an answer of ours may be; papers are given out as what they are.
_GIVEN: Final = (JSON, problems.MEDIA_TYPE, "application/pdf", "image/jpeg", "text/html")
#: What programs say of what they accept, nearly always.
_PLAIN: Final = ("*/*", JSON)
_METHODS: Final = frozenset({"GET", "POST"})
#: An answer to a program loads nothing and is shown by nobody; what is given out as a paper says so itself.
_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class ApiDoorMiddleware:
    """Answers everything below /api/ itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        try:
            response = _answered(request)
        except Exception as broken:
            response = problems.answer(request, _what_broke(request, broken))
        return _finished(request, response)


def _answered(request: HttpRequest) -> HttpResponseBase:
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise problems.SecureLineWanted
    request.get_host()
    match = _match(request)
    view: Any = match.func
    if view.access != "anyone" or request.method not in ("GET", "HEAD"):
        _judge_form(request, view)
    return view(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]


def _match(request: HttpRequest) -> ResolverMatch:
    try:
        match = resolve(request.path_info)
    except Http404 as nowhere:
        raise problems.NoSuchOperation from nowhere
    request.resolver_match = match
    return match


def _judge_form(request: HttpRequest, view: Any) -> None:
    """What is wrong with the envelope, before anything in it is read."""
    if request.method not in view.methods:
        raise problems.MethodNotUsable
    if request.META.get("HTTP_ACCEPT", "*/*") not in _PLAIN and not any(map(request.accepts, _GIVEN)):
        raise problems.AnswerNotAccepted
    if request.method != "POST":
        return
    if request.content_type != view.takes:
        raise problems.MediaTypeNotUsable(wanted=view.takes)
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise problems.RequestUnreadable
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isalnum() or int(length, 10) > _LONGEST[view.takes]:
        raise problems.RequestTooLarge


_BY_KIND: Final[list[tuple[tuple[type[Exception], ...], type[Refusal]]]] = [
    ((RequestDataTooBig,), problems.RequestTooLarge),
    (
        (MultiPartParserError, UnreadablePostError, SuspiciousOperation, DisallowedHost, BadRequest),
        problems.RequestUnreadable,
    ),
    ((Http404,), problems.NoSuchOperation),
    ((OperationalError, InterfaceError), problems.DatabaseDown),
]


def _what_broke(request: HttpRequest, broken: Exception) -> Refusal:
    """A refusal as it is; what is not ours to explain gets a number under which the log knows it."""
    if isinstance(broken, Refusal):
        return broken
    if (gone := refusing.of(broken)) is not None:
        return gone
    for kinds, refusal in _BY_KIND:
        if isinstance(broken, kinds):
            return refusal()
    if passing.is_of_a_standby(broken) or passing.is_of_the_disk(broken):
        return problems.DatabaseDown()
    got_request_exception.send(sender=None, request=request)
    log.error("api.broken", exc_info=broken)
    return problems.Broken()


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Counted for its caller; with the headers that every answer has."""
    try:
        settle(request, response)
    except DatabaseError as down:
        log.error("api.not_counted", exc_info=down)
        response = problems.answer(request, problems.DatabaseDown())
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    lifecycle.announce(request, response)
    if request.method == "HEAD" and isinstance(response, HttpResponse):
        response.content = b""
    return response
