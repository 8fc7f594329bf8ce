"""An application node is killed under load, then the other; both are changed for new ones, one after the other."""

import time

from deploy.trial import arrangement, front, ledger, nodes, processes
from deploy.trial.figures import figure
from deploy.trial.ground import APP, Machine
from deploy.trial.load import Crowd, Told

_READY_WITHIN = 90.0


def prove_killed() -> bool:
    """HAProxy, web and worker of one node at once; people stay signed in, for sessions live in the database."""
    good = []
    with Crowd(arrangement.people(), a_second=30) as crowd:
        time.sleep(5)
        for machine in APP:
            ledger.rest_budgets()
            struck = time.monotonic()
            processes.strike(machine)
            time.sleep(15)
            pause = _pause(crowd.told, struck, time.monotonic())
            what = f"kill -9 cả {machine.name}: lâu nhất giữa hai câu trả lời (giây)"
            good.append(figure("V-14", what, n=1, measured=round(pause, 1), limit=10, passed=pause <= 10))
            nodes.start(machine)
            processes.until(lambda: nodes.is_ready(machine), _READY_WITHIN, f"{machine.name} does not come back")  # noqa: B023
            time.sleep(8)
    _tell(crowd.told)
    return all([*good, ledger.compare("V-14", "hai máy ứng dụng lần lượt bị giết", crowd.told)])


def prove_rolling() -> bool:
    """Out of turn, ended in order, started, back in turn: nobody notices."""
    with Crowd(arrangement.people(), a_second=30) as crowd:
        time.sleep(5)
        for machine in APP:
            ledger.rest_budgets()
            change(machine)
        time.sleep(5)
    _tell(crowd.told)
    failed = sum(crowd.told.unheard.values())
    what = "khởi động lại lần lượt hai máy: yêu cầu không thành"
    good = figure("V-14", what, n=crowd.told.answered(0), measured=failed, limit=0, passed=not failed)
    return all([good, ledger.compare("V-14", "khởi động lại lần lượt hai máy", crowd.told)])


def change(machine: Machine) -> None:
    """What an administrator does for a new version; ``front.turn`` is `deploy/nginx-node`."""
    front.turn(machine, "out")
    processes.until(lambda: not nodes.is_asked(machine), 60, f"{machine.name} is still asked")
    nodes.stop_application(machine)
    nodes.start_application(machine)
    processes.until(lambda: nodes.is_ready(machine), _READY_WITHIN, f"{machine.name} does not come back")
    front.turn(machine, "in")
    time.sleep(3)


def _pause(told: Told, since: float, until: float) -> float:
    at = sorted({since, until, *(heard for _, heard in (*told.writes, *told.pages) if since < heard < until)})
    return max(later - sooner for sooner, later in zip(at, at[1:], strict=False))


def _tell(told: Told) -> None:
    print(f"gửi lại: {dict(told.unheard)}; kết nối mở lại: {told.reopened}", flush=True)
