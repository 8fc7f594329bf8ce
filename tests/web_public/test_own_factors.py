"""Whoever enrolled a second factor for a desk that is elsewhere keeps it at the portal, where they hold no post."""

import re
from typing import Any

import pytest
from django.conf import settings as live

from motcua.accounts import second_factor, sessions
from motcua.accounts.models import Account, Authenticator, Session
from tests.accounts import people
from tests.web_public.test_second_step import code_of, codes_on, half_minutes_pass
from tests.web_public.visiting import Browser, text_of

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/ca-nhan/xac-thuc-hai-buoc/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _factor_on(settings: Any) -> None:
    settings.OFFICER_SECOND_FACTOR = True


@pytest.fixture
def account() -> Account:
    """Known to the portal as a person only: no post, no staff row."""
    return people.account()


def come_in(browser: Browser, account: Account) -> None:
    """Signed in with the password alone."""
    token, _ = sessions.begin(account, audience="CITIZEN", device="may", device_words="Chrome")
    browser.client.cookies[f"{live.COOKIE_PREFIX}phien{live.COOKIE_SUFFIX}"] = token


def enrol(account: Account) -> None:
    second_factor.enrol_app(account, secret=SECRET, code=code_of(SECRET))
    half_minutes_pass()


def prove(browser: Browser, address: str = HERE) -> Any:
    shown = {"xac-thuc-act": "app", "xac-thuc-code": code_of(SECRET), "xac-thuc-xem": "1"}
    return browser.post(address, shown)


def test_they_prove_it_first_and_then_see_what_there_is(browser: Browser, account: Account) -> None:
    enrol(account)
    come_in(browser, account)

    first = browser.get(HERE)
    assert "Xác thực lại" in text_of(first) and "Ứng dụng xác thực" not in text_of(first)
    assert prove(browser).status_code == 302

    page = browser.get(HERE)
    assert page.status_code == 200 and "Đang dùng" in text_of(page)
    assert f'href="{HERE}"' in page.content.decode(), "and the menu leads here"
    session = Session.objects.get(ended_at=None, account=account)
    assert (session.audience, session.factor) == ("CITIZEN", "TOTP")


def test_new_recovery_codes_and_another_app_are_theirs_to_make(browser: Browser, account: Account) -> None:
    enrol(account)
    come_in(browser, account)
    prove(browser)

    assert len(codes_on(browser.post(HERE, {"act": "codes"}))) == 10

    half_minutes_pass()
    shown = re.search(r'translate="no">([A-Z2-7 ]+)</code>', browser.get(HERE).content.decode())
    assert shown
    fresh = shown[1].replace(" ", "")
    assert browser.post(HERE, {"act": "app", "code": code_of(fresh)}).status_code == 302
    assert Authenticator.objects.filter(account=account, ended_at=None).count() == 1
    assert Authenticator.objects.filter(account=account).count() == 2


def test_the_last_one_is_not_taken_away(browser: Browser, account: Account) -> None:
    enrol(account)
    come_in(browser, account)
    prove(browser)

    assert browser.post(f"{HERE}ung-dung/bo/").status_code == 409
    assert Authenticator.objects.filter(account=account, ended_at=None).count() == 1


@pytest.mark.parametrize("where", [HERE, f"{HERE}ung-dung/bo/"])
def test_who_never_needed_one_is_told_where_to_begin(browser: Browser, account: Account, where: str) -> None:
    come_in(browser, account)

    answer = browser.get(where) if where == HERE else browser.post(where)

    assert answer.status_code == 403 and "Bộ phận một cửa đó" in text_of(answer)
    assert not Authenticator.objects.exists()
    assert HERE not in browser.get("/ca-nhan/").content.decode()


def test_a_password_alone_changes_nothing(browser: Browser, account: Account) -> None:
    enrol(account)
    come_in(browser, account)

    page = browser.post(HERE, {"act": "codes"})

    assert "Xác thực lại" in text_of(page) and codes_on(page) == []
    assert browser.post(f"{HERE}ung-dung/bo/").status_code == 200  # the page that asks
    assert Authenticator.objects.filter(account=account, ended_at=None).count() == 1
