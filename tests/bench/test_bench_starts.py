"""The bench asserts nothing, so that it could break unseen: here it runs once, small."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.running_town import OURS, SOURCE

from motcua.press.forms import FORMS


@pytest.mark.timeout(280)
def test_the_bench_still_measures_every_hot_path(tmp_path: Path) -> None:
    surroundings = {key: value for key, value in os.environ.items() if key not in OURS}
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench",
            "--quick",
            "--only",
            "paths,papers,api,breach,peak",
            "--accounts",
            "500",
            "--minutes",
            "0.05",
        ],
        cwd=SOURCE,
        env={**surroundings, "PYTHONPATH": str(SOURCE / "src"), "EVIDENCE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=270,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    figures = json.loads((tmp_path / "bench.json").read_text())["figures"]
    measured = {one["what"]: one["measured"] for one in figures}
    for path in ("kiểm tra", "mở phiếu", "tiếp nhận", "xem danh sách"):
        assert measured[f"alone, {path}: statements"] > 0
    assert measured["API account check: statements"] == 3
    assert any(what.startswith("breach: everybody's day") for what in measured)
    assert measured["peak: answers that were wrong"] == 0
    assert (
        measured["peak: units whose desks receive"] > 20
    )  # one alone has no numbers left after eight minutes
    for form in FORMS:
        assert measured[f"paper {form}"] > 0
