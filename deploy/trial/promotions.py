"""V-15: the primary is killed, cut off, asked to step down, while officers receive; etcd dies in part and whole."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from deploy.trial import arrangement, cluster, ledger, nodes, processes
from deploy.trial.figures import Row, p95
from deploy.trial.ground import APP, ETCD, Machine
from deploy.trial.ledger import Probe
from deploy.trial.load import Crowd

_WHOLE_WITHIN = 120.0
_A_SECOND = 60.0


@dataclass(frozen=True, slots=True)
class Blow:
    """What happens to whoever is primary, and how it is put right as a machine's own service manager would."""

    words: str
    strike: Callable[[Machine], None]
    mend: Callable[[Machine], None]
    promotes: bool = True


def _nothing(_: Machine) -> None:
    """It comes back by itself."""


def _cut(machine: Machine) -> None:
    machine.plug(in_it=False)


def _join(machine: Machine) -> None:
    machine.plug(in_it=True)


def _lose(machine: Machine) -> None:
    """The whole machine, with its member of etcd."""
    processes.strike(machine)


def _boot(machine: Machine) -> None:
    cluster.start_etcd(machine)
    cluster.start_patroni(machine)


def _end_one_etcd(_: Machine) -> None:
    processes.strike(ETCD[-1], "etcd")


def _end_all_etcd(_: Machine) -> None:
    for machine in ETCD:
        processes.strike(machine, "etcd")
    time.sleep(25)  # longer than a primary keeps its word without being asked


def _start_all_etcd(_: Machine) -> None:
    for machine in ETCD:
        if not processes.runs(machine, "etcd"):
            cluster.start_etcd(machine)


KILLED = Blow("kill -9 Patroni và PostgreSQL", cluster.kill_database, cluster.start_patroni)
LOST = Blow("kill -9 cả máy, kể cả etcd", _lose, _boot)
CUT = Blow("rút cáp mạng của máy chính", _cut, _join)
SWITCHED = Blow("chuyển vai có hẹn", lambda _: cluster.switch_over(), _nothing)
POSTGRES = Blow(
    "kill -9 riêng PostgreSQL", lambda machine: _only(machine, "postgres"), _nothing, promotes=False
)
ONE_ETCD = Blow("kill -9 một etcd", _end_one_etcd, _start_all_etcd, promotes=False)
ALL_ETCD = Blow("kill -9 cả ba etcd, 25 giây (failsafe_mode)", _end_all_etcd, _start_all_etcd, promotes=False)
#: Ten promotions, and three blows after which nobody is to be promoted.
COURSE = (
    KILLED, SWITCHED, CUT, ONE_ETCD, KILLED, LOST, SWITCHED, POSTGRES, KILLED, CUT, ALL_ETCD, SWITCHED, KILLED,
)  # fmt: skip


def _only(machine: Machine, word: str) -> None:
    """The server and not who watches over it."""
    for pid in machine.processes():
        if processes.words_of(pid).startswith(f"{cluster.PG_BIN}/{word}"):
            processes.end(pid)


def prove(course: tuple[Blow, ...] = COURSE) -> bool:
    processes.until(cluster.is_whole, _WHOLE_WITHIN, "the cluster is not whole")
    began_with = {machine.name: nodes.started_at(machine) for machine in APP}
    pauses: list[float] = []
    promotions = 0
    with Crowd(arrangement.people(), a_second=_A_SECOND) as crowd, Probe() as probe:
        since = time.monotonic()
        time.sleep(5)
        for blow in course:
            pause, promoted = _one(blow, crowd)
            pauses += [pause] if promoted else []
            promotions += promoted
        took = time.monotonic() - since
    same = began_with == {machine.name: nodes.started_at(machine) for machine in APP}
    told, row = crowd.told, Row("V-15", f"{promotions} lần thăng cấp")
    told.describe()
    sent = told.answered(since) + sum(told.unheard.values())
    good = [
        ledger.compare(row, told),
        probe.judge(row),
        row.at_least("số lần thăng cấp", len(course), promotions, sum(blow.promotes for blow in course)),
        row.at_most("ghi được trở lại, p95 (giây)", len(pauses), p95(pauses), 30),
        row.at_least("yêu cầu gửi tới mỗi giây, kể cả lúc gián đoạn", sent, sent / took, 50),
        row.none("câu trả lời 5xx không có lời tử tế", sum(told.unheard.values()), told.unkind),
        row.none("web và worker phải khởi động lại", len(APP), int(not same)),
    ]
    return all(good)


def _one(blow: Blow, crowd: Crowd) -> tuple[float, bool]:
    """Strike, wait for a primary, mend, wait until all is whole again; the longest pause in acknowledged writes."""
    ledger.rest_budgets()
    before = cluster.primary()
    if before is None:
        raise TimeoutError("nobody is primary before the blow")
    struck = time.monotonic()
    blow.strike(before)
    if blow.promotes:
        processes.until(
            lambda: cluster.primary() == cluster.other(before), 90, f"{blow.words}: nobody promoted"
        )
        time.sleep(3)
    blow.mend(before)
    processes.until(cluster.is_whole, _WHOLE_WITHIN, f"{blow.words}: not whole again", every=0.5)
    time.sleep(4)
    pause = crowd.told.longest_pause(struck, time.monotonic())
    promoted = cluster.primary() != before
    limit = 30 if blow.promotes else 15
    Row("V-15", blow.words).at_most("lâu nhất giữa hai lần ghi được (giây)", 1, pause, limit)
    return pause, promoted
