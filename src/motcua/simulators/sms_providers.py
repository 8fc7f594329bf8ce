"""Two providers that take texts, and tell what became of them: by free words, and by registered templates."""

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from motcua.kernel.phone import InvalidPhone, Phone
from motcua.outbox import samples
from motcua.simulators import faults, phones, sms_knobs
from motcua.simulators.signed import DEVELOPMENT
from motcua.simulators.store import Store

SENDER = "DichVuCong"
Answer = tuple[HTTPStatus, dict[str, object]]
_HANGS = 30.0


class Unwell(Exception):
    """What the provider answers instead of taking the text."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """A text that this provider has."""

    provider: str
    receipt: str
    reference: str
    phone: Phone
    text: str


def take_text(store: Store, said: dict[str, object]) -> Answer:
    """Free words. The same reference again is the same text and the same receipt."""
    try:
        be_unwell(store, "chinh", "gateway", {"error": "down"})
        phone = Phone.parse(said.get("to"))
    except Unwell as unwell:
        return unwell.answer
    except InvalidPhone:
        return HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "number"}
    text, reference = said.get("text"), said.get("reference")
    if not isinstance(text, str) or not isinstance(reference, str) or not text or not reference:
        return HTTPStatus.BAD_REQUEST, {"error": "text or reference"}
    fault = faults.current(store)["gateway"]
    if fault == "refusing":
        return HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "refused"}
    taken = Taken("chinh", f"sim-{reference}", reference, phone, text)
    deliver(store, taken, fault)
    if fault == "slow":  # taken, but the sender does not wait long enough to hear it
        time.sleep(faults.SLOW_SECONDS)
    return HTTPStatus.OK, {"receipt": taken.receipt}


def take_template(store: Store, said: dict[str, object]) -> Answer:
    """RQST and RPLY: the number of registered words, and what stands in their holes."""
    try:
        be_unwell(store, "phu", "gateway2", {"RPLY": {"ERROR": "DOWN"}})
    except Unwell as unwell:
        return unwell.answer
    asked = said.get("RQST")
    if not isinstance(asked, dict):
        return HTTPStatus.BAD_REQUEST, {"RPLY": {"ERROR": "MALFORMED"}}
    fault = faults.current(store)["gateway2"]
    text = _composed(asked)
    if text is None:
        return _replied("UNKNOWN_TEMPLATE")
    try:
        phone = Phone.parse(str(asked.get("MOBILELIST")))
    except InvalidPhone:
        return _replied("INVALID_NUMBER")
    if fault == "refusing":
        return _replied("INVALID_NUMBER")
    reference = str(asked.get("REQID"))
    taken = Taken("phu", f"tpl-{reference}", reference, phone, text)
    deliver(store, taken, fault)
    if fault == "slow":
        time.sleep(faults.SLOW_SECONDS)
    return _replied("0", receipt=taken.receipt)


def _replied(error: str, *, receipt: str = "") -> Answer:
    return HTTPStatus.OK, {"RPLY": {"name": "send_sms_list", "ERROR": error, "MSGID": receipt}}


def _composed(asked: dict[str, object]) -> str | None:
    """The registered words with the parameters in; None for a template or a number that is not there."""
    known = {one.kind: one for one in samples.registered()}
    given = asked.get("PARAMS")
    template = known.get(str(asked.get("TEMPLATEID")))
    if template is None or not isinstance(given, list):
        return None
    in_order = sorted(given, key=lambda one: int(one["NUM"]))
    try:
        return template.filled([str(one["CONTENT"]) for one in in_order])
    except IndexError:
        return None


def be_unwell(store: Store, provider: str, line: str, down: dict[str, object]) -> None:
    """What stands between the question and the text. Raises Unwell."""
    knobs = sms_knobs.current(store, provider)
    if knobs["hang"]:
        time.sleep(_HANGS)
    time.sleep(knobs["latency_ms"] / 1000)
    if faults.current(store)[line] == "down" or knobs["dead"] or _by_chance(knobs["error_percent"]):
        raise Unwell((HTTPStatus.SERVICE_UNAVAILABLE, down))


def _by_chance(percent: int) -> bool:
    return secrets.randbelow(100) < percent


def deliver(store: Store, taken: Taken, fault: str) -> None:
    """To the phone, or not; and what is told of it. A text that is there already is told of no second time."""
    knobs = sms_knobs.current(store, taken.provider)
    lost = fault == "silent" or _by_chance(knobs["undelivered_percent"])
    failed = not lost and _by_chance(knobs["failed_percent"])
    new = phones.deliver(
        store,
        taken.phone,
        sender=SENDER,
        text=taken.text,
        reference=f"{taken.provider}:{taken.reference}",
        shown=not lost and not failed,
    )
    if new and not lost and callback_address(taken.provider):
        threading.Thread(target=_tell, args=(taken, failed, knobs), daemon=True).start()


def callback_address(provider: str) -> str:
    """Where this provider tells its news; empty where nobody listens."""
    base = os.environ.get("SMS_CALLBACK_BASE") or ""
    return f"{base}{provider}/" if base else ""


def _tell(taken: Taken, failed: bool, knobs: dict[str, int]) -> None:
    """On the way, then there: now and then twice, in the wrong order, or with a forgery among them."""
    time.sleep(knobs["receipt_ms"] / 1000)
    news = [_news(taken, "ENROUTE"), _news(taken, "UNDELIVERED" if failed else "DELIVERED")]
    if _by_chance(knobs["reorder_percent"]):
        news.reverse()
    if _by_chance(knobs["duplicate_percent"]):
        news += news
    for body in news:
        _post(taken.provider, body, secret=_secret())
    if _by_chance(knobs["forged_percent"]):
        _post(taken.provider, _news(taken, "UNDELIVERED"), secret=b"khoa-cua-ke-gia-mao")


def _news(taken: Taken, status: str) -> bytes:
    told = {
        "event_id": f"{taken.receipt}:{status}",
        "receipt": taken.receipt,
        "reference": taken.reference,
        "status": status,
    }
    return json.dumps(told).encode()


def _secret() -> bytes:
    return (os.environ.get("SMS_CALLBACK_SECRET") or DEVELOPMENT).encode()


#: Seconds: a provider tells again whoever was not there or had no time, and gives up after half a minute.
_AGAIN_AFTER = (1.0, 2.0, 4.0, 8.0, 16.0)


def _post(provider: str, body: bytes, *, secret: bytes) -> None:
    at = str(int(time.time()))
    mac = hmac.new(secret, at.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Motcua-Time": at,
        "X-Motcua-Signature": mac,
    }
    for wait in (*_AGAIN_AFTER, 0.0):
        with suppress(httpx.HTTPError):
            heard = httpx.post(
                callback_address(provider), content=body, headers=headers, timeout=5, trust_env=False
            )
            if heard.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                return
        time.sleep(wait)  # in the end the news are lost: that is what silence looks like
