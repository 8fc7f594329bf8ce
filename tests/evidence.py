"""Figures that tests measured, one JSON line each: printed, and kept when EVIDENCE_DIR names a folder."""

import json
import os
from pathlib import Path


def figure(row: str, what: str, *, n: int, measured: float | str, limit: float | str, passed: bool) -> None:
    """Write the line first, then fail if the bar was missed: a red figure is evidence too."""
    line = json.dumps(
        {"id": row, "what": what, "n": n, "measured": measured, "limit": limit, "pass": passed},
        ensure_ascii=False,
    )
    print(line)
    if folder := os.environ.get("EVIDENCE_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        with (Path(folder) / "figures.jsonl").open("a", encoding="utf-8") as figures:
            figures.write(line + "\n")
    assert passed, f"{row} {what}: {measured}, limit {limit} (n={n})"
