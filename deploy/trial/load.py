"""Visitors and officers at so many requests a second, who send the same form again until somebody answers.

An officer's visit is three requests that write: account check, choice of the procedure, reception. Between them people
open the page of signing in. Each request that is due is made by the next free hand, whether the ones before have an
answer or not, so that a pause shows as what it is.
"""

import http.client
import queue
import re
import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from deploy.trial import front
from deploy.trial.ground import HOST

_CSRF: Final = "k" * 32
_FORM: Final = "application/x-www-form-urlencoded"
_PART: Final = "thu-hai-may-0123456789"
_FIELD: Final = "Content-Disposition: form-data"
_DOSSIER: Final = re.compile(r"/ho-so/([0-9a-f-]{36})/")
_CHECK: Final = re.compile(r"/tiep-nhan/([0-9a-f-]{36})/")
_PATIENCE: Final = 150.0
#: A turn: fifteen pages that are read, and a visit of three requests that write.
_PAGES_A_VISIT: Final = 15


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: bytes


@dataclass
class Told:
    """What the visitors were told, all of it; read by the proofs when the load is over."""

    note: str = field(default_factory=lambda: f"thử hai máy {uuid.uuid4()}")  # on each of its dossiers
    dossiers: dict[str, str] = field(default_factory=dict)  # key of the form → public id
    checks: list[str] = field(default_factory=list)
    writes: list[tuple[float, float]] = field(default_factory=list)  # sent at, acknowledged at
    pages: list[tuple[float, float]] = field(default_factory=list)
    reopened: int = (
        0  # a kept connection was closed between two requests: opened anew at once, as browsers do
    )
    unheard: Counter[str] = field(default_factory=Counter)  # no answer, 502, 503, 504: asked again
    kind: int = 0  # 503 with the house's own words
    unkind: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, since: float) -> int:
        """Requests with an answer that began after ``since``."""
        return sum(sent >= since for sent, _ in (*self.writes, *self.pages))

    def describe(self) -> None:
        """What the visitors had to put up with."""
        print(
            f"gửi lại: {dict(self.unheard)}; 503 tử tế: {self.kind}; kết nối mở lại: {self.reopened}",
            flush=True,
        )

    def longest_pause(self, since: float, until: float) -> float:
        """Between one acknowledged write and the next one."""
        at = sorted({since, until, *(heard for _, heard in self.writes if since < heard < until)})
        return max((later - sooner for sooner, later in pairwise(at)), default=0.0)


class Crowd:
    """So many requests a second from so many hands."""

    def __init__(
        self, people: Mapping[str, Any], *, a_second: float = 60.0, hands: int = 48, scan: bytes = b""
    ) -> None:
        self.people, self.told, self.scan = people, Told(), scan
        self._a_second = a_second
        self._due: queue.Queue[str] = queue.Queue()
        self._over, self._no_more_visits = threading.Event(), threading.Event()
        self._visits = 0
        self._hands = [threading.Thread(target=self._work, daemon=True) for _ in range(hands)]
        self._clock = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Crowd":
        for thread in (*self._hands, self._clock):
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Whoever was told nothing yet goes on asking; nobody new comes."""
        self._no_more_visits.set()
        self._clock.join()
        for _hand in self._hands:
            self._due.put("home")
        for thread in self._hands:
            thread.join(_PATIENCE + 60)
        if any(thread.is_alive() for thread in self._hands):
            self.told.wrong.append("somebody still waits")

    def _tick(self) -> None:
        """A turn of requests, as far apart as so many a second are."""
        turn = (_PAGES_A_VISIT + 3) / self._a_second
        due = time.monotonic()
        while not self._no_more_visits.wait(max(0.0, due - time.monotonic())):
            due += turn
            if self._due.qsize() < 4 * len(self._hands):  # a long pause is not made up for by a flood
                self._due.put("visit")
                for _ in range(_PAGES_A_VISIT):
                    self._due.put("page")

    def _work(self) -> None:
        hand = Hand(self)
        while (what := self._due.get()) != "home":
            try:
                hand.page() if what == "page" else hand.visit(self._next())
            except GivenUp as no:
                with self.told.guard:
                    self.told.wrong.append(str(no))
        hand.put_down()

    def _next(self) -> int:
        with self.told.guard:
            self._visits += 1
            return self._visits


class GivenUp(Exception):
    """An answer that no honest visitor should get, or none for far too long."""


class Hand:
    """One browser with one connection."""

    def __init__(self, crowd: Crowd) -> None:
        self._people, self._told, self._scan = crowd.people, crowd.told, crowd.scan
        self._line: front.Line | None = None

    def put_down(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def page(self) -> None:
        sent = time.monotonic()
        answer = self._asked("GET", "/dang-nhap/", "", {})
        if answer.status != 200:
            raise GivenUp(f"{answer.status} /dang-nhap/")
        with self._told.guard:
            self._told.pages.append((sent, time.monotonic()))

    def visit(self, nth: int) -> None:
        """Check, choice, reception; what was acknowledged is remembered."""
        token = self._people["tokens"][nth % len(self._people["tokens"])]
        number = self._people["numbers"][nth % len(self._people["numbers"])]
        asked = self._write(token, "/mot-cua/tiep-nhan/", {"number": number, "card_qr": ""})
        check = _CHECK.search(asked.location)
        if check is None:
            raise GivenUp(f"check led to {_plain(asked.location)}")
        with self._told.guard:
            self._told.checks.append(check[1])
        choice = {"procedure": self._people["procedure"], "process": str(self._people["process"])}
        chosen = self._write(token, asked.location, choice)
        key = str(uuid.uuid4())
        form = {"key": key, "phone": "0900000001", "result_wanted": "AT_DESK", "note": self._told.note}
        form |= {f"how_{order}": "SHOWN" for order in self._people["papers"]}
        file = ""
        if self._scan:
            file = f"file_{self._people['papers'][0]}"
            form[file.replace("file", "how")] = "UPLOADED"
        done = _DOSSIER.search(self._write(token, chosen.location, form, file=file).location)
        if done is None:
            raise GivenUp("a reception led nowhere")
        with self._told.guard:
            self._told.dossiers[key] = done[1]

    def _write(self, token: str, address: str, form: Mapping[str, str], *, file: str = "") -> Answer:
        sent = time.monotonic()
        answer = self._asked("POST", address, token, form, file)
        if answer.status != 302:
            raise GivenUp(f"{answer.status} {_plain(address)} {_said(answer)}")
        with self._told.guard:
            self._told.writes.append((sent, time.monotonic()))
        return answer

    def _asked(
        self, method: str, address: str, token: str, form: Mapping[str, str], file: str = ""
    ) -> Answer:
        """Until there is an answer that is about the matter; the same form with the same key each time."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                answer = self._sent(method, address, token, self._body(form, file))
            except (OSError, http.client.HTTPException, ssl.SSLError) as silence:
                self._note(type(silence).__name__)
                self.put_down()
            else:
                if answer.status < 500:
                    return answer
                self._note(str(answer.status), answer)
            time.sleep(1.5)  # as long as somebody hesitates before loading a page again
        raise GivenUp(f"no answer for {_PATIENCE:.0f} s: {_plain(address)}")

    def _sent(self, method: str, address: str, token: str, body: tuple[bytes, str]) -> Answer:
        kept = self._line is not None
        try:
            return self._once(method, address, token, body)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
            self.put_down()
            if not kept:
                raise
        with self._told.guard:
            self._told.reopened += 1
        return self._once(method, address, token, body)

    def _body(self, form: Mapping[str, str], file: str) -> tuple[bytes, str]:
        whole = {**form, "csrfmiddlewaretoken": _CSRF}
        if not file:
            return urlencode(whole).encode(), _FORM
        parts = [
            f'--{_PART}\r\n{_FIELD}; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in whole.items()
        ]
        parts += [f'--{_PART}\r\n{_FIELD}; name="{file}"; filename="ban-quet.pdf"\r\n'.encode()]
        parts += [b"Content-Type: application/pdf\r\n\r\n", self._scan, f"\r\n--{_PART}--\r\n".encode()]
        return b"".join(parts), f"multipart/form-data; boundary={_PART}"

    def _once(self, method: str, address: str, token: str, content: tuple[bytes, str]) -> Answer:
        if self._line is None:
            self._line = front.Line()
        cookies = f"__Host-csrf={_CSRF}; __Host-thiet-bi=may-thu-hai-may-o-quay-so-mot"
        headers = {"Cookie": f"{cookies}; __Host-phien={token}" if token else cookies}
        body = None
        if method == "POST":
            body, kind = content
            headers |= {"Content-Type": kind, "Origin": f"https://{HOST}"}
        self._line.request(method, address, body=body, headers=headers)
        answer = self._line.getresponse()
        return Answer(answer.status, answer.headers.get("Location", ""), answer.read())

    def _note(self, what: str, answer: Answer | None = None) -> None:
        with self._told.guard:
            self._told.unheard[what] += 1
            if answer is not None and answer.status == 503 and "Đề nghị".encode() in answer.body:
                self._told.kind += 1
            elif answer is not None:
                self._told.unkind.append(f"{answer.status} {_said(answer)[:200]}")


def _plain(address: str) -> str:
    return re.sub(r"[0-9a-f-]{36}", "…", address)


def _said(answer: Answer) -> str:
    text = answer.body.decode(errors="replace").partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))[:400]
