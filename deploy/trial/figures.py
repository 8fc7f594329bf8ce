"""What a proof measured, a JSON line each: printed, and kept where EVIDENCE_DIR names a folder."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """A threat and what was done. A red line is evidence too: the proof goes on."""

    threat: str
    about: str

    def none(self, what: str, of: int, found: int | Sequence[str]) -> bool:
        """Nothing of it was found among so many; of sentences the first ones are shown."""
        shown = found if isinstance(found, int) else "; ".join(found[:2]) or 0
        return self._line(what, of, shown, 0, not found)

    def at_most(self, what: str, of: int, measured: float, limit: float) -> bool:
        return self._line(what, of, round(measured, 1), limit, measured <= limit)

    def at_least(self, what: str, of: int, measured: float, limit: float) -> bool:
        return self._line(what, of, round(measured, 1), f">= {limit:g}", measured >= limit)

    def _line(self, what: str, of: int, measured: float | str, limit: float | str, passed: bool) -> bool:
        """As the tests of the other threats write it."""
        words = f"{self.about}: {what}"
        told = {
            "id": self.threat,
            "what": words,
            "n": of,
            "measured": measured,
            "limit": limit,
            "pass": passed,
        }
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
