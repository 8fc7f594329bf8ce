"""The real system, started as `make run` starts it, for tests that look at it from outside."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psutil
import psycopg

SOURCE = Path(__file__).resolve().parent.parent
#: How people are known to the desk and, where the two are apart, to the portal's own officers.
DESK, OF_PORTAL = "binh-dinh", "cong-quoc-gia"
# What the test run itself has set and the town must not inherit.
OURS = (
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "VAR_DIR",
    "KEYS_DIR",
    "MOTCUA_TEST_DIR",
    "PUBLIC_URL",
    "SMS_URL",
    "OPERATORS_URL",
    "MAIL_HOST",
    "MAIL_PORT",
    "PAYMENT_URL",
    "VNEID_ISSUER",
    "SIGNING_KEYS_DIR",
    "SIGNING_TRUST",
    "PROOF_OF_WORK_COST",
    "MAKELEVEL",
    "MAKEFLAGS",
)


@dataclass
class Town:
    """A running system: web, worker, simulators and a PostgreSQL of its own under ``var_dir``."""

    var_dir: Path
    port: int
    sim_port: int
    extra: Mapping[str, str] = field(default_factory=dict)
    mail_port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def portal_url(self) -> str:
        """Where accounts are: here, unless the two systems run apart."""
        return self.url

    @property
    def accounts_at(self) -> "Town":
        """The installation that keeps them."""
        return self

    @property
    def installations(self) -> "tuple[Town, ...]":
        """Each with a database, keys and files of its own."""
        return (self,)

    @property
    def desk_id(self) -> str:
        """Under which id people are known here."""
        return self.extra.get("DESK_ID", DESK)

    @property
    def sim_url(self) -> str:
        return f"http://127.0.0.1:{self.sim_port}"

    @property
    def log(self) -> Path:
        return self.var_dir.parent / (self.var_dir.name + ".log")

    def start(self, *, patience: float = 120.0) -> float:
        """Start it and wait until visitors may come; the seconds it took."""
        began = time.monotonic()
        surroundings = {key: value for key, value in os.environ.items() if key not in OURS}
        surroundings |= {
            "PYTHONPATH": os.pathsep.join(filter(None, [str(SOURCE / "src"), os.environ.get("PYTHONPATH")])),
            "VAR_DIR": str(self.var_dir),
            **self.ports(),
            "SIM_PORT": str(self.sim_port),
            "SIM_MAIL_PORT": str(self.mail_port or free_port()),
            **self.extra,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "motcua.ops.cli", "--end-with-parent", self.command()],
                cwd=SOURCE,
                env=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() - began > patience:
                self.stop()
                raise AssertionError("The town did not start:\n" + self.said()[-6000:])
            time.sleep(0.1)
        return time.monotonic() - began

    def command(self) -> str:
        return "run"

    def ports(self) -> dict[str, str]:
        return {"PORT": str(self.port)}

    def _is_ready(self) -> bool:
        return _answers(self.url + "/readyz") and _answers(self.sim_url + "/")

    def stop(self, how: int = signal.SIGINT, *, patience: float = 15.0) -> float:
        """Stop it as Ctrl-C does; the seconds it took. Nothing it started may be left."""
        assert self.process is not None
        family = self.family()
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
        took = time.monotonic() - began
        _, left = psutil.wait_procs(family, timeout=patience)
        for process in left:
            process.kill()
        assert not left, f"left behind: {[process.cmdline() for process in left]}"
        return took

    def family(self) -> list[psutil.Process]:
        """Everything it has started, however deep."""
        assert self.process is not None
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    # -- what the outside is told and tells ------------------------------------------------------------

    def inbox(self, phone: str) -> list[dict[str, Any]]:
        """The messages on a simulated phone, newest first: ``at``, ``from``, ``text``."""
        found: list[dict[str, Any]] = _json("GET", f"{self.sim_url}/dien-thoai/{quote(phone)}.json")
        return found

    def next_text(self, phone: str, *, after: int, containing: str = "", patience: float = 20.0) -> str:
        """The newest text once the phone has more than ``after`` of them."""
        until = time.monotonic() + patience
        while True:
            texts = self.inbox(phone)
            if len(texts) > after and containing in texts[0]["text"]:
                return str(texts[0]["text"])
            if time.monotonic() > until:
                raise AssertionError(f"no text {containing!r} came; the phone has {len(texts)}")
            time.sleep(0.1)

    def letters(self, address: str) -> list[dict[str, Any]]:
        """The letters in a simulated mailbox, newest first: ``at``, ``from``, ``subject``, ``text``."""
        found: list[dict[str, Any]] = _json("GET", f"{self.sim_url}/hop-thu/{quote(address)}.json")
        return found

    def next_letter(self, address: str, *, after: int, containing: str = "", patience: float = 20.0) -> str:
        """The newest letter's words once the mailbox has more than ``after`` of them."""
        until = time.monotonic() + patience
        while True:
            letters = self.letters(address)
            if len(letters) > after and containing in letters[0]["text"]:
                return str(letters[0]["text"])
            if time.monotonic() > until:
                raise AssertionError(f"no letter {containing!r} came; the mailbox has {len(letters)}")
            time.sleep(0.1)

    def put_subscriber(self, phone: str, *, operator: str, name: str, id_number: str, born_on: str) -> None:
        """Tell the simulated operator who owns a phone."""
        told = {"operator": operator, "name": name, "id_number": id_number, "born_on": born_on}
        _json("PUT", f"{self.sim_url}/thue-bao/{quote(phone)}", told)

    def remove_subscriber(self, phone: str) -> None:
        _json("DELETE", f"{self.sim_url}/thue-bao/{quote(phone)}")

    def fault(self, **lines: str) -> None:
        """``operator="down"``, ``gateway="slow"``, …; ``"ok"`` mends it."""
        _json("POST", f"{self.sim_url}/su-co", lines)

    # -- what only a test may do -----------------------------------------------------------------------

    def sql(self, query: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask the database as its owner: to look behind the pages, or to let time pass."""
        with psycopg.connect(self.owner_database_url(), autocommit=True) as owner:
            cursor = owner.execute(query.encode(), params or None)
            return cursor.fetchall() if cursor.description else []

    def owner_database_url(self) -> str:
        """As whoever keeps the database signs in."""
        password = (self.var_dir / "secrets" / "database-owner").read_text(encoding="ascii")
        return self._database("postgres", password)

    def app_database_url(self) -> str:
        """As the running system itself signs in."""
        password = (self.var_dir / "secrets" / "database-app").read_text(encoding="ascii")
        return self._database("motcua_app", password)

    def _database(self, user: str, password: str) -> str:
        from motcua.ops.embedded import socket_dir_of

        host = quote(str(socket_dir_of(self.var_dir / "postgres")), safe="")
        return f"postgresql://{user}:{password}@/motcua?host={host}"


@dataclass
class TownApart(Town):
    """The same as two installations: ``url`` is the desk's, where visitors begin; the portal has a port of its own."""

    portal_port: int = 0

    @property
    def portal_url(self) -> str:
        return f"http://127.0.0.1:{self.portal_port}"

    def command(self) -> str:
        return "run-split"

    def ports(self) -> dict[str, str]:
        return {"PORT": str(self.portal_port), "DESK_PORT": str(self.port)}

    def _is_ready(self) -> bool:
        return super()._is_ready() and _answers(self.portal_url + "/readyz")

    @property
    def accounts_at(self) -> Town:
        return self.half(of_portal=True)

    @property
    def installations(self) -> tuple[Town, ...]:
        return self.half(of_portal=True), self.half(of_portal=False)

    def half(self, of_portal: bool) -> Town:
        """One of the two, for looking behind its pages; its surroundings are those that it was started with."""
        port = self.portal_port if of_portal else self.port
        surroundings = {
            **self.extra,
            "PORT": str(port),
            "SIM_PORT": str(self.sim_port),
            "PORTAL_URL": self.portal_url,
            "DESK_URL": self.url,
            "SYSTEMS": "portal" if of_portal else "desk",
            "DESK_ID": OF_PORTAL if of_portal else DESK,
        }
        return Town(self.var_dir / ("cong" if of_portal else "mot-cua"), port, self.sim_port, surroundings)

    def sql(self, query: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """In whichever database has the tables, or in both for rooms that both have."""
        rooms = set(re.findall(r"\b(accounts|vault|signin|desk|guests)_[a-z]+", query))
        found: list[tuple[Any, ...]] = []
        for of_portal in (True, False):
            if not rooms or rooms & ({"accounts", "vault", "signin"} if of_portal else {"desk", "guests"}):
                found = self.half(of_portal).sql(query, params)
        return found


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def town_in(place: Path, name: str = "var", **extra: str) -> Town:
    return Town(var_dir=place / name, port=free_port(), sim_port=free_port(), extra=extra)


def town_apart_in(place: Path, name: str = "var", **extra: str) -> TownApart:
    return TownApart(
        var_dir=place / name, port=free_port(), sim_port=free_port(), extra=extra, portal_port=free_port()
    )


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=3).status_code == 200
    except httpx.TransportError:
        return False


def _json(method: str, url: str, told: object = None) -> Any:
    answer = httpx.request(method, url, json=told, headers={"Accept": "application/json"}, timeout=10)
    answer.raise_for_status()
    return answer.json() if answer.content else None
