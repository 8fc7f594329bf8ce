"""Phiên đăng nhập: who is signed in where. The cookie is known only as a keyed hash."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from motcua import journal
from motcua.accounts import identity
from motcua.accounts.models import Account, Session
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import is_opaque_token, mac
from motcua.kernel.refusal import NotFound

IDLE: Final = {"CITIZEN": timedelta(minutes=30), "OFFICER": timedelta(minutes=15)}
LONGEST: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is signed in in this browser."""

    account_id: int
    session_id: int
    session_public_id: uuid.UUID
    subject: str
    audience: str
    unit_code: str
    display_name: str = field(repr=False)
    signed_in_at: datetime = field(repr=False)

    @property
    def is_officer(self) -> bool:
        return self.audience == "OFFICER"


_FIND: Final = """
    SELECT s.id, s.public_id, s.account_id, s.audience, s.unit_code, s.created_at, a.public_id, p.full_name,
           s.seen_at < clock_timestamp() - interval '5 seconds'
      FROM accounts_session s
      JOIN accounts_account a ON a.id = s.account_id
      JOIN accounts_person p ON p.id = a.person_id
     WHERE s.token_hash = %s AND s.ended_at IS NULL
       AND s.created_at > clock_timestamp() - interval '12 hours'
       AND s.seen_at > clock_timestamp()
           - CASE s.audience WHEN 'OFFICER' THEN interval '15 minutes' ELSE interval '30 minutes' END
       AND a.status = 'active'
"""


def begin(
    account: Account, *, audience: str, device: str, device_words: str, unit_code: str = ""
) -> tuple[str, Session]:
    """A new session; returns the token for the cookie, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    session = Session.objects.create(
        account=account,
        token_hash=_hash(token),
        audience=audience,
        unit_code=unit_code,
        device_hash=device_hash(device),
        device_words=device_words[:80],
    )
    return token, session


def visitor_of(token: str) -> Visitor | None:
    """Who holds this cookie, by the database clock; one statement, and a second at most every five seconds."""
    if not is_opaque_token(token):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [_hash(token)])
        row = cursor.fetchone()
        if row is None:
            return None
        if row[8]:
            cursor.execute("UPDATE accounts_session SET seen_at = clock_timestamp() WHERE id = %s", [row[0]])
    return Visitor(
        session_id=row[0],
        session_public_id=row[1],
        account_id=row[2],
        audience=row[3],
        unit_code=row[4],
        signed_in_at=row[5],
        subject=identity.subject_of(row[6], settings.DESK_ID),
        display_name=row[7],
    )


def end(visitor: Visitor) -> None:
    """Sign out."""
    _end(Session.objects.filter(pk=visitor.session_id), why="signed_out")
    journal.record("accounts.session.ended", subject=f"account:{visitor.account_id}")


def end_one(viewer: Visitor, public_id: uuid.UUID) -> None:
    """The owner ends one of their own sessions; NotFound when it is not theirs."""
    if not _end(Session.objects.filter(account_id=viewer.account_id, public_id=public_id), why="by_owner"):
        raise NotFound
    journal.record("accounts.session.ended", subject=f"account:{viewer.account_id}")


def end_others(viewer: Visitor) -> int:
    """The owner ends every session but this one."""
    others = Session.objects.filter(account_id=viewer.account_id).exclude(pk=viewer.session_id)
    return _end(others, why="by_owner")


def end_all(account: Account, *, why: str) -> int:
    """Every session of an account ends at once: changed password, changed phone, disavowal."""
    return _end(Session.objects.filter(account=account), why=why)


def live_sessions(viewer: Visitor) -> list[Session]:
    """Where the viewer is signed in, newest first."""
    return list(
        Session.objects.filter(
            account_id=viewer.account_id,
            ended_at__isnull=True,
            created_at__gt=ClockTimestamp() - LONGEST,
            seen_at__gt=ClockTimestamp() - IDLE["CITIZEN"],
        ).order_by("-seen_at")[:50]
    )


def move_to_unit(visitor: Visitor, unit_code: str) -> None:
    """The officer now works at another of their units."""
    Session.objects.filter(pk=visitor.session_id).update(unit_code=unit_code)


def device_hash(device: str) -> bytes:
    """32 bytes that stand for a browser."""
    return mac("device", device)


def _end(sessions: QuerySet[Session], *, why: str) -> int:
    return sessions.filter(ended_at__isnull=True).update(ended_at=ClockTimestamp(), ended_why=why)


def _hash(token: str) -> bytes:
    return mac("session", token)
