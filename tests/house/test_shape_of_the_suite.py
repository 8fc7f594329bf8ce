"""The suite's own rules: what the order of files, which pytest-xdist chooses, must not change."""

import re
from pathlib import Path

from tests import sharing
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


def test_what_is_said_to_take_longest_is_still_there() -> None:
    assert [piece for piece in sharing.LONGEST if not (sources.ROOT / piece).exists()] == []
    assert len(set(sharing.LONGEST)) == len(sharing.LONGEST)


def test_journeys_are_one_piece_of_work_and_any_other_file_is_one_of_its_own() -> None:
    assert sharing.piece_of("tests/journeys/test_class.py::test_a[x/y::z]") == "tests/journeys"
    assert sharing.piece_of("tests/journeys/apart/test_b.py::test_c") == "tests/journeys/apart"
    assert sharing.piece_of("tests/desk/test_gate.py::test_d[1]") == "tests/desk/test_gate.py"


def test_the_longest_go_first_and_then_those_with_most_tests() -> None:
    sizes = {"tests/x/few.py": 1, "tests/x/many.py": 9, sharing.LONGEST[1]: 2, sharing.LONGEST[0]: 1}
    queue = sorted(sizes, key=lambda piece: sharing.rank(piece, sizes[piece]))
    assert queue == [*sharing.LONGEST[:2], "tests/x/many.py", "tests/x/few.py"]
