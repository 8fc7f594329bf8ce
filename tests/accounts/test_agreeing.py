"""Which version of which text each person answered, and when; a changed text asks again (DP-02)."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from motcua.accounts import agreed_texts, agreeing, notice_channels
from motcua.accounts.agreed_texts import Text, Version
from motcua.accounts.models import Agreement, NoticeChoice
from motcua.journal.models import Event
from tests.accounts import people
from tests.web_office.desk import words

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/ca-nhan/van-ban/"
ASKED = PAGE + "?tiep=%2Fca-nhan%2Fho-so%2F"


@pytest.fixture(autouse=True)
def _asks(settings: Any) -> None:
    settings.ASK_TO_READ = True


def sign_in(person: Any, onward: str = "/ca-nhan/ho-so/") -> tuple[Client, str]:
    client = Client()
    typed = {"number": person.citizen_id.value, "password": people.STRONG, "tiep": onward}
    return client, client.post("/dang-nhap/", typed)["Location"]


def answered(client: Client, text: Text = Text.PROCESSING, act: str = "co", version: str = "") -> Any:
    named = version or agreed_texts.newest(text).name
    return client.post(PAGE, {"van_ban": text.value, "ban": named, "act": act, "tiep": "/ca-nhan/ho-so/"})


def newer(monkeypatch: pytest.MonkeyPatch, text: Text) -> str:
    """Tomorrow's version of the text."""
    changed = Version("2027-01-01", date(2027, 1, 1), ("Lời mới.",), "")
    monkeypatch.setitem(agreed_texts.VERSIONS, text, (changed, *agreed_texts.VERSIONS[text]))
    return changed.name


def test_every_version_is_word_for_word_what_its_mark_says() -> None:
    """Changed words need a new version: people agreed to the old ones."""
    for versions in agreed_texts.VERSIONS.values():
        assert [each.name for each in versions if each.mark != each.hashed] == []
        assert [each.since for each in versions] == sorted((each.since for each in versions), reverse=True)
        assert len({each.name for each in versions}) == len(versions)


def test_it_is_asked_once_at_the_first_sign_in_and_leads_on() -> None:
    person = people.data()
    account = people.account(person)
    client, onward = sign_in(person)
    assert onward == ASKED
    page = words(client.get(onward))
    assert "Thông báo xử lý dữ liệu cá nhân" in page and "không cần ông/bà đồng ý" in page

    assert answered(client)["Location"] == "/ca-nhan/ho-so/"

    row = Agreement.objects.get()
    assert (row.account_id, row.version, row.agreed) == (
        account.pk,
        agreed_texts.newest(Text.PROCESSING).name,
        True,
    )
    assert sign_in(person)[1] == "/ca-nhan/ho-so/"
    assert "{2}/{1}/{0}".format(*row.version.split("-")) in words(client.get(PAGE))
    assert Event.objects.filter(event="accounts.text.answered").count() == 1


def test_a_changed_text_asks_again_and_both_answers_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    person = people.data()
    people.account(person)
    client, _ = sign_in(person)
    answered(client)
    before = Agreement.objects.get().version
    now = newer(monkeypatch, Text.PROCESSING)

    client, onward = sign_in(person)
    assert onward == ASKED
    assert "đã đọc bản {2}/{1}/{0}".format(*before.split("-")) in words(client.get(onward))
    late = answered(client, version=before)
    assert late.status_code == 409 and "bản mới" in words(late)
    answered(client)
    assert list(Agreement.objects.order_by("pk").values_list("version", flat=True)) == [before, now]


def test_who_agreed_to_older_words_of_email_may_say_no_and_gets_texts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = people.data()
    account = people.account(person)
    NoticeChoice.objects.create(account=account, channels="EMAIL", words=notice_channels.WORDS)
    client, _ = sign_in(person)
    answered(client)
    assert agreeing.asked_of(account.pk) == []
    newer(monkeypatch, Text.CHANNELS)

    client, onward = sign_in(person)
    assert "Không đồng ý" in words(client.get(onward))
    assert answered(client, Text.CHANNELS, "khong")["Location"] == "/ca-nhan/ho-so/"
    assert notice_channels.chosen(account.pk) == "SMS"
    assert not Agreement.objects.get(text="CHANNELS").agreed
    assert agreeing.asked_of(account.pk) == []


def test_nothing_else_is_an_answer() -> None:
    person = people.data()
    people.account(person)
    client, _ = sign_in(person)
    assert client.post(PAGE, {"van_ban": "KHAC", "ban": "2026", "act": "co"}).status_code == 404
    assert client.post(PAGE, {}).status_code == 422
    typed = {"van_ban": "PROCESSING", "ban": agreed_texts.newest(Text.PROCESSING).name, "tiep": "//xau.vn/"}
    for act in ({}, {"act": ""}, {"act": "dong-y"}):
        assert client.post(PAGE, {**typed, **act}).status_code == 422
    refused = answered(client, act="khong")
    assert refused.status_code == 422 and "không từ chối được" in words(refused)
    assert not Agreement.objects.exists()
    outside = client.post(PAGE, {**typed, "act": "co"})
    assert outside["Location"] == "/ca-nhan/"


@pytest.mark.parametrize(("first", "later", "channels"), [("co", "khong", "EMAIL"), ("khong", "co", "SMS")])
def test_another_answer_to_the_same_version_is_told_truly(first: str, later: str, channels: str) -> None:
    person = people.data()
    account = people.account(person)
    NoticeChoice.objects.create(account=account, channels="EMAIL", words=notice_channels.WORDS)
    client, _ = sign_in(person)
    answered(client)
    assert answered(client, Text.CHANNELS, first).status_code == 302
    late = answered(client, Text.CHANNELS, later)
    assert late.status_code == 409 and "trả lời khác" in words(late)
    assert Agreement.objects.get(text="CHANNELS").agreed is (first == "co")
    assert notice_channels.chosen(account.pk) == channels


def test_two_tabs_answer_once() -> None:
    person = people.data()
    people.account(person)
    client, _ = sign_in(person)

    def press() -> None:
        try:
            answered(client)
        finally:
            connection.close()

    tabs = [threading.Thread(target=press) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert Agreement.objects.count() == 1
    assert Event.objects.filter(event="accounts.text.answered").count() == 1
