"""Khóa của Cổng: with which public keys the portal signs its receipts, and with which it did.

Where the portal is here too, it says so itself. Elsewhere the keys were fetched from it and lie in a file
(``PORTAL_KEYS_FILE``), so that believing a receipt needs no line to the portal. Keys that it signs with no more stay
known, because what they signed is read again for years: of those is believed what was looked at in time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, cast

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.module_loading import import_string
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

#: A process goes on for some seconds with what it read, and two clocks differ.
_SLACK: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class PortalKey:
    """One key. ``until``: from then on its receipts are believed no more. ``lost``: because others may sign with it."""

    kid: str
    public: ec.EllipticCurvePublicKey = field(repr=False)
    until: datetime | None = None
    lost: bool = False


class PortalKeys(Protocol):
    """Where the portal's keys come from."""

    def known(self, kid: str = "") -> Sequence[PortalKey]:
        """Every key there was, the newest first; none when none was fetched yet. Asks nobody outside.

        ``kid`` is one that a receipt names: what was read some seconds ago without it is read anew.
        """

    def refresh(self) -> int:
        """Ask the portal. How many keys are new."""


def source() -> PortalKeys:
    return cast(PortalKeys, import_string(settings.PORTAL_KEYS)())


def believed(kid: str = "", *, at: datetime | None = None) -> Sequence[PortalKey]:
    """The keys whose receipts are believed now, or were believed ``at`` that moment; the one that is named first."""
    keys = [one for one in source().known(kid) if one.until is None or (at and at < one.until + _SLACK)]
    return sorted(keys, key=lambda one: one.kid != kid)


def not_lost(kid: str = "") -> Sequence[PortalKey]:
    """The keys that nobody but the portal ever had: for receipts that come back days after they were given."""
    keys = [one for one in source().known(kid) if not one.lost]
    return sorted(keys, key=lambda one: one.kid != kid)


def parse(text: str) -> tuple[PortalKey, ...]:
    """The P-256 keys of a JWK set, with those that are retired; ValueError for anything else."""
    found = json.loads(text)
    shown = found.get("keys") if isinstance(found, dict) else None
    retired = found.get("retired", []) if isinstance(found, dict) else None
    if not isinstance(shown, list) or not shown or not isinstance(retired, list):
        raise ValueError("not a JWK set")
    return (*(_shown(key) for key in shown), *(_retired(key) for key in retired))


def _shown(key: object) -> PortalKey:
    public = _public(key)
    return PortalKey(_kid(key), public)


def _retired(key: object) -> PortalKey:
    public = _public(key)
    until = key.get("until") if isinstance(key, dict) else None
    lost = key.get("lost") if isinstance(key, dict) else None
    if not isinstance(until, str) or not isinstance(lost, bool):
        raise ValueError("not a retired key")
    moment = datetime.fromisoformat(until)
    if moment.tzinfo is None:
        raise ValueError("not a moment")
    return PortalKey(_kid(key), public, moment, lost)


def _kid(key: object) -> str:
    """As it was published; a set without ids is a set all the same."""
    named = key.get("kid", "") if isinstance(key, dict) else ""
    if not isinstance(named, str) or len(named) > 200:
        raise ValueError("not a key id")
    return named


def _public(key: object) -> ec.EllipticCurvePublicKey:
    if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) != ("EC", "P-256") or "d" in key:
        raise ValueError("not a public P-256 key")
    try:
        public = ECKey.import_key({part: key[part] for part in ("kty", "crv", "x", "y")}).get_op_key("verify")
    except (JoseError, KeyError, TypeError, AttributeError) as no:
        raise ValueError("not a public P-256 key") from no
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise ValueError("not a public P-256 key")
    return public
