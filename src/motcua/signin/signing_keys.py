"""Khóa ký: which key signs tokens now, which ones are believed, and how the next one takes over.

The first key is the installation's own (``token.pem``; ``receipt.pem`` where it is older); each later one is a row,
sealed. A new key is published an hour before it signs, so that whoever keeps our key set for a while knows it in
time, and the one before stays published an hour after it signed last, which is longer than any of its tokens lives.
"""

import json
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.conf import settings
from django.db import connection, transaction
from joserfc.jwk import ECKey, GuestProtocol

from motcua import journal
from motcua.kernel import key_files
from motcua.kernel.refusal import Refusal
from motcua.signin.models import SigningKey

ALGORITHM: Final = "ES256"
#: How long a key set of ours may be kept by whoever fetched it.
KEPT_SECONDS: Final = 300
#: What is retired at once is believed by no process after this (SPEC 4: 5 seconds).
KEPT_IN_PROCESS: Final = 5.0
_COLUMN: Final = "signin_signingkey.private"

_STANDING: Final = """
    SELECT kid, public, private, signs_from <= clock_timestamp(),
           coalesce(lead(signs_from) OVER (ORDER BY signs_from, id)
                    <= clock_timestamp() - interval '1 hour', false),
           EXISTS (SELECT 1 FROM signin_signingkey k WHERE k.signs_from = k.made_at
                    OR k.signs_from <= clock_timestamp() - interval '1 hour')
      FROM signin_signingkey WHERE retired_at IS NULL ORDER BY signs_from, id
"""


class FirstKeyInUse(Refusal):
    code = "signing_key_in_use"
    status = 409
    message = (
        "Khóa ký biên nhận còn đang được tin khi ký thẻ. Đề nghị chạy motcua signing-keys rotate, "
        "chờ hai giờ rồi chạy lại lệnh này."
    )


class KeyWaiting(Refusal):
    code = "signing_key_waiting"
    status = 409
    message = (
        "Khóa ký mới đã công bố và sẽ dùng sau không quá một giờ. Đề nghị chờ khóa đó bắt đầu rồi đổi tiếp."
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The keys of this moment."""

    signing: ECKey = field(repr=False)
    #: kid → public key, of every key that is believed.
    believed: dict[str, ECKey] = field(repr=False)


def standing() -> Standing:
    """One read, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        rows = cursor.fetchall()
    first = _first(settings.KEYRING.token_key)
    signing, believed = first, {}
    if not (rows and rows[0][5]):
        believed[str(first.kid)] = first
    for kid, public, private, signs, gone, _ in rows:
        if not gone:
            believed[kid] = _public(kid, public)
        if signs:
            signing = _private(kid, bytes(private))
    return Standing(signing=signing, believed=believed)


def key_of(token: GuestProtocol) -> ECKey:
    """The believed key that a token says it was signed with. Raises ValueError."""
    return believed(str(token.headers().get("kid")))


def believed(kid: str) -> ECKey:
    """The key of this name, while it is believed. Raises ValueError.

    Asked at every call: read again every five seconds, and at once for a key that was not there.
    """
    now = time.monotonic()
    read_at, keys = _lately[0]
    if now - read_at > KEPT_IN_PROCESS or kid not in keys:
        keys = standing().believed
        _lately[0] = (now, keys)
    key = keys.get(kid)
    if key is None:
        raise ValueError("no such key")
    return key


_NEVER: Final[tuple[float, dict[str, ECKey]]] = (float("-inf"), {})
#: Replaced whole: a thread sees what was read before or after, never a part.
_lately = [_NEVER]


def forget() -> None:
    """Read anew next time, as another process would."""
    _lately[0] = _NEVER


def published() -> dict[str, Any]:
    """The key set, as ``/oauth2/jwks`` shows it: public halves only."""
    return {
        "keys": [
            {**key.as_dict(private=False), "alg": ALGORITHM, "use": "sig", "kid": kid}
            for kid, key in standing().believed.items()
        ]
    }


@transaction.atomic
def rotate(*, now_at_once: bool = False) -> str:
    """Have another key take over in an hour, or at once when the one in use may be known to somebody.

    At once also means that what the other keys signed is believed no more. Returns the new key's id.
    Raises KeyWaiting.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE signin_signingkey IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            "SELECT 1 FROM signin_signingkey WHERE retired_at IS NULL AND signs_from > clock_timestamp()"
        )
        if cursor.fetchone() and not now_at_once:
            raise KeyWaiting
        if now_at_once:
            cursor.execute(
                "UPDATE signin_signingkey SET retired_at = clock_timestamp() WHERE retired_at IS NULL"
            )
        key = ECKey.generate_key("P-256", auto_kid=True)
        kid = str(key.kid)
        wait = "0" if now_at_once else "1 hour"
        cursor.execute(
            "INSERT INTO signin_signingkey (kid, public, private, made_at, signs_from)"
            " VALUES (%s, %s::jsonb, %s, statement_timestamp(), statement_timestamp() + %s::interval)",
            [kid, _json(key), settings.KEYRING.seal(_COLUMN, kid, key.as_pem(private=True).decode()), wait],
        )
    journal.record("signin.signing_key.made", subject="room:signin", facts={"at_once": now_at_once})
    transaction.on_commit(forget)
    return kid


def set_apart() -> str:
    """Give tokens a first key of their own, where another one has taken over from the receipts' key for good.

    Nothing changes for anybody: what the first key signed is believed no more. Returns the key's id, by which the
    copies on several machines are compared. Raises FirstKeyInUse.
    """
    place = settings.KEYRING.file_keys_path.parent
    if not settings.KEYRING.keys_apart:
        if str(_first(settings.KEYRING.receipt_key).kid) in standing().believed:
            raise FirstKeyInUse
        with transaction.atomic():  # the line first: a file without its line would never get one
            journal.record("signin.signing_key.set_apart", subject="room:signin")
            key_files.place_token_key(place)
    return str(_first(key_files.read_receipt_key(place / key_files.TOKEN_FILE)).kid)


def history() -> list[SigningKey]:
    """Every key there was, newest first; the first one of the installation is not among them."""
    return list(SigningKey.objects.order_by("-signs_from", "-id"))


def _json(key: ECKey) -> str:
    return json.dumps({part: value for part, value in key.as_dict(private=False).items() if part != "kid"})


@lru_cache(maxsize=4)
def _first(private: EllipticCurvePrivateKey) -> ECKey:
    key = ECKey.import_key(private)
    key.ensure_kid()
    return key


@lru_cache(maxsize=16)
def _private(kid: str, sealed: bytes) -> ECKey:
    return ECKey.import_key(settings.KEYRING.open(_COLUMN, kid, sealed), {"kid": kid})


def _public(kid: str, public: Any) -> ECKey:
    return _imported(kid, json.dumps(_read(public), sort_keys=True))


@lru_cache(maxsize=64)
def _imported(kid: str, public: str) -> ECKey:
    """The same object each time: who verified something with it need not do so again."""
    return ECKey.import_key({**json.loads(public), "kid": kid})


def _read(public: Any) -> dict[str, str]:
    read: dict[str, str] = json.loads(public) if isinstance(public, str) else public
    return read
