"""The portal on a real port, and people who have accounts there."""

from typing import Any

import pytest

from tests.accounts import people as accounts
from tests.signin import systems
from tests.single_sign_on.parties import Browser, ThirdParty, registered
from tests.units import people


@pytest.fixture
def portal(transactional_db: None, live_server: Any, settings: Any) -> str:
    """Its address; what it signs says the same."""
    people.unit(systems.ROOT)
    settings.PORTAL_ISSUER = live_server.url
    return str(live_server.url)


@pytest.fixture
def party(portal: str) -> ThirdParty:
    """A third party that may ask everything there is."""
    return registered(portal)


@pytest.fixture
def citizen(portal: str) -> Browser:
    """Somebody with an account, signed in."""
    browser = Browser(portal)
    accounts.account(browser.person)
    return browser.sign_in()
