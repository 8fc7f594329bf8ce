"""A receipt is believed only when everything about it is right."""

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from tests.desk.fake_portal import claims, encoded, signed

from motcua.desk import receipts
from motcua.desk.ports import RECEIPT_TYPE, OwnerStatus

SUBJECT = "a" * 32


def good(**more: object) -> dict[str, object]:
    return claims(SUBJECT, "USABLE", "tiep-nhan-ho-so", **more)


def verify(jws: str) -> receipts.Receipt:
    return receipts.verify(
        jws,
        audience=settings.DESK_ID,
        issuer=settings.PORTAL_ISSUER,
        public_key=settings.KEYRING.receipt_key.public_key(),
        now=datetime.now(UTC),
    )


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in good().items() if key != name}


def header(**more: object) -> dict[str, object]:
    return {"alg": "ES256", "typ": RECEIPT_TYPE, **more}


def pieces(jws: str) -> list[str]:
    return jws.split(".")


def with_body(body: bytes) -> str:
    head, _, signature = pieces(signed(good()))
    return f"{head}.{encoded(body)}.{signature}"


def doubled() -> str:
    """Signed rightly, with one claim standing twice: which one counts would be anybody's guess."""
    text = json.dumps(good())[:-1] + f', "sub": "{"b" * 32}"}}'
    head = encoded(json.dumps(header()).encode())
    return resigned(f"{head}.{encoded(text.encode())}")


def resigned(content: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    r, s = decode_dss_signature(settings.KEYRING.receipt_key.sign(content.encode(), ec.ECDSA(SHA256())))
    return f"{content}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def der_signature() -> str:
    from cryptography.hazmat.primitives.hashes import SHA256

    head, body, _ = pieces(signed(good()))
    raw = settings.KEYRING.receipt_key.sign(f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    return f"{head}.{body}.{encoded(raw)}"


def unsigned() -> str:
    return f"{encoded(json.dumps(header(alg='none')).encode())}.{encoded(json.dumps(good()).encode())}."


def hmac_with_public_key() -> str:
    import hmac

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = settings.KEYRING.receipt_key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = encoded(json.dumps(header(alg="HS256")).encode())
    content = f"{head}.{encoded(json.dumps(good()).encode())}"
    return f"{content}.{encoded(hmac.digest(pem, content.encode(), 'sha256'))}"


def respelt() -> str:
    """The same bytes in a second base64 spelling: one receipt must not have two texts."""
    head, body, signature = pieces(signed(good()))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = signature[:-1] + letters[letters.index(signature[-1]) ^ 1]
    same = base64.urlsafe_b64decode(other + "==") == base64.urlsafe_b64decode(signature + "==")
    assert same, "the last letter of 64 bytes carries four idle bits"
    return f"{head}.{body}.{other}"


HOSTILE: dict[str, Callable[[], str]] = {
    "another key": lambda: signed(good(), key=ec.generate_private_key(ec.SECP256R1())),
    "alg none": unsigned,
    "alg none with a signature": lambda: signed(good(), header=header(alg="none")),
    "alg HS256 with the public key": hmac_with_public_key,
    "alg es256": lambda: signed(good(), header=header(alg="es256")),
    "alg ES384": lambda: signed(good(), header=header(alg="ES384")),
    "no alg": lambda: signed(good(), header={"typ": RECEIPT_TYPE}),
    "typ JWT": lambda: signed(good(), header=header(typ="JWT")),
    "typ of an access token": lambda: signed(good(), header=header(typ="at+jwt")),
    "no typ": lambda: signed(good(), header={"alg": "ES256"}),
    "crit": lambda: signed(good(), header=header(crit=["exp"])),
    "own jwk": lambda: signed(good(), header=header(jwk={"kty": "EC"})),
    "jku": lambda: signed(good(), header=header(jku="https://example.invalid/keys")),
    "other audience": lambda: signed(good(aud="gia-lai")),
    "audience as a list": lambda: signed(good(aud=[settings.DESK_ID, "gia-lai"])),
    "other issuer": lambda: signed(good(iss="https://example.invalid")),
    "expired": lambda: signed(good(iat=int(time.time()) - 900, exp=int(time.time()) - 1)),
    "lives 16 minutes": lambda: signed(good(exp=int(time.time()) + 961)),
    "ends before it begins": lambda: signed(good(exp=int(time.time()) - 10)),
    "from the future": lambda: signed(good(iat=int(time.time()) + 300, exp=int(time.time()) + 600)),
    "exp as text": lambda: signed(good(exp=str(int(time.time()) + 60))),
    "exp as a fraction": lambda: signed(good(exp=time.time() + 60)),
    "exp true": lambda: signed(good(exp=True)),
    "exp endless": lambda: signed(good(exp=2**40)),
    "unknown status": lambda: signed(good(status="FINE")),
    "empty subject": lambda: signed(good(sub="")),
    "subject with a NUL": lambda: signed(good(sub="a\x00b")),
    "long subject": lambda: signed(good(sub="a" * 201)),
    "a claim twice": doubled,
    "signature in DER": der_signature,
    "signature of zeros": lambda: ".".join([*pieces(signed(good()))[:2], encoded(bytes(64))]),
    "second spelling": respelt,
    "two parts": lambda: ".".join(pieces(signed(good()))[:2]),
    "four parts": lambda: signed(good()) + ".x",
    "padding": lambda: signed(good()) + "==",
    "not base64": lambda: "a.b.ü",
    "empty": lambda: "",
    "body is a list": lambda: resigned(encoded(json.dumps(header()).encode()) + "." + encoded(b"[]")),
    "body is not UTF-8": lambda: resigned(encoded(json.dumps(header()).encode()) + "." + encoded(b"\xff")),
    "body swapped": lambda: with_body(json.dumps(good(sub="b" * 32)).encode()),
    "very long": lambda: signed(good(purpose="x")) + "A" * 5000,
    "deep": lambda: resigned(
        encoded(json.dumps(header()).encode()) + "." + encoded(b"[" * 1400 + b"]" * 1400)
    ),
    **{
        f"no {name}": (lambda name=name: signed(without(name)))
        for name in ("iss", "aud", "sub", "iat", "exp", "jti", "purpose", "status")
    },
}


def test_a_right_receipt_says_whose_it_is() -> None:
    receipt = verify(signed(good()))
    assert receipt.subject == SUBJECT
    assert receipt.status is OwnerStatus.USABLE
    assert receipt.jws not in repr(receipt)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_receipt_is_not_believed(make: Callable[[], str]) -> None:
    with pytest.raises(receipts.ReceiptNotTrusted):
        verify(make())


def test_no_single_changed_letter_is_believed() -> None:
    jws = signed(good())
    for place in range(0, len(jws), 7):
        changed = jws[:place] + ("A" if jws[place] != "A" else "B") + jws[place + 1 :]
        with pytest.raises(receipts.ReceiptNotTrusted):
            verify(changed)
