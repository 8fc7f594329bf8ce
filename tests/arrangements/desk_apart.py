"""What a desk apart does for a connected system, told by a process that is such a desk; run by the test beside it.

The database is empty at first and its own. Everything goes through the services and the real addresses.
"""

import json
import sys
import time
import uuid
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from joserfc import jwt  # noqa: E402
from joserfc.jwk import ECKey  # noqa: E402
from tests.signin import holders, systems  # noqa: E402
from tests.units import people  # noqa: E402

from motcua.ops import connected_work  # noqa: E402
from motcua.signin import access_tokens, clients, keys, signing_keys, usage  # noqa: E402
from motcua.signin.models import CallCount, Registration  # noqa: E402

HERE = "http://testserver"
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
CLIENT = "bao-dien-tu-tinh"
SCOPES = ("catalogue.read", "catalogue.write", "dossier.events")
KEY = ECKey.generate_key("P-256", {"kid": "2026-11"})
told: dict[str, Any] = {}


def tables() -> list[str]:
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def assertion(**more: object) -> str:
    now = int(time.time())
    claims = {"iss": CLIENT, "sub": CLIENT, "aud": HERE, "iat": now, "exp": now + 60, "jti": uuid.uuid4().hex}
    return jwt.encode({"alg": "ES256", "kid": "2026-11"}, {**claims, **more}, KEY)


def token(*, address: str = HOME, held: bool = True, **form: str) -> Any:
    sent = {
        "grant_type": "client_credentials",
        "client_id": CLIENT,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion(),
        **form,
    }
    proof = {"DPoP": holders.proof("POST", f"{HERE}/oauth2/token", key=KEY)} if held else {}
    body = "&".join(f"{name}={value}" for name, value in sent.items())
    return Client().post(
        "/oauth2/token",
        body,
        content_type="application/x-www-form-urlencoded",
        headers=proof,
        REMOTE_ADDR=address,
    )


def call(path: str, shown: str, *, address: str = HOME, **headers: str) -> Any:
    said = {**holders.headers("GET", f"{HERE}/api/v1/{path}", shown, key=KEY), **headers}
    return Client().get(f"/api/v1/{path}", headers=said, REMOTE_ADDR=address)


def answer(response: Any) -> list[object]:
    body = response.json()
    return [response.status_code, body.get("code") or body.get("error") or ""]


def wanted(**more: Any) -> clients.Wanted:
    public = {**KEY.as_dict(private=False), "kid": "2026-11"}
    given = {name: public[name] for name in ("kty", "crv", "x", "y", "kid")}
    values = {"scopes": SCOPES, "jwks": keys.parse(json.dumps({"keys": [given]})), "addresses": HOME}
    return systems.wanted(**{**values, **more})


def registered() -> None:
    """By two, as at a portal."""
    people.unit(systems.ROOT)
    first, second = systems.connector(), systems.connector()
    told["scope_of_the_portal"] = systems.code_of(
        lambda: clients.ask_for_new(
            authority=first, client_id="hoi-tai-khoan", name="X", wanted=wanted(scopes=("account.check",))
        )
    )
    client = clients.ask_for_new(
        authority=first, client_id=CLIENT, name="Báo điện tử", wanted=wanted(per_minute=12)
    )
    asked = client.registrations.get()
    told["before_approval"] = answer(token())
    told["own_approval"] = systems.code_of(
        lambda: clients.approve(authority=first, registration=asked.public_id)
    )
    try:
        with transaction.atomic():
            Registration.objects.filter(pk=asked.pk).update(
                decision="APPROVED", decided_by_subject=first.subject
            )
    except IntegrityError as no:
        told["own_approval_by_hand"] = getattr(no.__cause__, "diag").constraint_name  # noqa: B009
    clients.approve(authority=second, registration=asked.public_id)


def tokens() -> str:
    told["described"] = Client().get("/.well-known/oauth-authorization-server").json()
    told["keys"] = [key["kid"] for key in Client().get("/oauth2/jwks").json()["keys"]]
    told["own_key"] = str(signing_keys.standing().signing.kid)
    told["token_unheld"] = answer(token(held=False))
    told["token_from_elsewhere"] = answer(token(address=ELSEWHERE))
    told["token_too_much"] = answer(token(scope="account.check"))
    told["code_grant"] = answer(token(grant_type="authorization_code", code="x", redirect_uri=HERE))
    given = token().json()
    told["token"] = {name: given[name] for name in ("token_type", "scope")}
    shown = str(given["access_token"])
    read = access_tokens.read(shown, now=timezone.now())
    told["token_says"] = [read.client_id, sorted(read.scopes), bool(read.bound_to), read.subject]
    return shown


def stranger(**more: object) -> str:
    """A token of an installation of another name: the portal's, even if its key were ours."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": settings.PORTAL_URL, "aud": settings.PORTAL_URL, "sub": CLIENT, "client_id": CLIENT,
        "scope": " ".join(SCOPES), "iat": now, "exp": now + 300, "jti": "x" * 20,
        "cnf": {"jkt": holders.thumbprint(KEY)},
    }  # fmt: skip
    key = signing_keys.standing().signing
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": str(key.kid)}, {**claims, **more}, key)


def called(shown: str) -> None:
    told["calls"] = {path: answer(call(path, shown)) for path in ("units", "procedures", "dossier-events")}
    told["units"] = [one["code"] for one in call("units", shown).json()["units"]]
    told["stranger"] = answer(call("units", stranger()))
    told["stranger_renamed"] = answer(call("units", stranger(iss=HERE, aud=HERE)))
    proof = holders.proof("GET", f"{HERE}/api/v1/units", shown, key=KEY)
    told["proof_twice"] = [answer(call("units", shown, DPoP=proof)) for _ in range(2)]
    told["no_proof"] = answer(call("units", shown, DPoP=""))
    told["from_elsewhere"] = answer(call("units", shown, address=ELSEWHERE))
    told["written_twice"] = [answer_of_write(shown) for _ in range(2)]
    told["quota"] = [call("units", shown).status_code for _ in range(8)][-1]
    told["counted"] = sorted(CallCount.objects.values_list("scope", flat=True))


def answer_of_write(shown: str) -> list[object]:
    address = f"{HERE}/api/v1/procedure-imports"
    said = {**holders.headers("POST", address, shown, key=KEY), "Idempotency-Key": "thu-tuc-0001"}
    body = {"shape": "motcua-thu-tuc-1", "procedures": [{"code": "?"}], "dry_run": True}
    got = Client().post(
        "/api/v1/procedure-imports", json.dumps(body), content_type="application/json", headers=said,
        REMOTE_ADDR=HOME,
    )  # fmt: skip
    return [got.status_code, got.headers.get("Idempotency-Replayed", "")]


def stopped(shown: str) -> None:
    live = Registration.objects.get(client__client_id=CLIENT)
    row, seen = live.client, usage.of(live.client, live)
    told["usage"] = [len(seen.days), seen.alarms, seen.quotas[0].agreed]
    clients.stop(authority=systems.connector(), client=row.public_id, reason="Nghi lộ khóa")
    told["stopped"] = [answer(call("units", shown)), answer(token())]


def forgotten() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in ("signin_usedproof", "signin_usedassertion"):
            cursor.execute(f"UPDATE {table} SET until = until - %s", [timedelta(days=1)])
        cursor.execute("SET session_replication_role = origin")
    told["forgotten"] = {name: work() > 0 for name, work, _ in connected_work.chores()}


call_command("migrate", verbosity=0)
call_command("migrate", "signin", "zero", verbosity=0)
told["left"] = [name for name in tables() if name.startswith("signin_")]
call_command("migrate", verbosity=0)
told["tables"] = [name for name in tables() if name.startswith(("signin_", "accounts_", "vault_"))]
told["models"] = sorted(model._meta.db_table for model in apps.get_app_config("signin").get_models())
registered()
a_token = tokens()
called(a_token)
stopped(a_token)
forgotten()
told["addresses"] = {
    path: Client().get(path).status_code
    for path in (
        "/oauth2/authorize", "/oauth2/userinfo", "/oauth2/logout", "/oauth2/revoke",
        "/.well-known/openid-configuration", "/api/v1/receipt-keys", "/api/v1/account-checks",
    )
}  # fmt: skip
told["openapi"] = Client().get("/api/v1/openapi.json").json()
told["described_operations"] = sorted(told["openapi"]["paths"])
told["page"] = Client().get("/huong-dan/giao-dien-lap-trinh/").content.decode()
told["strangers"] = sorted(
    name for name in sys.modules if name.startswith(("motcua.accounts.models", "motcua.vault."))
)
print("\n" + json.dumps(told))
