"""What docs/threat-proofs.md says: its rows, and the tests that each of them names."""

import re

from tests.house import sources

TESTS = sources.ROOT / "tests"


def rows() -> dict[str, str]:
    """Key of a row ("C3", "T-01", "V-17", "DP-08", "A-60") to the cell that names its proofs."""
    return {
        row[0]: row[2]
        for row in sources.table_rows("threat-proofs.md", 3)
        if re.fullmatch(r"(C|T-|V-|DP-|A-)[0-9]+", row[0])
    }


def about() -> dict[str, str]:
    """Key of a row to what it is about."""
    return {row[0]: row[1] for row in sources.table_rows("threat-proofs.md", 3) if row[0] in rows()}


def proofs(cell: str) -> list[tuple[str, str]]:
    """File below tests/ and name without ``test_`` of each proof."""
    return re.findall(r"([a-z_/0-9]+\.py)::([a-z_0-9]+)", cell)


def measured_by(cell: str) -> list[str]:
    """The parts of the bench that a row names: `python -m bench --only peak`."""
    return re.findall(r"python -m bench --only ([a-z]+)", cell)
