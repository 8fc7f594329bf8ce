"""V-14: web, worker and PostgreSQL are killed with signal 9 while dossiers live their whole lives.

Whoever gets no answer sends the same form again, as a browser does. What was acknowledged is there once, with
everything that belongs to it; what the outbox promised is done once. A few kills here, twenty and five where
EVIDENCE_DIR is set.
"""

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from tests.evidence import figure
from tests.files.making import scans
from tests.running_town import SOURCE, Town, town_in

FULL = "EVIDENCE_DIR" in os.environ
OF_THE_APPLICATION, OF_POSTGRESQL = (20, 5) if FULL else (2, 1)
pytestmark = [pytest.mark.race, pytest.mark.timeout(2400 if FULL else 900)]

CSRF = "k" * 32
CLERKS = 4
MOVES = (
    ("clerk", "chuyen"),
    ("specialist", "nhan-xu-ly"),
    ("specialist", "dinh-kem-ket-qua"),
    ("specialist", "chuyen"),
    ("leader", "nhan-xu-ly"),
    ("leader", "ky-ket-qua"),
    ("leader", "chuyen"),
    ("giver", "tra-ket-qua"),
)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?')


@dataclass
class Load:
    """What the clients were told, all of it."""

    town: Town
    people: Mapping[str, Any]
    over: threading.Event = field(default_factory=threading.Event)
    received: dict[str, str] = field(default_factory=dict)  # key of the form → public id of the dossier
    handed_out: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)  # which requests got no answer, and were sent again
    wrong: list[str] = field(default_factory=list)

    def client(self, nth: int) -> None:
        """One desk: a dossier after the other, each to its end."""
        dice = random.Random(nth)
        while not self.over.is_set():
            number, phone = dice.choice(self.people["owners"])
            dossier = self.reception(nth, number, phone)
            if all(self.move(nth, dossier, who, deed) for who, deed in MOVES):
                self.handed_out.append(dossier)

    def reception(self, nth: int, number: str, phone: str) -> str:
        """A check of its own each time; the form's key stays the same until somebody says that it was received."""
        asked = self.sent(f"clerk{nth}", "/mot-cua/tiep-nhan/", {"number": number, "card_qr": ""})
        chosen = self.sent(
            f"clerk{nth}",
            asked.headers["location"],
            {"procedure": self.people["procedure"], "process": str(self.people["process"])},
        )
        key = str(uuid.uuid4())
        form = {"key": key, "phone": phone, "result_wanted": "AT_DESK", "note": "mất điện"}
        form |= {f"how_{order}": "SHOWN" for order in self.people["papers"]}
        done = self.sent(f"clerk{nth}", chosen.headers["location"], form, may_be_done=False)
        found = re.search(r"/ho-so/([0-9a-f-]{36})/", done.headers["location"])
        assert found, done.headers["location"]
        self.received[key] = found[1]
        return found[1]

    def move(self, nth: int, dossier: str, who: str, deed: str) -> bool:
        name = f"clerk{nth}" if who == "clerk" else who
        address = f"/mot-cua/ho-so/{dossier}/viec/{deed}/"
        page = self.sent(name, address, None)
        form = dict(_HIDDEN.findall(page.text)) | {
            "words": "",
            "how": "AT_DESK",
            "unit": self.people["department"],
        }
        form |= {"number": f"{nth}/QĐ-SGDĐT", "issued_on": time.strftime("%d/%m/%Y")}
        file = ("du-thao.pdf", scans.saved(scans.blank(1))) if deed == "dinh-kem-ket-qua" else None
        return self.sent(name, address, form, file=file).status_code == 302

    def sent(
        self,
        who: str,
        address: str,
        form: Mapping[str, str] | None,
        *,
        file: tuple[str, bytes] | None = None,
        may_be_done: bool = True,
    ) -> httpx.Response:
        """Until there is an answer. A refusal after a silence says that the silent one had been done."""
        silent = False
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                answer = self._once(who, address, form, file)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code in (200, 302):
                return answer
            if answer is not None and answer.status_code < 500:
                if silent and may_be_done:
                    answer.status_code = 302
                    return answer
                self.wrong.append(f"{answer.status_code} {address} {_said(answer)}")
                raise AssertionError(self.wrong[-1])
            if form is not None:
                self.unanswered.append(address)
            silent = True
            time.sleep(0.2)
        raise AssertionError(f"no answer for two minutes: {address}")

    def _once(
        self, who: str, address: str, form: Mapping[str, str] | None, file: tuple[str, bytes] | None
    ) -> httpx.Response:
        cookies = {"phien": self.people["tokens"][who], "csrf": CSRF, "thiet-bi": "may-thu-mat-dien"}
        told = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if form is None:
            return httpx.get(self.town.url + address, headers=told, timeout=20)
        body = {**form, "csrfmiddlewaretoken": CSRF}
        files = {"file": (*file, "application/pdf")} if file else None
        return httpx.post(self.town.url + address, data=body, files=files, headers=told, timeout=20)


def _said(answer: httpx.Response) -> str:
    plain = re.sub(r"<[^>]+>|\s+", " ", answer.text.partition("<main")[2])
    return re.sub(r" +", " ", plain)[:600]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    running = town_in(tmp_path)
    running.start(patience=240)
    yield running
    running.stop(patience=30)


def people_of(town: Town) -> Mapping[str, Any]:
    surroundings = os.environ | {
        "PYTHONPATH": str(SOURCE / "src"),
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings_dev",
        "VAR_DIR": str(town.var_dir),
        "KEYS_DIR": str(town.var_dir / "keys"),
        "DATABASE_URL": town.owner_database_url(),
    }
    script = Path(__file__).with_name("people_of_a_town.py")
    done = subprocess.run([sys.executable, str(script)], env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    told: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def strike(town: Town, what: str, how: int) -> None:
    """Everything of that kind at once, without a word of warning."""
    assert town.process is not None
    for each in psutil.Process(town.process.pid).children():
        try:
            if what in each.cmdline() or (what == "postgres" and "postgres" in each.name()):
                below = each.children(recursive=True) if what != "postgres" else []
                for one in [each, *below]:
                    one.send_signal(how)
                return
        except psutil.Error:
            continue
    raise AssertionError(f"{what} was not running")


def stand_again(town: Town) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            if httpx.get(town.url + "/readyz", timeout=3).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the town did not stand up again:\n" + town.said()[-3000:])


def running(town: Town, what: str) -> bool:
    assert town.process is not None
    for each in psutil.Process(town.process.pid).children():
        try:
            if what in each.cmdline():
                return True
        except psutil.Error:
            continue
    return False


def blows() -> list[tuple[str, int]]:
    """PostgreSQL ends by signal 9 and by an immediate stop in turns, spread among the others."""
    dice = random.Random(14)
    application = [(("web", "worker")[nth % 2], signal.SIGKILL) for nth in range(OF_THE_APPLICATION)]
    database = [("postgres", (signal.SIGKILL, signal.SIGQUIT)[nth % 2]) for nth in range(OF_POSTGRESQL)]
    planned = application + database
    dice.shuffle(planned)
    return planned


def test_killed_processes_lose_nothing_and_double_nothing(town: Town) -> None:
    load = Load(town, people_of(town))
    with ThreadPoolExecutor(CLERKS) as desks:
        working = [desks.submit(load.client, nth) for nth in range(CLERKS)]
        try:
            for what, how in blows():
                time.sleep(random.Random(len(load.received)).uniform(1.0, 2.5))
                _let_budgets_recover(town)
                _until(lambda what=what: what == "postgres" or running(town, what), 60)  # type: ignore[misc]
                strike(town, what, how)
                stand_again(town)
            time.sleep(2)
        finally:
            load.over.set()
    for one in working:
        one.result()
    try:
        _until(lambda: _nothing_waits(town, but_doubts=True), 180)
        _let_doubts_pass(town)
        _until(lambda: _nothing_waits(town), 90)
    except AssertionError:
        raise AssertionError(_waiting(town)) from None
    _look(load)


def _until(holds: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.3)


def _let_budgets_recover(town: Town) -> None:
    with contextlib.suppress(psycopg.OperationalError):  # it lies on the ground just now
        town.sql("DELETE FROM limits_bucket")


def _waiting(town: Town) -> str:
    """What is still to be done and since when, and what the system last said: without it nobody finds out why."""
    texts = """
        SELECT purpose, state, attempts, failure, not_before - now(), lease_until - now(), count(*)
        FROM outbox_message WHERE state IN ('WAITING', 'SENDING') GROUP BY 1, 2, 3, 4, 5, 6 LIMIT 40
    """
    errands = """
        SELECT kind, state, attempts, failure, not_before - now(), lease_until - now(), count(*)
        FROM outbox_errand WHERE state IN ('WAITING', 'RUNNING') GROUP BY 1, 2, 3, 4, 5, 6 LIMIT 40
    """
    lines = [" ".join(str(value) for value in row) for query in (texts, errands) for row in town.sql(query)]
    return "\n".join(["it took too long; waiting are:", *lines, town.said()[-4000:]])


def _nothing_waits(town: Town, *, but_doubts: bool = False) -> bool:
    """``but_doubts``: besides notices of whose last try nobody knows, and of which no news will come any more."""
    texts = "SELECT count(*) FROM outbox_message m WHERE m.state IN ('WAITING', 'SENDING')"
    texts += " AND m.purpose NOT LIKE '%otp%'"
    errands = "SELECT count(*) FROM outbox_errand WHERE state IN ('WAITING', 'RUNNING')"
    if but_doubts:
        texts += (
            f" AND NOT EXISTS (SELECT FROM outbox_handover h WHERE h.reference = m.reference AND {_IN_DOUBT})"
        )
    return all(town.sql(query)[0][0] == 0 for query in (texts, errands))


#: A provider tells again for half a minute; nobody takes up a try that was begun longer ago than this.
_IN_DOUBT = "h.state IN ('TRYING', 'DOUBTFUL') AND h.tried_at < now() - interval '45 seconds'"


def _let_doubts_pass(town: Town) -> None:
    """A worker killed after it wrote down that it would try: ten minutes later another provider carries the notice."""
    town.sql(f"UPDATE outbox_handover h SET tried_at = tried_at - interval '11 minutes' WHERE {_IN_DOUBT}")
    town.sql("UPDATE outbox_message SET not_before = now() WHERE state = 'WAITING' AND not_before > now()")


OURS_OF = "desk_dossier d ON d.note = 'mất điện' AND d.id = "
OURS = "desk_dossier d WHERE d.note = 'mất điện'"


def _look(load: Load) -> None:
    town = load.town
    assert load.unanswered, "no request was cut off: the test shows nothing"
    assert load.wrong == []
    stored = {
        str(key): str(public_id)
        for key, public_id in town.sql(f"SELECT idempotency_key, public_id FROM {OURS}")
    }
    lost = {key: each for key, each in load.received.items() if stored.get(key) != each}
    doubled = len(stored) - len(load.received)
    numbers = [int(code[-4:]) for (code,) in town.sql(f"SELECT code FROM {OURS} ORDER BY code")]
    assert numbers == list(range(numbers[0], numbers[0] + len(stored))), (
        "a number was left out or given twice"
    )
    _look_at_lives(load)
    _look_at_promises(load)
    kills = f"{OF_THE_APPLICATION} kills of web and worker, {OF_POSTGRESQL} of PostgreSQL"
    what = (
        f"{kills}: dossiers lost and doubled, of {len(stored)} received and {len(load.handed_out)} handed out; "
        f"{len(load.unanswered)} requests got no answer"
    )
    bad = len(lost) + abs(doubled)
    figure("V-14", what, n=len(stored), measured=bad, limit=0, passed=bad == 0)


def _look_at_lives(load: Load) -> None:
    """Each dossier has its papers, one check, and every move once, in the history and in the journal."""
    town = load.town
    papers = f"SELECT count(c) FROM desk_dossiercomponent c JOIN {OURS_OF}c.dossier_id GROUP BY d.id"
    assert {count for (count,) in town.sql(papers)} == {len(load.people["papers"])}
    spent = f"SELECT count(DISTINCT d.check_id) FROM {OURS} AND EXISTS (SELECT FROM desk_accountcheck c"
    spent += " WHERE c.id = d.check_id AND c.spent_at IS NOT NULL)"
    assert town.sql(spent)[0][0] == len(load.received)
    happened = town.sql(
        "SELECT d.public_id::text, e.kind, count(*) FROM desk_dossierevent e JOIN desk_dossier d ON d.id = e.dossier_id"
        " WHERE d.note = 'mất điện' GROUP BY 1, 2"
    )
    lives: dict[str, Counter[str]] = {}
    for dossier, kind, times in happened:
        lives.setdefault(dossier, Counter())[kind] += times
    whole = {frozenset(lives[dossier].items()) for dossier in load.handed_out}
    assert len(whole) <= 1, "the same life was written down differently"
    told = dict(
        town.sql(
            "SELECT subject, count(*) FROM journal_event WHERE event = 'desk.dossier.received' GROUP BY 1"
        )
    )
    assert {told.get(f"dossier:{dossier}") for dossier in load.received.values()} == {1}
    states = {str(dossier): state for dossier, state in town.sql(f"SELECT d.public_id, d.state FROM {OURS}")}
    assert {states[dossier] for dossier in load.handed_out} <= {"RETURNED"}


def _look_at_promises(load: Load) -> None:
    """Nothing promised was given up or done twice: each result in one vault once, each text on its phone once."""
    town = load.town
    given_up = "SELECT count(*) FROM outbox_message WHERE state IN ('FAILED', 'EXPIRED')"
    assert town.sql(given_up)[0][0] == 0
    assert town.sql("SELECT count(*) FROM outbox_errand WHERE state = 'DEAD'")[0][0] == 0
    results = "SELECT count(*), count(DISTINCT put_key) FROM vault_paper WHERE source = 'RESULT'"
    assert town.sql(results) == [(len(load.handed_out), len(load.handed_out))]
    texts = [(phone, each["text"]) for _, phone in load.people["owners"] for each in town.inbox(phone)]
    assert len(texts) == len(set(texts)), "a text came twice"
    sent = "SELECT count(*) FROM outbox_message WHERE state IN ('SENT', 'DELIVERED')"
    assert town.sql(sent)[0][0] == len(texts)
    assert len(texts) >= len(load.received), "somebody was never told"
