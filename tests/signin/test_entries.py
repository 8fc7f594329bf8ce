"""Where a system may send people back to, by whose second word (SPEC 13; T-32)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.signin.systems import REASON, SCHOOL, code_of, connected, connector, live
from tests.units import people

from motcua.journal.models import Event
from motcua.kernel.authority import Authority, Power
from motcua.signin import clients, entries, return_addresses
from motcua.signin.entries import Entry, WantedEntry
from motcua.signin.models import Client, SignInRegistration
from motcua.units import sample

pytestmark = pytest.mark.django_db
BACK = "https://mot-cua.example.gov.vn/dang-nhap/xong"


@pytest.fixture(autouse=True)
def _units(transactional_db: None) -> None:
    sample.load(people.UNITS_FILE)


@pytest.fixture
def production(settings: pytest.FixtureRequest) -> None:
    settings.SIMULATORS_URL = None  # type: ignore[attr-defined]


def wanted(**more: object) -> WantedEntry:
    values = {"redirect_uris": BACK, "post_logout_uris": "", "logout_uri": "", "scopes": ["profile"]}
    return WantedEntry(**{**values, **more})  # type: ignore[arg-type]


def asked(by: Authority, client: Client, **more: object) -> SignInRegistration:
    return entries.ask(authority=by, client=client.public_id, wanted=wanted(**more))


def found(client: Client) -> Entry | None:
    return entries.live(client.client_id, today=people.TODAY)


def test_signing_in_is_opened_by_two_officers_and_hangs_on_the_systems_keys() -> None:
    one, two = connector(), connector()
    client, _ = connected(one, two)
    waiting = asked(one, client)
    assert found(client) is None
    assert code_of(lambda: entries.approve(authority=one, entry=waiting.public_id)) == (
        "registration_second_officer"
    )
    entries.approve(authority=two, entry=waiting.public_id)
    entry = found(client)
    assert entry is not None and entry.sign_in.scopes == ["openid", "profile"]
    assert code_of(lambda: entries.approve(authority=two, entry=waiting.public_id)) == "registration_decided"
    clients.stop(authority=one, client=client.public_id, reason=REASON)
    assert found(client) is None and live(client) is None
    heard = Event.objects.filter(event__startswith="signin.entry").order_by("id")
    assert list(heard.values_list("event", flat=True)) == ["signin.entry.asked", "signin.entry.approved"]


def test_what_was_agreed_holds_until_the_next_is_and_ends_with_it() -> None:
    one, two = connector(), connector()
    client, _ = connected(one, two)
    first = asked(one, client)
    entries.approve(authority=two, entry=first.public_id)
    second = asked(two, client, redirect_uris=BACK + "/moi")
    assert code_of(lambda: asked(one, client)) == "entry_waiting"
    held = found(client)
    assert held is not None and held.sign_in.pk == first.pk
    entries.approve(authority=one, entry=second.public_id)
    held = found(client)
    assert held is not None and held.sign_in.redirect_uris == [BACK + "/moi"]
    first.refresh_from_db()
    assert first.ended_by_subject == one.subject


def test_it_is_declined_taken_back_or_stopped_with_a_reason() -> None:
    one, two = connector(), connector()
    client, _ = connected(one, two)
    waiting = asked(one, client)
    assert code_of(lambda: entries.decline(authority=two, entry=waiting.public_id, reason="a")) == (
        "client_reason_wanted"
    )
    entries.decline(authority=two, entry=waiting.public_id, reason=f"{REASON}\r\nchưa rõ")
    entries.decline(authority=one, entry=asked(one, client).public_id, reason="Nhầm.\r\nGửi lại.")
    states = [row.decision for row in entries.of_client(one, client)]
    assert states == ["WITHDRAWN", "DECLINED"]
    assert code_of(lambda: entries.stop(authority=one, client=client.public_id, reason=REASON)) == (
        "client_not_connected"
    )
    entries.approve(authority=two, entry=asked(one, client).public_id)
    entries.stop(authority=one, client=client.public_id, reason=REASON)
    assert found(client) is None


def test_an_officer_of_another_unit_or_without_the_right_decides_nothing() -> None:
    one, two = connector(), connector()
    client, _ = connected(one, two)
    waiting = asked(one, client)
    below, without = connector(SCHOOL), connector(power=Power.GRANT)
    assert code_of(lambda: entries.approve(authority=below, entry=waiting.public_id)) == "not_found"
    assert code_of(lambda: entries.approve(authority=without, entry=waiting.public_id)) == "not_authorised"
    assert code_of(lambda: asked(below, client)) == "not_found"
    assert code_of(lambda: entries.stop(authority=without, client=client.public_id, reason=REASON)) == (
        "not_authorised"
    )


def test_two_systems_never_share_the_ids_of_people() -> None:
    one, two = connector(), connector()
    first, _ = connected(one, two)
    second, _ = connected(one, two)
    entries.approve(authority=two, entry=asked(one, first, desk="mot-cua-mau").public_id)
    assert code_of(lambda: asked(one, second, desk="mot-cua-mau")) == "entry_desk_not_usable"
    assert code_of(lambda: asked(one, second, desk=first.client_id)) == "entry_desk_not_usable"
    assert code_of(lambda: asked(one, second, desk="Một cửa")) == "entry_desk_not_usable"
    third, _ = connected(one, two, client_id="mot-cua-mau")
    assert code_of(lambda: asked(one, third)) == "entry_desk_not_usable"


def test_of_two_systems_that_are_given_one_desk_at_once_one_gets_it() -> None:
    one, two = connector(), connector()
    waiting = [asked(one, connected(one, two)[0], desk="mot-cua-mau") for _ in range(4)]
    together = Barrier(4)

    def approved(row: SignInRegistration) -> str:
        together.wait()
        try:
            return code_of(lambda: entries.approve(authority=two, entry=row.public_id))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        said = sorted(crowd.map(approved, waiting))
    assert said == ["", "entry_desk_not_usable", "entry_desk_not_usable", "entry_desk_not_usable"]


@pytest.mark.parametrize(
    "address",
    [
        BACK,
        "https://mot-cua.example.gov.vn",
        "https://mot-cua.example.gov.vn:8443/xong?tu=cong",
        "https://xn--mt-ca-cta.example.vn/",
    ],
)
def test_a_whole_address_is_taken_as_it_is(production: None, address: str) -> None:
    assert return_addresses.parse(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://mot-cua.example.gov.vn/xong", "http://127.0.0.1:8000/xong", "http://localhost/xong",
        "https://127.0.0.1/xong", "https://localhost/xong", "https://10.0.0.7/xong", "https://[::1]/xong",
        "https://192.168.1.4:8443/", "https://2130706433/", "https://may-chu/xong", "https://*.example.gov.vn/",
        "https://a.example.gov.vn/*", "https://a@mot-cua.example.gov.vn/", "https://a:b@mot-cua.example.gov.vn/",
        "https://mot-cua.example.gov.vn/xong#phan", "https://mot-cua.example.gov.vn/xong#",
        "https://Mot-cua.example.gov.vn/", "HTTPS://mot-cua.example.gov.vn/", "https:/mot-cua.example.gov.vn/",
        "https:mot-cua.example.gov.vn", "//mot-cua.example.gov.vn/", "javascript:alert(1)", "data:text/html,x",
        "https://", "https:///xong", "https://mot-cua.example.gov.vn:0/", "https://mot-cua.example.gov.vn:99999/",
        "https://mot-cua.example.gov.vn\\@evil.example/", "https://mot-cua.example.gov.vn/ xong",
        "https://mot-cua.example.gov.vn/\r\nx", "https://một-cửa.example.gov.vn/", "https://a..example.vn/",
        "https://-a.example.vn/", "https://a.example.local/", "https://a.example.vn/" + "x" * 300, "", "x",
        "https://mot-cua.example.gov.vn/<x>", 'https://mot-cua.example.gov.vn/"', "urn:ietf:wg:oauth:2.0:oob",
    ],
)  # fmt: skip
def test_half_an_address_or_an_inner_one_is_refused(production: None, address: str) -> None:
    assert code_of(lambda: return_addresses.parse(address)) == "return_address_not_usable"


def test_the_demonstration_may_come_back_to_its_own_machine() -> None:
    for address in ("http://127.0.0.1:8002/xong", "http://localhost:9000/", "https://localhost/x"):
        assert return_addresses.parse(address) == address
    assert code_of(lambda: return_addresses.parse("http://example.gov.vn/")) == "return_address_not_usable"


@pytest.mark.parametrize(
    "lines", ["\n".join(f"{BACK}/{n}" for n in range(11)), f"{BACK}\n{BACK}", "", " \n "]
)
def test_one_to_ten_addresses_and_each_once(lines: str) -> None:
    one, two = connector(), connector()
    client, _ = connected(one, two)
    assert code_of(lambda: asked(one, client, redirect_uris=lines)) == "return_address_not_usable"
