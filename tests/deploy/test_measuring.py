"""What the trial of several machines measures would show what went wrong."""

import json
from pathlib import Path

import pytest
from deploy.trial.figures import Row, p95
from deploy.trial.load import Told


def test_a_red_line_is_written_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_DIR", str(tmp_path))
    row = Row("V-15", "mười lần")

    assert not row.none("mất", 900, 1)
    assert not row.none("câu trả lời lạ", 900, ["500 /mot-cua/tiep-nhan/"])
    assert not row.at_most("ghi lại được", 10, 30.5, 30)
    assert not row.at_least("yêu cầu", 10, 49.0, 50)
    assert row.none("mất", 900, 0) and row.at_most("ghi lại được", 10, 30, 30)

    kept = [json.loads(line) for line in (tmp_path / "figures.jsonl").read_text().splitlines()]
    assert [line["pass"] for line in kept] == [False] * 4 + [True] * 2
    assert kept[1]["measured"] == "500 /mot-cua/tiep-nhan/"


def test_of_ten_pauses_the_longest_one_counts() -> None:
    assert p95([float(nth) for nth in range(1, 11)]) == 10
    assert p95([float(nth) for nth in range(1, 21)]) == 19
    assert p95([]) == 0


def test_a_pause_reaches_from_the_last_write_before_to_the_first_one_after() -> None:
    told = Told()
    told.writes = [(0.0, 1.0), (2.0, 3.0), (4.0, 20.0)]

    assert told.longest_pause(2.0, 21.0) == 17.0
    assert told.longest_pause(5.0, 19.0) == 14.0, "nothing was heard at all"


def test_what_one_run_received_is_not_taken_for_anothers() -> None:
    assert Told().note != Told().note
