"""The outside plays its part as the real one would, and never in production."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from motcua.simulators import phones, subscribers
from motcua.simulators.store import Store

SUBSCRIBER = {
    "operator": "MobiFone",
    "name": "Nguyễn Thị Mỹ",
    "id_number": "052190000001",
    "born_on": "05/09/1990",
}


def test_a_subscriber_is_put_read_and_removed(outside: httpx.Client) -> None:
    assert outside.get("/thue-bao/0900000001").status_code == 404
    assert outside.put("/thue-bao/0900000001", json=SUBSCRIBER).json() == SUBSCRIBER
    assert outside.get("/thue-bao/0900000001").json() == SUBSCRIBER
    assert outside.delete("/thue-bao/0900000001").status_code == 204
    assert outside.get("/thue-bao/0900000001").status_code == 404


@pytest.mark.parametrize(
    "spelling",
    ["0900000001", "+84900000001", "84900000001", "090 000 0001", "0900.000.001", "%2B84900000001"],
)
def test_any_spelling_of_a_number_is_the_same_phone(outside: httpx.Client, spelling: str) -> None:
    outside.put(f"/thue-bao/{spelling}", json=SUBSCRIBER)

    assert outside.get("/thue-bao/0900000001").json() == SUBSCRIBER
    assert outside.get(f"/dien-thoai/{spelling}.json").json() == []


@pytest.mark.parametrize(
    "change", [{"id_number": "12"}, {"name": ""}, {"born_on": "31/02/1990"}, {"operator": 7}]
)
def test_a_subscriber_that_cannot_be_is_refused_with_a_sentence(
    outside: httpx.Client, change: dict[str, object]
) -> None:
    answer = outside.put("/thue-bao/0900000001", json={**SUBSCRIBER, **change})

    assert answer.status_code == 422
    assert answer.json()["error"].endswith(".")


def test_tttb_to_1414_is_answered_in_the_inbox_without_marks(outside: httpx.Client) -> None:
    outside.put("/thue-bao/0900000001", json=SUBSCRIBER)

    page = outside.post("/dien-thoai/0900000001", data={"text": "TTTB"}, follow_redirects=True)

    text = outside.get("/dien-thoai/0900000001.json").json()[0]
    assert text["from"] == "1414"
    assert "Ho ten: NGUYEN THI MY; Ngay sinh: 05/09/1990; So giay to: 052190000001" in text["text"]
    assert text["text"].isascii()
    assert "NGUYEN THI MY" in page.text
    assert "MÔ PHỎNG" in page.text


def test_1414_says_so_when_it_does_not_know_or_does_not_understand(outside: httpx.Client) -> None:
    outside.post("/dien-thoai/0900000002", data={"text": "TTTB"})
    outside.post("/dien-thoai/0900000002", data={"text": "xin chao"})

    newest, before = outside.get("/dien-thoai/0900000002.json").json()
    assert "Cu phap khong dung" in newest["text"]
    assert "chua co thong tin dang ky" in before["text"]


def test_faults_are_set_by_program_and_by_page(outside: httpx.Client) -> None:
    lines = ("operator", "gateway", "gateway2", "mail", "portal", "bank", "dvcqg", "vneid")
    fine = dict.fromkeys(lines, "ok")
    assert outside.get("/su-co.json").json() == fine
    assert outside.post("/su-co", json={"operator": "down"}).json() == {**fine, "operator": "down"}
    assert outside.put("/su-co.json", json={"operator": None, "gateway": "slow"}).json() == {
        **fine,
        "gateway": "slow",
    }
    page = outside.post("/su-co", data={"gateway": "ok", "portal": "down"})
    assert "Đã lưu" in page.text
    assert outside.get("/su-co.json").json() == {**fine, "portal": "down"}
    assert outside.post("/su-co", json={"operator": "on fire"}).status_code == 422


def test_the_first_page_lists_phones_and_opens_any_other(outside: httpx.Client) -> None:
    outside.put("/thue-bao/0900000001", json=SUBSCRIBER)

    assert 'href="/dien-thoai/0900000001"' in outside.get("/").text
    opened = outside.get("/dien-thoai/", params={"so": "+84 900 000 002"})
    assert (opened.status_code, opened.headers["location"]) == (303, "/dien-thoai/0900000002")


def test_a_number_that_is_none_gets_a_sentence_and_markup_stays_text(outside: httpx.Client) -> None:
    refused = outside.get("/dien-thoai/<script>")
    assert refused.status_code == 422
    assert "<script>" not in refused.text.replace('<script src="/static/inbox.js">', "")

    outside.put("/thue-bao/0900000001", json={**SUBSCRIBER, "operator": "<b>x"})
    assert "<b>x" not in outside.get("/dien-thoai/0900000001").text


@pytest.mark.parametrize("address", ["/sms/messages", "/nha-mang/kiem-tra"])
def test_a_question_without_our_signature_is_refused(outside: httpx.Client, address: str) -> None:
    assert outside.post(address, json={}).status_code == 401
    forged = {b"X-Motcua-Time": "²".encode(), b"X-Motcua-Signature": "ấ".encode()}
    assert outside.post(address, json={}, headers=forged).status_code == 401


def test_what_was_received_survives_a_restart(tmp_path: Path) -> None:
    from motcua.kernel.phone import Phone

    phone = Phone.parse("0900000001")
    first = Store(tmp_path / "outside.sqlite3")
    subscribers.enrol(first, phone, subscribers.parsed(SUBSCRIBER))
    phones.deliver(first, phone, sender="x", text="Xin chao", reference="r1")
    phones.deliver(first, phone, sender="x", text="Xin chao", reference="r1")

    second = Store(tmp_path / "outside.sqlite3")

    assert [text.text for text in phones.inbox(second, phone)] == ["Xin chao"]
    assert subscribers.find(second, phone) == subscribers.parsed(SUBSCRIBER)


def test_an_operator_knows_both_numbers_of_a_person_and_does_not_mind_marks() -> None:
    from motcua.kernel.birth_date import BirthDate
    from motcua.kernel.citizen_id import CitizenId
    from motcua.kernel.person_name import PersonName

    person = subscribers.parsed({**SUBSCRIBER, "old_id_number": "211000001", "born_on": "1990-09-05"})

    def asked(number: str = "052190000001", name: str = "NGUYEN THI MY", born: str = "05/09/1990") -> bool:
        return person.is_person(
            citizen_id=CitizenId.parse(number), name=PersonName.parse(name), born_on=BirthDate.parse(born)
        )

    assert asked()
    assert asked(number="211000001")
    assert not asked(number="052190000002")
    assert not asked(name="NGUYEN THI MAI")
    assert not asked(born="06/09/1990")


@pytest.mark.parametrize("settings", ["motcua.config.settings", "deploy.settings_here"])
def test_it_cannot_be_imported_with_production_settings(settings: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import motcua.simulators"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "ImportError" in run.stderr
