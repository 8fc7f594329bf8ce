"""Keys, officers and registrations for the tests of this room."""

import base64
import json
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from tests.units import people

from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.signin import calls, clients, keys
from motcua.signin.clients import Wanted
from motcua.signin.models import Client, Registration
from motcua.units import posts
from motcua.units.models import Unit

ROOT, SCHOOL = "binhdinh-sgddt", "binhdinh-pgddt-phu-cat"
REASON = "Văn bản số 12/CV"
_serial = count(1)


def jwk(kid: str = "2026-11", **more: object) -> dict[str, Any]:
    """The public half of a new key."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    spelt = {
        part: base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
        for part, value in (("x", numbers.x), ("y", numbers.y))
    }
    return {"kty": "EC", "crv": "P-256", "kid": kid, **spelt, **more}


def key_set(*given: dict[str, Any]) -> str:
    return json.dumps({"keys": list(given) or [jwk()]})


def connector(unit: str = ROOT, power: Power = Power.CONNECT_SYSTEMS) -> Authority:
    who = people.officer()
    people.post(who, Unit.objects.get(code=unit), power)
    return posts.authority_of(who.subject, on=people.TODAY)


def wanted(**more: Any) -> Wanted:
    values: dict[str, Any] = {
        "purpose": "Một cửa điện tử của tỉnh kiểm tra tài khoản của chủ hồ sơ.",
        "scopes": ("account.check",),
        "jwks": keys.parse(key_set()),
        "addresses": "203.0.113.0/24",
        "per_minute": 300,
        "per_day": 20_000,
        "contact_office": "Trung tâm CNTT",
        "contact_email": "truc@example.gov.vn",
        "expires_on": timezone.localdate() + timedelta(days=365),
    }
    return Wanted(**{**values, **more})


def asked(by: Authority, client_id: str = "", **more: Any) -> tuple[Client, Registration]:
    client = clients.ask_for_new(
        authority=by,
        client_id=client_id or f"he-thong-{next(_serial)}",
        name="Một cửa điện tử tỉnh Mẫu",
        wanted=wanted(**more),
    )
    return client, client.registrations.get()


def connected(by: Authority, second: Authority, **more: Any) -> tuple[Client, Registration]:
    client, waiting = asked(by, **more)
    clients.approve(authority=second, registration=waiting.public_id)
    waiting.refresh_from_db()
    return client, waiting


def live(client: Client, on: date | None = None) -> Registration | None:
    return clients.live_registration(client.client_id, today=on or timezone.localdate())


def code_of(act: Callable[[], object]) -> str:
    """The code of the refusal; empty where it went through."""
    try:
        act()
    except Refusal as no:
        return no.code
    return ""


def let_in(client: Client, scope: str, *, looks_up: bool = False) -> calls.Caller:
    """A connected system whose call the door has counted."""
    row = calls._live(client.client_id, timezone.now(), None, scope, looks_up)
    assert row is not None
    return calls.Caller(
        client_pk=row.client_pk,
        client_id=row.client_id,
        unit_id=row.unit_id,
        audience=row.audience,
        scope=scope,
        minute=row.per_minute,
        day=row.per_day,
        left=(),
        hour=row.hour,
        looks_up=looks_up,
    )


def call_counted(client: Client, scope: str, *, looked_up: bool = False, **became: Any) -> None:
    """One call, and what became of it."""
    calls.note(let_in(client, scope, looks_up=looked_up), looked_up=looked_up, **became)
