"""Somebody signed in at a desk apart: the portal vouches for them by their own token, until they sign out there."""

import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as live
from django.test import RequestFactory
from tests.accounts import people
from tests.gateways.over_http.conftest import OverHttp
from tests.signin import systems
from tests.single_sign_on.parties import Browser

from motcua.accounts import sessions as portal_sessions
from motcua.accounts.models import Account, Session
from motcua.desk.ports import (
    PURPOSE_FILING,
    PURPOSE_OWN_VAULT,
    NotARepresentative,
    PortalUnavailable,
    SessionNotLive,
)
from motcua.gateways import guest_tokens, portal_proof
from motcua.gateways.portal_entrance import BACK, entrance
from motcua.guests import sessions
from motcua.guests.models import GuestSession
from motcua.signin import entries
from motcua.signin.models import Client
from motcua.signin.scopes import ClaimScope
from motcua.web.access import AS_SOMEBODY_ELSE
from motcua.web.public import through_the_portal


@dataclass
class Guest:
    """One browser, its person, and the session at the desk."""

    browser: Browser
    session: GuestSession
    account: Account


@pytest.fixture
def guest(over_http: OverHttp, settings: Any) -> Guest:
    """Registered with an account, sent to the portal by the desk, and back."""
    settings.PUBLIC_URL = "http://127.0.0.1:8002"
    one, two = systems.connector(), systems.connector()
    client = Client.objects.get(client_id=live.PORTAL_CLIENT_ID)
    waiting = entries.ask(
        authority=one,
        client=client.public_id,
        wanted=entries.WantedEntry(
            redirect_uris=settings.PUBLIC_URL + BACK,
            post_logout_uris="",
            logout_uri="",
            scopes=[scope.value for scope in ClaimScope],
            of_state=True,
        ),
    )
    entries.approve(authority=two, entry=waiting.public_id)
    browser = Browser(live.PORTAL_URL)
    account = people.account(browser.person)
    browser.sign_in()
    beginning = entrance().begin("/ca-nhan/ho-so/")
    told = browser.answered(beginning.address)
    signed = entrance().finish({name: [value] for name, value in told.items()}, beginning.kept)
    _, session = sessions.begin(through_the_portal._arrival(signed), device_words="")
    return Guest(browser, session, account)


@pytest.mark.parametrize("purpose", [PURPOSE_FILING, PURPOSE_OWN_VAULT])
def test_the_portal_vouches_for_whoever_is_signed_in_here(
    guest: Guest, over_http: OverHttp, purpose: str
) -> None:
    owner = over_http.registry.owner_in_session(
        session=guest.session.public_id, subject=guest.session.subject, purpose=purpose
    )

    assert owner.number == guest.browser.person.citizen_id.value
    assert (owner.subject, owner.organisation) == (guest.session.subject, False)


def test_nobody_is_vouched_for_under_somebody_elses_subject(guest: Guest, over_http: OverHttp) -> None:
    with pytest.raises(SessionNotLive):
        over_http.registry.owner_in_session(
            session=guest.session.public_id, subject="f" * 32, purpose=PURPOSE_FILING
        )


def test_whoever_became_somebody_else_at_the_portal_is_asked_for_anew(
    guest: Guest, rf: RequestFactory
) -> None:
    """The desk has not heard yet that the session it knows is over: it would show the pages of that person."""
    led: dict[str, str] = {}
    for why in ("", AS_SOMEBODY_ELSE):
        request = rf.get("/dang-nhap/", {"tiep": "/ca-nhan/ho-so/", "vi_sao": why})
        request.visitor = SimpleNamespace(is_officer=False)  # type: ignore[attr-defined]
        led[why] = through_the_portal.begin(request).headers["Location"]

    assert led[""] == "/ca-nhan/ho-so/"
    assert led[AS_SOMEBODY_ELSE].startswith(f"{live.PORTAL_URL}/oauth2/authorize?")
    assert "prompt=" not in led[AS_SOMEBODY_ELSE]


def test_a_link_that_anybody_can_make_takes_no_officers_session_away(rf: RequestFactory) -> None:
    request = rf.get("/dang-nhap/", {"vi_sao": AS_SOMEBODY_ELSE})
    request.visitor = SimpleNamespace(is_officer=True)  # type: ignore[attr-defined]
    assert through_the_portal.begin(request).headers["Location"] == "/mot-cua/"


def test_whoever_comes_back_to_a_no_is_led_on_to_where_they_wanted_to_go(
    guest: Guest, rf: RequestFactory
) -> None:
    begun = through_the_portal.begin(rf.get("/dang-nhap/", {"tiep": "/ca-nhan/ho-so/"}))
    request = rf.get("/dang-nhap/xong/", {"error": "server_error"})
    request.COOKIES = {key: morsel.value for key, morsel in begun.cookies.items()}
    request.visitor = None  # type: ignore[attr-defined]
    page = through_the_portal.finish(request).content.decode()
    assert "/dang-nhap/?tiep=%2Fca-nhan%2Fho-so%2F" in page


def test_who_signed_out_at_the_portal_is_vouched_for_no_more(guest: Guest, over_http: OverHttp) -> None:
    portal_sessions.end_all(guest.account, why="signed_out")

    with pytest.raises(SessionNotLive):
        over_http.registry.owner_in_session(
            session=guest.session.public_id, subject=guest.session.subject, purpose=PURPOSE_FILING
        )


def test_a_token_that_lapses_is_renewed_and_its_refresh_token_used_once(
    guest: Guest, over_http: OverHttp
) -> None:
    before = sessions.tokens_of(guest.session.public_id)
    assert before is not None
    GuestSession.objects.filter(pk=guest.session.pk).update(tokens_until=guest.session.created_at)

    assert guest_tokens.access_token(guest.session.public_id) != before.access

    after = sessions.tokens_of(guest.session.public_id)
    assert after is not None
    assert after.refresh not in ("", before.refresh)
    owner = over_http.registry.owner_in_session(
        session=guest.session.public_id, subject=guest.session.subject, purpose=PURPOSE_FILING
    )
    assert owner.subject == guest.session.subject


def test_a_clock_of_the_desk_that_is_ahead_signs_nobody_out(
    guest: Guest, over_http: OverHttp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The portal refuses the proof and spends nothing: when the clock is right again, everything goes on."""
    GuestSession.objects.filter(pk=guest.session.pk).update(tokens_until=guest.session.created_at)
    ahead = SimpleNamespace(time=lambda: time.time() + 300)
    with monkeypatch.context() as patched, pytest.raises(PortalUnavailable):
        patched.setattr(portal_proof, "time", ahead)
        guest_tokens.access_token(guest.session.public_id)

    assert "portal does not believe our proof" in caplog.messages
    assert guest_tokens.access_token(guest.session.public_id)


def test_idling_at_the_portal_ends_nothing_for_who_is_at_work_here(guest: Guest, over_http: OverHttp) -> None:
    """A form at the desk takes longer than the portal lets an unused page stand."""
    from datetime import timedelta

    from django.db.models import F

    Session.objects.filter(account=guest.account).update(seen_at=F("seen_at") - timedelta(hours=2))

    assert over_http.registry.owner_in_session(
        session=guest.session.public_id, subject=guest.session.subject, purpose=PURPOSE_FILING
    )


def test_a_citizen_in_their_own_name_represents_nobody(guest: Guest, over_http: OverHttp) -> None:
    with pytest.raises(NotARepresentative):
        over_http.registry.representative_in_session(
            session=guest.session.public_id, organisation=guest.session.subject, procedure_code="2.001914"
        )
