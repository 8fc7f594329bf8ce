"""The hot paths one by one in this process: CPU of the web's own work, and what each says to the database.

Wall clocks lie on a machine that does other work meanwhile; the CPU time of the thread and the number of
statements do not. The database's own CPU is not in these figures: the load runs measure it.
"""

import cProfile
import io
import pstats
import statistics
import time
import uuid
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench import lists, visits
from bench.load import Answer
from bench.visits import Officers
from bench.world import Procedure
from motcua.accounts import passcodes
from motcua.accounts.models.passcodes import Purpose
from motcua.accounts.sealed_data import mac
from motcua.kernel.phone import Phone

_WARM_UP = 10


@dataclass
class Path:
    """One piece of work, as often as asked: milliseconds of CPU each time, statements the fewest time.

    The fewest: now and then a session is kept alive by one more.
    """

    name: str
    cpu_ms: list[float] = field(default_factory=list)
    statements: list[str] | None = None
    profile: cProfile.Profile | None = None
    #: Listening costs the one who is measured, too: off where the time alone is asked.
    listens: bool = True

    @property
    def quick_ms(self) -> float:
        """Of the quickest tenth: what it costs when nobody else warms the cores and empties their caches."""
        measured = sorted(self.cpu_ms[_WARM_UP:] or self.cpu_ms)
        return measured[len(measured) // 10]

    @property
    def median_ms(self) -> float:
        return statistics.median(self.cpu_ms[_WARM_UP:] or self.cpu_ms)

    @property
    def count(self) -> int:
        return len(self.statements or ())

    @contextmanager
    def walked(self) -> Any:
        """Measures what happens inside."""
        said: list[str] = []

        def heard(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            said.append(" ".join(str(sql).split()))
            return execute(sql, *rest)

        with connection.execute_wrapper(heard) if self.listens else nullcontext():
            if self.profile and len(self.cpu_ms) >= _WARM_UP:
                self.profile.enable()
            begun = time.thread_time()
            yield
            self.cpu_ms.append(1000 * (time.thread_time() - begun))
            if self.profile:
                self.profile.disable()
        if self.listens and (self.statements is None or len(said) < len(self.statements)):
            self.statements = said

    def functions(self, *, lines: int = 45) -> str:
        """The functions that took longest, with what they called."""
        assert self.profile is not None
        text = io.StringIO()
        pstats.Stats(self.profile, stream=text).strip_dirs().sort_stats("cumulative").print_stats(lines)
        pstats.Stats(self.profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(lines)
        return text.getvalue()


class InProcess:
    """Stands where a ``load.Connection`` stands, and measures each request it passes on."""

    def __init__(self) -> None:
        from motcua.config.wsgi import on_one_thread as application

        self._application = application
        self.path = Path("")

    def post(self, path: str, fields: dict[str, str], cookies: str) -> Answer:
        return self.send("POST", path, cookies, urlencode(fields).encode())

    def get(self, path: str, cookies: str) -> Answer:
        return self.send("GET", path, cookies, b"")

    def send(
        self,
        method: str,
        path: str,
        cookies: str,
        body: bytes,
        kind: str = "application/x-www-form-urlencoded",
        shown: tuple[str, str] | None = None,
    ) -> Answer:
        """``shown``: the token of a connected system, and the proof that it is its own."""
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], broken: Any = None, /) -> Any:
            said.append((status, headers))
            return None

        environ = _environ(method, path, cookies, body, kind)
        if shown:
            environ["HTTP_AUTHORIZATION"], environ["HTTP_DPOP"] = f"DPoP {shown[0]}", shown[1]
        with self.path.walked():
            answer = self._application(environ, start)
            content = b"".join(answer)
            answer.close()
        status, headers = said[-1]
        return Answer(int(status.split(" ")[0]), {name.lower(): value for name, value in headers}, content)


def walk(officers: Officers, procedure: Procedure, times: int, profiled: str = "") -> list[Path]:
    """Every hot path ``times`` times; the one named ``profiled`` under cProfile."""
    here = InProcess()
    found = []
    for name, job in visits.visit(officers, procedure):
        here.path = _path(name, profiled)
        for nth in range(_WARM_UP + times):
            _right(name, job(here, nth))  # type: ignore[arg-type]
        found.append(here.path)
    found += _searches(here, officers, times, profiled)
    return [*found, _codes(times, profiled)]


def _path(name: str, profiled: str) -> Path:
    return Path(name, profile=cProfile.Profile() if name == profiled else None)


def _right(name: str, answered: bool) -> None:
    if not answered:
        raise RuntimeError(f"{name}: the answer was not what it should be")


def _searches(here: InProcess, officers: Officers, times: int, profiled: str) -> list[Path]:
    sent, shown = _path("tìm trong danh sách", profiled), _path("xem danh sách", profiled)
    for nth in range(_WARM_UP + times):
        cookies = officers.cookies(nth)
        here.path = sent
        fields = {"csrfmiddlewaretoken": officers.csrf, **lists.filters(Random(nth))}
        answer = here.post("/quan-tri/tai-khoan-cong-dan/", fields, cookies)
        _right(sent.name, answer.status == 302)
        here.path = shown
        _right(shown.name, here.get(answer.headers["location"], cookies).status == 200)
    return [sent, shown]


def _codes(times: int, profiled: str) -> Path:
    path = _path("gửi mã một lần", profiled)
    for nth in range(_WARM_UP + times):
        phone = Phone.parse(f"09{20_000_000 + nth:08d}")
        binding = binding_of(f"paths-{nth}", phone)
        with path.walked():
            passcodes.send(binding=binding, phone=phone, device=uuid.uuid4().hex)
    return path


def binding_of(name: str, phone: Phone) -> passcodes.Binding:
    """A registration's code for one phone."""
    return passcodes.Binding(
        purpose=Purpose.REGISTER,
        subject_bi=mac("bench", name),
        phone_bi=settings.KEYRING.fingerprint("phone", phone.value),
        session_hash=mac("bench-session", name),
        payload_hash=mac("bench-payload", name, timezone.localdate().isoformat()),
    )


def _environ(method: str, path: str, cookies: str, body: bytes, kind: str) -> dict[str, Any]:
    address, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": cookies,
        "HTTP_ORIGIN": "https://127.0.0.1",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "127.0.0.1",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
