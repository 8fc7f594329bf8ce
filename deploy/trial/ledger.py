"""What was acknowledged against what is there: in the database, and in whichever machine took writes."""

import threading
import time
from dataclasses import dataclass, field
from itertools import pairwise

import psycopg

from deploy.trial import cluster
from deploy.trial.figures import Row
from deploy.trial.ground import DB, Machine
from deploy.trial.load import Told


def compare(row: Row, told: Told) -> bool:
    """Lost, doubled, half: none of it, whatever happened meanwhile."""
    ours = f"SELECT idempotency_key, public_id FROM desk_dossier WHERE note = '{told.note}'"
    stored = {str(key): str(one) for key, one in cluster.as_owner(ours)}
    checks = {str(one) for (one,) in cluster.as_owner("SELECT public_id FROM desk_accountcheck")}
    lost = sum(stored.get(key) != one for key, one in told.dossiers.items())
    forgotten = sum(check not in checks for check in told.checks)
    good = [
        row.none("tiếp nhận đã báo xong mà mất", len(told.dossiers), lost),
        row.none("tiếp nhận thừa", len(stored), abs(len(stored) - len(told.dossiers))),
        row.none("lần kiểm tra đã báo xong mà mất", len(told.checks), forgotten),
        row.none("hồ sơ dở dang, số bị bỏ qua", len(stored), _half(told.note)),
        row.none("câu trả lời lạ", told.answered(0), told.wrong),
    ]
    return all(good)


def _half(note: str) -> int:
    """Dossiers without a spent check, all papers or exactly one line of the journal; numbers left out."""
    about = "'dossier:' || d.public_id"
    lines = f"SELECT count(*) FROM journal_event WHERE event = 'desk.dossier.received' AND subject = {about}"
    papers = "SELECT count(*) FROM desk_dossiercomponent c WHERE c.dossier_id = d.id"
    wanted = "SELECT count(*) FROM desk_component c WHERE c.procedure_id = d.procedure_id"
    spent = "SELECT spent_at IS NOT NULL FROM desk_accountcheck c WHERE c.id = d.check_id"
    of_ours = f"FROM desk_dossier d WHERE d.note = '{note}'"
    bad = cluster.as_owner(
        f"SELECT count(*) {of_ours} AND (({lines}) <> 1 OR ({papers}) <> ({wanted}) OR NOT ({spent}))"
    )[0][0]
    numbers = [int(code.rpartition("-")[2]) for (code,) in cluster.as_owner(f"SELECT d.code {of_ours}")]
    gaps = set(range(min(numbers, default=0), max(numbers, default=-1) + 1)) ^ set(numbers)
    return int(bad) + len(gaps)


def rest_budgets() -> None:
    """The officers of the trial work faster than any officer may."""
    cluster.as_owner("DELETE FROM limits_bucket")


@dataclass
class Probe:
    """Two writers past HAProxy, one for each PostgreSQL, that try all the time: who takes writes, and when?"""

    acknowledged: list[tuple[float, float, str, int]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Probe":
        cluster.as_owner(
            "CREATE TABLE IF NOT EXISTS probe (machine text, nth int, PRIMARY KEY (machine, nth))"
        )
        cluster.as_owner("DELETE FROM probe")
        self._threads = [threading.Thread(target=self._write, args=(machine,), daemon=True) for machine in DB]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def _write(self, machine: Machine) -> None:
        line: psycopg.Connection[tuple[int]] | None = None
        nth, url = 0, f"{cluster.url_at(machine.address)}&tcp_user_timeout=4000"
        while not self._over.wait(0.1):
            nth += 1
            sent = time.monotonic()
            try:
                line = line or psycopg.connect(url, autocommit=True)
                line.execute("INSERT INTO probe VALUES (%s, %s)", [machine.name, nth])
            except psycopg.Error:
                if line is not None:
                    line.close()
                line = None
            else:
                self.acknowledged.append((sent, time.monotonic(), machine.name, nth))

    def judge(self, row: Row) -> bool:
        """A write that two machines took in turns is one that only one of them still has."""
        there = {(name, nth) for name, nth in cluster.as_owner("SELECT machine, nth FROM probe")}
        lost = sum((name, nth) not in there for _, _, name, nth in self.acknowledged)
        turns = [
            (before, after) for before, after in pairwise(sorted(self.acknowledged)) if before[2] != after[2]
        ]
        both = sum(before[1] > after[1] for before, after in turns)
        what = f"ghi thẳng vào từng máy: mất, hoặc hai máy cùng nhận ({len(turns)} lần đổi máy)"
        return row.none(what, len(self.acknowledged), lost + both)
