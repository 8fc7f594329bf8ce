"""While the database changes over, or a disk is full, people are told to come again and programs when."""

import pytest
from django.test import Client
from tests.web.wrong_pages import TROUBLES


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("why", sorted(TROUBLES))
def test_what_passes_by_itself_is_no_breakdown(visitor: Client, why: str) -> None:
    answer = visitor.get(f"/cho/{why}/")
    page = answer.content.decode()

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "tạm dừng trong giây lát" in page and "chọn gửi lại" in page
    assert not [word for word in ("10.0.0.7", "INSERT", "/var/lib", "Error") if word in page]


def test_a_form_that_was_sent_is_told_the_same(visitor: Client) -> None:
    assert visitor.post("/cho/line/").status_code == 503


def test_a_program_and_a_part_of_a_page_get_their_own_form(visitor: Client) -> None:
    said = visitor.get("/cho/disk/", headers={"accept": "application/json"})
    shown = visitor.get("/cho/disk/", headers={"hx-request": "true"})

    assert (said.status_code, said.json()["code"]) == (503, "away")
    assert (shown.status_code, shown.headers["HX-Retarget"]) == (503, "#messages")
    assert "<html" not in shown.content.decode() and "chọn gửi lại" in shown.content.decode()


def test_our_own_mistakes_stay_breakdowns(visitor: Client) -> None:
    answer = visitor.get("/hong/")

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
