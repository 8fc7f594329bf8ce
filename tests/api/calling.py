"""A connected system and what it calls, for the tests of the API."""

import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from motcua.accounts import identity, sessions
from motcua.accounts.models import Account
from motcua.signin import access_tokens, entries
from motcua.signin.entries import WantedEntry
from motcua.signin.models import Client as ConnectedSystem
from motcua.signin.models import Registration, SignIn
from motcua.units import sample
from tests.signin import holders, systems
from tests.units import people as officers

ADDRESS = "203.0.113.7"
ORIGIN = "http://testserver"
OFFICER = "b" * 32
ALL_SCOPES = tuple(Registration.Scope.values)


@dataclass
class System:
    """A system that was let in by two officers, with a token for what it may do."""

    row: ConnectedSystem
    registration: Registration
    token: str = field(repr=False)
    address: str = ADDRESS
    client: Client = field(default_factory=Client)

    @property
    def audience(self) -> str:
        return self.registration.audience

    @property
    def unit_code(self) -> str:
        return str(self.row.unit.code)

    def post(self, path: str, body: object = None, *, key: str = "", **more: Any) -> Any:
        headers = {**self.headers("POST", path, key), **more.pop("headers", {})}
        return self.client.post(
            f"/api/v1/{path}",
            data=body if isinstance(body, bytes | str) else json.dumps(body),
            content_type=more.pop("content_type", "application/json"),
            headers=headers,
            REMOTE_ADDR=self.address,
            **more,
        )

    def send(
        self, path: str, fields: dict[str, str], data: bytes, name: str = "giay-to.pdf", *, key: str
    ) -> Any:
        file = SimpleUploadedFile(name, data, content_type="application/pdf")
        return self.client.post(
            f"/api/v1/{path}",
            {**fields, "file": file},
            headers=self.headers("POST", path, key),
            REMOTE_ADDR=self.address,
        )

    def get(self, path: str, **query: str) -> Any:
        headers = self.headers("GET", path)
        return self.client.get(f"/api/v1/{path}", query, headers=headers, REMOTE_ADDR=self.address)

    def headers(self, method: str, path: str, key: str = "") -> dict[str, str]:
        address = f"{ORIGIN}/api/v1/{path}"
        said = holders.headers(method, address, self.token) if self.token else {}
        return {**said, "Idempotency-Key": key} if key else said

    def question(self, number: str, **more: object) -> dict[str, Any]:
        return {
            "number": {"kind": "CITIZEN_ID", "number": number},
            "purpose": "tiep-nhan-ho-so",
            "asked_by": OFFICER,
            "unit_code": self.unit_code,
            "reference": str(uuid.uuid4()),
            **more,
        }

    def check(self, number: str, **more: object) -> Any:
        return self.post("account-checks", self.question(number, **more))

    def receipt(self, number: str) -> str:
        """Of somebody who has an account."""
        answer = self.check(number)
        assert answer.status_code == 200, answer.content.decode()
        return str(answer.json()["receipt"])

    def of(self, account: Account) -> "System":
        """The same system with the token of somebody who is signed in through it."""
        _, session = sessions.begin(account, audience="CITIZEN", device="may-nha", device_words="Chrome")
        return self.of_session(account, session.public_id)

    def of_session(self, account: Account, session: uuid.UUID) -> "System":
        """With the token that came of this session of the account's."""
        if entries.standing_of(self.row) is None:
            sign_people_in(self.row)
        subject = identity.subject_of(account.public_id, self.audience)
        sign_in = SignIn.objects.create(
            client=self.row,
            account=account,
            session=session,
            sid=session.hex,
            subject=subject,
            scopes=["openid", "owner.session"],
            redirect_uri="https://mot-cua.example.gov.vn/xong",
            code_challenge="c" * 43,
            code_hash=secrets.token_bytes(32),
            acr="LoA1",
            amr=["pwd"],
            signed_in_at=timezone.now(),
        )
        SignIn.objects.filter(pk=sign_in.pk).update(spent_at=timezone.now())
        token = token_of(
            self.row.client_id, subject=subject, session=sign_in.sid, sign_in=sign_in.public_id.hex
        )
        return System(self.row, self.registration, token, self.address)


def sign_people_in(client: ConnectedSystem) -> None:
    """Two officers agree that people may sign in through this system."""
    wanted = WantedEntry(
        redirect_uris="https://mot-cua.example.gov.vn/xong",
        post_logout_uris="https://mot-cua.example.gov.vn/",
        logout_uri="",
        scopes=("openid", "owner.session"),
        of_state=True,
    )
    waiting = entries.ask(authority=systems.connector(), client=client.public_id, wanted=wanted)
    entries.approve(authority=systems.connector(), entry=waiting.public_id)


def token_of(client_id: str, *scopes: str, subject: str = "", session: str = "", sign_in: str = "") -> str:
    """Made out to ``holders.KEY``."""
    return access_tokens.issue(
        client_id=client_id,
        scopes=frozenset(scopes or ALL_SCOPES),
        now=timezone.now(),
        subject=subject,
        session=session,
        sign_in=sign_in,
        bound_to=holders.thumbprint(),
    )


def a_system(*scopes: str, **more: Any) -> System:
    """Registered by the education department of the province, and approved."""
    sample.load(officers.UNITS_FILE)
    unit = more.pop("unit", systems.ROOT)
    asked = {"addresses": f"{ADDRESS}/32", **more}
    row, registration = systems.connected(
        systems.connector(unit), systems.connector(unit), scopes=scopes or ALL_SCOPES, **asked
    )
    return System(row, registration, token_of(row.client_id))


def problem(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, after looking at the document it came in."""
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.content.decode()
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["type"] == f"urn:motcua:problem:{said['code']}"
    assert said["detail"].endswith(".") and said["title"] and said["request_id"]
    return answer.status_code, said["code"]
