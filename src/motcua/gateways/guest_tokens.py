"""Thẻ của người đang đăng nhập: good for ten minutes, fetched anew while they stay signed in at the portal."""

import time
from datetime import timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.utils import timezone

from motcua.desk.ports import SessionNotLive
from motcua.desk.signing_in_port import PortalSilent, SignInNotGenuine
from motcua.gateways.portal_call import unavailable
from motcua.gateways.portal_entrance import entrance
from motcua.gateways.portal_signin import HttpPortalSignIn
from motcua.gateways.wire import LineBroken
from motcua.guests import sessions

_EARLY: Final = timedelta(seconds=30)
_PATIENCE: Final = 3.0


def access_token(session: UUID) -> str:
    """The person's own token for the portal. Raises SessionNotLive, PortalUnavailable.

    A refresh token is good once: of several requests at once one asks the portal, the others wait for what it got.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        held = sessions.tokens_of(session)
        if held is None:
            raise SessionNotLive
        if held.until > timezone.now() + _EARLY:
            return held.access
        if sessions.claim_renewal(session):
            return _renewed(session, held)
        if time.monotonic() > until:
            raise unavailable(LineBroken("renewal"))
        time.sleep(0.05)


@lru_cache(maxsize=1)
def _entrance() -> HttpPortalSignIn:
    return entrance()


def _renewed(session: UUID, held: sessions.Tokens) -> str:
    try:
        found = _entrance().renewed(held.refresh)
    except SignInNotGenuine as over:
        sessions.over(session)
        raise SessionNotLive from over
    except PortalSilent as broken:
        sessions.release_renewal(session)
        raise unavailable(broken) from broken
    fresh = sessions.Tokens(
        access=found.access_token,
        refresh=found.refresh_token or held.refresh,
        identity=found.id_token or held.identity,
        until=timezone.now() + timedelta(seconds=found.expires_in),
    )
    sessions.keep_tokens(session, fresh)
    return fresh.access
