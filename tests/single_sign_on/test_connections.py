"""“Hệ thống kết nối”: the owner sees where they sign in, and takes it back."""

import re

import pytest

from motcua.accounts.models import Session
from motcua.accounts.sessions import Visitor
from motcua.signin import connections
from motcua.signin.models import Client, Sharing, SignIn
from tests.accounts import people
from tests.single_sign_on.parties import Browser, ThirdParty, parameters, registered
from tests.single_sign_on.test_signing_out import listening, way, work

LIST = "/ca-nhan/he-thong-ket-noi/"


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_list_is_empty_then_says_what_each_may_know_and_searches(portal: str, citizen: Browser) -> None:
    assert "chưa đăng nhập vào hệ thống nào" in text(citizen.http.get(LIST).text)
    party = registered(portal)
    party.tokens(citizen, scope="openid profile")

    shown = text(citizen.http.get(LIST).text)

    assert "Một cửa điện tử tỉnh Mẫu" in shown and "Họ và tên" in shown and "Đang đăng nhập" in shown
    assert "Số định danh, ngày sinh" not in shown
    assert "Một cửa điện tử" in text(citizen.http.get(LIST + "?q=mot+cua&xep=NAME").text)
    assert "Không có hệ thống nào phù hợp" in text(citizen.http.get(LIST + "?q=khac&trang=x").text)


def test_taking_it_back_ends_tokens_tells_the_system_and_asks_anew(portal: str, citizen: Browser) -> None:
    with listening() as listener:
        party = registered(portal, logout_uri=listener.url)
        tokens = party.tokens(citizen, scope="openid profile offline_access")
        address = f"{LIST}{party.client.public_id}/ngat/"

        done = citizen.send(address, citizen.http.get(LIST))

        assert done.headers["location"] == f"{LIST}?da=rut"
        assert party.about(tokens["access_token"]).status_code == 401
        assert party.renew(tokens["refresh_token"]).json()["error"] == "invalid_grant"
        assert work() == 1
        assert way(party).heard(listener.heard[0]).sid == party.claims(tokens["id_token"])["sid"]
    assert "chưa đăng nhập vào hệ thống nào" in text(citizen.http.get(LIST).text)
    assert "Đồng ý chia sẻ thông tin" in citizen.go(party.asking(scope="openid profile")).text
    assert Session.objects.get().ended_at is None, "the portal's own session goes on"


def test_more_information_is_asked_for_once_more_and_less_is_not(party: ThirdParty, citizen: Browser) -> None:
    party.tokens(citizen, scope="openid profile")
    assert "code" in parameters(citizen.onward(citizen.http.get(party.asking(scope="openid"))))
    page = citizen.go(party.asking(scope="openid dvcqg"))
    assert "Số định danh" in page.text
    citizen.send(str(page.url), page, act="agree")
    assert "code" in parameters(citizen.onward(citizen.http.get(party.asking(scope="openid profile dvcqg"))))
    assert Sharing.objects.filter(ended_at=None).count() == 1 and Sharing.objects.count() == 2


def test_a_system_may_ask_again_and_the_person_sees_it(party: ThirdParty, citizen: Browser) -> None:
    party.tokens(citizen)
    assert "Đồng ý chia sẻ thông tin" in citizen.go(party.asking(prompt="consent")).text


def test_nobody_takes_back_what_is_anothers(party: ThirdParty, portal: str, citizen: Browser) -> None:
    party.tokens(citizen)
    other = Browser(portal)
    people.account(other.person)
    other.sign_in()

    no = other.send(f"{LIST}{party.client.public_id}/ngat/", other.http.get("/ca-nhan/"))

    assert no.status_code == 404 and SignIn.objects.get().ended_at is None
    assert "chưa đăng nhập vào hệ thống nào" in text(other.http.get(LIST).text)


@pytest.mark.django_db
def test_the_list_goes_by_pages() -> None:
    account = people.account()
    viewer = Visitor(account.pk, 1, account.public_id, "a" * 32, "CITIZEN", "", "x", account.opened_at)
    from motcua.units.models import Unit
    from tests.units import people as units

    unit = Unit.objects.filter(code="so").first() or units.unit("so")
    for nth in range(21):
        client = Client.objects.create(
            client_id=f"he-thong-{nth:02d}",
            name=f"Hệ thống {nth:02d}",
            folded=f"he thong {nth:02d}",
            unit=unit,
        )
        Sharing.objects.create(account=account, client=client, scopes=["openid"])

    first = connections.listing(viewer, sort=connections.Sort.NAME)
    second = connections.listing(viewer, sort=connections.Sort.NAME, page=2)

    assert (len(first.rows), first.more) == (20, True)
    assert ([row.name for row in second.rows], second.more) == (["Hệ thống 20"], False)
