"""What the machine could do at most: the same SQL and one signature, without framework, forms or log.

A bare WSGI handler under the same server settings. ``/check`` reads session and rights, counts the attempt, looks
the number up, leaves the trace, signs, and writes the check with its line in the journal: as many transactions as
the real page. ``/reception`` is not built: its limit is the same statements by psycopg (``bench.limits``).
"""

import json
import os
import threading
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import psycopg
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from motcua.kernel.sealing import Keyring

Start = Callable[[str, list[tuple[str, str]]], object]

_SESSION = """
    SELECT s.id, s.unit_code, x.subject, p.full_name FROM accounts_session s
      JOIN accounts_account a ON a.id = s.account_id
      JOIN accounts_person p ON p.id = a.person_id
      JOIN accounts_pairwisesubject x ON x.account_id = a.id AND x.audience = %s
     WHERE s.token_hash = %s AND s.ended_at IS NULL AND s.created_at > clock_timestamp() - interval '12 hours'
       AND s.seen_at > clock_timestamp() - interval '15 minutes' AND a.status = 'active'
"""
_POST = """
    SELECT p.unit_id, p.powers FROM units_officer o JOIN units_post p ON p.officer_id = o.id
      JOIN units_unit u ON u.id = p.unit_id
     WHERE o.subject = %s AND o.active AND p.revoked_at IS NULL AND u.code = %s AND p.valid_from <= current_date
"""
_COUNT = """
    INSERT INTO limits_bucket AS b (key, used, window_ends_at)
    VALUES (%s, 1, clock_timestamp() + interval '1 hour'), (%s, 1, clock_timestamp() + interval '1 day')
    ON CONFLICT (key) DO UPDATE SET used = b.used + 1 RETURNING used
"""
_LOOK_UP = """
    SELECT a.public_id, a.status, p.full_name, d.last3 FROM accounts_identitydocument d
      JOIN accounts_person p ON p.id = d.person_id JOIN accounts_account a ON a.person_id = d.person_id
     WHERE d.number_bi = %s AND d.status = 'active' LIMIT 1
"""
_TRACE = """
    INSERT INTO accounts_lookup (number_bi, answer, asked_by, unit_code, purpose, procedure_code, reference)
    VALUES (%s, 'FOUND', %s, %s, 'tiep-nhan', '', %s)
"""
_CHECK = """
    INSERT INTO desk_accountcheck (public_id, kind, answer, status, subject, number_sealed, number_bi, last3,
        name_masked, by_old_number, officer_subject, unit_code, purpose, receipt, jti, reason_code, visit)
    VALUES (%s, 'COUNTER', 'FOUND', 'USABLE', %s, %s, %s, %s, '***', false, %s, %s, 'tiep-nhan', %s, %s, '', %s)
    RETURNING id
"""
_JOURNAL = """
    INSERT INTO journal_event (event, subject, actor, unit_code, facts)
    VALUES ('desk.account.checked', %s, %s, %s, '{"answer": "FOUND", "kind": "COUNTER"}')
"""


class Statements:
    """The account check as plain statements on one connection; also run without any web server."""

    def __init__(self, url: str, keys: Keyring, audience: str) -> None:
        self._line = psycopg.connect(url, autocommit=True, prepare_threshold=3)
        self._keys, self._audience = keys, audience

    def check(self, token: str, number: str) -> str:
        """Four transactions: count, trace, check with journal; reads beside them."""
        line, keys = self._line, self._keys
        session = line.execute(_SESSION, [self._audience, keys.mac("session", token)]).fetchone()
        assert session is not None
        _, unit, officer, _ = session
        assert line.execute(_POST, [officer, unit]).fetchone() is not None
        line.execute(_COUNT, [keys.mac("bare", "hour", officer), keys.mac("bare", "day", officer)]).fetchall()
        digest = keys.fingerprint("citizen_number", number)
        found = line.execute(_LOOK_UP, [digest]).fetchone()
        assert found is not None
        check_id, jti = uuid.uuid4(), uuid.uuid4().hex
        line.execute(_TRACE, [digest, officer, unit, str(check_id)])
        subject = keys.mac("pairwise-subject", self._audience, found[0].bytes)[:16].hex()
        receipt = self._receipt(subject, jti)
        sealed = keys.seal("desk.check.number", str(check_id), number)
        with line.transaction():
            line.execute(
                _CHECK,
                [check_id, subject, sealed, digest, found[3], officer, unit, receipt, jti, uuid.uuid4()],
            ).fetchone()
            line.execute(_JOURNAL, [f"check:{check_id}", officer, unit])
        return str(check_id)

    def _receipt(self, subject: str, jti: str) -> str:
        """Signed as the portal signs; the database refuses a check that says something else than its receipt."""
        claims = {"aud": self._audience, "sub": subject, "jti": jti, "status": "USABLE"}
        signed = f"{_HEADER}.{_b64(json.dumps(claims).encode())}"
        r, s = decode_dss_signature(self._keys.receipt_key.sign(signed.encode(), ECDSA(SHA256())))
        return f"{signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


_HEADER = _b64(b'{"alg":"ES256","typ":"account-receipt+jwt"}')


class _Kept(threading.local):
    """A connection for each thread, as the pages have one."""

    def __init__(self) -> None:
        keys = Keyring.from_directory(Path(os.environ["KEYS_DIR"]))
        self.statements = Statements(os.environ["DATABASE_URL"], keys, os.environ["DESK_ID"])


_kept = _Kept()


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/hello":
        start_response("200 OK", [("Content-Length", "5")])
        return [b"hello"]
    posted = parse_qs(environ["wsgi.input"].read().decode())
    cookies = dict(part.split("=", 1) for part in environ["HTTP_COOKIE"].split("; "))
    made = _kept.statements.check(cookies["__Host-phien"], posted["number"][0])
    start_response("302 Found", [("Location", f"/{made}/"), ("Content-Length", "0")])
    return [b""]


def main() -> None:
    from motcua.ops import serving

    serving.TARGET = "bench.bare:application"
    serving.web("127.0.0.1", int(os.environ["PORT"]))


if __name__ == "__main__":
    main()
