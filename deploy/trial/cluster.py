"""Three etcd, two PostgreSQL under Patroni: brought up from the templates, asked who is primary, struck down."""

import json
import os
import pwd
import signal
import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from typing import Any, Final
from urllib.parse import quote

import psycopg

from deploy import fill
from deploy.trial import authority, processes
from deploy.trial.ground import DATA, DB, ETCD, FRONT, NETWORK, PLACE, Machine

PG_BIN: Final = os.environ.get("PG_BIN", "/usr/lib/postgresql/15/bin")
#: Not Debian's 3.0.2: it gives a primary that was cut off the lock back which another has by now (adr/0029).
PATRONI: Final = os.environ.get("PATRONI", "/opt/patroni/bin/patroni")
#: Of the trial only, which nobody outside this machine reaches.
SECRET: Final = "mat-khau-thu-nghiem"  # noqa: S105
_LINE: Final = "connect_timeout=2&sslmode=verify-ca&sslrootcert="


def values_of(machine: Machine) -> dict[str, str]:
    """What a province writes into its values, for the trial's machines."""
    told = {f"ETCD_{nth}": each.address for nth, each in enumerate(ETCD, 1)}
    told |= {f"DB_{nth}": each.address for nth, each in enumerate(DB, 1)}
    return told | {
        "NODE_NAME": machine.name,
        "NODE_ADDRESS": machine.address,
        "ETCD_TOKEN": "motcua-thu",
        "ETCD_STATE": "new",
        "ETCD_DATA": str(machine.home / "etcd"),
        "NETWORK": NETWORK,
        "PG_BIN": PG_BIN,
        "PG_DATA": str(DATA[machine.name].path / "pg") if machine.name in DATA else "",
        "PG_SOCKETS": str(machine.home / "sockets"),
        "SUPERUSER_PASSWORD": SECRET,
        "REPLICATION_PASSWORD": SECRET,
        "PATRONI_PASSWORD": SECRET,
        "MAX_WAL_SIZE": "256MB",
        "KEPT_WAL_SIZE": "256MB",
        "INNER_CA": str(authority.CA),
        "NODE_CERTIFICATE": str(authority.certificate(machine)),
        "NODE_KEY": str(authority.key_of(machine)),
    }


def prepare() -> None:
    """Folders and configurations."""
    account = pwd.getpwnam("postgres")
    for nth, machine in enumerate(ETCD, 1):
        told = values_of(machine) | {"ETCD_NAME": f"etcd{nth}"}
        fill.write("etcd.yml.in", machine.home / "etcd.yml", told)
        (machine.home / "etcd").mkdir(mode=0o700)
        os.chown(machine.home / "etcd", account.pw_uid, account.pw_gid)
    for machine in DB:
        path = fill.write("patroni.yml.in", machine.home / "patroni.yml", values_of(machine), mode=0o600)
        (machine.home / "sockets").mkdir(mode=0o755)
        for each in (path, machine.home / "sockets", DATA[machine.name].path):
            os.chown(each, account.pw_uid, account.pw_gid)


def start_etcd(machine: Machine) -> None:
    command = ["etcd", "--config-file", str(machine.home / "etcd.yml")]
    processes.start(machine, f"etcd-{machine.name}", command, user="postgres")


def start_patroni(machine: Machine) -> None:
    command = [PATRONI, str(machine.home / "patroni.yml")]
    more = {"LC_ALL": "C.UTF-8", "HOME": str(machine.home)}
    processes.start(machine, f"patroni-{machine.name}", command, more=more, user="postgres")


def start() -> None:
    for machine in ETCD:
        start_etcd(machine)
    for machine in DB:
        start_patroni(machine)


def is_whole() -> bool:
    """One primary, and a synchronous standby that streams."""
    members = {each["name"]: each for each in seen()}
    roles = sorted(each["role"] for each in members.values())
    return (
        len(members) == len(DB)
        and roles == ["leader", "sync_standby"]
        and all(
            each["state"] == ("running" if each["role"] == "leader" else "streaming")
            for each in members.values()
        )
    )


def seen() -> list[dict[str, Any]]:
    """What any machine that answers knows of all of them."""
    for machine in DB:
        status, body = _ask(machine, "/cluster")
        if status == 200:
            members: list[dict[str, Any]] = json.loads(body)["members"]
            return members
    return []


def primary() -> Machine | None:
    """Who says of itself that it is primary; HAProxy asks the same."""
    return next((machine for machine in DB if _ask(machine, "/primary")[0] == 200), None)


def other(machine: Machine) -> Machine:
    return DB[1] if machine is DB[0] else DB[0]


def switch_over() -> None:
    """As `patronictl switchover` asks for it."""
    leader = primary()
    if leader is None:
        raise TimeoutError("nobody is primary")
    told = json.dumps({"leader": leader.name, "candidate": other(leader).name}).encode()
    status, body = _ask(leader, "/switchover", told)
    if status not in (200, 202):
        raise TimeoutError(f"switchover refused: {status} {body[:200]!r}")


def kill_database(machine: Machine) -> None:
    """Patroni and PostgreSQL of one machine at once, with signal 9."""
    processes.strike(machine, "patroni", "postgres", how=signal.SIGKILL)


def url_at(address: str, port: int = 5432, *, user: str = "postgres", database: str = "motcua") -> str:
    return f"postgresql://{user}:{quote(SECRET)}@{address}:{port}/{database}?{_LINE}{authority.CA}"


def as_owner(query: str, *, patience: float = 60.0) -> list[tuple[Any, ...]]:
    """Asked of whoever is primary, as soon as there is one."""
    found: list[tuple[Any, ...]] = []

    def asked() -> bool:
        nonlocal found
        machine = primary()
        if machine is None:
            return False
        try:
            with psycopg.connect(url_at(machine.address), autocommit=True) as line:
                cursor = line.execute(query.encode())
                found = cursor.fetchall() if cursor.description else []
        except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction):
            return False
        return True

    processes.until(asked, patience, "the primary does not answer", every=0.3)
    return found


def _ask(machine: Machine, path: str, told: bytes | None = None) -> tuple[int, bytes]:
    believed = ssl.create_default_context(cafile=str(authority.CA))
    believed.load_cert_chain(authority.certificate(FRONT), authority.key_of(FRONT))
    mark = b64encode(f"patroni:{SECRET}".encode()).decode()
    asked = urllib.request.Request(
        f"https://{machine.address}:8008{path}",
        data=told,
        headers={"Authorization": f"Basic {mark}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=60 if told else 2, context=believed) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as no:
        return no.code, no.read()
    except OSError:
        return 0, b""


def create_database() -> None:
    machine = primary()
    if machine is None:
        raise TimeoutError("nobody is primary")
    with psycopg.connect(url_at(machine.address, database="postgres"), autocommit=True) as line:
        line.execute("CREATE DATABASE motcua")


def logs() -> str:
    names = [f"etcd-{machine.name}" for machine in ETCD] + [f"patroni-{machine.name}" for machine in DB]
    return "\n".join(
        f"== {name}\n{processes.said(name)[-1200:]}" for name in names if (PLACE / "disks").exists()
    )
