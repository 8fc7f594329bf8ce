"""The restore tried for real, in a place that is thrown away afterwards: a backup nobody restored is a hope."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from motcua.ops import embedded, lost_seals
from motcua.ops.places import CannotStart

Say = Callable[[str], None]
#: What may stand in the surroundings about the living system's database, which a drill must never reach.
_OF_THE_LIVING: Final = (
    "DATABASE_URL",
    "DATABASE_URL_FILE",
    "DATABASE_PASSWORD_FILE",
    "MOTCUA_APP_PASSWORD",
    "MOTCUA_APP_PASSWORD_FILE",
)


def run(asked: argparse.Namespace, *, say: Say) -> str:
    """The figures in words. Raises CannotStart when anything was not right."""
    signal.signal(signal.SIGTERM, _end)  # whoever stops it leaves no keys and no province behind
    place = Path(tempfile.mkdtemp(prefix="motcua-drill-"))
    began = time.monotonic()
    server = None
    try:
        say(f"Nơi tạm: {place}")
        server = embedded.start(place / "postgres", password=os.urandom(16).hex())
        report = _restored(asked, place, server)
        seconds = time.monotonic() - began
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(place)
    return _figures(report, seconds)


def _end(*_: object) -> None:
    raise SystemExit(1)


def _restored(asked: argparse.Namespace, place: Path, server: embedded.Embedded) -> dict[str, object]:
    """In a process of its own, which knows no other database than the one that will be thrown away."""
    report = place / "report.json"
    command = [sys.executable, "-m", "motcua.ops.cli", "restore", *_words(asked), "--report", str(report)]
    done = subprocess.run(
        command, env=_surroundings(asked, place, server), stdin=subprocess.DEVNULL, stdout=sys.stderr
    )
    if done.returncode or not report.exists():
        raise CannotStart("Diễn tập khôi phục không thành công; xem thông báo ở trên.")
    found: dict[str, object] = json.loads(report.read_text(encoding="utf-8"))
    return found


def _surroundings(asked: argparse.Namespace, place: Path, server: embedded.Embedded) -> dict[str, str]:
    """Files and database of its own; witnesses and ledgers are the living system's, and only read from copies."""
    var = Path(os.environ["VAR_DIR"])
    known = {name: value for name, value in os.environ.items() if name not in _OF_THE_LIVING}
    known |= {
        "VAR_DIR": str(place / "var"),
        "DATABASE_URL": server.url,
        "JOURNAL_WITNESSES": _copies("JOURNAL_WITNESSES", "journal.jsonl", var, place),
        "ERASURE_LEDGERS": _copies("ERASURE_LEDGERS", "erasures.jsonl", var, place),
    }
    if asked.keys is not None:
        known["KEYS_DIR"] = str(place / "keys")
    return known


def _copies(setting: str, usual: str, var: Path, place: Path) -> str:
    """A replay could write to a ledger, a sealer to a witness: the drill gets its own."""
    given = [Path(path) for path in os.environ.get(setting, "").split(",") if path]
    known = given or [var / f"witness-{nth}" / usual for nth in (1, 2)]
    copies = []
    for nth, path in enumerate(known, start=1):
        copy = place / f"{nth}-{usual}"
        if path.exists():
            shutil.copyfile(path, copy)
        copies.append(str(copy))
    return ",".join(copies)


def _words(asked: argparse.Namespace) -> list[str]:
    said = ["--from", str(asked.folder.absolute()), "--identity", str(asked.identity.absolute())]
    for option in ("keys", "keys_identity", "keys_passphrase_file"):
        if (path := getattr(asked, option)) is not None:
            said += [f"--{option.replace('_', '-')}", str(path.absolute())]
    said += ["--lost", lost_seals.written(asked.lost)] if asked.lost else []
    said += ["--lost-files"] if asked.lost_files else []
    said += ["--lost-values", str(asked.lost_values)] if asked.lost_values is not None else []
    said += ["--no-ledger"] if asked.no_ledger else []
    # What the drill reads are copies of the living system's own, made a moment ago: nothing newer is anywhere.
    return [*said, "--newest", *(["--no-witness"] if asked.no_witness else [])]


def _figures(report: dict[str, object], seconds: float) -> str:
    age = datetime.now(UTC) - datetime.fromisoformat(str(report["taken_at"]))
    minutes = age.total_seconds() / 60
    return json.dumps(
        {
            "backup": report["backup"],
            "rpo_minutes": round(minutes, 1),
            "rto_seconds": round(seconds, 1),
            "rows": report["rows"],
            "files": report["files"],
            "seals_checked": report["seals_checked"],
            "erased_again": report["erased_again"],
            "lost_seals": report["lost_seals"],
        },
        sort_keys=True,
    )
