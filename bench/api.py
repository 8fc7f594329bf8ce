"""The account check as another system calls it: CPU of web and database together, beside the same SQL and a signature.

Both run in this process, one after the other in turns, so that what else the machine does falls on both alike. The
bare handler says the statements of a call as they were heard, with that call's own values, by plain psycopg on the
same connection, reads the token and the proof of its holder, and signs once. Proofs are made beforehand: they cost
the caller's CPU, not the portal's.
"""

import itertools
import json
import os
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey

from bench import world
from bench.paths import InProcess
from bench.report import Aim, Figure
from bench.visits import Officers
from motcua.accounts import check
from motcua.desk import receipts
from motcua.signin import access_tokens, proofs
from motcua.signin.models import Client, Registration
from motcua.units.models import Unit

_ADDRESS = "/api/v1/account-checks"
_ROUNDS = 5
_PEOPLE = 50
_PORTION = 25
_HOLDER = ECKey.generate_key("P-256")
_TICK = os.sysconf("SC_CLK_TCK")


def figures(officers: Officers, times: int) -> list[Figure]:
    """Milliseconds a call, the ratio to the bare handler, the statements, and receipts verified a second."""
    here, token = InProcess(), _registered()
    here.path.listens = False
    heard = _one_call(here, token, officers)
    known = itertools.cycle(_known(here, token, officers))
    ours, bare = _Spent(), _Spent()
    for _ in range(_ROUNDS):
        for some in _portions(times // _ROUNDS):
            proofs_made = iter([_proof(token) for _ in range(some + 1)])
            ours.add(lambda made=proofs_made: _ask(here, token, next(known), next(made)), some)
        proof = _proof(token)
        bare.add(lambda made=proof: _bare(heard, token, made), times // _ROUNDS)
    made_of = f"web {ours.web_ms:.2f}, database {ours.database_ms:.2f}"
    beside = f"bare: web {bare.web_ms:.2f}, database {bare.database_ms:.2f}"
    return [
        Figure("API account check: CPU web + database", ours.ms, "ms", Aim(2.5), made_of),
        Figure("API account check: bare CPU over ours", bare.ms / ours.ms, "×", Aim(0.4, True), beside),
        Figure("API account check: statements", len(heard), "", Aim(5)),
        Figure("API account check: reading the proof", _proof_read(token, times), "ms", None),
        Figure("ES256 receipts verified a second of CPU", _verified(times), "/s", Aim(3_000, True)),
    ]


def _portions(times: int) -> list[int]:
    """So few at a time that the last of the proofs made for them is still of now, on a slow machine too."""
    return [min(_PORTION, times - begun) for begun in range(0, times, _PORTION)]


def _verified(times: int) -> float:
    """By the thread's own CPU: a core shared with others is still one core."""
    now = timezone.now()
    receipt = check.sign_receipt(
        audience=settings.DESK_ID,
        subject="0" * 32,
        purpose="do",
        standing=check.Standing.USABLE,
        now=now,
        key=settings.KEYRING.receipt_key,
    )
    key, begun = settings.KEYRING.receipt_key.public_key(), time.thread_time()
    for _ in range(times):
        receipts.verify(
            receipt, audience=settings.DESK_ID, issuer=settings.PORTAL_ISSUER, public_key=key, now=now
        )
    return times / (time.thread_time() - begun)


def _proof(token: str) -> str:
    claims = {
        "jti": uuid.uuid4().hex,
        "htm": "POST",
        "htu": settings.PORTAL_ISSUER + _ADDRESS,
        "iat": int(time.time()),
        "ath": proofs.hash_of(token),
    }
    public = {part: _HOLDER.as_dict(private=False)[part] for part in ("kty", "crv", "x", "y")}
    return jwt.encode({"alg": "ES256", "typ": "dpop+jwt", "jwk": public}, claims, _HOLDER)


def _shown(token: str, proof: str) -> proofs.Shown:
    issuer = settings.PORTAL_ISSUER
    return proofs.shown(
        authorization=f"DPoP {token}", proof=proof, method="POST", origin=issuer, path=_ADDRESS
    )


def _proof_read(token: str, times: int) -> float:
    """Milliseconds of CPU for one proof, its key being known."""
    made = _proof(token)
    begun = time.thread_time()
    for _ in range(times):
        proofs.read(_shown(token, made), of_token=True)
    return 1000 * (time.thread_time() - begun) / times


class _Spent:
    """CPU over many calls: the thread's own, and the database process's that serves it."""

    def __init__(self) -> None:
        self.calls, self.web, self.database = 0, 0.0, 0.0

    def add(self, work: Callable[[], object], times: int) -> None:
        work()
        database, web = _database_seconds(), time.thread_time()
        for _ in range(times):
            work()
        self.web += time.thread_time() - web
        self.database += _database_seconds() - database
        self.calls += times

    @property
    def web_ms(self) -> float:
        return 1000 * self.web / self.calls

    @property
    def database_ms(self) -> float:
        return 1000 * self.database / self.calls

    @property
    def ms(self) -> float:
        return self.web_ms + self.database_ms


def _database_seconds() -> float:
    """User and system time of the backend of this connection; both programs run on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _registered() -> str:
    """A system of the unit that may call from here, and its token."""
    unit, nobody = Unit.objects.get(code=world.UNIT), "a" * 32
    client = Client.objects.create(
        client_id=f"do-toc-do-{uuid.uuid4().hex[:8]}", name="Đo", folded="do", unit=unit
    )
    row = Registration.objects.create(
        client=client,
        audience=client.client_id,
        purpose="Đo tốc độ.",
        scopes=["account.check"],
        jwks={"keys": []},
        addresses=["127.0.0.1/32"],
        per_minute=6_000,
        per_day=1_000_000,
        contact_office="-",
        contact_email="-",
        expires_on=timezone.localdate() + timedelta(days=30),
        asked_by_subject=nobody,
    )
    Registration.objects.filter(pk=row.pk).update(decision="APPROVED", decided_by_subject="b" * 32)
    return access_tokens.issue(
        client_id=client.client_id,
        scopes=frozenset({"account.check"}),
        now=timezone.now(),
        bound_to=_HOLDER.thumbprint(),
    )


def _ask(here: InProcess, token: str, number: str, proof: str = "") -> None:
    body = {
        "number": {"kind": "CITIZEN_ID", "number": number},
        "purpose": "tiep-nhan-ho-so",
        "asked_by": "a" * 32,
        "unit_code": world.UNIT,
        "reference": str(uuid.uuid4()),
    }
    shown = (token, proof or _proof(token))
    answer = here.send("POST", _ADDRESS, "", json.dumps(body).encode(), "application/json", shown=shown)
    if answer.status != 200 or b'"found"' not in answer.body:
        raise SystemExit(f"bench: the account check answered {answer.status}")


def _known(here: InProcess, token: str, officers: Officers) -> list[str]:
    """Numbers asked about before: a first answer also writes down who that is at this desk."""
    numbers = [officers.number() for _ in range(_PEOPLE)]
    for number in numbers:
        _ask(here, token, number)
    return numbers


def _one_call(here: InProcess, token: str, officers: Officers) -> list[tuple[str, Any]]:
    """The statements of a call, with their values; the second of one person, as all but the first are."""
    heard: list[tuple[str, Any]] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        heard.append((sql, params))
        return execute(sql, params, *rest)

    number = officers.number()
    _ask(here, token, number)
    with connection.execute_wrapper(listen):
        _ask(here, token, number)
    return heard


def _bare(heard: list[tuple[str, Any]], token: str, proof: str) -> None:
    now = timezone.now()
    access_tokens.read(token, now=now)
    proofs.read(_shown(token, proof), of_token=True)
    line = connection.connection
    for sql, params in heard:
        # A proof is written once, and while it is of now: each call has a mark and a moment of its own, as ours has.
        fresh = [os.urandom(32), int(time.time()), *params[2:]]
        said = line.execute(sql, fresh if "signin_usedproof" in sql else params)
        if said.description:
            said.fetchall()
    check.sign_receipt(
        audience=settings.DESK_ID,
        subject="0" * 32,
        purpose="do",
        standing=check.Standing.USABLE,
        now=now,
        key=settings.KEYRING.receipt_key,
    )
