"""An owner pays on-line: to the payment system and back, and what its own news may do."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as told
from django.test import Client
from django.utils import timezone

from motcua.accounts import identity
from motcua.desk import charging, paying
from motcua.desk.models import Charge, Dossier
from motcua.desk.states import State
from motcua.web import outside as ports
from tests.desk import town as building
from tests.races.together import together
from tests.simulated import outside, outside_url
from tests.web_public.visiting import Browser, citizen, text_of

__all__ = ["outside", "outside_url"]
pytestmark = pytest.mark.django_db(transaction=True)

NEWS = "/thanh-toan/xac-nhan/"
FEE = 120_000
SHARED = "chi-dung-khi-chay-thu"


@pytest.fixture(autouse=True)
def _bank(outside_url: str, settings: Any) -> Iterator[None]:
    settings.PAYMENT_URL = f"{outside_url}/thanh-toan"
    ports.payment_gateway.cache_clear()
    yield
    ports.payment_gateway.cache_clear()


@pytest.fixture
def owing(browser: Browser, tmp_path: Path) -> Charge:
    """A dossier of the person signed in that waits in state 6."""
    person, account = citizen()
    town = building.town(tmp_path)
    town.portal.people[building.OWNER].subject = identity.subject_of(account.public_id, told.DESK_ID)
    charge = charging.ask(
        authority=town.authority,
        dossier_id=town.received().public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=FEE,
        wait=True,
        now=timezone.now(),
    )
    browser.sign_in(person)
    return charge


def page_of(charge: Charge) -> str:
    return f"/ca-nhan/ho-so/{charge.dossier.public_id}/"


def pay_page(charge: Charge) -> str:
    return f"{page_of(charge)}nop-truc-tuyen/{charge.public_id}/"


def begun(browser: Browser, charge: Charge) -> str:
    """The address of the payment system, as the page gives it."""
    page = browser.post(pay_page(charge)).content.decode()
    found = re.search(r'href="(http[^"]+/thanh-toan/MC[0-9a-f]{32})"', page)
    assert found, page
    return found[1]


def signed(charge: Charge, *, key: str = SHARED, **change: object) -> dict[str, Any]:
    said = {
        "reference": paying.reference_of(charge.public_id),
        "status": "PAID",
        "amount_vnd": FEE,
        "transaction": "GD-1",
        **change,
    }
    body = json.dumps(said).encode()
    at = str(int(time.time()))
    mac = hmac.new(key.encode(), at.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    headers = {"X-Motcua-Time": at, "X-Motcua-Signature": mac}
    return {"data": body, "content_type": "application/json", "headers": headers}


def hear(message: dict[str, Any]) -> Any:
    return Client(enforce_csrf_checks=True).post(NEWS, **message)


def state_of(charge: Charge) -> str:
    return Dossier.objects.values_list("state", flat=True).get(pk=charge.dossier_id)


def test_the_owner_sees_what_is_owed_and_pays(browser: Browser, owing: Charge, outside: httpx.Client) -> None:
    page = text_of(browser.get(page_of(owing)))
    assert "120.000 đồng" in page and "Nộp trực tuyến" in page

    outside.post(begun(browser, owing), data={"viec": "nop"})
    back = browser.get(pay_page(owing))

    assert back["Location"] == page_of(owing)
    assert state_of(owing) == State.PROCESSING
    assert "Phí, lệ phí phải nộp" not in text_of(browser.get(page_of(owing)))


def test_back_without_a_decision_one_is_asked_to_wait(browser: Browser, owing: Charge) -> None:
    begun(browser, owing)
    page = text_of(browser.get(pay_page(owing)))
    assert "Đang chờ xác nhận" in page and "không nộp lại" in page
    assert state_of(owing) == State.PAYMENT


def test_back_while_the_payment_system_is_down_one_is_asked_to_wait(
    browser: Browser, owing: Charge, outside: httpx.Client
) -> None:
    begun(browser, owing)
    outside.post("/su-co", json={"bank": "down"})
    assert "Đang chờ xác nhận" in text_of(browser.get(pay_page(owing)))


def test_a_refused_payment_may_be_tried_again(browser: Browser, owing: Charge, outside: httpx.Client) -> None:
    outside.post(begun(browser, owing), data={"viec": "tu-choi"})
    assert "Giao dịch không thành công" in text_of(browser.get(pay_page(owing)))
    outside.post(begun(browser, owing), data={"viec": "nop"})
    browser.get(pay_page(owing))
    assert state_of(owing) == State.PROCESSING


def test_while_the_payment_system_is_down_nothing_begins(
    browser: Browser, owing: Charge, outside: httpx.Client
) -> None:
    outside.post("/su-co", json={"bank": "down"})
    answer = browser.post(pay_page(owing))
    assert answer.status_code == 503
    assert "Hệ thống thanh toán chưa trả lời" in text_of(answer)


def test_somebody_else_finds_nothing_there(owing: Charge) -> None:
    stranger = Browser()
    other, _ = citizen()
    stranger.sign_in(other)
    assert stranger.get(pay_page(owing)).status_code == 404
    assert stranger.post(pay_page(owing)).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(owing: Charge) -> None:
    assert Browser().post(pay_page(owing))["Location"].startswith("/dang-nhap/")


def test_genuine_news_let_the_dossier_go_on_and_may_come_again(owing: Charge) -> None:
    message = signed(owing)
    for _ in range(3):
        answer = hear(message)
        assert (answer.status_code, answer.json()) == (200, {"result": "paid"})
    assert state_of(owing) == State.PROCESSING
    assert owing.dossier.events.filter(kind="charge_paid").count() == 1


@pytest.mark.race
def test_news_twice_at_the_same_moment_are_one_payment(owing: Charge) -> None:
    outcomes = together([lambda: hear(signed(owing)).status_code] * 6)
    assert {outcome.value for outcome in outcomes} == {200}
    assert owing.dossier.events.filter(kind="charge_paid").count() == 1


def _without_signature(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "headers": {}}


def _changed(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "data": message["data"].replace(b"GD-1", b"GD-2")}


@pytest.mark.parametrize("spoil", [_without_signature, _changed])
def test_forged_news_change_nothing(owing: Charge, spoil: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    answer = hear(spoil(signed(owing)))
    assert (answer.status_code, answer.json()) == (401, {"result": "payment_not_genuine"})
    assert state_of(owing) == State.PAYMENT


def test_news_signed_with_another_secret_change_nothing(owing: Charge) -> None:
    assert hear(signed(owing, key="khoa-cua-nguoi-khac")).status_code == 401
    assert state_of(owing) == State.PAYMENT


def test_news_of_another_sum_change_nothing(owing: Charge) -> None:
    answer = hear(signed(owing, amount_vnd=FEE - 1))
    assert (answer.status_code, answer.json()) == (422, {"result": "payment_amount_differs"})
    assert state_of(owing) == State.PAYMENT


def test_a_second_payment_is_given_back(owing: Charge) -> None:
    hear(signed(owing))
    answer = hear(signed(owing, transaction="GD-2"))
    assert (answer.status_code, answer.json()) == (409, {"result": "already_paid"})


def test_the_address_for_news_takes_nothing_but_posts(owing: Charge) -> None:
    assert Client().get(NEWS).status_code == 405
