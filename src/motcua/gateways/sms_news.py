"""What a provider calls back with, believed by its signature over time and body (threats T-31)."""

import hashlib
import hmac
import re
import time
import uuid
from collections.abc import Sequence
from typing import Final

from motcua.gateways.wire import LineBroken, Reply
from motcua.outbox.models import DeliveryNews
from motcua.outbox.ports import Heard, NewsNotGenuine

_OLDEST: Final = 300
_MOST_BYTES: Final = 16 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")


class SignedNews:
    """Implements ``outbox.ports.NewsReader``. While a secret is being changed both are good."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [secret.encode() for secret in secrets]

    def heard(self, *, body: bytes, at: str, signature: str) -> Heard:
        if not self._is_genuine(body, at, signature):
            raise NewsNotGenuine
        try:
            return _understood(Reply(200, "application/json", body).json())
        except (LineBroken, ValueError) as failure:
            raise NewsNotGenuine from failure

    def _is_genuine(self, body: bytes, at: str, signature: str) -> bool:
        if len(body) > _MOST_BYTES or not re.fullmatch(r"[0-9]{1,12}", at):
            return False
        given = signature.encode("utf-8", "replace")
        signed = at.encode() + b"\n" + body
        same = [
            hmac.compare_digest(hmac.new(secret, signed, hashlib.sha256).hexdigest().encode(), given)
            for secret in self._secrets
        ]
        return any(same) and abs(time.time() - int(at)) <= _OLDEST


def _understood(said: dict[str, object]) -> Heard:
    """ValueError unless every field is what it must be."""
    event_id, receipt, reference = said.get("event_id"), said.get("receipt"), said.get("reference", "")
    if not isinstance(event_id, str) or not _NAME.fullmatch(event_id):
        raise ValueError("event_id")
    if not isinstance(receipt, str) or not _NAME.fullmatch(receipt):
        raise ValueError("receipt")
    if not isinstance(reference, str):
        raise ValueError("reference")
    ours = str(uuid.UUID(reference)) if reference else ""
    return Heard(event_id, receipt, DeliveryNews.Said(str(said.get("status"))).value, ours)
