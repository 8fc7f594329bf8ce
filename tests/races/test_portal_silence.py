"""The portal is silent for half an hour while the desks go on: nothing lost, nothing doubled, everything settled.

Time is compressed: what waits is brought forward many times as fast as it passes. What the machine itself has to do is
not: the figures are of 20 times, with fewer citizens a second than a whole province has.
"""

import os
import random
import statistics
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from motcua.desk import promises, provisional
from motcua.desk.models import Dossier, DossierComponent
from motcua.desk.ports import PortalUnavailable
from motcua.desk.states import State
from motcua.desk.submission import HandedIn, How
from motcua.files import keeping
from motcua.gateways.antivirus_none import NotConfigured
from motcua.kernel.authority import Authority
from motcua.outbox import errands
from motcua.outbox.models import Errand
from tests import evidence
from tests.desk import town as building
from tests.desk.fake_portal import FakePortal
from tests.desk.town import NAME, Town, a_form
from tests.files.making import scans

MEASURED = bool(os.environ.get("EVIDENCE_DIR"))
FASTER = 20 if MEASURED else 100
#: Real seconds: a third of it is enough to see that it works; the figures are of the whole half hour.
SILENCE = 30 * 60 / FASTER if MEASURED else 6.0
BEFORE = 30.0 if MEASURED else 3.0
SETTLED_WITHIN = 15 * 60 / FASTER
COUNTERS = 2
#: Rest of a counter between two citizens.
PACE = 1.0 if MEASURED else 0.1
SCANS = 6


class LossyPortal(FakePortal):
    """Takes what it is told, and now and then the answer is lost on the way."""

    dice = random.Random(17)

    def tell(self, **said: Any) -> None:
        super().tell(**said)
        self._lose()

    def put(self, **said: Any) -> str:
        paper = super().put(**said)
        self._lose()
        return paper

    def _lose(self) -> None:
        if self.dice.random() < 0.1:
            raise PortalUnavailable


@dataclass
class Day:
    """What the counters did, as they were told it was done."""

    town: Town
    took: dict[str, list[float]] = field(default_factory=lambda: {"before": [], "silent": [], "after": []})
    cost: dict[str, list[float]] = field(default_factory=lambda: {"before": [], "silent": [], "after": []})
    acknowledged: list[uuid.UUID] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)
    phase: str = "before"
    stop: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    broken: list[str] = field(default_factory=list)

    def serve(self) -> None:
        """One citizen after another; an officer who has asked often enough goes home (threats L14)."""
        try:
            while not self.stop.is_set():
                desk = building.authority_of(building.an_officer(), self.town.unit)
                for _ in range(50):
                    if not self.stop.wait(PACE):
                        self._serve_one(desk)
        except Exception as broken:
            self.broken.append(repr(broken))
        finally:
            connection.close()

    def warm_up(self) -> None:
        """The first of anything is slow; nobody is measured by it."""
        desk = building.authority_of(building.an_officer(), self.town.unit)
        for _ in range(5):
            self.acknowledged.append(self._receive(desk, self.town.new_owner(), None).public_id)

    def _serve_one(self, desk: Authority) -> None:
        with self.lock:
            number = self.town.new_owner()
            file = self.files.pop() if self.files else None
        began, worked, phase = time.perf_counter(), time.thread_time(), self.phase
        try:
            dossier = self._receive(desk, number, file)
        except (
            PortalUnavailable
        ):  # it fell silent in the middle: nothing was acknowledged, the officer begins anew
            with self.lock:
                self.files += [file] if file else []
            return
        with self.lock:
            if file is None:
                self.took[phase].append(time.perf_counter() - began)
                self.cost[phase].append(time.thread_time() - worked)
            self.acknowledged.append(dossier.public_id)

    def _receive(self, desk: Authority, number: str, file: Any) -> Dossier:
        first = (
            HandedIn(order=1, how=How.UPLOADED, copies=1, file=file)
            if file
            else HandedIn(order=1, how=How.PAPER, originals=1)
        )
        form = a_form(papers=[first, HandedIn(order=2, how=How.SHOWN)])
        draft = self.town.choose(self.town.check(number, by=desk).public_id, by=desk)
        if draft.provisional:
            return provisional.receive_provisionally(
                authority=desk, check_id=draft.check_id, owner_name=NAME, form=form, now=timezone.now()
            )
        return self.town.receive(draft.check_id, form, by=desk)

    def work(self) -> None:
        """The worker, for which time passes faster."""
        rests = errands.Rests(clock=lambda: time.monotonic() * FASTER)
        handlers = promises.handlers(registry=self.town.portal, vault=self.town.portal)
        while not self.over.is_set():
            if not errands.run_due(handlers, limit=5, rests=rests):
                time.sleep(0.02)
        connection.close()

    def hurry(self) -> None:
        """Brings forward what waits."""
        last = time.monotonic()
        while not self.over.wait(0.2):
            passed, last = time.monotonic() - last, time.monotonic()
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE outbox_errand SET not_before = not_before - make_interval(secs => %s)"
                    " WHERE state = 'WAITING' AND not_before > clock_timestamp()",
                    [passed * (FASTER - 1)],
                )
        connection.close()


@pytest.fixture
def day(transactional_db: None, tmp_path: Path) -> Iterator[Day]:
    town = building.town(tmp_path)
    portal = LossyPortal()
    portal.people = town.portal.people
    town.portal = portal
    made = Day(town)
    data = scans.saved(scans.blank(1))
    made.files = [
        keeping.keep(
            data,
            name="don.pdf",
            purpose="DOSSIER_COMPONENT",
            purge_after=timezone.now() + timedelta(days=1),
            antivirus=NotConfigured(),
        )
        for _ in range(SCANS)
    ]
    yield made
    made.stop.set()
    made.over.set()


def started(*works: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    return threads


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000


@pytest.mark.race
def test_a_portal_that_is_silent_for_half_an_hour_loses_and_doubles_nothing(day: Day) -> None:
    portal = day.town.portal
    day.warm_up()
    counters = started(*[day.serve] * COUNTERS)
    beside = started(day.work, day.hurry)

    time.sleep(BEFORE)
    portal.down, day.phase = True, "silent"
    time.sleep(SILENCE)
    portal.down, day.phase = False, "after"
    back = time.monotonic()
    day.stop.set()
    for thread in counters:
        thread.join()
    waited = _settled(back)
    day.over.set()
    for thread in beside:
        thread.join()

    assert day.broken == []
    wrong = _wrong(day, portal)
    n = len(day.acknowledged)
    silent = Dossier.objects.exclude(provisional_number=None).count()
    assert silent > 10, "nobody came while the portal was silent: the test shows nothing"
    evidence.figure(
        "issue4-5", "Cổng im lặng 30 phút (nén): hồ sơ đã xác nhận bị mất hoặc ghi đôi",
        n=n, measured=wrong, limit=0, passed=wrong == 0,
    )  # fmt: skip
    # Seconds are judged only where they are measured, and nobody else uses the machine.
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    told = " (máy bận: không xét)" if busy else ""
    minutes = round(waited * FASTER / 60, 1)
    evidence.figure(
        "issue4-5", "phút (nén) từ khi Cổng trả lời lại đến khi mọi khoản nợ xong",
        n=silent, measured=f"{minutes}{told}", limit=15,
        passed=waited <= SETTLED_WITHIN or busy or not MEASURED,
    )  # fmt: skip
    ratio = round(p95(day.cost["silent"]) / p95(day.cost["before"]), 3)
    evidence.figure(
        "issue4-5", "p95 công của máy cho một lượt tại quầy khi Cổng im lặng, so với trước đó",
        n=len(day.cost["silent"]), measured=f"{ratio}{told}", limit=1.2,
        passed=ratio <= 1.2 or busy or not MEASURED,
    )  # fmt: skip
    ratio = round(p95(day.took["silent"]) / p95(day.took["before"]), 3)
    evidence.figure(
        "issue4-5", "p95 thời gian một lượt tại quầy khi Cổng im lặng, so với trước đó",
        n=len(day.took["silent"]), measured=f"{ratio}{told}", limit=1.2,
        passed=ratio <= 1.2 or busy or not MEASURED,
    )  # fmt: skip


def _settled(back: float) -> float:
    """Real seconds until nothing is owed any more."""
    while time.monotonic() - back < 240:  # late is one thing, lost another
        if not Errand.objects.filter(state__in=["WAITING", "RUNNING"]).exists():
            break
        time.sleep(0.05)
    return time.monotonic() - back


def _wrong(day: Day, portal: FakePortal) -> int:
    """What was acknowledged and is not there once, with what it owes to its owner, once."""
    stored = Counter(Dossier.objects.values_list("public_id", flat=True))
    wrong = len(set(day.acknowledged) ^ set(stored))
    wrong += Dossier.objects.exclude(state=State.RECEIVED).count()
    told = Counter((subject, template, params["code"]) for subject, template, params in portal.told)
    wrong += sum(times - 1 for times in told.values())
    for dossier in Dossier.objects.all():
        template = "dossier_confirmed" if dossier.provisional_number else "dossier_received"
        wrong += (dossier.owner_subject, template, dossier.code) not in told
    scanned = DossierComponent.objects.filter(how=DossierComponent.How.UPLOADED)
    wrong += scanned.filter(delivered_as="").count()
    owed = {f"{line.dossier.public_id}:{line.order}" for line in scanned.select_related("dossier")}
    wrong += len(owed ^ set(portal.vault))
    wrong += Errand.objects.exclude(state="DONE").count()
    return wrong
