"""Khóa công khai của hệ thống: which public keys are believed of another system.

Only ECDSA P-256 (ES256), given as a JWK set (RFC 7517) and never fetched: nobody makes us call an address.
"""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from motcua.kernel.refusal import Refusal

_MOST_KEYS: Final = 5
_LONGEST: Final = 10_000
_COORDINATE: Final = 32
_KEY_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Private and symmetric parts (RFC 7518, 6).
SECRET_PARTS: Final = frozenset({"d", "k", "p", "q", "dp", "dq", "qi", "oth"})


class KeysNotUsable(Refusal):
    """``details``: ``why``, a code word for programs."""

    code = "client_keys_not_usable"
    message = (
        "Bộ khóa không dùng được. Đề nghị dán tập khóa công khai dạng JWK Set, gồm 1 đến 5 khóa ECDSA P-256 (ES256), "
        "mỗi khóa có “kid” riêng."
    )


class SecretKeyShown(KeysNotUsable):
    code = "client_secret_key_shown"
    message = (
        "Nội dung vừa dán có khóa bí mật. Khóa này coi như đã lộ: đề nghị bên kết nối tạo cặp khóa khác "
        "và chỉ gửi khóa công khai."
    )


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One key as people compare it by telephone: its name and its thumbprint (RFC 7638), in groups of four."""

    kid: str
    thumbprint: str


def parse(raw: str) -> dict[str, Any]:
    """The set in our own spelling: ``{"keys": [{kty, crv, x, y, kid, alg, use}]}``.

    Raises KeysNotUsable, SecretKeyShown.
    """
    if len(raw) > _LONGEST:
        raise KeysNotUsable(why="long")
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise KeysNotUsable(why="json") from None
    keys = given.get("keys") if isinstance(given, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= _MOST_KEYS:
        raise KeysNotUsable(why="set")
    found = [_one(key) for key in keys]
    if len({key["kid"] for key in found}) != len(found) or len({key["x"] for key in found}) != len(found):
        raise KeysNotUsable(why="twice")
    return {"keys": found}


def shown(jwks: dict[str, Any]) -> list[PublicKey]:
    """What two officers and the other side compare."""
    return [PublicKey(kid=key["kid"], thumbprint=_thumbprint(key)) for key in jwks["keys"]]


def _one(key: object) -> dict[str, str]:
    if not isinstance(key, dict):
        raise KeysNotUsable(why="key")
    if SECRET_PARTS & set(key):
        raise SecretKeyShown(why="secret")
    kid = key.get("kid")
    if not isinstance(kid, str) or not _KEY_ID.fullmatch(kid):
        raise KeysNotUsable(why="kid")
    if (key.get("kty"), key.get("crv")) != ("EC", "P-256") or key.get("alg", "ES256") != "ES256":
        raise KeysNotUsable(why="algorithm")
    if key.get("use", "sig") != "sig":
        raise KeysNotUsable(why="use")
    x, y = _coordinate(key.get("x")), _coordinate(key.get("y"))
    try:
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError:
        raise KeysNotUsable(why="point") from None
    return {
        "kty": "EC", "crv": "P-256", "x": _spelt(x), "y": _spelt(y), "kid": kid, "alg": "ES256", "use": "sig",
    }  # fmt: skip


def _coordinate(given: object) -> int:
    if not isinstance(given, str) or not re.fullmatch(r"[A-Za-z0-9_-]{43}", given):
        raise KeysNotUsable(why="coordinate")
    try:
        read = base64.urlsafe_b64decode(given + "=")
    except (ValueError, binascii.Error):
        raise KeysNotUsable(why="coordinate") from None
    return int.from_bytes(read, "big")


def _spelt(coordinate: int) -> str:
    return base64.urlsafe_b64encode(coordinate.to_bytes(_COORDINATE, "big")).rstrip(b"=").decode()


def _thumbprint(key: dict[str, str]) -> str:
    counted = {part: key[part] for part in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(json.dumps(counted, separators=(",", ":"), sort_keys=True).encode()).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
