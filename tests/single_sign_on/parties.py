"""A third party's system and a person's browser, both on the real wire."""

import base64
import hashlib
import re
import secrets
import time
import uuid
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from motcua.accounts.sealed_data import PersonData
from motcua.signin import entries, keys
from motcua.signin.entries import WantedEntry
from motcua.signin.models import Client
from tests.accounts import people
from tests.signin import holders, systems

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BACK = "https://mot-cua.example.gov.vn/dang-nhap/xong"
_serial = count(1)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def parameters(address: str) -> dict[str, str]:
    """What a redirection carries."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _payload(token: str) -> str:
    part = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace")
    except ValueError:
        return ""


@dataclass
class ThirdParty:
    """A registered system with a key of its own."""

    portal: str
    client_id: str
    key: ECKey
    back: str = BACK
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def client(self) -> Client:
        return Client.objects.get(client_id=self.client_id)

    @property
    def endpoint(self) -> str:
        return f"{self.portal}/oauth2/token"

    def asking(self, **changed: str | None) -> str:
        """The address of an authorisation request; None leaves a parameter out."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": "openid",
            "state": "trang-thai-1",
            "nonce": "so-mot-lan-1",
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
            **changed,
        }
        sent = {name: value for name, value in asked.items() if value is not None}
        return f"{self.portal}/oauth2/authorize?{urlencode(sent)}"

    def proof(self, key: ECKey | None = None, head: dict[str, Any] | None = None, **told: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.portal,
            "iat": now,
            "exp": now + 60,
            "jti": uuid.uuid4().hex,
            **told,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "ES256", "kid": self.key.kid, **(head or {})}
        header = {name: value for name, value in header.items() if value is not None}
        return jwt.encode(header, claims, key or self.key)

    def call(self, path: str, *, held: str | None = None, **form: str | None) -> httpx.Response:
        """A call with a proof of who calls, unless the form says otherwise.

        ``held``: the proof of who will hold the token; in its own name a system brings one by itself.
        """
        if held is None and form.get("grant_type") == "client_credentials":
            held = holders.proof("POST", f"{self.portal}/oauth2/{path}", key=self.key)
        sent: dict[str, str | None] = {
            "client_assertion_type": ASSERTION,
            "client_assertion": form.pop("client_assertion", None) or self.proof(),
            **form,
        }
        return httpx.post(
            f"{self.portal}/oauth2/{path}",
            data={name: value for name, value in sent.items() if value is not None},
            headers={"DPoP": held} if held else {},
            timeout=20,
        )

    def exchange(self, code: str, *, held: str | None = None, **changed: str | None) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": self.verifier,
            **changed,
        }
        return self.call("token", held=held, **form)

    def renew(self, token: str, **changed: str | None) -> httpx.Response:
        return self.call("token", **{"grant_type": "refresh_token", "refresh_token": token, **changed})

    def about(self, token: str) -> httpx.Response:
        address = f"{self.portal}/oauth2/userinfo"
        shown = {"Authorization": f"Bearer {token}"}
        if '"cnf"' in _payload(token):
            shown = holders.headers("GET", address, token, key=self.key)
        return httpx.get(address, headers=shown, timeout=20)

    def tokens(self, browser: "Browser", **changed: str | None) -> dict[str, Any]:
        """The whole way of somebody who is signed in and agrees."""
        code = browser.code(self.asking(**changed))
        answered = self.exchange(code)
        assert answered.status_code == 200, answered.text
        found: dict[str, Any] = answered.json()
        return found

    def claims(self, id_token: str) -> dict[str, Any]:
        from motcua.signin import signing_keys

        return dict(jwt.decode(id_token, signing_keys.key_of, algorithms=["ES256"]).claims)


def registered(portal: str, *, of_state: bool = False, **more: Any) -> ThirdParty:
    """A system with both halves approved by two officers."""
    key = ECKey.generate_key("P-256", {"kid": f"khoa-{next(_serial)}", "use": "sig", "alg": "ES256"})
    one, two = systems.connector(), systems.connector()
    addresses = more.pop("addresses", "127.0.0.0/24")
    client, _ = systems.connected(
        one, two, jwks=keys.parse(systems.key_set(key.as_dict(private=False))), addresses=addresses
    )
    values = {
        "redirect_uris": BACK,
        "post_logout_uris": "https://mot-cua.example.gov.vn/",
        "logout_uri": "",
        "scopes": ["openid", "profile", "dvcqg", "desk.officer", "offline_access"],
        "of_state": of_state,
        **more,
    }
    waiting = entries.ask(authority=one, client=client.public_id, wanted=WantedEntry(**values))
    entries.approve(authority=two, entry=waiting.public_id)
    return ThirdParty(portal=portal, client_id=client.client_id, key=key, back=waiting.redirect_uris[0])


class Browser:
    """A person at a browser that follows redirections and the portal's page in between, and never leaves it."""

    def __init__(self, portal: str, person: PersonData | None = None) -> None:
        self.portal = portal
        self.person = person or people.data()
        self.http = httpx.Client(base_url=portal, timeout=20, follow_redirects=False)

    def sign_in(self) -> "Browser":
        page = self.http.get("/dang-nhap/")
        self.submit_sign_in(page)
        return self

    def submit_sign_in(self, page: httpx.Response) -> httpx.Response:
        onward = re.search(r'name="tiep" value="([^"]*)"', page.text)
        step = re.search(r'name="buoc" value="([^"]*)"', page.text)
        return self.send(
            "/dang-nhap/",
            page,
            number=self.person.citizen_id.value,
            password=people.STRONG,
            tiep=onward[1] if onward else "",
            buoc=step[1] if step else "",
        )

    def send(self, address: str, page: httpx.Response, **form: str) -> httpx.Response:
        """A form of the page that is shown."""
        token = _TOKEN.search(page.text)
        assert token, page.text[:500]
        return self.http.post(address, data={"csrfmiddlewaretoken": token[1], **form})

    def go(self, address: str) -> httpx.Response:
        """As far as the portal leads: its last page, or the answer that leads away from it."""
        answer = self.http.get(address)
        while True:
            onward = self.onward(answer)
            if not onward or not onward.startswith((self.portal, "/")):
                return answer
            answer = self.http.get(onward)

    @staticmethod
    def onward(answer: httpx.Response) -> str:
        """Where an answer leads: a redirection, or the page that moves on by itself."""
        if answer.is_redirect:
            return answer.headers["location"]
        return answer.headers.get("refresh", "").partition("url=")[2]

    def answered(self, address: str) -> dict[str, str]:
        """What the system is told in the end; signs in and agrees where that is asked."""
        answer = self.go(address)
        if 'name="password"' in answer.text:
            answer = self.submit_sign_in(answer)
            answer = self.go(self.onward(answer))
        if 'value="agree"' in answer.text:
            answer = self.send(str(answer.url), answer, act="agree")
        assert self.onward(answer), answer.text[:800]
        return parameters(self.onward(answer))

    def code(self, address: str) -> str:
        told = self.answered(address)
        assert "code" in told, told
        return told["code"]
