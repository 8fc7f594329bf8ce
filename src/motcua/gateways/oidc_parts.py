"""What a relying party of OpenID Connect holds against each other; used for the portal and for VNeID.

What was begun lies sealed in a cookie of the browser that began it: nothing is kept here, and no other answer fits.
"""

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from motcua.kernel.sealing import SealBroken


class NotOurs(Exception):
    """The cookie is not one that we sealed, or a parameter came twice."""


def sealed(field: str, begun: Mapping[str, object]) -> str:
    """What was begun, for the browser's cookie."""
    row = uuid.uuid4().hex
    closed = settings.KEYRING.seal(field, row, json.dumps(begun))
    return f"{row}.{base64.urlsafe_b64encode(closed).decode()}"


def opened(field: str, kept: str) -> dict[str, Any]:
    """Read back what ``sealed`` made. Raises NotOurs."""
    row, _, closed = kept.partition(".")
    try:
        found: dict[str, Any] = json.loads(
            settings.KEYRING.open(
                field, row, base64.b64decode(closed.encode(), altchars=b"-_", validate=True)
            )
        )
    except (SealBroken, binascii.Error, ValueError):
        raise NotOurs from None
    return found


def once(came: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each parameter once. Raises NotOurs."""
    if any(len(values) != 1 for values in came.values()):
        raise NotOurs
    return {name: values[0] for name, values in came.items()}


def same(one: str, other: str) -> bool:
    """Both say the same, and something; takes as long whatever they say."""
    return bool(one) and hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def s256(verifier: str) -> str:
    """The challenge of a PKCE verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def half_hash(token: str) -> str:
    """``at_hash`` of an access token (OpenID Connect Core, 3.1.3.6), for algorithms with SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).rstrip(b"=").decode()
