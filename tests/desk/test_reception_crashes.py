"""V-14 at the desk: connections are cut in the middle of receptions; the client sends the same form again."""

import random
import threading
import time

import pytest
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count
from tests.desk import town as building
from tests.desk.test_reception import at_once
from tests.desk.town import Town, a_form

from motcua.desk.models import AccountCheck, Dossier
from motcua.outbox.models import Errand

FORMS = 40
CUT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND random() < 0.5
"""


def cut_lines(until: threading.Event, cuts: list[int]) -> None:
    dice = random.Random(14)
    try:
        while not until.is_set():
            with connection.cursor() as cursor:
                cursor.execute(CUT)
                cuts.append(cursor.fetchone()[0])
            time.sleep(dice.uniform(0.005, 0.03))
    finally:
        connection.close()


@pytest.mark.race
def test_cut_connections_lose_nothing_and_double_nothing(town: Town) -> None:
    desks = [building.authority_of(building.an_officer(), town.unit) for _ in range(4)]
    work = [(desks[n % 4], town.draft(town.new_owner(), by=desks[n % 4]), a_form()) for n in range(FORMS)]
    connection.close()
    told: dict[int, str] = {}
    failures: list[str] = []

    def counter(nth: int) -> None:
        for place, (desk, draft, form) in enumerate(work):
            if place % 4 != nth:
                continue
            while place not in told:
                try:
                    told[place] = town.receive(draft, form, by=desk).code or ""
                except (DatabaseError, InterfaceError) as broken:
                    failures.append(type(broken).__name__)
                    connection.close()

    done, cuts = threading.Event(), list[int]()
    cutter = threading.Thread(target=cut_lines, args=(done, cuts))
    cutter.start()
    try:
        at_once(4, counter)
    finally:
        done.set()
        cutter.join()

    assert failures, "nothing was cut: the test shows nothing"
    stored = dict(Dossier.objects.values_list("idempotency_key", "code"))
    assert {work[place][2].key: code for place, code in told.items()} == stored
    assert sorted(code[-4:] for code in stored.values() if code) == [f"{n:04d}" for n in range(1, FORMS + 1)]
    halves = Dossier.objects.annotate(
        lines=Count("components", distinct=True), notes=Count("events", distinct=True)
    )
    assert set(halves.values_list("lines", "notes")) == {(3, 1)}
    assert Errand.objects.filter(kind="desk.tell").count() == FORMS
    assert AccountCheck.objects.exclude(spent_at=None).count() == FORMS
