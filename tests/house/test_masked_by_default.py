"""V-26, first half: no page that an officer merely opens, whatever their rights, holds a whole number of a citizen.

Every route of officers is asked with the addresses of a dossier that is in the middle of its life. What shows a
citizen's whole number (a slip, a scan, a look-up) is a file or an act of its own, and leaves its own line.
"""

import pytest

from motcua.desk.models import Dossier
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from tests.house.test_authorisation_matrix import BY_OFFICERS, addresses, things
from tests.web_counter.conftest import OWNER, Desk, desk

__all__ = ["desk", "things"]

#: How a number could be written.
SPELLINGS = (OWNER, f"{OWNER[:3]} {OWNER[3:6]} {OWNER[6:9]} {OWNER[9:]}", f"{OWNER[:3]}.{OWNER[3:]}")


def opened(desk: Desk, things: dict[str, object]) -> dict[str, str]:
    """Each page that opens for a colleague with every right, as text; files are not pages."""
    colleague = desk.officer(*Power)
    pages = {}
    for route in BY_OFFICERS:
        about = "exception" if "ngoai-le/" in route.pattern else "dossier"
        (address,) = addresses([route], public_id=things[about], code=desk.unit.code, **things)
        answer = colleague.get(address.path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            pages[address.path] = answer.content.decode()
    return pages


def test_no_page_that_is_opened_holds_a_whole_number(desk: Desk, things: dict[str, object]) -> None:
    assert Dossier.objects.get().owner_last3 == OWNER[-3:]
    pages = opened(desk, things)
    assert len(pages) > 45
    assert [path for path, page in pages.items() if any(spelling in page for spelling in SPELLINGS)] == []


def test_each_opening_of_a_dossier_is_one_line_of_the_journal(desk: Desk, things: dict[str, object]) -> None:
    colleague = desk.officer(*Power)
    for _ in range(3):
        before = Event.objects.filter(event="desk.dossier.seen").count()
        assert colleague.get(f"/mot-cua/ho-so/{things['dossier']}/").status_code == 200
        assert Event.objects.filter(event="desk.dossier.seen").count() == before + 1


@pytest.mark.parametrize(
    "path", ["/quan-tri/", "/quan-tri/nhat-ky/", "/quan-tri/bao-cao/", "/quan-tri/can-bo/"]
)
def test_a_page_that_shows_nobody_leaves_no_look(desk: Desk, things: dict[str, object], path: str) -> None:
    colleague = desk.officer(*Power)
    before = Event.objects.count()
    assert colleague.get(path).status_code == 200
    assert Event.objects.count() == before
