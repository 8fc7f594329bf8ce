"""Whether the line between desk and portal is up: in a demonstration the simulators can take it down."""

import threading
import time

import httpx
from django.conf import settings

_TIMEOUT = 0.3
_KEPT = 1.0
_lock = threading.Lock()
_last: dict[str, tuple[float, bool]] = {}


def line_is_up() -> bool:
    """True unless the simulators say that the portal is down; always True where there are none."""
    if not settings.SIMULATORS_URL:
        return True
    address = f"{settings.SIMULATORS_URL}/su-co.json"
    with _lock:
        asked_at, up = _last.get(address, (-_KEPT, True))
        if time.monotonic() - asked_at >= _KEPT:
            up = _ask(address)
            _last[address] = (time.monotonic(), up)
        return up


def _ask(address: str) -> bool:
    """Simulators that do not answer are themselves not running: that is no fault of the portal."""
    try:
        faults = httpx.get(address, timeout=_TIMEOUT, follow_redirects=False, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return True
    return not (isinstance(faults, dict) and faults.get("portal") == "down")
