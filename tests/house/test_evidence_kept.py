"""`make evidence` keeps what it says: outcomes, figures, circumstances and the page that shows them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import proving
from tests.house import sources
from tests.running_town import OURS


@pytest.mark.timeout(120)
def test_a_row_is_proved_and_its_page_written(tmp_path: Path) -> None:
    surroundings = {key: value for key, value in os.environ.items() if key not in OURS}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.proving", "V-11", "--in", str(tmp_path)],
        cwd=sources.ROOT,
        env={**surroundings, "PYTHONPATH": f"src{os.pathsep}."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    circumstances = json.loads((tmp_path / "circumstances.json").read_text())
    assert circumstances["seed"] and circumstances["packages"]["Django"]
    (row,) = [line for line in (tmp_path / "page.md").read_text().splitlines() if line.startswith("| V-11 ")]
    assert "passed" in row and "failed" not in row and "missing" not in row


def test_a_figure_over_its_limit_is_said_and_ends_badly(tmp_path: Path) -> None:
    figure = {"id": "V-11", "what": "số", "n": 3, "measured": 5, "limit": 4, "pass": False}
    (tmp_path / "figures.jsonl").write_text(json.dumps(figure) + "\n")
    shown = proving.shown_in(tmp_path, {"V-11": ""})
    assert not shown["V-11"].holds
    assert "số: 5 (4, KHÔNG ĐẠT)" in proving.page_of(shown)


def test_a_proof_that_did_not_run_is_seen(tmp_path: Path) -> None:
    shown = proving.shown_in(tmp_path, {"V-11": "`kernel/test_phone.py::it_holds`"})
    assert not shown["V-11"].holds and "1 missing" in proving.page_of(shown)
