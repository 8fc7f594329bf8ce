"""Khóa của Cổng: fetched from the portal, kept in a file for believing receipts while it is silent."""

import json
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

from django.conf import settings
from django.utils import timezone

from motcua.desk import portal_keys, receipts
from motcua.desk.portal_keys import PortalKey
from motcua.gateways.line import Request
from motcua.gateways.portal_call import ROOT, line
from motcua.gateways.wire import LineBroken

log = logging.getLogger(__name__)

#: A portal that names keys it does not publish is not asked at every answer.
_NOT_SOONER: Final = 5.0
_Keys = list[dict[str, Any]]


class HttpPortalKeys:
    """Implements ``desk.portal_keys.PortalKeys``."""

    def known(self, kid: str = "") -> Sequence[PortalKey]:
        path = Path(settings.PORTAL_KEYS_FILE)
        try:
            written_at = path.stat().st_mtime_ns
        except FileNotFoundError:
            return ()
        return _read(path, written_at)

    def refresh(self) -> int:
        """How many keys are new. What the portal retired is kept as such: what it signed is read again for years."""
        try:
            reply = line().send(Request("GET", f"{ROOT}/receipt-keys"))
        except LineBroken as broken:
            log.warning("portal keys not fetched", extra={"reason": str(broken)})
            return 0
        if reply.status != 200:
            log.warning("portal keys not fetched", extra={"status": reply.status})
            return 0
        told = reply.json()
        shown, retired = told.get("keys"), told.get("retired", [])
        # A set with anything strange in it changes nothing.
        portal_keys.parse(json.dumps({"keys": shown, "retired": retired}))
        return _keep(cast(_Keys, shown), cast(_Keys, retired))

    def meet(self, receipt: str) -> None:
        """Have the key that a receipt names, if the portal publishes it: after a loss it signs with one at once.

        Outside any transaction. Whether the receipt is believed is judged elsewhere.
        """
        kid = receipts.kid_of(receipt)
        if self._has(kid):
            return
        with _one_asks:  # whoever else meets it meanwhile waits for the answer
            if not self._has(kid) and time.monotonic() - _asked_at[0] >= _NOT_SOONER:
                self.refresh()
                _asked_at[0] = time.monotonic()

    def _has(self, kid: str) -> bool:
        return any(one.kid == kid for one in self.known())


_one_asks = threading.Lock()
_asked_at = [float("-inf")]


@lru_cache(maxsize=4)
def _read(path: Path, written_at: int) -> tuple[PortalKey, ...]:
    return portal_keys.parse(path.read_text(encoding="utf-8"))


def _keep(shown: _Keys, retired: _Keys) -> int:
    path = Path(settings.PORTAL_KEYS_FILE)
    known: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"keys": []}
    before = {_point(key): key for key in [*known["keys"], *known.get("retired", [])]}
    said = {_point(key) for key in [*shown, *retired]}
    # A key that the portal does not even name any more may be anything: it counts as lost from now on.
    gone = [_gone(key, timezone.now()) for point, key in before.items() if point not in said]
    kept = {"keys": shown, "retired": [*retired, *gone]}
    if kept != known:
        draft = path.with_suffix(f".{os.getpid()}.new")
        draft.write_text(json.dumps(kept), encoding="utf-8")
        draft.replace(path)
    return len({_point(key) for key in shown} - set(before))


def _gone(key: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {"until": now.isoformat(), "lost": True, **key}


def _point(key: Mapping[str, Any]) -> tuple[str, str]:
    return key["x"], key["y"]
