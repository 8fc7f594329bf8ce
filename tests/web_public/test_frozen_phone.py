"""The phone that answers for an account went to somebody else: the owner hears of it wherever they are signed in."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.accounts import founding, phone_rechecks, sessions
from motcua.accounts.models import Account, PhoneBinding
from motcua.kernel.phone import Phone
from tests.accounts import people
from tests.web_public.visiting import Browser, citizen, text_of

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "Số điện thoại của ông/bà đang tạm ngừng dùng"


def frozen(account: Account) -> None:
    """As the recheck leaves it, with nobody's e-mail to write to."""
    phone_rechecks._freeze(account.phones.get())


def test_the_owner_is_told_at_the_next_sign_in_and_on_every_page_until_another_phone_is_bound(
    browser: Browser,
) -> None:
    person, account = citizen()
    browser.sign_in(person)
    assert SAID not in text_of(browser.get("/ca-nhan/"))
    frozen(account)
    assert browser.get("/ca-nhan/").status_code == 302, "sessions ended"

    browser.sign_in(person)

    for address in ("/", "/ca-nhan/", "/ca-nhan/ho-so/", "/ca-nhan/so-dien-thoai/"):
        page = browser.get(address)
        assert SAID in text_of(page), address
        assert 'href="/ca-nhan/so-dien-thoai/"' in page.content.decode(), address
    assert "(tạm ngừng dùng)" in text_of(browser.get("/ca-nhan/"))
    founding.bind_phone(account, Phone.parse("0913000977"), verdict="MATCH", operator="VNPT")
    assert SAID not in text_of(browser.get("/ca-nhan/"))
    assert account.phones.filter(status=PhoneBinding.Status.FROZEN).exists(), "what it was stays written down"


def test_it_costs_no_statement_and_an_officer_at_work_is_not_asked(settings: Any) -> None:
    settings.OFFICER_SECOND_FACTOR = False
    account = people.account()
    frozen(account)
    for audience, says in (("CITIZEN", True), ("OFFICER", False)):
        token, _ = sessions.begin(account, audience=audience, device="d" * 32, device_words="")
        with CaptureQueriesContext(connection) as said:
            visitor = sessions.visitor_of(token)
        assert visitor is not None and visitor.phone_frozen is says
        assert len(said) == 1


def test_nobody_who_is_not_signed_in_hears_of_it(browser: Browser) -> None:
    _, account = citizen()
    frozen(account)
    assert SAID not in text_of(browser.get("/")) + text_of(browser.get("/dang-nhap/"))
