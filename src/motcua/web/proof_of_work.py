"""A little arithmetic that a browser does before the first text message is paid for."""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Final

from altcha import v1 as altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

from motcua.keys import secret_key
from motcua.limits import everywhere, spending

_ALGORITHM: Final = "SHA-256"
_GOOD_FOR: Final = timedelta(minutes=20)
_LONGEST: Final = 2_000
_TEXTS: Final = ("challenge", "salt", "signature")


def challenge() -> dict[str, object]:
    """A signed task, good for 20 minutes; the page's <proof-of-work> solves it."""
    # The clock of this machine judges an expiry of minutes; nothing of a person hangs on it.
    task = altcha.create_challenge(
        algorithm=_ALGORITHM,
        max_number=settings.PROOF_OF_WORK_COST * everywhere.work_factor(),
        salt_length=16,
        hmac_key=_keys()[0],
        salt="",
        number=None,
        expires=datetime.now(UTC) + _GOOD_FOR,
        params=None,
    )
    made: dict[str, object] = task.to_dict()
    return made


def verify(payload: str) -> bool:
    """Whether the task was ours, is solved, still good, and had not been used before. Uses it up."""
    solution = _read(payload)
    if solution is None:
        return False
    solved = any(altcha.verify_solution(solution, key, True)[0] for key in _keys())
    return solved and spent_once(hashlib.sha256(str(solution["challenge"]).encode()).hexdigest())


def spent_once(token_hash: str) -> bool:
    """True for the first caller with this token."""
    return spending.claim_once(f"proof-of-work:{token_hash}", int(_GOOD_FOR.total_seconds()) + 60)


def _read(payload: str) -> altcha.PayloadType | None:
    """Only the exact shape reaches the library."""
    if not payload or len(payload) > _LONGEST:
        return None
    try:
        found = json.loads(base64.b64decode(payload, validate=True).decode("ascii"))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("algorithm") != _ALGORITHM:
        return None
    number = found.get("number")
    if type(number) is not int or not 0 <= number <= settings.PROOF_OF_WORK_COST * everywhere.WORK_RAISED:
        return None
    texts = {name: found.get(name) for name in _TEXTS}
    if not all(isinstance(text, str) and text.isascii() for text in texts.values()):
        return None
    if "expires=" not in str(texts["salt"]):
        return None
    return {
        "algorithm": _ALGORITHM,
        "number": number,
        "challenge": str(texts["challenge"]),
        "salt": str(texts["salt"]),
        "signature": str(texts["signature"]),
    }


def _keys() -> list[str]:
    """The one that signs first; a task that was given before the secret changed is still good."""
    return [
        salted_hmac("motcua.web.proof_of_work", "key", secret, algorithm="sha256").hexdigest()
        for secret in secret_key.believed()
    ]
