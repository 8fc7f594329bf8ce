"""Lượt đăng nhập: one sign-in at one system, from its code to its end. One UPDATE decides each step (threats T-32)."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from motcua import journal
from motcua.accounts import identity, sessions, standing_sessions
from motcua.accounts.reading import account_of
from motcua.accounts.sealed_data import mac
from motcua.kernel.visitor import Visitor
from motcua.keys.columns import ClockTimestamp
from motcua.outbox import errands
from motcua.signin import entries
from motcua.signin.entries import Entry
from motcua.signin.models import RefreshToken, SignIn
from motcua.signin.strength import strength_of
from motcua.signin.token_tables import End

#: A refresh token's chain ends this long after the sign-in, however often it was renewed.
LONGEST: Final = timedelta(days=30)
#: The errand that tells a system.
TELL: Final = "signin.tell_logout"
_OFFLINE: Final = "offline_access"
_LONGEST_TOKEN: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a validated request asks for; ``code_challenge`` is S256."""

    redirect_uri: str
    scopes: frozenset[str]
    nonce: str = field(repr=False)
    code_challenge: str = field(repr=False)


@transaction.atomic
def begin(*, visitor: Visitor, entry: Entry, asked: Asked) -> str:
    """Write the sign-in down; returns its code, which is stored nowhere."""
    account = account_of(visitor)
    audience = entries.audience_of(entry.sign_in)
    code = secrets.token_urlsafe(32)
    strength = strength_of(visitor)
    made = SignIn.objects.create(
        client=entry.client,
        account=account,
        session=visitor.session_public_id,
        sid=sid_of(visitor.session_public_id, entry.client.client_id),
        subject=identity.name_to(account, audience).subject,
        scopes=sorted(asked.scopes),
        redirect_uri=asked.redirect_uri,
        nonce=asked.nonce,
        code_challenge=asked.code_challenge,
        code_hash=_hash("code", code),
        acr=strength.acr,
        amr=list(strength.amr),
        as_officer=visitor.is_officer,
        signed_in_at=visitor.signed_in_at,
    )
    journal.record("signin.person.admitted", **_noted(made))
    return code


def sid_of(session: uuid.UUID, client_id: str) -> str:
    """32 hex digits by which one system knows a session; two systems cannot compare theirs."""
    return mac("session-at-client", client_id, session.bytes)[:16].hex()


def spend(code: str, *, client_id: str) -> SignIn | None:
    """The sign-in of a code, once. A code that comes a second time ends what was issued from it."""
    if len(code) > _LONGEST_TOKEN:
        return None
    of_code = SignIn.objects.filter(code_hash=_hash("code", code), client__client_id=client_id)
    fresh = of_code.filter(spent_at=None, ended_at=None, code_until__gt=ClockTimestamp())
    if fresh.update(spent_at=ClockTimestamp()):
        found = of_code.select_related("client", "account__person").get()
        return found if stands(found) else None
    if (again := of_code.filter(spent_at__isnull=False).first()) is not None:
        end(again, End.CODE_REUSED)
    return None


def may_be_renewed(sign_in: SignIn) -> bool:
    """Whether the person let the system stay connected."""
    return _OFFLINE in sign_in.scopes


def refresh_token(sign_in: SignIn) -> str:
    """The next link of the chain."""
    token = secrets.token_urlsafe(32)
    RefreshToken.objects.create(sign_in=sign_in, token_hash=_hash("refresh", token))
    return token


def renew(token: str, *, client_id: str) -> SignIn | None:
    """The sign-in of a refresh token, once. One that comes a second time ends the whole chain."""
    link = _link(token, client_id)
    if link is None:
        return None
    used = RefreshToken.objects.filter(pk=link.pk, used_at=None).update(used_at=ClockTimestamp())
    if not used:
        end(link.sign_in, End.REFRESH_REUSED)
        return None
    return link.sign_in if stands(link.sign_in) else None


def by_token(sign_in: str, *, client_id: str) -> SignIn | None:
    """The sign-in an access token names, if it still stands; asked at every use of the token."""
    try:
        public_id = uuid.UUID(sign_in)
    except ValueError:
        return None
    found = (
        SignIn.objects.select_related("client", "account__person")
        .filter(public_id=public_id, client__client_id=client_id, spent_at__isnull=False)
        .first()
    )
    return found if found is not None and stands(found) else None


def stands(sign_in: SignIn) -> bool:
    """Not ended here, and the session it came from was not ended at the portal (SPEC 4: within 5 s)."""
    if sign_in.ended_at is not None:
        return False
    longest = LONGEST if may_be_renewed(sign_in) else sessions.LONGEST
    return standing_sessions.stands(sign_in.session, longest=longest)


def end(sign_in: SignIn, why: End) -> bool:
    """Nothing issued from it is good any more, and its system will be told. False when it had ended before.

    One promise for a session that is over, however often the person came back with it; whatever can happen to the
    same session again has one each.
    """
    with transaction.atomic():
        ended = SignIn.objects.filter(pk=sign_in.pk, ended_at=None).update(
            ended_at=ClockTimestamp(), ended_why=why
        )
        if ended:
            journal.record("signin.person.ended", **_noted(sign_in, why=why.value))
            nth = sign_in.sid if why == End.SESSION_ENDED else f"{sign_in.sid}:{sign_in.pk}"
            errands.promise(TELL, f"{TELL}:{sign_in.client_id}:{nth}:{why.value}", {"sign_in": sign_in.pk})
    return bool(ended)


def of_refresh_token(token: str) -> SignIn | None:
    """The sign-in that a refresh token of any system belongs to; nothing is used up."""
    found = RefreshToken.objects.select_related("sign_in__client").filter(token_hash=_hash("refresh", token))
    link = found.first() if len(token) <= _LONGEST_TOKEN else None
    return link.sign_in if link else None


def _link(token: str, client_id: str) -> RefreshToken | None:
    if len(token) > _LONGEST_TOKEN:
        return None
    return (
        RefreshToken.objects.select_related("sign_in__client", "sign_in__account__person")
        .filter(token_hash=_hash("refresh", token), sign_in__client__client_id=client_id)
        .filter(sign_in__made_at__gt=ClockTimestamp() - LONGEST)
        .first()
    )


def _hash(kind: str, token: str) -> bytes:
    return mac(f"signin-{kind}", token)


def _noted(sign_in: SignIn, **facts: Any) -> dict[str, Any]:
    return {
        "subject": f"account:{sign_in.account_id}",
        "facts": {"sign_in": sign_in.pk, "client": sign_in.client_id, **facts},
    }
