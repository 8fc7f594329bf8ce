"""Edges of the sign-in: organisations, two windows at once, fresh tokens for a desk, a crowd at the door."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from motcua.accounts.sessions import Visitor
from motcua.desk.signing_in_port import SignInNotGenuine
from motcua.kernel.authority import Power
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.signin.models import Sharing, SignIn, SignInRequest
from motcua.signin.strength import strength_of
from motcua.web import visitors
from tests.accounts import people
from tests.accounts.desk import authority_at
from tests.accounts.test_mandates import TAX_CODE, Holder
from tests.single_sign_on.parties import BACK, Browser, ThirdParty, parameters, registered
from tests.single_sign_on.test_a_desk_signs_people_in import came, way


def test_whoever_acts_for_an_organisation_signs_in_as_the_organisation_until_revoked(
    party: ThirdParty, portal: str
) -> None:
    holder = Holder(authority_at("so-gddt", Power.OPEN_ACCOUNT))
    mandate = holder.granted()
    browser = Browser(portal, holder.data)
    browser.http.cookies.set(visitors.session_cookie(), holder.acting(mandate))

    tokens = party.tokens(browser, scope="openid dvcqg")

    told = party.about(tokens["access_token"]).json()
    assert (told["LoaiTaiKhoan"], told["MaSoThue"]) == ("3", TAX_CODE.value)
    assert "SoDinhDanh" not in told and told["HoVaTen"] == "Trung tâm Ngoại ngữ Mẫu"
    holder.revoke(mandate)
    assert party.about(tokens["access_token"]).status_code == 401


def test_two_windows_that_agree_at_once_leave_one_consent_and_one_code(
    party: ThirdParty, citizen: Browser
) -> None:
    page = citizen.go(party.asking(scope="openid profile"))

    def agree(_: int) -> Any:
        return citizen.send(str(page.url), page, act="agree")

    with ThreadPoolExecutor(6) as crowd:
        answers = list(crowd.map(agree, range(6)))

    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 5
    assert Sharing.objects.count() == 1 and SignIn.objects.count() == 1


def test_a_desk_gets_fresh_tokens_for_its_person_and_hears_when_that_is_over(portal: str) -> None:
    desk = registered(portal, of_state=True)
    browser = Browser(portal)
    people.account(browser.person)
    browser.sign_in()
    going = way(desk)
    going._scopes = "openid dvcqg offline_access"
    begun = going.begin("/", again=True)
    page = browser.go(begun.address)
    assert 'name="password"' in page.text
    answer = browser.go(browser.onward(browser.submit_sign_in(page)))
    answer = browser.send(str(answer.url), answer, act="agree")
    signed = going.finish(came(browser.onward(answer)), begun.kept)

    fresh = going.renewed(signed.tokens.refresh_token)

    assert desk.about(fresh.access_token).json()["sub"] == signed.subject
    with pytest.raises(SignInNotGenuine):
        going.renewed(signed.tokens.refresh_token)
    with pytest.raises(SignInNotGenuine):
        going.renewed(fresh.refresh_token)


def test_a_crowd_at_the_door_is_told_to_wait(party: ThirdParty, portal: str) -> None:
    who = "127.0.0.1"
    for _ in range(600):
        spending.spend((Quota.SIGN_INS_ASKED_FROM_ADDRESS, who))

    answer = Browser(portal).http.get(party.asking())

    assert answer.status_code == 429 and "đăng nhập từ mạng" in answer.text
    assert not SignInRequest.objects.exists()


@pytest.mark.parametrize(
    ("factor", "acr", "amr"),
    [
        ("", "LoA1", ("pwd",)),
        ("TOTP", "LoA2", ("pwd", "otp")),
        ("RECOVERY", "LoA2", ("pwd", "otp")),
        ("PASSKEY", "LoA2", ("pwd", "hwk", "user")),
    ],
)
def test_two_means_are_more_than_one(factor: str, acr: str, amr: tuple[str, ...]) -> None:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    visitor = Visitor(1, 1, UUID(int=1), "a" * 32, "OFFICER", "", "x", at, factor=factor)
    strength = strength_of(visitor)
    assert (strength.acr, strength.amr) == (acr, amr)
    by_vneid = strength_of(replace(visitor, provider="VNEID"))
    assert (by_vneid.acr, by_vneid.amr) == (acr, ("fed", *amr[1:]))


def test_a_request_that_is_answered_is_answered_for_good(party: ThirdParty, citizen: Browser) -> None:
    page = citizen.go(party.asking())
    sent = citizen.send(str(page.url), page, act="agree")
    assert "code" in parameters(citizen.onward(sent)) and citizen.onward(sent).startswith(BACK)
    assert citizen.http.get(str(page.url)).status_code == 410
