"""Signing out reaches everybody: from a system to the portal, and from the portal to every system."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection

from motcua.accounts.models import Session
from motcua.gateways import logout_calls
from motcua.gateways.logout_calls import HttpLogoutCalls
from motcua.gateways.portal_description import Portal
from motcua.gateways.portal_signin import HttpPortalSignIn
from motcua.gateways.wire import Line
from motcua.outbox import errands
from motcua.outbox.models import Errand
from motcua.signin import leaving
from motcua.signin.models import SignIn
from motcua.signin.ports import LogoutNotTaken
from tests.single_sign_on.parties import Browser, ThirdParty, registered

CONNECTIONS = "/ca-nhan/he-thong-ket-noi/"
HOME = "https://mot-cua.example.gov.vn/"


class Listener:
    """A system's address for logout tokens, on a real port."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.heard: list[str] = []
        self.status, self.headers = status, headers or {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.heard.append(parse_qs(body)["logout_token"][0])
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/het-phien"


@contextmanager
def listening(**how: Any) -> Iterator[Listener]:
    listener = Listener(**how)
    thread = threading.Thread(target=listener.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.server.shutdown()
        listener.server.server_close()


def work() -> int:
    """What the worker does at its next round."""
    leaving.end_what_is_over()
    return errands.run_due({leaving.TELL: lambda data: leaving.tell(data, line=HttpLogoutCalls())})


def way(party: ThirdParty) -> HttpPortalSignIn:
    return HttpPortalSignIn(
        portal=Portal(party.portal, line=Line(deadline=20)),
        client_id=party.client_id,
        key=party.key,
        redirect_uri=party.back,
    )


def test_a_system_that_shows_whose_session_it_is_signs_out_at_once_and_back(
    party: ThirdParty, citizen: Browser
) -> None:
    tokens = party.tokens(citizen)
    away = way(party).leaving(tokens["id_token"], back_to=HOME)

    answer = citizen.http.get(away + "&state=ve-nha")

    assert citizen.onward(answer) == f"{HOME}?state=ve-nha"
    assert Session.objects.get().ended_why == "signed_out"
    assert 'name="password"' in citizen.go("/ca-nhan/").text


def test_without_that_the_person_is_asked_and_may_stay(party: ThirdParty, citizen: Browser) -> None:
    tokens = party.tokens(citizen)
    for away in (
        "/oauth2/logout",
        f"/oauth2/logout?client_id={party.client_id}",
        f"/oauth2/logout?id_token_hint={tokens['access_token']}",
        f"/oauth2/logout?id_token_hint={tokens['id_token'][:-6]}AAAAAA",
        f"/oauth2/logout?id_token_hint={tokens['id_token']}&client_id=he-thong-khac",
    ):
        page = citizen.http.get(away)
        assert "Đăng xuất khỏi Cổng?" in page.text, away
    assert Session.objects.get().ended_at is None

    done = citizen.send("/oauth2/logout", page, act="leave")
    assert "Đã đăng xuất" in done.text and Session.objects.get().ended_at is not None


@pytest.mark.parametrize("back", ["https://evil.example/", HOME + "x", HOME[:-1], HOME + "?a=b"])
def test_nobody_is_sent_to_an_address_that_was_not_agreed_to(
    party: ThirdParty, citizen: Browser, back: str
) -> None:
    tokens = party.tokens(citizen)
    answer = citizen.http.get(way(party).leaving(tokens["id_token"], back_to=back))
    assert "Đã đăng xuất" in answer.text and not citizen.onward(answer)


def test_another_persons_hint_signs_nobody_out(party: ThirdParty, portal: str, citizen: Browser) -> None:
    tokens = party.tokens(citizen)
    other = Browser(portal)
    from tests.accounts import people

    people.account(other.person)
    other.sign_in()

    page = other.http.get(way(party).leaving(tokens["id_token"], back_to=HOME))

    assert "Đăng xuất khỏi Cổng?" in page.text
    assert not Session.objects.exclude(ended_at=None).exists()


def test_the_systems_hear_that_the_session_is_over_and_believe_it(portal: str, citizen: Browser) -> None:
    with listening() as first, listening() as second:
        parties = [registered(portal, logout_uri=listener.url) for listener in (first, second)]
        told = [party.claims(party.tokens(citizen)["id_token"]) for party in parties]
        assert work() == 0, "the session stands"

        citizen.send("/dang-xuat/", citizen.http.get("/ca-nhan/"))
        assert work() == 2

        for party, listener, claims in zip(parties, (first, second), told, strict=True):
            heard = way(party).heard(listener.heard[0])
            assert (heard.sid, heard.subject) == (claims["sid"], claims["sub"])
        assert work() == 0, "told once"
    assert set(SignIn.objects.values_list("ended_why", flat=True)) == {"SESSION_ENDED"}


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE accounts_session SET ended_at = now(), ended_why = 'by_owner'",
        "UPDATE accounts_account SET status = 'locked'",
        "UPDATE accounts_session SET created_at = now() - interval '13 hours'",
        "DELETE FROM accounts_session",
    ],
)
def test_however_a_session_ends_the_tokens_end_at_once_and_the_system_hears(
    portal: str, citizen: Browser, ending: str
) -> None:
    with listening() as listener:
        party = registered(portal, logout_uri=listener.url)
        tokens = party.tokens(citizen)
        with connection.cursor() as cursor:
            cursor.execute(ending)

        assert party.about(tokens["access_token"]).status_code == 401
        assert work() == 1 and len(listener.heard) == 1


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_system_that_does_not_take_the_news_is_told_again(
    portal: str, citizen: Browser, status: int
) -> None:
    with listening() as other, listening(status=status, headers={"Location": other.url}) as listener:
        party = registered(portal, logout_uri=listener.url)
        party.tokens(citizen)
        citizen.send("/dang-xuat/", citizen.http.get("/ca-nhan/"))

        assert work() == 0 and len(listener.heard) == 1 and not other.heard, "no redirection is followed"
        listener.status = 204
        Errand.objects.update(not_before="2020-01-01T00:00:00Z")
        assert work() == 1

        one, two = (way(party).heard(token) for token in listener.heard)
        assert one.jti == two.jti, "the same news, so that hearing it twice is harmless"


def test_a_system_without_an_address_or_stopped_meanwhile_is_not_called(
    party: ThirdParty, citizen: Browser
) -> None:
    party.tokens(citizen)
    citizen.send("/dang-xuat/", citizen.http.get("/ca-nhan/"))
    assert work() == 1 and Errand.objects.get().state == "DONE"


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3",
        "::ffff:10.0.0.1", "fd00::1", "fe80::1%eth0", "224.0.0.1", "2002:0a00:0001::1", "255.255.255.255", "x",
    ],
)  # fmt: skip
def test_no_inner_address_is_called_in_production(settings: Any, number: str) -> None:
    settings.SIMULATORS_URL = None
    assert not logout_calls.may_be_called(number)


def test_a_name_that_leads_inside_is_not_called(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SIMULATORS_URL = None
    inside = [(2, 1, 6, "", ("203.0.113.7", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr(logout_calls.socket, "getaddrinfo", lambda *a, **k: inside)
    sent: list[str] = []

    class Watching(Line):
        def send(self, method: str, url: str, **more: Any) -> Any:
            sent.append(url)
            raise AssertionError

    with pytest.raises(LogoutNotTaken):
        HttpLogoutCalls(Watching()).tell(address="https://a.example.vn/het-phien", logout_token="x")
    with pytest.raises(LogoutNotTaken):
        HttpLogoutCalls(Watching()).tell(address="http://127.0.0.1/het-phien", logout_token="x")
    assert sent == []


def test_the_number_that_was_looked_at_is_the_one_that_is_called(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIMULATORS_URL = None
    found = [(2, 1, 6, "", ("8.8.8.8", 443))]
    monkeypatch.setattr(logout_calls.socket, "getaddrinfo", lambda *a, **k: found)
    sent: list[tuple[str, Any]] = []

    class Watching(Line):
        def send(self, method: str, url: str, **more: Any) -> Any:
            sent.append((url, more))
            from motcua.gateways.wire import Reply

            return Reply(204, "", b"")

    HttpLogoutCalls(Watching()).tell(address="https://a.example.vn/het-phien?x=1", logout_token="t")
    url, more = sent[0]
    assert url == "https://8.8.8.8:443/het-phien?x=1"
    assert (more["headers"], more["named"]) == ({"Host": "a.example.vn"}, "a.example.vn")


def test_a_sign_in_that_ended_because_a_code_came_twice_is_told_as_well(
    portal: str, citizen: Browser
) -> None:
    """What was issued to a thief ends; the desk's session that hangs on it must not outlive it."""
    with listening() as listener:
        party = registered(portal, logout_uri=listener.url)
        code = citizen.code(party.asking())
        assert party.exchange(code).status_code == 200

        assert party.exchange(code).status_code == 400
        assert work() == 1

    assert len(listener.heard) == 1
    assert SignIn.objects.get().ended_why == "CODE_REUSED"


def test_taken_back_twice_in_one_session_is_told_twice(portal: str, citizen: Browser) -> None:
    with listening() as listener:
        party = registered(portal, logout_uri=listener.url)
        for _ in range(2):
            party.tokens(citizen)
            page = citizen.http.get(CONNECTIONS)
            citizen.send(f"{CONNECTIONS}{party.client.public_id}/ngat/", page)
            assert work() == 1
    assert len(listener.heard) == 2
