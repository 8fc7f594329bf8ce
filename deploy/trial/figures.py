"""What a proof measured, a JSON line each: printed, and kept where EVIDENCE_DIR names a folder."""

import json
import os
from pathlib import Path




def figure(row: str, what: str, *, n: int, measured: float | str, limit: float | str, passed: bool) -> bool:
    """The same line as the tests of the other threats write. A red figure is evidence too; the proof goes on."""
    told = {"id": row, "what": what, "n": n, "measured": measured, "limit": limit, "pass": passed}
    line = json.dumps(told, ensure_ascii=False)
    print(line, flush=True)
    if folder := os.environ.get("EVIDENCE_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        with (Path(folder) / "figures.jsonl").open("a", encoding="utf-8") as figures:
            figures.write(line + "\n")
    return passed


def p95(values: list[float]) -> float:
    """The smallest value that 95 of 100 do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * 95 // 100) - 1)] if ranked else 0.0
