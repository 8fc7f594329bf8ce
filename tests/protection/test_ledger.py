"""The erasure ledger: lines follow each other, survive a crash, and tell when one was touched."""

import hashlib
import json
import threading
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motcua.protection.ledger import Erasure, Ledger, LedgerBroken

THEN = datetime(2026, 11, 1, 8, tzinfo=UTC)


def erasure() -> Erasure:
    return Erasure(uuid.uuid4(), THEN, THEN + timedelta(days=30))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "apart" / "erasures.jsonl")


def test_what_was_written_is_read_in_order(ledger: Ledger) -> None:
    assert list(ledger.erasures()) == []
    written = [erasure() for _ in range(3)]
    for each in written:
        ledger.append(each)
    assert list(ledger.erasures()) == written


def test_it_holds_opaque_ids_and_nothing_else(ledger: Ledger) -> None:
    one = erasure()
    ledger.append(one)
    said = ledger.path.read_text(encoding="utf-8")
    assert str(one.account) in said
    assert set(json.loads(said)) == {"account", "at", "before", "closed_at", "mark"}


@pytest.mark.parametrize("fault", ["changed", "left out", "swapped", "forged"])
def test_a_line_that_was_touched_is_told(ledger: Ledger, fault: str) -> None:
    for _ in range(3):
        ledger.append(erasure())
    lines = ledger.path.read_text(encoding="utf-8").splitlines(keepends=True)
    touched = {
        "changed": [lines[0], lines[1].replace("2026-11-01", "2026-10-01"), lines[2]],
        "left out": [lines[0], lines[2]],
        "swapped": [lines[1], lines[0], lines[2]],
        "forged": [*lines, forged(lines[2])],
    }[fault]
    ledger.path.write_text("".join(touched), encoding="utf-8")
    with pytest.raises(LedgerBroken):
        list(ledger.erasures())


def forged(last: str) -> str:
    """A line as somebody without the keys makes it: plain hashes over what everybody can read."""
    before = json.loads(last)["mark"]
    said = {"account": str(uuid.uuid4()), "closed_at": THEN.isoformat(), "at": THEN.isoformat()}
    plain = hashlib.sha256(json.dumps([before, said], sort_keys=True).encode()).hexdigest()
    return json.dumps({**said, "before": before, "mark": plain, "hash": plain}) + "\n"


def test_half_a_line_was_never_acknowledged_and_stops_nothing(ledger: Ledger) -> None:
    first, second = erasure(), erasure()
    ledger.append(first)
    whole = ledger.path.read_bytes()
    ledger.append(erasure())
    ledger.path.write_bytes(ledger.path.read_bytes()[: len(whole) + 40])
    assert list(ledger.erasures()) == [first]
    ledger.append(second)
    assert list(ledger.erasures()) == [first, second]
    assert ledger.path.read_bytes().startswith(whole)


def test_many_writers_leave_one_chain(ledger: Ledger) -> None:
    writers = [threading.Thread(target=lambda: ledger.append(erasure())) for _ in range(20)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert len(list(ledger.erasures())) == 20
