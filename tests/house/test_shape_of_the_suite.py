"""The suite's own rules: what the order of files, which pytest-xdist chooses, must not change."""

import re
from pathlib import Path

from tests.house import sources


def test_a_folder_that_shares_something_costly_is_a_package() -> None:
    """Without ``__init__.py`` a package's browser lives on to the end, and its event loop stops the ORM elsewhere."""
    sharing = [
        path.parent
        for path in (sources.ROOT / "tests").rglob("*.py")
        if re.search(r"scope=[\"']package[\"']\)\ndef", path.read_text(encoding="utf-8"))
    ]

    assert sharing
    assert [folder for folder in sharing if not (Path(folder) / "__init__.py").exists()] == []
