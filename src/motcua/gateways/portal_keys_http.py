"""Khóa của Cổng: fetched from the portal, kept in a file for believing receipts while it is silent."""

import json
import logging
import os
from pathlib import Path

from django.conf import settings

from motcua.desk import portal_keys
from motcua.gateways.line import Request
from motcua.gateways.portal_call import ROOT, line
from motcua.gateways.wire import LineBroken

log = logging.getLogger(__name__)


def refresh() -> int:
    """How many keys are new. Keys that the portal no longer shows stay: what they signed is read again for years."""
    try:
        reply = line().send(Request("GET", f"{ROOT}/receipt-keys"))
    except LineBroken as broken:
        log.warning("portal keys not fetched", extra={"reason": str(broken)})
        return 0
    if reply.status != 200:
        log.warning("portal keys not fetched", extra={"status": reply.status})
        return 0
    shown = reply.json().get("keys")
    portal_keys.parse(json.dumps({"keys": shown}))  # a set with anything strange in it changes nothing
    return _keep(shown if isinstance(shown, list) else [])


def _keep(shown: list[dict[str, str]]) -> int:
    path = Path(settings.PORTAL_KEYS_FILE)
    known = json.loads(path.read_text(encoding="utf-8"))["keys"] if path.exists() else []
    points = {(key["x"], key["y"]) for key in shown}
    new = len(points - {(key["x"], key["y"]) for key in known})
    kept = shown + [key for key in known if (key["x"], key["y"]) not in points]
    if kept != known:
        draft = path.with_suffix(f".{os.getpid()}.new")
        draft.write_text(json.dumps({"keys": kept}), encoding="utf-8")
        draft.replace(path)
    return new
