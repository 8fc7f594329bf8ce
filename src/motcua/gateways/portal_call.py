"""One call of the portal's API: with our token, through the breaker, its refusals told apart from its silence."""

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from django.conf import settings

from motcua.desk.ports import PortalUnavailable
from motcua.gateways import portal_line, portal_proof
from motcua.gateways.breaker import Breaker
from motcua.gateways.line import Answer, Line, Request
from motcua.gateways.portal_token import PortalToken
from motcua.gateways.wire import LineBroken

log = logging.getLogger(__name__)

ROOT: Final = "/api/v1"
_KEY: Final = re.compile(r"[A-Za-z0-9._:-]{8,128}")
_PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class PortalRefused(Exception):
    """The portal answered no. ``why`` is its own word for why; ``wait_seconds`` when it says how long to wait."""

    status: int
    why: str = field(default="")
    wait_seconds: int = 60

    def __str__(self) -> str:
        return f"{self.status} {self.why}"


class PortalCalls:
    """A bulkhead of its own: what waits in another one takes no place here."""

    def __init__(self, line: Line, token: PortalToken, *, at_once: int) -> None:
        self._line = line
        self._token = token
        self._breaker = Breaker(at_once=at_once, failures=5, rest=3.0, neighbour="portal")

    def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        key: str = "",
        bearer: str = "",
        deadline: float = 3.0,
        most: int = 256 * 1024,
    ) -> Answer:
        """A JSON body; ``key`` makes a write safe to repeat, ``bearer`` is somebody's own token instead of ours.

        Raises PortalRefused, LineBroken.
        """
        request = Request("POST", ROOT + path, headers=_headers(path, key), json=body)
        return self._call(request, bearer, deadline, most)

    def upload(
        self, path: str, form: Mapping[str, str], file: tuple[str, bytes], *, key: str, deadline: float = 30.0
    ) -> Answer:
        """A file with its facts. Raises PortalRefused, LineBroken."""
        request = Request("POST", ROOT + path, headers=_headers(path, key), form=form, file=file)
        return self._call(request, "", deadline, 256 * 1024)

    def _call(self, request: Request, bearer: str, deadline: float, most: int) -> Answer:
        try:
            return self._answered(request, bearer, deadline, most)
        except LineBroken as broken:
            log.warning("portal not reached", extra={"errand": request.path, "reason": str(broken)})
            raise
        except PortalRefused as no:
            log.info("portal refused", extra={"errand": request.path, "status": no.status, "reason": no.why})
            raise

    def _answered(self, request: Request, bearer: str, deadline: float, most: int) -> Answer:
        if not portal_line.line_is_up():
            raise LineBroken("down")
        with self._breaker.call():
            token = bearer or self._token.get()
            reply = self._line.send(_with(request, token), deadline=deadline, most=most)
            if reply.status == 401 and not bearer:  # lapsed meanwhile, or the portal changed its keys
                self._token.forget(token)
                reply = self._line.send(_with(request, self._token.get()), deadline=deadline, most=most)
            if reply.status >= 500 or reply.status < 200:
                raise LineBroken(f"status {reply.status}")
        if 200 <= reply.status < 300:
            return reply
        raise PortalRefused(reply.status, _code_of(reply), _wait_of(reply))


def _with(request: Request, token: str) -> Request:
    shown = portal_proof.headers(request.method, settings.PORTAL_URL + request.path, token)
    headers = {**request.headers, **shown}
    return Request(
        request.method, request.path, headers=headers, json=request.json, form=request.form, file=request.file
    )


def _headers(path: str, key: str) -> dict[str, str]:
    """The desk's own key, by which both sides compare their days; one that the wire does not take is hashed."""
    if not key:
        return {}
    known = key if _KEY.fullmatch(key) else hashlib.sha256(f"{path}\x1f{key}".encode()).hexdigest()
    return {"Idempotency-Key": known}


def _wait_of(reply: Answer) -> int:
    told = reply.headers.get("retry-after", "")
    return min(int(told), 86_400) if re.fullmatch("[0-9]{1,6}", told) else 60


def _code_of(reply: Answer) -> str:
    """Only a problem document of the portal's own says why; a page of somebody's proxy is silence."""
    if reply.content_type.partition(";")[0].strip().lower() != _PROBLEM:
        raise LineBroken("not a problem document")
    found = Answer(reply.status, "application/json", reply.body).json().get("code")
    return found if isinstance(found, str) else ""


@lru_cache(maxsize=1)
def line() -> Line:
    """The one to our portal, kept by this process."""
    return Line(settings.PORTAL_URL, trust=settings.PORTAL_TRUST)


@lru_cache(maxsize=1)
def own_token() -> PortalToken:
    return PortalToken(line())


#: Refusals that pass: too many at once, the same write under way, a token that lapsed meanwhile.
_PASSING: Final = frozenset({401, 408, 425, 429})


def owed(broken: Exception) -> Exception:
    """What a delivery raises: silence is waited out for ever, a no that stays a no is counted and in the end seen."""
    stays = (
        isinstance(broken, PortalRefused)
        and broken.status not in _PASSING
        and broken.why != "write_under_way"
    )
    return broken if stays else unavailable(broken)


def unavailable(broken: Exception) -> PortalUnavailable:
    """What the desk says when the portal is silent, or refuses for a reason that is not the owner's."""
    no = PortalUnavailable()
    no.__cause__ = broken
    return no
