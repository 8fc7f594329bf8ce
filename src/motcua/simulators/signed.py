"""Whether a question really comes from the system, and just now."""

import hashlib
import hmac
import os
import re
import time

_OLDEST = 300
#: The value of settings_dev: the simulators are for demonstration only.
DEVELOPMENT = "chi-dung-khi-chay-thu"


def is_genuine(secret_name: str, *, at: str, signature: str, body: bytes) -> bool:
    """HMAC-SHA256 over time and body with the secret of that name, at most 5 minutes old."""
    if not re.fullmatch(r"[0-9]{1,12}", at) or abs(time.time() - int(at)) > _OLDEST:
        return False
    secret = os.environ.get(secret_name) or DEVELOPMENT
    expected = hmac.new(secret.encode(), at.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
