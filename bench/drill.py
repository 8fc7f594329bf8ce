"""The restore drill at any size (V-37): a base, work going on, everything killed, back in a clean place, looked at.

``python -m bench.drill [--accounts N] [--scans M] [--scan-kib K] [--seconds S] [--archive-timeout S]``. Lines of JSON
to the terminal and to ``drill.jsonl`` in EVIDENCE_DIR. Whole: ``--accounts 1000000 --scans 100000 --seconds 900``.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import ground
from bench.ground import SOURCE, Ground
from motcua.ops import embedded

_PHRASE = "ba con trâu trắng qua cầu"
_NUMBER, _PASSWORD = "000090770999", "mot-cau-dai-de-dien-tap-khoi-phuc"  # place 000 is nobody's
_MOST_LOST, _MOST_SECONDS = 300.0, 3600.0


@dataclass
class Drill:
    """Where it happens, and what was acknowledged, with the moment by this machine's clock."""

    place: Path
    asked: argparse.Namespace
    acked: list[tuple[float, str]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def identity(self) -> Path:
        return self.place / "identity.txt"

    @property
    def roots(self) -> list[Path]:
        return [self.place / "luu-1", self.place / "luu-2"]


def main() -> int:
    asked = _arguments()
    place = Path(tempfile.mkdtemp(prefix="motcua-drill-"))
    place.chmod(0o711)
    try:
        return _run(Drill(place, asked))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.drill", description=__doc__)
    parser.add_argument("--accounts", type=int, default=2_000)
    parser.add_argument("--scans", type=int, default=200)
    parser.add_argument("--scan-kib", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=30, help="how long work goes on after the base")
    parser.add_argument("--archive-timeout", type=int, default=60)
    return parser.parse_args()


def _run(drill: Drill) -> int:
    with ground.laid(lambda var_dir: _kept(drill, var_dir)) as town, _listener() as (port, heard):
        _build(drill)
        _work_then_die(drill, town)
        died = time.time()
        began = time.monotonic()
        report = _restore(drill, town, port)
        ended = _looked_at(drill, town, port, heard, died, began)
    lost = len(report["lost_files"])
    _say(
        "restored",
        files=report["files"],
        lost_files=lost,
        rows=report["rows"],
        lost_seals=report["lost_seals"],
    )
    return ended


def _kept(drill: Drill, var_dir: Path) -> dict[str, str]:
    from motcua.kernel.sealing import Keyring
    from motcua.ops.backup import envelopes
    from motcua.ops.backup.wal import embedded_log
    from motcua.ops.backup.wal.stamps import StampKey

    key = StampKey.of(Keyring.from_directory(var_dir / "keys").journal_key)
    recipient = envelopes.new_identity(drill.identity)
    os.environ["BACKUP_RECIPIENTS"] = recipient
    os.environ["BACKUP_ARCHIVE"] = ",".join(map(str, drill.roots))
    told = embedded_log.of(drill.roots, [recipient], key, drill.place / "wal-key", var_dir / "postgres")
    return told | {"archive_timeout": str(drill.asked.archive_timeout)}


def _build(drill: Drill) -> None:
    from bench import scans, world

    begun = time.monotonic()
    world.lay_ground()
    world.grow(drill.asked.accounts)
    scans.grow(drill.asked.scans, drill.asked.scan_kib * 1024)
    _somebody()
    _seal()
    phrase = drill.place / "cum-tu"
    phrase.write_text(_PHRASE, encoding="utf-8")
    _motcua("backup-keys", "--to", str(drill.place / "khoa.age"), "--passphrase-file", str(phrase))
    _say("built", accounts=drill.asked.accounts, scans=drill.asked.scans, seconds=_since(begun))


def _somebody() -> None:
    """Who signs in afterwards, and to whom a text is due that must not leave."""
    from motcua.accounts import founding, hashing
    from motcua.accounts.models import Account, IdentityDocument
    from motcua.accounts.sealed_data import PersonData
    from motcua.kernel.birth_date import BirthDate
    from motcua.kernel.citizen_id import CitizenId
    from motcua.kernel.person_name import PersonName
    from motcua.kernel.phone import Phone
    from motcua.outbox import sending, texts

    data = PersonData(
        citizen_id=CitizenId.parse(_NUMBER),
        full_name=PersonName.parse("Nguyễn Văn Diễn Tập"),
        born_on=BirthDate.parse("01/02/1990"),
        phone=Phone.parse("0913000999"),
    )
    founding.found(
        data=data,
        origin=Account.Origin.SELF,
        source=IdentityDocument.Source.OWNER,
        password=hashing.hashed(_PASSWORD),
        verdict="MATCH",
        operator="VinaPhone",
    )
    words = texts.password_changed(link="https://127.0.0.1/")
    sending.enqueue(to=data.phone, text=words, purpose="password_changed", dedupe_key="drill")


def _seal() -> None:
    from django.conf import settings

    from motcua.journal import sealing, witnessing

    sealing.seal_due(datetime.now(UTC), settings.KEYRING.journal_key, witnessing.configured())


def _work_then_die(drill: Drill, town: Ground) -> None:
    from motcua.ops.backup.wal import bases
    from motcua.ops.backup.wal.archive import Place

    begun = time.monotonic()
    files = subprocess.Popen(
        _command("backup", "files", "--every", "10"), cwd=SOURCE, stderr=subprocess.DEVNULL
    )
    worker = threading.Thread(target=_work, args=(drill,))
    worker.start()
    _motcua("backup", "base")
    key = bases.stamp_key()
    (system,) = Place.opened(drill.roots[0], key).systems()
    size = sum(path.stat().st_size for path in drill.roots[0].rglob("base-*.age"))
    _say("base", seconds=_since(begun), megabytes=round(size / 1e6, 1), cluster=system)
    while not _copied(drill):
        time.sleep(1)
    _say("files_copied", seconds=_since(begun))
    time.sleep(drill.asked.seconds)
    _kill(town)
    files.kill()
    files.wait()
    drill.stop.set()
    worker.join()
    _say("killed", acknowledged=len(drill.acked))


def _copied(drill: Drill) -> bool:
    return sum(1 for _ in (drill.roots[1] / "files").glob("??/??/*")) >= drill.asked.scans


def _work(drill: Drill) -> None:
    """A scan and a line of the journal in one transaction, five times a second; seals every five seconds."""
    from django.db import DatabaseError, connection, transaction

    from bench import scans
    from motcua import journal

    sealed = time.monotonic()
    while not drill.stop.is_set():
        try:
            with transaction.atomic():
                row = scans.one_more(drill.asked.scan_kib * 1024)
                journal.record("accounts.name.shown", subject=f"file:{row.public_id}")
            drill.acked.append((time.time(), str(row.public_id)))
            if time.monotonic() - sealed > 5:
                _seal()
                sealed = time.monotonic()
        except DatabaseError:
            break
        time.sleep(0.2)
    connection.close()


def _kill(town: Ground) -> None:
    """The server and all its children: no checkpoint, no last segment, no goodbye."""
    pid = town.database.process.pid
    os.kill(pid, signal.SIGSTOP)
    for path in (Path("/proc") / str(pid) / "task").glob("*/children"):
        for child in path.read_text().split():
            os.kill(int(child), signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    town.database.process.wait()


def _restore(drill: Drill, town: Ground, port: int) -> dict[str, Any]:
    """As the runbook says it; what only the witnesses know is named by them, as an operator would type it."""
    new, report = drill.place / "moi", drill.place / "bao-cao.json"
    asked = ["backup", "restore", "--into", str(new / "postgres"), "--report", str(report), "--newest"]
    asked += ["--identity", str(drill.identity), "--keys", str(drill.place / "khoa.age")]
    asked += ["--keys-passphrase-file", str(drill.place / "cum-tu")]
    about = _clean(drill, town, port)
    done = _asked(asked, about)
    known: list[str] = []
    while done.returncode:
        if "--lost" not in known and (said := re.search(r"--lost ([0-9]+-[0-9]+)", done.stderr)):
            known += ["--lost", said[1]]
        elif "--lost-files" not in known and "--resume --lost-files" in done.stderr:
            known += ["--lost-files"]  # their rows were kept, their copies not yet: counted as lost below
        else:
            raise SystemExit(done.stderr[-3000:])
        done = _asked([*asked, "--resume", *known], about)
    return _said(drill)


def _clean(drill: Drill, town: Ground, port: int) -> dict[str, str]:
    """Another machine, but for the witnesses and ledgers, which others kept."""
    new = drill.place / "moi"
    var = town.var_dir
    return {
        **os.environ,
        **ground.told(new / "var"),
        "SMS_URL": f"http://127.0.0.1:{port}/",
        "JOURNAL_WITNESSES": ",".join(str(var / f"witness-{nth}" / "journal.jsonl") for nth in (1, 2)),
        "ERASURE_LEDGERS": ",".join(str(_ledger(var, nth)) for nth in (1, 2)),
        "PYTHONPATH": f"{SOURCE / 'src'}{os.pathsep}{SOURCE}",
    }


def _ledger(var: Path, nth: int) -> Path:
    """Where nobody was ever erased there is none yet."""
    path = var / f"witness-{nth}" / "erasures.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


_LOOK = """
import json, sys
import django
django.setup()
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
settings.SECURE_SSL_REDIRECT = False
from motcua.files.models import StoredFile
from motcua.ops import working
from motcua.outbox.models import Message
answer = Client().post("/dang-nhap/", {"number": sys.argv[1], "password": sys.argv[2], "tiep": ""}, secure=True)
done = {each.kind: each.work() for each in working.text_rounds([], first=True)}
there = [str(one) for one in StoredFile.objects.values_list("public_id", flat=True)]
waiting = Message.objects.filter(state="WAITING").count()
print(json.dumps({"status": answer.status_code, "to": answer.headers.get("Location", ""), "done": done,
                  "there": there, "waiting": waiting}))
"""


def _looked_at(drill: Drill, town: Ground, port: int, heard: list[str], died: float, began: float) -> int:
    into = drill.place / "moi" / "postgres"
    hba = drill.place / "hba.conf"
    hba.write_text("local all all trust\n", encoding="ascii")
    server = embedded.start(into, settings={"hba_file": str(hba)}, patience=600)
    try:
        about = _clean(drill, town, port) | {"DATABASE_URL": server.url}
        found = json.loads(_python(["-c", _LOOK, _NUMBER, _PASSWORD], about).splitlines()[-1])
        seconds = time.monotonic() - began
        there = set(found["there"]) - set(_said(drill)["lost_files"])
        lost = sorted(moment for moment, which in drill.acked if which not in there)
        rpo = died - lost[0] if lost else 0.0
        verified = _asked(["journal", "verify", *_lost(drill)], about)
    finally:
        server.stop()
    # To the own pages, or first to the texts that this account, made without a form, has not accepted yet.
    signed_in = found["status"] == 302 and found["to"].startswith("/ca-nhan/")
    sent = sum(found["done"].values()) + len(heard)
    return max(
        _figure(
            "rpo_seconds", rpo, _MOST_LOST, rpo <= _MOST_LOST, lost=len(lost), acknowledged=len(drill.acked)
        ),
        _figure("rto_seconds", seconds, _MOST_SECONDS, seconds <= _MOST_SECONDS),
        _figure("journal_verified", verified.returncode, 0, verified.returncode == 0),
        _figure("signed_in", int(signed_in), 1, signed_in, status=found["status"], to=found["to"]),
        _figure("messages_left", sent, 0, sent == 0 and found["waiting"] > 0, waiting=found["waiting"]),
    )


def _said(drill: Drill) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((drill.place / "bao-cao.json").read_text(encoding="utf-8"))
    return found


def _lost(drill: Drill) -> list[str]:
    said = _said(drill)["lost_seals"]
    return ["--lost", said] if said else []


@contextmanager
def _listener() -> Iterator[tuple[int, list[str]]]:
    """Where the provider of texts would be: whoever calls is counted."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.5)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    line, _ = listening.accept()
                except TimeoutError:
                    continue
                heard.append("called")
                line.close()

        ear = threading.Thread(target=listen)
        ear.start()
        try:
            yield listening.getsockname()[1], heard
        finally:
            over.set()
            ear.join()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "motcua.ops.cli", *words]


def _motcua(*words: str) -> None:
    about = {**os.environ, "PYTHONPATH": f"{SOURCE / 'src'}{os.pathsep}{SOURCE}"}
    subprocess.run(_command(*words), env=about, cwd=SOURCE, check=True, stdout=subprocess.DEVNULL)


def _asked(words: list[str], about: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(_command(*words), env=about, cwd=SOURCE, capture_output=True, text=True)


def _python(words: list[str], about: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, *words], env=about, cwd=SOURCE, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 1)


def _figure(what: str, measured: float, limit: float, passed: bool, **more: object) -> int:
    _say(what, id="V-37", measured=round(measured, 1), limit=limit, **{"pass": passed}, **more)
    return 0 if passed else 1


def _say(what: str, **more: object) -> None:
    line = json.dumps({"what": what, **more}, ensure_ascii=False)
    print(line, flush=True)
    if folder := os.environ.get("EVIDENCE_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        with (Path(folder) / "drill.jsonl").open("a", encoding="utf-8") as kept:
            kept.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
