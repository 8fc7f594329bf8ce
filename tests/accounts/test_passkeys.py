"""Passkeys judged: a key of this account, for this place and this sign-in, its user verified, its count going up.

The key is played here byte by byte as WebAuthn describes it, so that each thing can be made wrong by itself.
"""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from motcua.accounts import passkeys
from motcua.accounts.models import Account, Passkey
from motcua.journal.models import Event
from motcua.kernel.refusal import NotFound
from tests.accounts import people

pytestmark = pytest.mark.django_db
HERE = "https://mot-cua.example.vn"
CHALLENGE = b"c" * 32
PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@pytest.fixture(autouse=True)
def _name(settings: Any) -> None:
    settings.PUBLIC_URL = HERE


@dataclass
class Key:
    """A device with one key."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 1

    def made(
        self, challenge: bytes = CHALLENGE, *, origin: str = HERE, flags: int = PRESENT | VERIFIED
    ) -> str:
        cose = dict(ES256.from_cryptography_key(self.private.public_key()))
        attested = (
            bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor.encode(cose)
        )
        data = self._data(flags | WITH_KEY, origin) + attested
        return self._answer(
            "webauthn.create",
            challenge,
            origin,
            attestationObject=cbor.encode({"fmt": "none", "attStmt": {}, "authData": data}),
        )

    def signed(
        self,
        challenge: bytes = CHALLENGE,
        *,
        origin: str = HERE,
        flags: int = PRESENT | VERIFIED,
        host: str = "",
    ) -> str:
        self.count += 1
        data = self._data(flags, origin, host)
        told = self._told("webauthn.get", challenge, origin)
        signature = self.private.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer("webauthn.get", challenge, origin, authenticatorData=data, signature=signature)

    def _data(self, flags: int, origin: str, host: str = "") -> bytes:
        rp = hashlib.sha256((host or origin.split("//")[1].split(":")[0]).encode()).digest()
        return rp + bytes([flags]) + struct.pack(">I", self.count)

    def _told(self, kind: str, challenge: bytes, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": websafe_encode(challenge), "origin": origin}).encode()

    def _answer(self, kind: str, challenge: bytes, origin: str, **response: bytes) -> str:
        name = websafe_encode(self.credential_id)
        said = {key: websafe_encode(value) for key, value in response.items()}
        said["clientDataJSON"] = websafe_encode(self._told(kind, challenge, origin))
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})


@pytest.fixture
def account() -> Account:
    return people.account()


@pytest.fixture
def key(account: Account) -> Key:
    made = Key()
    passkeys.add(account, CHALLENGE, made.made(), device_words="Chrome trên Linux")
    return made


def test_a_key_opens_with_its_user_verified_and_counts_up(account: Account, key: Key) -> None:
    assert passkeys.accepts(account, CHALLENGE, key.signed())
    row = Passkey.objects.get()
    assert (row.sign_count, row.used_at is not None, row.ended_at) == (2, True, None)
    assert passkeys.accepts(account, b"d" * 32, key.signed(b"d" * 32))


def test_what_the_browser_is_asked_names_this_place_and_wants_the_user_verified(
    account: Account, key: Key
) -> None:
    to_sign = json.loads(passkeys.to_sign(account, CHALLENGE))
    assert (to_sign["rpId"], to_sign["userVerification"]) == ("mot-cua.example.vn", "required")
    assert [one["id"] for one in to_sign["allowCredentials"]] == [websafe_encode(key.credential_id)]
    to_make = json.loads(passkeys.to_register(account, CHALLENGE, name="•••123"))
    assert to_make["authenticatorSelection"]["userVerification"] == "required"
    assert [one["id"] for one in to_make["excludeCredentials"]] == [websafe_encode(key.credential_id)]
    assert account.person.full_name not in json.dumps(to_make, ensure_ascii=False)


@pytest.mark.parametrize(
    ("wrong", "how"),
    [
        ("another sign-in's challenge", {"challenge": b"x" * 32}),
        ("another place", {"origin": "https://gia-mao.example.vn"}),
        ("another port of this place", {"origin": f"{HERE}:8443"}),
        ("a name below this one", {"origin": "https://a.mot-cua.example.vn"}),
        ("without encryption", {"origin": "http://mot-cua.example.vn"}),
        ("the key of another place", {"host": "gia-mao.example.vn"}),
        ("nobody touched it", {"flags": VERIFIED}),
        ("touched, not verified", {"flags": PRESENT}),
    ],
)
def test_everything_else_is_refused(account: Account, key: Key, wrong: str, how: dict[str, Any]) -> None:
    assert not passkeys.accepts(account, CHALLENGE, key.signed(**how)), wrong
    assert passkeys.accepts(account, CHALLENGE, key.signed()), "and the key still works"


def test_a_key_of_another_account_opens_nothing_here(account: Account, key: Key) -> None:
    other, theirs = people.account(), Key()
    passkeys.add(other, CHALLENGE, theirs.made(), device_words="")
    assert not passkeys.accepts(account, CHALLENGE, theirs.signed())
    forged = Key(credential_id=key.credential_id)
    assert not passkeys.accepts(account, CHALLENGE, forged.signed()), "the name of a key is no key"


def test_a_count_that_does_not_go_up_is_a_copy_and_ends_the_key(account: Account, key: Key) -> None:
    assert passkeys.accepts(account, CHALLENGE, key.signed())
    key.count -= 1
    assert not passkeys.accepts(account, CHALLENGE, key.signed()), "the same count once more"
    assert Passkey.objects.get().ended_why == "count_fell"
    assert Event.objects.filter(event="accounts.passkey.copied").count() == 1
    assert not passkeys.accepts(account, CHALLENGE, key.signed()), "from then on the original too"


def test_keys_that_do_not_count_are_told_by_their_nought(account: Account) -> None:
    """Keys that are kept in several devices of their owner always say nought."""
    key = Key(count=0)
    passkeys.add(account, CHALLENGE, key.made(), device_words="")
    for _ in range(2):
        key.count = -1
        assert passkeys.accepts(account, CHALLENGE, key.signed())


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", "null", '{"id": 1}', "{" * 30_000, '{"response": {}}'])
def test_rubbish_is_no_answer(account: Account, key: Key, rubbish: str) -> None:
    assert not passkeys.accepts(account, CHALLENGE, rubbish)
    with pytest.raises(passkeys.PasskeyNotTaken):
        passkeys.add(account, CHALLENGE, rubbish, device_words="")


@pytest.mark.parametrize(
    "how", [{"challenge": b"x" * 32}, {"origin": "https://gia-mao.example.vn"}, {"flags": PRESENT}]
)
def test_a_key_is_registered_for_this_place_and_moment_only(account: Account, how: dict[str, Any]) -> None:
    with pytest.raises(passkeys.PasskeyNotTaken):
        passkeys.add(account, CHALLENGE, Key().made(**how), device_words="")
    assert not Passkey.objects.exists()


def test_a_key_is_registered_once_and_ten_are_enough(account: Account, key: Key) -> None:
    with pytest.raises(passkeys.PasskeyNotTaken):
        passkeys.add(people.account(), CHALLENGE, key.made(), device_words="")
    for _ in range(9):
        passkeys.add(account, CHALLENGE, Key().made(), device_words="")
    with pytest.raises(passkeys.PasskeyNotTaken):
        passkeys.add(account, CHALLENGE, Key().made(), device_words="")


def test_only_the_owner_ends_a_key_and_an_ended_one_opens_nothing(account: Account, key: Key) -> None:
    row = Passkey.objects.get()
    with pytest.raises(NotFound):
        passkeys.end_one(people.account(), row.public_id)
    passkeys.end_one(account, row.public_id)
    assert not passkeys.accepts(account, CHALLENGE, key.signed())
    assert passkeys.to_sign(account, CHALLENGE) == ""


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost:8000", True),
        (HERE, True),
    ],
)
def test_keys_are_offered_where_a_browser_can_keep_them(settings: Any, address: str, offered: bool) -> None:
    settings.PUBLIC_URL = address
    assert passkeys.are_offered() is offered
