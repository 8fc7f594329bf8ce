"""Text that leaves in a table."""

from typing import Final

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula (threats T-25)."""
    return f"'{text}" if text.startswith(_RUNS) else text
