"""Đăng xuất: a system sends somebody here to sign out, and every system hears when a session is over.

A session ends in many ways (signed out, taken back, password changed, account locked, lapsed). None of them knows the
systems: a chore finds the sign-ins whose session stands no more, ends them, and promises an errand for each system
that wants to hear. The errand tries until it is heard: at least once, with the same ``jti``.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from authlib.common.urls import add_params_to_uri
from django.db import connection
from django.utils import timezone
from joserfc import jwt

from motcua.accounts import sessions
from motcua.kernel.visitor import Visitor
from motcua.outbox.errands import Fact
from motcua.signin import entries, hinting, sign_ins, signing_keys
from motcua.signin.models import SignIn
from motcua.signin.own_issuer import issuer
from motcua.signin.ports import LogoutLine
from motcua.signin.token_tables import End

TELL: Final = sign_ins.TELL
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_TYPE: Final = "logout+jwt"  # noqa: S105 - a media type
_LIFE: Final = timedelta(minutes=2)
_AT_ONCE: Final = 200

# Sign-ins that still stand although their session does not. Idle time alone ends none (accounts.standing_sessions).
_OVER: Final = """
    SELECT i.id FROM signin_signin i LEFT JOIN accounts_session s ON s.public_id = i.session
      LEFT JOIN accounts_account a ON a.id = s.account_id
     WHERE i.ended_at IS NULL AND i.made_at > clock_timestamp() - interval '30 days'
       AND (s.id IS NULL OR s.ended_at IS NOT NULL
            OR NOT (a.status = 'active' OR s.mandate_id IS NOT NULL AND a.status = 'pending_activation')
            OR s.mandate_id IS NOT NULL AND NOT accounts_mandate_stands(s.mandate_id, '',
                   (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
            OR accounts_waits_for_owner(a.id)
            OR NOT i.scopes @> ARRAY['offline_access']
               AND s.created_at <= clock_timestamp() - interval '12 hours')
     ORDER BY i.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody wants to sign out. ``sure``: the system showed whose session it is, so nobody has to be asked."""

    sure: bool
    back_to: str = ""
    system: str = ""


def look(asked: Mapping[str, str], *, visitor: Visitor | None) -> Leaving:
    """What a request to sign out amounts to; an address back that was not agreed to is left out."""
    hint = hinting.claims_of(asked.get("id_token_hint", ""))
    client_id = str(hint.get("aud", "")) if hint else asked.get("client_id", "")
    if hint and asked.get("client_id", client_id) != client_id:
        return Leaving(sure=False)
    entry = entries.live(client_id, today=timezone.localdate()) if client_id else None
    sure = bool(
        hint
        and visitor is not None
        and hint.get("sid") == sign_ins.sid_of(visitor.session_public_id, client_id)
    )
    if entry is None:
        return Leaving(sure=sure)
    back = asked.get("post_logout_redirect_uri", "")
    if not hint or back not in entry.sign_in.post_logout_uris:
        return Leaving(sure=sure, system=entry.client.name)
    state = asked.get("state", "")[:1024]
    return Leaving(
        sure=sure,
        back_to=add_params_to_uri(back, [("state", state)]) if state else back,
        system=entry.client.name,
    )


def leave(visitor: Visitor | None) -> None:
    """End the session at the portal; every system hears of it."""
    if visitor is not None:
        sessions.end(visitor)


def end_what_is_over() -> int:
    """End the sign-ins whose session stands no more, and promise to tell their systems. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_OVER, [_AT_ONCE])
        over = [pk for (pk,) in cursor.fetchall()]
    found = SignIn.objects.filter(pk__in=over)
    return sum(sign_ins.end(sign_in, End.SESSION_ENDED) for sign_in in found)


def tell(data: Mapping[str, Fact], *, line: LogoutLine) -> None:
    """The errand: hand one logout token over. Telling it twice changes nothing at the system."""
    sign_in = SignIn.objects.select_related("client").filter(pk=data["sign_in"]).first()
    if sign_in is None:
        return
    entry = entries.live(sign_in.client.client_id, today=timezone.localdate())
    if entry is None or not entry.sign_in.logout_uri:
        return
    line.tell(address=entry.sign_in.logout_uri, logout_token=logout_token(sign_in))


def logout_token(sign_in: SignIn) -> str:
    """OpenID Connect Back-Channel Logout 1.0, 2.4: for this system only, two minutes, nothing personal."""
    now = int(timezone.now().timestamp())
    key = signing_keys.standing().signing
    claims = {
        "iss": issuer(),
        "aud": sign_in.client.client_id,
        "iat": now,
        "exp": now + int(_LIFE.total_seconds()),
        "jti": uuid.uuid5(sign_in.public_id, "logout").hex,
        "sub": sign_in.subject,
        "sid": sign_in.sid,
        "events": {EVENT: {}},
    }
    return jwt.encode({"alg": signing_keys.ALGORITHM, "kid": str(key.kid), "typ": TOKEN_TYPE}, claims, key)
