"""Two application nodes (HAProxy, web, worker), and the simulators that play the world outside."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Final

from deploy import fill
from deploy.trial import cluster, processes
from deploy.trial.ground import APP, FILES, HOST, OUTSIDE, PLACE, SOURCE, TEMPORARY, Machine, surroundings

PORT: Final = 8000
_SIMULATORS: Final = 8001
#: The demonstration's own, which the simulators know.
_KNOWN: Final = "chi-dung-khi-chay-thu"
_WORKERS: Final = os.environ.get("TRIAL_WEB_WORKERS", "2")


def values_of(machine: Machine) -> dict[str, str]:
    return cluster.values_of(machine) | {
        "HOST": HOST,
        "APP_PORT": str(PORT),
        "APP_USER": "root",
        "APP_PASSWORD": cluster.SECRET,
        "VAR_DIR": str(machine.home / "var"),
        "KEYS_DIR": str(PLACE / "keys"),
        "SECRETS_DIR": str(PLACE / "secrets"),
        "WITNESS_1": str(PLACE / "witness-1" / "journal.jsonl"),
        "WITNESS_2": str(PLACE / "witness-2" / "journal.jsonl"),
        "LEDGER_1": str(PLACE / "witness-1" / "erasures.jsonl"),
        "LEDGER_2": str(PLACE / "witness-2" / "erasures.jsonl"),
    }


def told(machine: Machine) -> dict[str, str]:
    """The filled motcua.env and what a province's gateways would need."""
    own = fill.read_values((machine.home / "motcua.env").read_text(encoding="utf-8"))
    outside = f"http://{OUTSIDE}:{_SIMULATORS}"
    return own | {
        "DJANGO_SETTINGS_MODULE": "deploy.trial.settings",
        "PYTHONPATH": f"{SOURCE / 'src'}{os.pathsep}{SOURCE}",
        "TMPDIR": str(TEMPORARY.path),
        "WEB_WORKERS": _WORKERS,
        "SMS_URL": f"{outside}/sms/messages",
        "SMS_SECRET": _KNOWN,
        "SMS_QUIET_HOURS": "off",
        "OPERATORS_URL": f"{outside}/nha-mang/kiem-tra",
        "OPERATORS_SECRET": _KNOWN,
        "PAYMENT_URL": f"{outside}/thanh-toan",
        "PAYMENT_SECRET": _KNOWN,
        "PAYMENT_CALLBACK_SECRET": _KNOWN,
        "SIGNING_KEYS_DIR": str(PLACE / "signing"),
        "SIGNING_PASSWORD": _KNOWN,
        "SIGNING_TRUST": str(PLACE / "signing" / "trust.pem"),
        "ANTIVIRUS": "motcua.gateways.antivirus_none.NotConfigured",
    }


def prepare() -> None:
    """Configurations; the folder of files is one disk that both nodes have."""
    secrets = PLACE / "secrets"
    secrets.mkdir(mode=0o700)
    for name in ("secret-key", "metrics-token"):
        (secrets / name).write_text(os.urandom(32).hex(), encoding="ascii")
    for machine in APP:
        fill.write("motcua.env.in", machine.home / "motcua.env", values_of(machine), mode=0o600)
        fill.write("haproxy.cfg.in", machine.home / "haproxy.cfg", values_of(machine))
        files = machine.home / "var" / "files"
        files.mkdir(parents=True)
        subprocess.run(["mount", "--bind", str(FILES.path), str(files)], check=True)


def start_simulators() -> None:
    more = {
        "PYTHONPATH": str(SOURCE / "src"),
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings_dev",
        "VAR_DIR": str(PLACE / "outside"),
        "KEYS_DIR": str(PLACE / "keys"),
        "DATABASE_URL": "postgresql:///nobody",
        "BIND_ADDRESS": OUTSIDE,
        "SIM_PORT": str(_SIMULATORS),
    }
    processes.start(None, "simulators", _motcua("simulators"), more=more, where=str(SOURCE))


def start_door(machine: Machine) -> None:
    """HAProxy alone: migrations want a way to the primary before anything runs."""
    processes.start(
        machine, f"haproxy-{machine.name}", ["haproxy", "-W", "-f", str(machine.home / "haproxy.cfg")]
    )


def start_application(machine: Machine) -> None:
    processes.start(machine, f"node-{machine.name}", _motcua("serve"), more=told(machine), where=str(SOURCE))


def start(machine: Machine) -> None:
    start_door(machine)
    start_application(machine)


def once(
    machine: Machine, *words: str, owner: bool = False, script: str = "", more: Sequence[str] = ()
) -> str:
    """One command on that node, to its end; what it said."""
    known = told(machine)
    if owner:
        known["DATABASE_URL"] = known["DATABASE_URL"].replace("motcua_app:", "postgres:")
        known["MOTCUA_APP_PASSWORD"] = cluster.SECRET
    command = [sys.executable, "-m", script, *more] if script else _motcua(*words)
    done = subprocess.run(
        machine.inside(command),
        env=surroundings(known),
        cwd=SOURCE,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words) or script}: {done.stderr[-3000:]}")
    return done.stdout


def is_ready(machine: Machine) -> bool:
    return answers(machine, "/readyz") == 200


def answers(machine: Machine, path: str) -> int:
    """The status that the node itself gives, without nginx; 0: none."""
    asked = urllib.request.Request(
        f"http://{machine.address}:{PORT}{path}", headers={"Host": HOST, "X-Forwarded-Proto": "https"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=3) as answer:  # noqa: S310
            status: int = answer.status
            return status
    except urllib.error.HTTPError as no:
        return no.code
    except OSError:
        return 0


def programs() -> list[str]:
    """What is missing on this machine, by the name of its Debian package."""
    wanted = {
        "etcd": "etcd-server",
        "haproxy": "haproxy",
        "nginx": "nginx",
        "ip": "iproute2",
        "setpriv": "util-linux",
        "mkfs.ext4": "e2fsprogs",
        f"{cluster.PG_BIN}/postgres": "postgresql-15",
    }
    if shutil.which(cluster.PATRONI) is None:
        wanted[cluster.PATRONI] = "python3-venv"
    return sorted(package for program, package in wanted.items() if shutil.which(program) is None)


def _motcua(*words: str) -> list[str]:
    return [sys.executable, "-m", "motcua.ops.cli", *words]


def started_at(machine: Machine) -> dict[int, int]:
    """The processes of web and worker, and when each began: another one would have another number."""
    return processes.started_at(machine, "python")


def is_asked(machine: Machine) -> bool:
    """Whether nginx still has a connection to it."""
    command = machine.inside(["ss", "-Htn", "state", "established", f"sport = :{PORT}"])
    return bool(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


def stop_application(machine: Machine) -> None:
    """SIGTERM to whoever supervises web and worker; what is in hand is finished."""
    family = started_at(machine)
    for pid in family:
        if processes.words_of(pid).rstrip().endswith("serve"):
            processes.end(pid, signal.SIGTERM)
    processes.until(lambda: not started_at(machine), 20, f"{machine.name} does not stop")
