"""Khóa ký biên nhận: the public half, by which whoever holds a receipt believes it."""

import hashlib
import json
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from django.conf import settings


def public_key() -> EllipticCurvePublicKey:
    """The key that signs now."""
    key: EllipticCurvePublicKey = settings.KEYRING.receipt_key.public_key()
    return key


def jwk(key: EllipticCurvePublicKey) -> dict[str, str]:
    """As it is published (RFC 7517); ``kid`` is its thumbprint (RFC 7638)."""
    numbers = key.public_numbers()
    counted = {
        "crv": "P-256",
        "kty": "EC",
        "x": _b64(numbers.x.to_bytes(32, "big")),
        "y": _b64(numbers.y.to_bytes(32, "big")),
    }
    printed = hashlib.sha256(json.dumps(counted, separators=(",", ":")).encode()).digest()
    return {**counted, "kid": _b64(printed), "alg": "ES256", "use": "sig"}


def published() -> list[dict[str, str]]:
    """Every key whose receipts are still believed, the one that signs now first."""
    return [jwk(public_key())]


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
