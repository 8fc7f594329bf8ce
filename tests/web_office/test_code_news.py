"""The page asks by itself what became of the code, and only for as long as there can be news."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from motcua.accounts.models import Passcode
from motcua.kernel.authority import Power
from motcua.outbox.models import Message
from tests.accounts import people
from tests.web_office.desk import Desk, typed, words

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


def news(desk: Desk, address: str) -> Any:
    return desk.client.get(address + "ma-otp/", headers=HTMX)


def asks_again(answer: Any) -> bool:
    return re.search(r'id="ma-otp"[^>]*hx-trigger="every 2s"', answer.content.decode()) is not None


def gateway_took_it(state: str) -> None:
    now = timezone.now() if state == "SENT" else None
    Message.objects.filter(purpose="otp_assist").update(state=state, sent_at=now, body_sealed=None)


def test_while_the_code_waits_the_page_asks_and_hears_nothing(desk: Desk) -> None:
    address, _code = desk.ready(people.data())
    page = desk.get(address)
    assert asks_again(page) and "đang được gửi" in words(page)
    assert 'aria-live="polite"' in page.content.decode().split('id="ma-otp"')[0][-200:]
    answer = news(desk, address)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(("state", "said"), [("SENT", "đã được gửi tới"), ("FAILED", "chưa gửi được tới")])
def test_when_the_message_left_or_failed_it_is_said_once_and_not_asked_again(
    desk: Desk, state: str, said: str
) -> None:
    person = people.data()
    address, code = desk.ready(person)
    gateway_took_it(state)
    for answer in (news(desk, address), desk.get(address)):
        assert answer.status_code == 200
        assert said in words(answer) and person.phone.masked in words(answer)
        assert not asks_again(answer)
    assert code not in news(desk, address).content.decode()
    assert "<html" not in news(desk, address).content.decode()


def test_an_expired_code_is_not_asked_after(desk: Desk) -> None:
    address, _code = desk.ready(people.data())
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        past = timezone.now() - timedelta(seconds=1)
        Passcode.objects.update(created_at=past - timedelta(seconds=120), expires_at=past)
        cursor.execute("SET session_replication_role = origin")
    assert not asks_again(desk.get(address))
    assert news(desk, address).status_code == 200


def test_a_code_that_other_data_have_voided_is_not_asked_after(desk: Desk) -> None:
    person = people.data()
    address, _code = desk.ready(person)
    desk.press("save", {**typed(person), "full_name": "Nguyễn Văn Khác"}, address)
    answer = news(desk, address)
    assert answer.status_code == 200 and words(answer) == "" and not asks_again(answer)


def test_without_script_the_address_leads_back_to_the_page(desk: Desk) -> None:
    address, _code = desk.ready(people.data())
    assert address + "ma-otp/" in desk.get(address).content.decode().split("<noscript>")[-1]
    assert desk.get(address + "ma-otp/")["Location"] == address


def test_nobody_else_hears_of_the_code(desk: Desk) -> None:
    address, _code = desk.ready(people.data())
    assert news(Desk(Power.OPEN_ACCOUNT), address).status_code == 404
    assert news(Desk(Power.RECEIVE_DOSSIER), address).status_code == 403
