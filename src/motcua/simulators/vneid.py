"""VNeID as a portal meets it: OpenID Connect with code and PKCE, claims of domain 5.1; and how it may misbehave."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from motcua.kernel.refusal import Refusal
from motcua.simulators import faults
from motcua.simulators.signed import DEVELOPMENT
from motcua.simulators.store import Store

Answer = tuple[HTTPStatus, dict[str, object]]
CLIENT_ID: Final = "motcua"
_LIFE: Final = 600
_CODE_LIFE: Final = 60
_ASKED: Final = (
    "client_id", "redirect_uri", "state", "nonce", "code_challenge", "code_challenge_method", "scope",
)  # fmt: skip


class NotAskedWell(Refusal):
    code = "vneid_not_asked_well"
    status = 400
    message = "Yêu cầu đăng nhập VNeID không đúng: thiếu tham số, sai hệ thống hoặc không dùng PKCE S256."


class NoSuchPerson(Refusal):
    code = "vneid_no_such_person"
    status = 404
    message = (
        "VNeID mô phỏng không có người mang số này. Đề nghị kiểm tra lại số, hoặc khai thuê bao có số này."
    )


def describe(store: Store, issuer: str) -> Answer:
    """OpenID Connect Discovery."""
    if away := _away(store):
        return away
    return HTTPStatus.OK, {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }


def shown_keys(store: Store) -> Answer:
    """The newest key only: what was signed with the one before is no longer believed."""
    if away := _away(store):
        return away
    kid, key = _key(store)
    shown = {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": "RS256"}
    return HTTPStatus.OK, {"keys": [shown]}


def rotate(store: Store) -> dict[str, object]:
    """Another key signs from now on."""
    kid = secrets.token_hex(8)
    made = RSAKey.generate_key(2048).as_dict(private=True)
    with store.open() as db:
        db.execute("INSERT INTO vneid_key (kid, private) VALUES (?, ?)", (kid, json.dumps(made)))
    return {"kid": kid}


def register(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    """The public key of the portal, for private_key_jwt."""
    with store.open() as db:
        db.execute(
            "INSERT OR REPLACE INTO vneid_client (id, key) VALUES (1, ?)", (json.dumps(said.get("jwk")),)
        )
    return {"registered": True}


def enrol(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    """A person with ``number``, ``name``, ``born_on``; ``level``, ``kind`` and ``tech_id`` when they matter."""
    number = str(said.get("number", ""))
    row = {
        "number": number,
        "name": str(said.get("name", "")),
        "born_on": str(said.get("born_on", "")),
        "tech_id": str(said.get("tech_id") or _tech_id(number)),
        "level": str(said.get("level", "2")),
        "kind": str(said.get("kind", "1")),
    }
    with store.open() as db:
        db.execute(
            "INSERT OR REPLACE INTO vneid_person (number, name, born_on, tech_id, level, kind)"
            " VALUES (:number, :name, :born_on, :tech_id, :level, :kind)",
            row,
        )
    return {"tech_id": row["tech_id"]}


def known(store: Store) -> list[tuple[str, str]]:
    """Number and name of who can sign in here: its own people, and the subscribers with twelve digits."""
    with store.open() as db:
        own = db.execute("SELECT number, name FROM vneid_person ORDER BY number LIMIT 200").fetchall()
        others = db.execute(
            "SELECT id_number AS number, name FROM subscriber WHERE length(id_number) = 12 ORDER BY id_number LIMIT 200"
        ).fetchall()
    found = {row["number"]: row["name"] for row in [*others, *own]}
    return sorted(found.items())


def asked_by(query: Mapping[str, str]) -> dict[str, str]:
    """What the portal asked for, to go along with the form. Raises NotAskedWell."""
    asked = {name: query.get(name, "") for name in _ASKED}
    good = (
        query.get("response_type") == "code"
        and asked["client_id"] == (os.environ.get("VNEID_CLIENT_ID") or CLIENT_ID)
        and asked["code_challenge_method"] == "S256"
        and "openid" in asked["scope"].split()
        and all(asked.values())
    )
    if not good:
        raise NotAskedWell
    return asked


def decide(store: Store, form: Mapping[str, str], *, issuer: str) -> str:
    """Where the browser goes back to: with a code, or with a no. Raises NotAskedWell, NoSuchPerson."""
    asked = asked_by({**form, "response_type": "code"})
    if form.get("viec") == "khong" or faults.current(store)["vneid"] == "refusing":
        return _back(asked, {"error": "access_denied", "iss": issuer})
    number = form.get("so", "").strip()
    _person(store, number)
    _key(store)  # making the first one takes longer than a program waits
    code = secrets.token_urlsafe(24)
    with store.open() as db:
        db.execute(
            "INSERT INTO vneid_code (code, said, until) VALUES (?, ?, ?)",
            (code, json.dumps({**asked, "number": number}), time.time() + _CODE_LIFE),
        )
    return _back(asked, {"code": code, "iss": issuer})


def token(store: Store, form: Mapping[str, str], *, authorization: str, issuer: str) -> Answer:
    """The code for tokens, once, for who began it."""
    if away := _away(store):
        return away
    if not _is_client(store, form, authorization, issuer):
        return HTTPStatus.UNAUTHORIZED, {"error": "invalid_client"}
    said = _spent(store, form.get("code", ""))
    if said is None or said["redirect_uri"] != form.get("redirect_uri"):
        return HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"}
    if _s256(form.get("code_verifier", "")) != said["code_challenge"]:
        return HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"}
    access = secrets.token_urlsafe(32)
    with store.open() as db:
        db.execute(
            "INSERT INTO vneid_token (token, number, until) VALUES (?, ?, ?)",
            (access, said["number"], time.time() + _LIFE),
        )
    return HTTPStatus.OK, {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": _LIFE,
        "id_token": _id_token(store, said, access, issuer),
    }


def userinfo(store: Store, authorization: str) -> Answer:
    """The claims of domain 5.1, for a plain bearer token."""
    if away := _away(store):
        return away
    kind, _, shown = authorization.partition(" ")
    with store.open() as db:
        row = db.execute(
            "SELECT number FROM vneid_token WHERE token = ? AND until > ?", (shown, time.time())
        ).fetchone()
    if kind != "Bearer" or row is None:
        return HTTPStatus.UNAUTHORIZED, {"error": "invalid_token"}
    person = _person(store, row["number"])
    told: dict[str, object] = {
        "sub": _subject(person["number"]),
        "LoaiTaiKhoan": person["kind"],
        "SoDinhDanh": person["number"],
        "HoVaTen": person["name"].upper(),
        "NgayThangNamSinh": person["born_on"],
        "TechID": person["tech_id"],
        "loAs": f"LoA{person['level']}",
        "IAL": person["level"],
        "userProfileUri": "https://vneid.example.vn/ho-so",
        "logoutUri": "https://vneid.example.vn/dang-xuat",
    }
    fault = faults.current(store)["vneid"]
    if fault == "other_subject":
        told["sub"] = "nguoi-khac"
    if fault == "half":
        del told["NgayThangNamSinh"]
    return HTTPStatus.OK, told


def _id_token(store: Store, said: Mapping[str, str], access: str, issuer: str) -> str:
    """Right, unless a fault says how it is wrong."""
    now, fault = int(time.time()), faults.current(store)["vneid"]
    life = {"eternal": 30 * 86400}.get(fault, _LIFE)
    issued = now - 3 * _LIFE if fault == "expired" else now
    claims: dict[str, Any] = {
        "iss": "https://vneid.khac.example.vn" if fault == "other_issuer" else issuer,
        "aud": "he-thong-khac" if fault == "other_audience" else said["client_id"],
        "sub": _subject(said["number"]),
        "iat": issued,
        "exp": issued + life,
        "nonce": "khac" if fault == "wrong_nonce" else said["nonce"],
        "at_hash": _half_hash("khac" if fault == "other_token" else access),
        "acr": "LoA2",
        "auth_time": now - 2 * _LIFE if fault == "remembering" else now,
    }
    if fault == "no_auth_time":
        del claims["auth_time"]
    kid, key = _key(store)
    if fault in ("unsigned", "own_secret"):
        return _forged("none" if fault == "unsigned" else "HS256", kid, claims, key.as_pem(private=False))
    if fault == "strange_key":
        key = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, key, algorithms=["RS256"])


def _forged(algorithm: str, kid: str, claims: dict[str, Any], secret: bytes) -> str:
    """Without a signature, or with the public key as if it were a secret of both (RFC 8725, 2.1)."""
    parts = ({"alg": algorithm, "typ": "JWT", "kid": kid}, claims)
    signed = ".".join(_b64(json.dumps(part).encode()) for part in parts)
    seal = b"" if algorithm == "none" else hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_b64(seal)}"


def _is_client(store: Store, form: Mapping[str, str], authorization: str, issuer: str) -> bool:
    """By the registered key where there is one, else by the secret."""
    with store.open() as db:
        row = db.execute("SELECT key FROM vneid_client").fetchone()
    if row is not None:
        return _is_proof(form.get("client_assertion", ""), json.loads(row["key"]), f"{issuer}/token")
    kind, _, shown = authorization.partition(" ")
    try:
        name, _, secret = base64.b64decode(shown, validate=True).decode().partition(":")
    except ValueError:
        return False
    wanted = os.environ.get("VNEID_CLIENT_SECRET") or DEVELOPMENT
    return (kind, unquote(name), unquote(secret)) == (
        "Basic",
        os.environ.get("VNEID_CLIENT_ID") or CLIENT_ID,
        wanted,
    )


def _is_proof(assertion: str, key: dict[str, Any], audience: str) -> bool:
    try:
        claims = jwt.decode(assertion, ECKey.import_key(key), algorithms=["ES256"]).claims
    except (JoseError, ValueError):
        return False
    return claims.get("aud") == audience and time.time() < float(claims.get("exp", 0))


def _spent(store: Store, code: str) -> dict[str, str] | None:
    with store.open() as db:
        row = db.execute(
            "DELETE FROM vneid_code WHERE code = ? AND until > ? RETURNING said", (code, time.time())
        ).fetchone()
    return dict(json.loads(row["said"])) if row else None


def _person(store: Store, number: str) -> dict[str, str]:
    """Of its own, or whoever has a phone under this number."""
    with store.open() as db:
        row = db.execute("SELECT * FROM vneid_person WHERE number = ?", (number,)).fetchone()
        if row is not None:
            return dict(row)
        row = db.execute("SELECT name, born_on FROM subscriber WHERE id_number = ?", (number,)).fetchone()
    if row is None:
        raise NoSuchPerson
    more = {"number": number, "tech_id": _tech_id(number), "level": "2", "kind": "1"}
    return {"name": row["name"], "born_on": row["born_on"], **more}


def _key(store: Store) -> tuple[str, RSAKey]:
    with store.open() as db:
        row = db.execute("SELECT kid, private FROM vneid_key ORDER BY id DESC LIMIT 1").fetchone()
    if row is None:
        rotate(store)
        return _key(store)
    return row["kid"], RSAKey.import_key(json.loads(row["private"]))


def _away(store: Store) -> Answer | None:
    fault = faults.current(store)["vneid"]
    if fault == "slow":
        time.sleep(faults.SLOW_SECONDS)
    return (HTTPStatus.SERVICE_UNAVAILABLE, {"error": "temporarily_unavailable"}) if fault == "down" else None


def _back(asked: Mapping[str, str], more: dict[str, str]) -> str:
    return f"{asked['redirect_uri']}?{urlencode({**more, 'state': asked['state']})}"


def _subject(number: str) -> str:
    return hashlib.sha256(f"sub:{number}".encode()).hexdigest()[:32]


def _tech_id(number: str) -> str:
    return hashlib.sha256(f"tech:{number}".encode()).hexdigest()[:32]


def _s256(verifier: str) -> str:
    return _b64(hashlib.sha256(verifier.encode()).digest())


def _half_hash(text: str) -> str:
    return _b64(hashlib.sha256(text.encode()).digest()[:16])


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
