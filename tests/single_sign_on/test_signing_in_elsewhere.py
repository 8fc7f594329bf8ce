"""A person signs in at another system through the portal, over the real wire."""

import httpx

from motcua.accounts import identity
from motcua.accounts.models import Account, Session
from motcua.signin.models import SignIn
from tests.accounts import people
from tests.signin import holders
from tests.single_sign_on.parties import Browser, ThirdParty, parameters, registered


def test_a_citizen_signs_in_agrees_once_and_the_system_learns_who_it_is(
    party: ThirdParty, portal: str
) -> None:
    browser = Browser(portal)
    account = people.account(browser.person)
    asked = party.asking(scope="openid profile")

    page = browser.go(asked)
    assert 'name="password"' in page.text
    page = browser.go(browser.onward(browser.submit_sign_in(page)))
    assert "Đồng ý chia sẻ thông tin" in page.text and "Họ và tên" in page.text
    told = parameters(browser.onward(browser.send(str(page.url), page, act="agree")))
    assert told["state"] == "trang-thai-1" and told["iss"] == portal

    tokens = party.exchange(told["code"]).json()
    claims = party.claims(tokens["id_token"])
    assert claims["sub"] == identity.subject_of(account.public_id, party.client_id)
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (portal, party.client_id, "so-mot-lan-1")
    assert (claims["acr"], claims["amr"]) == ("LoA1", ["pwd"])
    assert claims["exp"] - claims["iat"] == 600
    assert "name" not in claims and "refresh_token" not in tokens
    about = party.about(tokens["access_token"]).json()
    assert about == {"sub": claims["sub"], "name": "Nguyễn Văn Mẫu", "organisation": False}

    assert "code" in parameters(browser.onward(browser.http.get(asked))), "asked once, not again"


def test_a_system_of_the_state_needs_no_consent_to_know_who_somebody_is(
    portal: str, citizen: Browser
) -> None:
    desk = registered(portal, of_state=True, desk="mot-cua-mau")
    account = Account.objects.get()

    answer = citizen.http.get(desk.asking())

    held = holders.proof("POST", desk.endpoint, key=desk.key)  # a desk's tokens are made out to it
    told = desk.exchange(parameters(answer.headers["location"])["code"], held=held).json()
    assert desk.claims(told["id_token"])["sub"] == identity.subject_of(account.public_id, "mot-cua-mau")
    more = citizen.http.get(desk.asking(scope="openid dvcqg"))
    assert "/oauth2/yeu-cau/" in more.headers["location"]


def test_the_claims_of_the_national_portal_are_those_it_names(party: ThirdParty, citizen: Browser) -> None:
    tokens = party.tokens(citizen, scope="openid dvcqg")

    told = party.about(tokens["access_token"]).json()

    assert told["LoaiTaiKhoan"] == "1" and told["TechID"] == told["sub"] and told["loAs"] == "LoA1"
    assert told["SoDinhDanh"] == citizen.person.citizen_id.value
    assert told["SoDienThoai"] == citizen.person.phone.value
    assert told["NgayThangNamSinh"] == "01/02/1990" and told["HoVaTen"] == "Nguyễn Văn Mẫu"
    assert "name" not in told and "ThuDienTu" not in told


def test_two_systems_cannot_compare_whom_they_know(party: ThirdParty, portal: str, citizen: Browser) -> None:
    other = registered(portal)

    one, two = (p.claims(p.tokens(citizen)["id_token"]) for p in (party, other))

    assert one["sub"] != two["sub"] and one["sid"] != two["sid"]
    assert str(Session.objects.get().public_id) not in (one["sid"], two["sid"])


def test_a_connection_that_was_agreed_to_goes_on_and_each_refresh_token_serves_once(
    party: ThirdParty, citizen: Browser
) -> None:
    first = party.tokens(citizen, scope="openid offline_access")
    second = party.renew(first["refresh_token"]).json()
    third = party.renew(second["refresh_token"], scope="openid").json()
    assert third["scope"] == "openid"
    assert party.about(third["access_token"]).status_code == 200

    again = party.renew(first["refresh_token"])

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert SignIn.objects.get().ended_why == "REFRESH_REUSED"
    assert party.renew(third["refresh_token"]).json()["error"] == "invalid_grant"
    assert party.about(third["access_token"]).status_code == 401


def test_signing_out_at_the_portal_ends_what_systems_hold(party: ThirdParty, citizen: Browser) -> None:
    tokens = party.tokens(citizen, scope="openid offline_access")
    assert party.about(tokens["access_token"]).status_code == 200

    citizen.send("/dang-xuat/", citizen.http.get("/ca-nhan/"))

    assert party.about(tokens["access_token"]).status_code == 401
    assert party.renew(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_token_given_back_ends_its_whole_sign_in(party: ThirdParty, citizen: Browser) -> None:
    tokens = party.tokens(citizen, scope="openid offline_access")

    assert party.call("revoke", token=tokens["access_token"]).status_code == 200

    assert party.about(tokens["access_token"]).status_code == 401
    assert party.renew(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert party.call("revoke", token="khong-co").status_code == 200, "an unknown token is gone already"


def test_a_system_in_its_own_name_gets_what_its_registration_allows(party: ThirdParty) -> None:
    token = party.call("token", grant_type="client_credentials").json()

    assert token["scope"] == "account.check" and "refresh_token" not in token
    more = party.call("token", grant_type="client_credentials", scope="account.check openid")
    assert more.json()["error"] == "invalid_scope"
    assert party.about(token["access_token"]).status_code == 401, "it speaks of nobody"


def test_the_portal_describes_itself_and_shows_public_keys_only(portal: str) -> None:
    told = httpx.get(f"{portal}/.well-known/openid-configuration", timeout=20)

    assert told.headers["cache-control"] == "public, max-age=300"
    described = told.json()
    assert described["issuer"] == portal and described["code_challenge_methods_supported"] == ["S256"]
    keys = httpx.get(described["jwks_uri"], timeout=20).json()["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "x", "y", "kid", "alg", "use"}]


def test_a_no_of_the_person_reaches_the_system(party: ThirdParty, citizen: Browser) -> None:
    page = citizen.go(party.asking())

    told = parameters(citizen.onward(citizen.send(str(page.url), page, act="refuse")))

    assert (told["error"], told["state"]) == ("access_denied", "trang-thai-1")
    assert told["iss"] == party.portal and "code" not in told
    late = citizen.send(str(page.url), page, act="agree")
    assert late.status_code == 410
