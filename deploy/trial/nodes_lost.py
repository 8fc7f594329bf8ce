"""An application node is killed under load, then the other; both are changed for new ones, one after the other."""

import time
from itertools import pairwise

from deploy.trial import arrangement, front, ledger, nodes, processes
from deploy.trial.figures import Row
from deploy.trial.ground import APP, Machine
from deploy.trial.load import Crowd, Told

_READY_WITHIN = 90.0
_A_SECOND = 30.0


def prove_killed() -> bool:
    """HAProxy, web and worker of one node at once; people stay signed in, for sessions live in the database."""
    row, good = Row("V-14", "hai máy ứng dụng lần lượt bị giết (kill -9)"), []
    with Crowd(arrangement.people(), a_second=_A_SECOND) as crowd:
        time.sleep(5)
        for machine in APP:
            ledger.rest_budgets()
            struck = time.monotonic()
            processes.strike(machine)
            time.sleep(15)
            pause = _pause(crowd.told, struck, time.monotonic())
            good.append(row.at_most(f"{machine.name}: lâu nhất giữa hai câu trả lời (giây)", 1, pause, 10))
            nodes.start(machine)
            _wait_for(machine)
            time.sleep(8)
    crowd.told.describe()
    return all([*good, ledger.compare(row, crowd.told)])


def prove_rolling() -> bool:
    """Out of turn, ended in order, started, back in turn: nobody notices."""
    row = Row("V-14", "khởi động lại lần lượt hai máy ứng dụng")
    with Crowd(arrangement.people(), a_second=_A_SECOND) as crowd:
        time.sleep(5)
        for machine in APP:
            ledger.rest_budgets()
            change(machine)
        time.sleep(5)
    crowd.told.describe()
    good = row.none("yêu cầu không thành", crowd.told.answered(0), sum(crowd.told.unheard.values()))
    return all([good, ledger.compare(row, crowd.told)])


def _wait_for(machine: Machine) -> None:
    processes.until(lambda: nodes.is_ready(machine), _READY_WITHIN, f"{machine.name} does not come back")


def change(machine: Machine) -> None:
    """What an administrator does for a new version; ``front.turn`` is `deploy/nginx-node`."""
    front.turn(machine, "out")
    processes.until(lambda: not nodes.is_asked(machine), 60, f"{machine.name} is still asked")
    nodes.stop_application(machine)
    nodes.start_application(machine)
    _wait_for(machine)
    front.turn(machine, "in")
    time.sleep(3)


def _pause(told: Told, since: float, until: float) -> float:
    at = sorted({since, until, *(heard for _, heard in (*told.writes, *told.pages) if since < heard < until)})
    return max(later - sooner for sooner, later in pairwise(at))
