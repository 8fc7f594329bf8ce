"""Bằng chứng giữ thẻ: a token serves only whoever holds the key it was made out to (DPoP, RFC 9449; threats T-29).

Each call shows a proof of its own, signed for this method, this address and this token. Whether a proof is of now and
whether it came before, the database says in one statement, by its own clock: what is forgotten there is older than
anything that would be believed.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Final
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.db import connection
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from motcua.kernel.refusal import Refusal
from motcua.signin import own_issuer
from motcua.signin.keys import SECRET_PARTS

ALGORITHM: Final = "ES256"
TOKEN_TYPE: Final = "DPoP"  # noqa: S105 - the word of RFC 9449, 5
_TYPE: Final = "dpop+jwt"
_LONGEST: Final = 4096
_ES256: Final = ECDSA(SHA256())
#: Bytes of each half of a signature on P-256.
_HALF: Final = 32
#: 96 bits in base64url are 16 letters; less is guessed or drawn twice.
_JTI: Final = range(16, 201)
_YEAR_2242: Final = 2**33
_PORTS: Final = {"http": 80, "https": 443}


class ProofRefused(Refusal):
    """A 401 that asks for a proof; ``challenge`` is the error word of the protocol."""

    code = "holder_proof_refused"
    status = 401
    message = (
        "Bằng chứng giữ thẻ (DPoP) không dùng được. Đề nghị ký bằng chứng mới cho lời gọi này rồi gọi lại."
    )
    challenge: ClassVar[str] = "invalid_dpop_proof"


class ProofWanted(ProofRefused):
    code = "holder_proof_wanted"
    challenge = "invalid_token"
    message = (
        "Thẻ truy cập phải gắn với khóa của hệ thống gọi và đi kèm bằng chứng giữ thẻ (DPoP) ở mỗi lời gọi. "
        "Đề nghị xin thẻ kèm tiêu đề DPoP rồi gọi lại."
    )


class ProofNotTrusted(ProofRefused):
    """Of another key, call or token, not signed, or not of now; ``why`` says which to our log, not to the caller."""

    code = "proof_not_trusted"
    message = (
        "Bằng chứng giữ thẻ (DPoP) không dùng được cho lời gọi này. Đề nghị ký bằng đúng khóa của thẻ, "
        "cho đúng phương thức, địa chỉ và thẻ, theo giờ hiện tại, rồi gọi lại."
    )


class ProofRepeated(ProofRefused):
    code = "proof_repeated"
    message = "Bằng chứng giữ thẻ (DPoP) này đã được dùng. Đề nghị ký bằng chứng mới cho mỗi lời gọi."


def challenge(no: Refusal, realm: str) -> str:
    """What a 401 asks for (RFC 9449, 7.1): a proof; or a token, with a proof or alone where that still counts."""
    if isinstance(no, ProofRefused):
        return _ASKED.format(realm, no.challenge)
    return f'{_ASKED.format(realm, "invalid_token")}, Bearer realm="{realm}", error="invalid_token"'


_ASKED: Final = f'DPoP realm="{{}}", error="{{}}", algs="{ALGORITHM}"'


@dataclass(frozen=True, slots=True)
class Shown:
    """How a token came: the word before it, the proof beside it, and which call both were sent with.

    ``addresses``: as what the call may have been named, each without query, in our own spelling.
    """

    scheme: str
    token: str = field(repr=False)
    proof: str = field(repr=False)
    method: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that holds but for its time and its being the first: those two are the database's to say."""

    thumbprint: str
    issued_at: int
    mark: bytes = field(repr=False)


def shown(*, authorization: str, proof: str, method: str, origin: str, path: str) -> Shown:
    """What the headers of a call say. ``origin`` is whom the caller took us for, one of the hosts that we are."""
    scheme, _, token = authorization.partition(" ")
    return Shown(scheme.lower(), token.strip(), proof, method, _named(origin, path))


def of_call(came: Shown, *, bound_to: str) -> Proof | None:
    """The proof of a call whose token is made out to ``bound_to``; None for a token that anybody may show.

    Raises ProofWanted, ProofNotTrusted.
    """
    if not bound_to:
        if came.scheme != "bearer":
            raise ProofNotTrusted(why="token not bound")
        return None
    if came.scheme != "dpop" or not came.proof:
        raise ProofWanted
    found = read(came, of_token=True)
    if found.thumbprint != bound_to:
        raise ProofNotTrusted(why="another key")
    return found


def read(came: Shown, *, of_token: bool) -> Proof:
    """The proof that came, held against the call it came with. Raises ProofNotTrusted.

    ``of_token``: it must name the token beside it; without, it is of the call for a token.
    """
    if len(came.proof) > _LONGEST:
        raise ProofNotTrusted(why="long")
    key, thumbprint = _key(came.proof.partition(".")[0])
    claims = _signed(came.proof, key)
    jti, issued, address = claims.get("jti"), claims.get("iat"), claims.get("htu")
    if not isinstance(jti, str) or len(jti) not in _JTI:
        raise ProofNotTrusted(why="jti")
    if type(issued) is not int or not 0 < issued < _YEAR_2242:
        raise ProofNotTrusted(why="iat")
    if claims.get("htm") != came.method:
        raise ProofNotTrusted(why="htm")
    if not isinstance(address, str) or _normal(address) not in came.addresses:
        raise ProofNotTrusted(why="htu")
    if of_token and claims.get("ath") != hash_of(came.token):
        raise ProofNotTrusted(why="ath")
    mark = settings.KEYRING.mac("dpop-proof", thumbprint, jti.encode("utf-8", "surrogatepass"))
    return Proof(thumbprint, issued, mark)


def _signed(proof: str, key: EllipticCurvePublicKey) -> dict[str, Any]:
    """What a proof says, if this key signed it (RFC 7515, 5.2; RFC 7518, 3.4). ``_key`` has judged its head.

    By hand, because each call comes with another one: the library reads the head and finds the key anew each time.
    """
    signed, _, signature = proof.rpartition(".")
    try:
        both = _from_base64(signature)
        if len(both) != 2 * _HALF:
            raise ProofNotTrusted(why="signature")
        halves = (int.from_bytes(both[:_HALF]), int.from_bytes(both[_HALF:]))
        key.verify(encode_dss_signature(*halves), signed.encode("ascii"), _ES256)
        claims = json.loads(_from_base64(signed.partition(".")[2]))
    except (InvalidSignature, ValueError, RecursionError):
        raise ProofNotTrusted(why="signature") from None
    if not isinstance(claims, dict):
        raise ProofNotTrusted(why="signature")
    return claims


def _from_base64(text: str) -> bytes:
    """Without padding (RFC 7515, 2). Raises ValueError."""
    if "=" in text:
        raise ValueError("padded")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def hash_of(token: str) -> str:
    """``ath`` of a token."""
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


#: Written only while the proof is of now: a minute back, and half a one ahead for clocks that differ. A row stays a
#: minute longer than its proof is believed, as a statement may judge just in time and write just after, and the clock
#: of the database that takes over may be behind the one that failed.
ONCE: Final = """
    once AS (
        INSERT INTO signin_usedproof (mark, until)
        SELECT p.mark, p.issued_at + interval '120 seconds'
          FROM proof p WHERE clock_timestamp() BETWEEN p.issued_at - interval '30 seconds'
                                                   AND p.issued_at + interval '60 seconds'
        ON CONFLICT DO NOTHING RETURNING 1
    )
"""
PROOF: Final = "proof AS (SELECT %s::bytea AS mark, to_timestamp(%s) AS issued_at)"
IN_TIME: Final = """
    (SELECT clock_timestamp() BETWEEN p.issued_at - interval '30 seconds'
                                  AND p.issued_at + interval '60 seconds' FROM proof p)
"""
_SPEND: Final = f"WITH {PROOF}, {ONCE} SELECT {IN_TIME}, EXISTS (SELECT 1 FROM once)"  # noqa: S608
_FORGET: Final = """
    DELETE FROM signin_usedproof WHERE mark IN (
        SELECT mark FROM signin_usedproof WHERE until < clock_timestamp() LIMIT %s)
"""
_AT_ONCE: Final = 10_000
_BATCHES: Final = 20


def spend(proof: Proof) -> None:
    """Believe a proof, once; stays whatever becomes of the request. Raises ProofNotTrusted, ProofRepeated."""
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [proof.mark, proof.issued_at])
        judge(*cursor.fetchone())


def judge(in_time: bool, fresh: bool) -> None:
    """What the database said of a proof. Raises ProofNotTrusted, ProofRepeated."""
    if fresh:
        return
    if in_time:
        raise ProofRepeated
    raise ProofNotTrusted(why="time")


def forget_used() -> int:
    """Delete proofs that could not be believed any more anyway; returns how many."""
    gone = 0
    with connection.cursor() as cursor:
        for _ in range(_BATCHES):
            cursor.execute(_FORGET, [_AT_ONCE])
            gone += int(cursor.rowcount)
            if cursor.rowcount < _AT_ONCE:
                break
    return gone


@lru_cache(maxsize=1024)
def _key(head: str) -> tuple[EllipticCurvePublicKey, str]:
    """The key in the first part of a proof, which a caller sends unchanged with every call, and its thumbprint."""
    told = _read_head(head)
    jwk = told.get("jwk")
    if (
        (told.get("typ"), told.get("alg")) != (_TYPE, ALGORITHM)
        or "crit" in told
        or not isinstance(jwk, dict)
    ):
        raise ProofNotTrusted(why="head")
    if (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256") or SECRET_PARTS & set(jwk):
        raise ProofNotTrusted(why="key")
    try:
        key = ECKey.import_key({part: str(jwk.get(part)) for part in ("kty", "crv", "x", "y")})
        return key.public_key, key.thumbprint()
    except (JoseError, ValueError, TypeError):
        raise ProofNotTrusted(why="key") from None


def _read_head(head: str) -> dict[str, Any]:
    try:
        told = json.loads(base64.b64decode(head + "=" * (-len(head) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise ProofNotTrusted(why="head") from None
    if not isinstance(told, dict):
        raise ProofNotTrusted(why="head")
    return told


def _named(origin: str, path: str) -> tuple[str, ...]:
    """The address as the caller reached us and as we are known; behind a proxy the two differ."""
    return tuple(f"{each}{path}" for each in _origins(origin, own_issuer.named()))


@lru_cache(maxsize=64)
def _origins(origin: str, issuer: str) -> tuple[str, ...]:
    known = urlsplit(issuer)
    both = (_spelt(origin), _spelt(f"{known.scheme}://{known.netloc}"))
    return tuple(each for each in dict.fromkeys(both) if each)


def _spelt(origin: str) -> str:
    """Empty for what a Host header may say and no address can: a port beyond all ports."""
    try:
        return _origin_of(origin)
    except ValueError:
        return ""


@lru_cache(maxsize=256)
def _normal(address: str) -> str:
    """One spelling of an address, without query and fragment (RFC 9449, 4.3; RFC 3986, 6.2); empty for no address."""
    try:
        return f"{_origin_of(address)}{unquote(urlsplit(address).path) or '/'}"
    except ValueError:
        return ""


def _origin_of(address: str) -> str:
    """Raises ValueError."""
    split = urlsplit(address)
    if split.scheme not in _PORTS or not split.hostname or split.username is not None:
        raise ValueError("no address of the web")
    host = f"[{split.hostname}]" if ":" in split.hostname else split.hostname
    port = split.port
    return f"{split.scheme}://{host}" + (f":{port}" if port not in (None, _PORTS[split.scheme]) else "")
