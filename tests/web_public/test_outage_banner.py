"""What does not work is said before people start, and to everybody alike."""

from collections.abc import Iterator

import pytest
from django.test import Client

from motcua.accounts.models import SubscriberCheck
from motcua.kernel.authority import Power
from motcua.kernel.sms_provider import SmsProvider
from motcua.outbox import health
from motcua.web import outages
from tests.outbox.providers import Provider, Two, code, let_pass, notice
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)

SLOW, DOWN, OPERATORS = (
    "Tin nhắn OTP đang chậm",
    "Tin nhắn OTP đang không gửi được",
    "Nhà mạng đang chưa trả lời",
)
PUBLIC = ("/dang-ky/", "/quen-mat-khau/")


@pytest.fixture(autouse=True)
def _two_providers(settings: object) -> Iterator[None]:
    settings.SMS_PROVIDERS = tuple(  # type: ignore[attr-defined]
        SmsProvider(code=code, name=code, gateway="x", url="https://x.vn/", secret="x" * 16, receipts=True)
        for code in ("mot", "hai")
    )
    outages.forget()
    yield
    outages.forget()


def shown(address: str, client: Client | None = None) -> str:
    outages.forget()
    return words((client or Client()).get(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_while_all_is_well_nothing_is_said(address: str) -> None:
    page = shown(address)
    assert SLOW not in page and DOWN not in page and OPERATORS not in page


@pytest.mark.parametrize("address", PUBLIC)
def test_while_one_provider_carries_nothing_is_said_and_with_none_it_is(address: str) -> None:
    two = Two(first=Provider("dead"))
    for nth in range(12):
        notice(f"n:{nth}")
    while two.work():
        pass
    assert DOWN not in shown(address)

    two.second.mode = "dead"
    for nth in range(6):
        notice(f"m:{nth}")
        two.work()
        let_pass(1)
    two.work()
    assert DOWN in shown(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_where_texts_are_taken_and_not_delivered_it_is_slow(address: str) -> None:
    two = Two(first=Provider("silent"), second=Provider("silent"))
    for nth in range(40):
        code(f"c:{nth}")
    two.work()
    let_pass(health.GRACE.total_seconds() + 1)
    two.work()
    assert SLOW in shown(address)


def test_a_code_that_waits_is_a_sign_as_well() -> None:
    message = code("c:1")
    assert SLOW not in shown("/dang-ky/")
    type(message).objects.update(created_at=health.DbClock() - health.GRACE)
    assert SLOW in shown("/dang-ky/")


def test_an_operator_that_knows_nothing_three_times_is_told_and_one_answer_ends_it() -> None:
    for _ in range(3):
        asked("UNKNOWN")
    assert OPERATORS in shown("/dang-ky/")
    asked("MATCH")
    assert OPERATORS not in shown("/dang-ky/")


def asked(verdict: str) -> None:
    SubscriberCheck.objects.create(
        subject_bi=b"1" * 32, phone_bi=b"2" * 32, verdict=verdict, operator="", purpose="REGISTER"
    )


def test_officers_see_it_where_they_create_accounts_and_change_phones() -> None:
    for _ in range(3):
        asked("UNKNOWN")
    desk = Desk(Power.OPEN_ACCOUNT)
    for address in (
        "/quan-tri/tai-khoan-cong-dan/them-moi/",
        "/quan-tri/tai-khoan-cong-dan/doi-so-dien-thoai/",
    ):
        assert OPERATORS in shown(address, desk.client)
