"""The desk's ports over the portal's own API, on a real socket: the same contract as every other implementation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as live_settings
from joserfc.jwk import ECKey
from tests.gateways.contracts import ports_in_use as ports
from tests.signin import systems
from tests.units import people
from tests.vault import papers

from motcua.gateways import (
    client_keys,
    guest_tokens,
    ledger_http,
    merges_http,
    portal_call,
    portal_http,
    vault_http,
)
from motcua.gateways import line as lines
from motcua.gateways.line import Answer, Line, Request
from motcua.gateways.portal_http import HttpPortal
from motcua.gateways.vault_http import HttpVault
from motcua.ops import client_key
from motcua.signin import keys
from motcua.signin.models import Registration
from motcua.units import sample

_KEPT = (
    portal_call.line,
    portal_call.own_token,
    portal_http._checks,
    portal_http._debts,
    vault_http._questions,
    vault_http._debts,
    guest_tokens._entrance,
    ledger_http._calls,
    merges_http._calls,
    client_keys.client_key,
)
_PATIENCE = 60.0


def forget() -> None:
    """What a process keeps of its portal, of which each test has another."""
    for kept in _KEPT:
        kept.cache_clear()


class OverHttp(ports.InProcess):
    """Portal and desk as two installations would be: the desk knows an address and has a key."""

    def __init__(self, place: Path, cut: Any) -> None:
        super().__init__(place, cut)
        self.registry, self.vault = HttpPortal(), HttpVault()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract is the subject here, not how soon: a busy machine's portal may take its time to answer."""
    send = Line.send

    def patient(line: Line, request: Request, *, deadline: float = 3.0, most: int = 256 * 1024) -> Answer:
        return send(line, request, deadline=max(deadline, _PATIENCE), most=most)

    monkeypatch.setattr(Line, "send", patient)
    monkeypatch.setattr(lines, "_TIMEOUTS", httpx.Timeout(_PATIENCE))


@pytest.fixture
def over_http(
    transactional_db: None,
    live_server: Any,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    patience: None,
) -> Iterator[OverHttp]:
    """A desk that two officers registered at the portal on ``live_server``."""
    sample.load(people.UNITS_FILE)
    settings.DESK_ID = "mot-cua-o-noi-khac"  # the desk that is registered is no desk of the portal's own
    key = client_key.of(tmp_path)
    settings.PORTAL_ISSUER = settings.PORTAL_URL = live_server.url
    settings.PORTAL_CLIENT_KEY = key
    public = ECKey.import_key(key.read_text(encoding="ascii"))
    assert public
    client, _ = systems.connected(
        systems.connector(),
        systems.connector(),
        jwks=keys.parse(client_key.public_set(key)),
        addresses="127.0.0.1/32",
        scopes=tuple(Registration.Scope.values),
        per_minute=6000,
        per_day=100_000,
        client_id=papers.DESK,
    )
    settings.PORTAL_CLIENT_ID = settings.DESK_ID = client.client_id
    forget()
    yield OverHttp(tmp_path, lambda: _cut(monkeypatch))
    forget()


def _cut(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(live_settings, "PORTAL_URL", "http://127.0.0.1:1")
    forget()


@pytest.fixture
def ground(over_http: OverHttp) -> OverHttp:
    return over_http


@pytest.fixture
def vaults(over_http: OverHttp) -> OverHttp:
    return over_http
