"""The portal changes the key of its receipts, and a desk elsewhere goes on believing what is to be believed."""

import json
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.accounts.test_receipt_keys import pass_by
from tests.gateways.contracts.ports_in_use import number
from tests.gateways.contracts.test_account_registries import NAME, found
from tests.gateways.over_http.conftest import OverHttp

from motcua.accounts import receipt_keys, receipt_rotation
from motcua.desk import portal_keys, receipts
from motcua.gateways import portal_keys_http
from motcua.gateways.line import Answer
from motcua.gateways.portal_keys_http import HttpPortalKeys
from motcua.gateways.wire import LineBroken


@pytest.fixture
def keys(over_http: OverHttp, settings: Any, tmp_path: Path) -> HttpPortalKeys:
    """As at a desk whose portal is elsewhere: keys come over the wire and lie in a file."""
    settings.PORTAL_KEYS = "motcua.gateways.portal_keys_http.HttpPortalKeys"
    settings.PORTAL_KEYS_FILE = tmp_path / "portal-keys.json"
    portal_keys_http._asked_at[0] = float("-inf")
    assert Client().get("/api/v1/receipt-keys").status_code == 200  # a portal that has served before is quick
    return HttpPortalKeys()


@pytest.fixture
def who(over_http: OverHttp) -> str:
    enrolled = number()
    over_http.enrol(enrolled, NAME)
    return enrolled


def believed(receipt: str) -> bool:
    try:
        receipts.of_the_portal(receipt, now=timezone.now())
    except receipts.ReceiptNotTrusted:
        return False
    return True


def states() -> list[tuple[bool, bool]]:
    """Of each known key: whether what it signs is believed, and whether it is lost."""
    return [(key.until is None, key.lost) for key in portal_keys.source().known()]


def test_a_key_is_known_before_it_signs_and_the_old_one_is_retired_when_its_receipts_lapsed(
    over_http: OverHttp, keys: HttpPortalKeys, who: str
) -> None:
    assert keys.refresh() == 1
    before = found(over_http, who).receipt
    receipt_rotation.rotate()
    assert keys.refresh() == 1
    pass_by(61)
    after = found(over_http, who).receipt
    assert receipts.kid_of(before) != receipts.kid_of(after)
    assert believed(before) and believed(after)
    pass_by(30)
    assert keys.refresh() == 0
    assert states() == [(True, False), (False, False)]
    assert believed(after) and not believed(before)


def test_what_a_lost_key_signed_is_believed_no_more_once_the_desk_has_asked(
    over_http: OverHttp, keys: HttpPortalKeys, who: str
) -> None:
    keys.refresh()
    of_the_thief = found(over_http, who).receipt
    receipt_rotation.rotate(lost=True)
    assert believed(of_the_thief), "the desk cannot know yet"
    assert keys.refresh() == 1
    assert not believed(of_the_thief)
    assert states() == [(True, False), (False, True)]


def test_a_receipt_of_a_key_that_was_made_a_moment_ago_is_believed_at_once(
    over_http: OverHttp, keys: HttpPortalKeys, who: str
) -> None:
    """After a loss the portal does not wait an hour: the desk asks when it meets the new key, not a minute later."""
    keys.refresh()
    receipt_rotation.rotate(lost=True)
    assert believed(found(over_http, who).receipt)
    assert states() == [(True, False), (False, True)]


def test_a_portal_that_names_a_key_it_does_not_publish_is_not_asked_at_every_answer(
    keys: HttpPortalKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.refresh()
    asked: list[int] = []
    monkeypatch.setattr(HttpPortalKeys, "refresh", lambda self: len(asked) or asked.append(1) or 0)
    for _ in range(5):
        keys.meet(_naming(uuid.uuid4().hex))
    assert asked == [1]


def _naming(kid: str) -> str:
    from tests.desk.fake_portal import claims, signed

    return signed(
        claims("a" * 32, "USABLE", "p"), header={"alg": "ES256", "typ": "account-receipt+jwt", "kid": kid}
    )


@pytest.mark.parametrize("lost", [False, True], ids=["rotated", "lost"])
def test_no_check_fails_while_the_key_changes(
    over_http: OverHttp, keys: HttpPortalKeys, who: str, lost: bool
) -> None:
    """Four counters ask without pause; the portal changes its key in the middle, and signs with the new one."""
    keys.refresh()
    seen: list[tuple[str, bool]] = []
    stop = threading.Event()

    def counter() -> None:
        try:
            while not stop.is_set():
                receipt = found(over_http, who).receipt
                seen.append((receipts.kid_of(receipt), believed(receipt)))
        finally:
            connection.close()

    counters = [threading.Thread(target=counter) for _ in range(4)]
    for one in counters:
        one.start()
    _until(lambda: len(seen) > 8)
    fresh = receipt_rotation.rotate(lost=lost)
    if not lost:
        keys.refresh()
        pass_by(61)
    _until(lambda: sum(kid == fresh for kid, _ in seen) > 8)
    stop.set()
    for one in counters:
        one.join()
    refused = [kid for kid, is_believed in seen if not is_believed]
    # Only a receipt that the lost key signed in that very moment may come too late: that is what "lost" means.
    assert fresh not in refused and (lost or not refused)
    assert len(refused) <= len(counters)


def _until(done: Any) -> None:
    waited = threading.Event()
    for _ in range(1200):
        if done():
            return
        waited.wait(0.05)
    raise AssertionError("nothing happened for a minute")


def test_a_key_that_the_portal_does_not_name_any_more_counts_as_lost(
    keys: HttpPortalKeys, settings: Any
) -> None:
    """A portal of another make publishes only what it signs with now."""
    stranger = receipt_keys.jwk(
        receipt_rotation.generate_private_key(receipt_rotation.SECP256R1()).public_key()
    )
    settings.PORTAL_KEYS_FILE.write_text(json.dumps({"keys": [stranger]}), encoding="utf-8")
    assert keys.refresh() == 1
    assert states() == [(True, False), (False, True)]
    first = portal_keys.source().known()[1].until
    assert keys.refresh() == 0
    assert portal_keys.source().known()[1].until == first, "when it went is written once"


@pytest.mark.parametrize(
    "told",
    [
        {"keys": []},
        {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
        {"keys": [{"kty": "RSA"}]},
        {"keys": "x"},
        {"retired": "x"},
        {"retired": [{"kty": "EC"}]},
        {"retired_without_a_moment": True},
        {"private": True},
    ],
    ids=str,
)
def test_a_set_with_anything_strange_in_it_changes_nothing(
    keys: HttpPortalKeys, settings: Any, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.refresh()
    before = settings.PORTAL_KEYS_FILE.read_bytes()
    shown = json.loads(before)["keys"]
    whole: dict[str, Any] = {"keys": shown, "retired": [], **told}
    if whole.pop("retired_without_a_moment", False):
        whole["retired"] = [{**shown[0], "until": "2026-11-30T10:00:00", "lost": False}]
    if whole.pop("private", False):
        whole["keys"] = [{**shown[0], "d": "AA"}]

    class Bent:
        def send(self, request: Any) -> Any:
            return Answer(200, "application/json", json.dumps(whole).encode())

    monkeypatch.setattr(portal_keys_http, "line", Bent)
    with pytest.raises(ValueError):
        keys.refresh()
    assert settings.PORTAL_KEYS_FILE.read_bytes() == before


def test_a_portal_that_is_down_changes_nothing(
    keys: HttpPortalKeys, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.refresh()
    before = settings.PORTAL_KEYS_FILE.read_bytes()

    class Silent:
        def send(self, request: Any) -> Any:
            raise LineBroken("down")

    monkeypatch.setattr(portal_keys_http, "line", Silent)
    assert keys.refresh() == 0
    assert settings.PORTAL_KEYS_FILE.read_bytes() == before
