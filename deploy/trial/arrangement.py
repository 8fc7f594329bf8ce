"""Everything up, everything down, and what stands just now."""

import json
import time
from typing import Any

from deploy.trial import authority, cluster, front, ground, nodes, processes
from deploy.trial.ground import APP, DB, ETCD, FRONT, MACHINES, PLACE


def up() -> None:
    """From nothing to visitors, in the order in which a province does it."""
    if missing := nodes.programs():
        raise SystemExit(
            f"Thiếu chương trình: apt-get install {' '.join(missing)}\n"
            f"Patroni ({cluster.PATRONI}): xem docs/high-availability.md, “Setting it up”."
        )
    if PLACE.exists():
        raise SystemExit(f"{PLACE} đã có: python -m deploy.trial down")
    began = time.monotonic()
    ground.lay()
    authority.make()
    cluster.prepare()
    cluster.start()
    processes.until(cluster.is_whole, 120, "no primary with a synchronous standby")
    _tell("cơ sở dữ liệu", began)
    cluster.create_database()
    nodes.prepare()
    nodes.start_simulators()
    for machine in APP:
        nodes.start_door(machine)
    _lay_out(APP[0])
    _tell("dữ liệu", began)
    for machine in APP:
        nodes.start_application(machine)
    front.prepare()
    front.start()
    processes.until(is_open, 120, "the nodes do not serve")
    _tell("mở cửa", began)


def _lay_out(machine: ground.Machine) -> None:
    processes.until(lambda: _door_opens(machine), 30, "HAProxy has no primary")
    nodes.once(machine, "keys")
    nodes.once(machine, "migrate", owner=True)
    nodes.once(machine, "sample", owner=True)
    nodes.once(machine, "grants", owner=True)
    for each in APP:
        nodes.once(each, "static")
    made = nodes.once(machine, owner=True, script="deploy.trial.people")
    (PLACE / "people.json").write_text(made.splitlines()[-1], encoding="utf-8")


def _door_opens(machine: ground.Machine) -> bool:
    said = processes.said(f"haproxy-{machine.name}")
    return "is UP" in said or cluster.primary() is not None


def people() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((PLACE / "people.json").read_text(encoding="utf-8"))
    return told


def is_open() -> bool:
    return all(nodes.is_ready(machine) for machine in APP) and front.status_of("/dang-nhap/") == 200


def down() -> None:
    """Every process of the trial's machines and nothing else; then machines and disks."""
    known = [pid for machine in MACHINES if _is_there(machine) for pid in machine.processes()]
    for machine in MACHINES:
        if _is_there(machine):
            processes.strike(machine)
    processes.end_own("motcua.ops.cli simulators", str(PLACE / "outside"))
    processes.until(lambda: not any(processes.words_of(pid) for pid in known), 20, "a process does not end")
    ground.clear()


def _is_there(machine: ground.Machine) -> bool:
    return (ground.NAMESPACES / machine.namespace).exists()


def status() -> str:
    lines = [f"{each['name']}: {each['role']}, {each['state']}" for each in cluster.seen()]
    lines += [
        f"etcd {machine.name}: {'có' if processes.runs(machine, 'etcd') else 'không'}" for machine in ETCD
    ]
    lines += [f"{machine.name}: /readyz {nodes.answers(machine, '/readyz')}" for machine in APP]
    lines += [f"{machine.name}: {len(machine.processes())} tiến trình" for machine in (*DB, *APP, FRONT)]
    return "\n".join([*lines, f"nginx: /dang-nhap/ {front.status_of('/dang-nhap/')}"])


def _tell(what: str, since: float) -> None:
    print(f"{time.monotonic() - since:6.1f} s  {what}", flush=True)
