"""The line to Cổng DVCQG through NDXP/LGSP: a session, a destination code, one envelope for every service.

The session is this process's own. When it lapses the caller does not notice: one more login, and the same question.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from motcua.gateways.breaker import Breaker
from motcua.gateways.wire import LineBroken, Reply, Wire

_GOOD: Final = {"0", "00"}
_MOST_BYTES: Final = 16 * 1024 * 1024  # a paper of the national store comes as base64 in one answer
_DEADLINE: Final = 8.0
_LONGEST_WORDS: Final = 500
_LONGEST_SESSION: Final = 4096


class Declined(Exception):
    """It answered with an error code that is not 0; what it said may name a person."""

    def __init__(self, code: str, words: str) -> None:
        self.code = code
        self.words = words
        super().__init__("declined")


class _Lapsed(Exception):
    """The session is over."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What a province is given when it connects."""

    url: str
    login_url: str
    dstcode: str
    unit: str
    user: str
    password: str = field(repr=False)
    lapsed: frozenset[str] = frozenset()


def configured(url: str = "", dstcode: str = "") -> Connection:
    """As the settings say; a service may have an address and a code of its own."""
    return Connection(
        url=url or settings.DVCQG_URL or "",
        login_url=settings.DVCQG_LOGIN_URL,
        dstcode=dstcode or settings.DVCQG_DSTCODE,
        unit=settings.DVCQG_UNIT,
        user=settings.DVCQG_USER,
        password=settings.DVCQG_PASSWORD,
        lapsed=frozenset(settings.DVCQG_SESSION_LAPSED),
    )


class DvcqgLine:
    """Every service of one address. LineBroken when there is no answer to believe, Declined when it says no."""

    def __init__(
        self, to: Connection, *, breaker: Breaker | None = None, deadline: float = _DEADLINE
    ) -> None:
        self._to = to
        self._services = Wire(to.url, "", deadline=deadline, most_bytes=_MOST_BYTES)
        self._login = Wire(to.login_url, "", deadline=deadline)
        self._breaker = breaker or Breaker(at_once=4)
        self._lock = threading.Lock()
        self._session = ""

    def push(self, service: str, data: Sequence[Mapping[str, object]], *, updating: bool | None) -> object:
        """Hand data over; ``updating`` says whether they replace what was handed over before."""
        more: dict[str, object] = {"data": list(data)}
        if updating is not None:
            more["isUpdating"] = "True" if updating else "False"
        return self._asked(service, more)

    def query(self, service: str, question: Mapping[str, object]) -> object:
        """Ask for something in the name of this province."""
        return self._asked(service, {"madonvi": self._to.unit, **question})

    def _asked(self, service: str, more: Mapping[str, object]) -> object:
        with self._breaker.call():
            session = self._session or self._new_session("")
            try:
                said = self._answer(session, service, more)
            except _Lapsed:
                said = self._answer_again(self._new_session(session), service, more)
        # Outside the breaker: who says no is there.
        if (code := _code(said)) not in _GOOD:
            raise Declined(code, _words(said))
        return said.get("result")

    def _answer_again(self, session: str, service: str, more: Mapping[str, object]) -> dict[str, object]:
        try:
            return self._answer(session, service, more)
        except _Lapsed:
            raise LineBroken("session") from None

    def _answer(self, session: str, service: str, more: Mapping[str, object]) -> dict[str, object]:
        reply = self._services.ask(
            {"session": session, "service": service, **more}, headers={"dstcode": self._to.dstcode}
        )
        if reply.status == 401:
            raise _Lapsed
        said = _whole(reply)
        if _code(said) in self._to.lapsed:
            raise _Lapsed
        return said

    def _new_session(self, lapsed: str) -> str:
        """Of several callers whose session lapsed one logs in; the others take what it brought."""
        with self._lock:
            if self._session and self._session != lapsed:
                return self._session
            self._session = ""
            reply = self._login.ask(
                {"username": self._to.user, "password": self._to.password},
                headers={"dstcode": self._to.dstcode},
            )
            said = _whole(reply)
            session = said.get("session")
            if _code(said) not in _GOOD or not isinstance(session, str):
                raise LineBroken("login")
            if not 0 < len(session) <= _LONGEST_SESSION:
                raise LineBroken("login")
            self._session = session
            return session


def _whole(reply: Reply) -> dict[str, object]:
    if reply.status != 200:
        raise LineBroken("status")
    return reply.json()


def _code(said: Mapping[str, object]) -> str:
    code = said.get("error_code", said.get("errorCode"))  # the national store spells it its own way
    if isinstance(code, bool) or not isinstance(code, str | int) or not 0 < len(str(code)) <= 40:
        raise LineBroken("error_code")
    return str(code)


def _words(said: Mapping[str, object]) -> str:
    for name in ("error_message", "message", "error_desc"):
        words = said.get(name)
        if isinstance(words, str) and words.strip():
            return words.strip()[:_LONGEST_WORDS]
    return ""
