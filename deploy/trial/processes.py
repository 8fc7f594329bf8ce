"""Processes of the trial's machines: started for good, killed without a word, found again by a later command."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.trial.ground import LOG, Machine, surroundings


def start(
    machine: Machine | None,
    name: str,
    command: Sequence[str],
    *,
    more: Mapping[str, str] | None = None,
    user: str = "",
    where: str = "/",
) -> int:
    """It goes on when we end. What it says goes to a file of its own on the log's disk."""
    words = list(command)
    if user:
        words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--", *words]
    if machine is not None:
        words = machine.inside(words)
    with (LOG.path / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            words,
            env=surroundings(more or {}),
            cwd=where,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return process.pid


def said(name: str) -> str:
    """The end of what it said, for whoever asks why it did not start."""
    return (LOG.path / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-4000:]


def words_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def strike(machine: Machine, *words: str, how: int = signal.SIGKILL) -> int:
    """Every process of the machine whose command has one of the words (all of them: no words); how many."""
    found = [pid for pid in machine.processes() if not words or any(word in words_of(pid) for word in words)]
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
    return len(found)


def until(holds: Callable[[], object], seconds: float, what: str, *, every: float = 0.1) -> float:
    """Wait; the seconds it took. Raises TimeoutError with ``what``."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(every)
    return time.monotonic() - began


def runs(machine: Machine, word: str) -> bool:
    return any(word in words_of(pid) for pid in machine.processes())


def end_own(words: str, surroundings_word: str) -> None:
    """A process outside of any machine: known by its command and by something that only the trial gave it."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and words in words_of(int(entry.name)):
            with contextlib.suppress(OSError):
                if surroundings_word.encode() in (entry / "environ").read_bytes():
                    os.kill(int(entry.name), signal.SIGTERM)


def end(pid: int, how: int = signal.SIGKILL) -> None:
    """One process; gone already is as good."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)


def started_at(machine: Machine, word: str) -> dict[int, int]:
    """When each process with that word in its command began (ticks since the machine's start), by pid."""
    found = {}
    for pid in machine.processes():
        if word in words_of(pid):
            with contextlib.suppress(OSError):
                found[pid] = int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[19])
    return found
