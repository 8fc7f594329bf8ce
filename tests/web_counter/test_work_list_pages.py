"""Danh sách công việc as pages: which tabs an officer has, where each begins, what Enter does, what it asks for."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.desk.models import Dossier
from motcua.kernel.authority import Power
from tests.web_counter.conftest import NAME, Desk, text_of
from tests.web_counter.test_dossier_pages import copies
from tests.web_counter.test_working_on_a_dossier import do, received

LIST = "/mot-cua/ho-so/"
ALL_TABS = {"UNIT", "MINE", "HERE", "TO_ACCEPT", "TODAY", "OVERDUE", "SUPPLEMENT"}


def tabs_of(answer: Any) -> dict[str, bool]:
    """Each tab by its value, and whether it is pressed."""
    found = re.findall(r'name="tab" value="(\w+)" aria-pressed="(true|false)"', answer.content.decode())
    return {value: pressed == "true" for value, pressed in found}


def rows_of(client: Client, **typed: str) -> list[int]:
    answer = client.post(LIST, typed)
    assert answer.status_code == 200, text_of(answer)
    return [dossier.pk for dossier, _ in answer.context["rows"]]


@pytest.mark.parametrize(
    ("powers", "begins", "tabs"),
    [
        ((Power.RECEIVE_DOSSIER,), "UNIT", ALL_TABS | {"TO_HAND_OUT"}),
        ((Power.PROCESS,), "HERE", ALL_TABS),
        ((Power.SIGN,), "HERE", ALL_TABS),
        ((Power.HAND_OUT,), "TO_HAND_OUT", {"UNIT", "TO_HAND_OUT"}),
        ((Power.INSPECT,), "UNIT", set()),
    ],
    ids=lambda value: value[0].value if isinstance(value, tuple) else "",
)
def test_each_officer_begins_where_the_work_lies(
    desk: Desk, powers: tuple[Power, ...], begins: str, tabs: set[str]
) -> None:
    answer = desk.officer(*powers).get(LIST)
    assert answer.context["place"] == begins
    assert set(tabs_of(answer)) == tabs
    assert [value for value, pressed in tabs_of(answer).items() if pressed] == ([begins] if tabs else [])


def test_a_tab_shows_its_list_and_a_search_stays_in_it(desk: Desk) -> None:
    dossier = received(desk)
    specialist = desk.officer(Power.PROCESS)
    do(desk.client, dossier, "chuyen")

    assert rows_of(specialist, tab="TO_ACCEPT") == [dossier.pk]
    assert rows_of(specialist, tab="MINE") == []
    do(specialist, dossier, "nhan-xu-ly")
    assert rows_of(specialist, tab="TO_ACCEPT") == []
    assert rows_of(specialist, tab="MINE") == [dossier.pk]
    assert rows_of(specialist, place="MINE", name=NAME) == [dossier.pk]
    assert rows_of(specialist, place="MINE", name="Người Khác") == []
    stayed = specialist.post(LIST, {"place": "MINE", "name": NAME})
    assert [value for value, pressed in tabs_of(stayed).items() if pressed] == ["MINE"]


def test_enter_in_a_box_searches_and_presses_no_tab(desk: Desk) -> None:
    """A browser presses a form's first button: it has no name, and keeps the list that is open."""
    page = desk.client.get(LIST).content.decode()
    form = page[page.index('id="tim-kiem"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert 'type="submit"' in first[0] and "name=" not in first[0]
    assert 'name="place"' in form[: form.index("<button")]


def test_each_empty_list_says_so_and_a_search_says_it_found_nothing(desk: Desk) -> None:
    specialist = desk.officer(Power.PROCESS)
    assert "Không có hồ sơ nào trong danh sách này." in text_of(specialist.get(LIST))
    nothing = specialist.post(LIST, {"place": "MINE", "name": NAME})
    assert "Không tìm thấy hồ sơ thỏa mãn các tiêu chí trên" in text_of(nothing)


@pytest.mark.parametrize("tab", ["HERE", "MINE", "TODAY", "OVERDUE", "SUPPLEMENT", "TO_HAND_OUT"])
def test_a_list_asks_as_much_for_one_row_as_for_twenty(desk: Desk, tab: str) -> None:
    received(desk)
    change = {
        "HERE": "",
        "MINE": "",
        "TODAY": "due_at = date_trunc('day', clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')"
        " AT TIME ZONE 'Asia/Ho_Chi_Minh' + interval '23 hours'",
        "OVERDUE": "due_at = clock_timestamp() - interval '2 days'",
        "SUPPLEMENT": "state = 'SUPPLEMENT'",
        "TO_HAND_OUT": "state = 'DONE'",
    }[tab]
    if change:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"UPDATE desk_dossier SET {change}")
            cursor.execute("SET session_replication_role = origin")

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            answer = desk.client.post(LIST, {"tab": tab})
        return len(answer.context["rows"]), len(seen)

    asked()
    one = asked()
    copies(19)
    twenty = asked()
    assert (one[0], twenty[0]) == (1, 20)
    assert twenty[1] == one[1] <= 8
    assert Dossier.objects.count() == 20


def test_a_list_that_does_not_exist_or_is_not_the_officers_shows_nothing(desk: Desk) -> None:
    received(desk)
    giver = desk.officer(Power.HAND_OUT)
    for tab in ("KHONG-CO", "<script>"):
        answer = giver.post(LIST, {"tab": tab})
        assert answer.status_code == 422
        assert "<script>" not in answer.content.decode().replace("<script src", "")
