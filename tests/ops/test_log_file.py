import logging
from pathlib import Path

from motcua.ops.log_file import SharedLogFile


def _write(handler: logging.Handler, text: str) -> None:
    handler.emit(logging.LogRecord("motcua.test", logging.INFO, "here.py", 1, text, (), None))


def test_two_writers_share_a_file_that_is_turned_over_when_full(tmp_path: Path) -> None:
    path = tmp_path / "log" / "motcua.jsonl"
    one, two = SharedLogFile(path, largest=1000), SharedLogFile(path, largest=1000)
    for number in range(40):
        _write(one, f"one {number:03} " + "x" * 40)
        _write(two, f"two {number:03} " + "x" * 40)
    one.close()
    two.close()

    assert path.stat().st_size < 1100
    before = Path(f"{path}.1")
    assert 1000 <= before.stat().st_size < 1100
    lines = before.read_text().splitlines() + path.read_text().splitlines()
    assert lines[-1].startswith("two 039")
    written = [f"{who} {number:03}" for number in range(40) for who in ("one", "two")]
    assert [line[:7] for line in lines] == written[-len(lines) :]
