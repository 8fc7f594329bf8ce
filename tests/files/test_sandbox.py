"""Whatever happens to the process that reads strangers' bytes, ours goes on and says no."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.files.making import scans

from motcua.files import sandbox
from motcua.files.reasons import CheckingBusy, NotAPdf, TooHeavyInside

PDF = scans.by_hand("1.4")


def _children() -> list[str]:
    """Command lines of the checking processes that this process has started."""
    of_ours = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in of_ours]
    return [line for line in lines if "motcua.files.child" in line]


def _in_child(script: str) -> "subprocess.CompletedProcess[str]":
    """The child's own limits, then ``script`` where the parser would be."""
    program = (
        "import sys, _socket\nfrom motcua.files import child\n"
        f"def work(data):\n{script}\n"
        "child._check = lambda kind: work\nchild.main('check', 'pdf')\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-c", program],
        input="x",
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def test_an_answer_comes_back_and_no_process_stays() -> None:
    assert sandbox.run("check", "pdf", PDF) == {"pages": 1}
    assert _children() == []


def test_a_refusal_found_in_the_child_is_raised_here() -> None:
    with pytest.raises(NotAPdf):
        sandbox.run("check", "pdf", b"hello")


def test_the_web_framework_is_not_loaded_for_it() -> None:
    script = "import sys; from motcua.files import child; child._check('pdf'); child._check('docx'); child._card('pdf')"
    script += (
        "; print([name for name in sys.modules if name.split('.')[0] in {'django', 'psycopg', 'httpx'}])"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True
    )

    assert found.stdout.strip() == "[]"


def test_a_child_that_runs_out_of_time_is_killed() -> None:
    started = time.monotonic()
    with pytest.raises(TooHeavyInside):
        sandbox.run("check", "pdf", PDF, seconds=0.01)

    assert time.monotonic() - started < 20
    assert _children() == []


def test_a_child_that_cannot_be_understood_is_a_no() -> None:
    with pytest.raises(TooHeavyInside):
        sandbox.run("no-such-task", "pdf", PDF, seconds=0)


def test_the_child_may_not_open_a_file_or_a_socket() -> None:
    for attempt in (
        "open('/etc/hostname')",
        "__import__('_socket').socket()",
        "__import__('os').open('/', 0)",
    ):
        done = _in_child(
            f"    try:\n        {attempt}\n    except OSError as no:\n        return {{'errno': no.errno}}"
        )

        assert done.stdout == '{"found": {"errno": 24}}', (attempt, done.stderr)


def test_the_child_may_not_take_more_memory_than_its_own() -> None:
    done = _in_child("    return {'length': len(bytearray(2 << 30))}")

    assert '"refused": "file_too_heavy_inside"' in done.stdout


def test_the_child_is_stopped_when_it_computes_too_long() -> None:
    script = "    import resource\n    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n    while True: pass"
    done = _in_child(script)

    assert done.returncode < 0
    assert done.stdout == ""


@pytest.mark.parametrize(
    "end", ["__import__('os').abort()", "raise RuntimeError", "__import__('os')._exit(0)"]
)
def test_a_crash_says_nothing_that_could_be_taken_for_an_answer(end: str) -> None:
    assert _in_child(f"    {end}").stdout == ""


def test_when_too_many_files_are_being_checked_the_next_one_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(sandbox, "QUEUE_SECONDS", 0.05)

    with sandbox._place(), pytest.raises(CheckingBusy) as no:
        sandbox.run("check", "pdf", PDF)

    assert no.value.status == 503
    assert sandbox.run("check", "pdf", PDF) == {"pages": 1}
