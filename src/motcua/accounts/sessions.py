"""Phiên đăng nhập: who is signed in where. The cookie is known only as a keyed hash."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from motcua import journal
from motcua.accounts import identity
from motcua.accounts.models import Account, Session
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.providers import DVCQG, VNEID, SignInAnew
from motcua.accounts.sealed_data import mac
from motcua.kernel.opaque_token import is_opaque_token
from motcua.kernel.refusal import NotFound
from motcua.kernel.scope import Scope
from motcua.kernel.visitor import Visitor
from motcua.units import posts

IDLE: Final = {"CITIZEN": timedelta(minutes=30), "OFFICER": timedelta(minutes=15)}
LONGEST: Final = timedelta(hours=12)
_OF_ITS_DAY: Final = "session_of_its_day"


_RIGHTS: Final = posts.rights_sql(
    subject="x.subject", at_unit="nullif(s.unit_code, '')", on="%(today)s::date"
)
_FIND: Final = f"""
    SELECT s.id, s.public_id, s.account_id, s.audience, s.unit_code, s.created_at, a.public_id, p.full_name,
           s.seen_at < clock_timestamp() - interval '5 seconds', x.subject, s.mandate_id,
           p.kind, s.factor, coalesce(s.proved_at > clock_timestamp() - interval '5 minutes', false), m.scope,
           s.audience = 'CITIZEN' AND s.mandate_id IS NULL AND {identity.PHONE_FROZEN},
           s.provider, r.*
      FROM accounts_session s
      JOIN accounts_account a ON a.id = s.account_id
      JOIN accounts_person p ON p.id = a.person_id
      LEFT JOIN accounts_pairwisesubject x
             ON s.audience = 'OFFICER' AND x.account_id = a.id AND x.audience = %(desk)s
      LEFT JOIN accounts_mandate m ON m.id = s.mandate_id
      LEFT JOIN LATERAL ({_RIGHTS}) r ON true
     WHERE s.token_hash = %(token)s AND s.ended_at IS NULL
       AND s.created_at > clock_timestamp() - interval '12 hours'
       AND s.seen_at > clock_timestamp()
           - CASE s.audience WHEN 'OFFICER' THEN interval '15 minutes' ELSE interval '30 minutes' END
       AND (a.status = 'active' OR s.mandate_id IS NOT NULL AND a.status = 'pending_activation')
       AND (s.mandate_id IS NULL OR accounts_mandate_stands(s.mandate_id, '', %(today)s::date))
       AND NOT accounts_waits_for_owner(a.id)
"""  # noqa: S608 - constants


def begin(
    account: Account,
    *,
    audience: str,
    device: str,
    device_words: str,
    unit_code: str = "",
    mandate_id: int | None = None,
    taken_up_by: int | None = None,
    factor: str = "",
    provider: str = DVCQG,
    said_just_now: bool = False,
) -> tuple[str, Session]:
    """A new session; returns the token for the cookie, which is stored nowhere. ``provider`` said who it is,
    now or in the session before.

    Raises SignInAnew when the database's day, or the link to VNeID, is not what the caller saw.
    """
    token = secrets.token_urlsafe(32)
    session = Session(
        account=account,
        token_hash=_hash(token),
        audience=audience,
        unit_code=unit_code,
        mandate_id=mandate_id,
        taken_up_by_id=taken_up_by,
        device_hash=device_hash(device),
        device_words=device_words[:80],
        factor=factor,
        proved_at=ClockTimestamp() if factor else None,
        provider=provider,
        vneid_proved_at=ClockTimestamp() if said_just_now and provider == VNEID else None,
    )
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as broken:
        if getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "") == _OF_ITS_DAY:
            raise SignInAnew from broken
        raise
    return token, session


def rotate(visitor: Visitor, *, factor: str = "", unit_code: str = "") -> str:
    """The same session under another token, which is returned; the one before opens nothing (threats A-60).

    ``factor`` was proved just now; ``unit_code`` is where the officer works from now on. Raises NotFound when the
    session ended meanwhile.
    """
    token = secrets.token_urlsafe(32)
    changes: dict[str, Any] = {"token_hash": _hash(token)}
    if factor:
        changes |= {"factor": factor, "proved_at": ClockTimestamp()}
    if unit_code:
        changes["unit_code"] = unit_code
    if not Session.objects.filter(pk=visitor.session_id, ended_at__isnull=True).update(**changes):
        raise NotFound
    return token


def place_of(visitor: Visitor) -> bytes:
    """32 bytes that only this session has, until its token changes: what a ceremony in it is bound to."""
    found = Session.objects.filter(pk=visitor.session_id).values_list("token_hash", flat=True).get()
    return bytes(found)


def visitor_of(token: str) -> Visitor | None:
    """Who holds this cookie and what they may do, by the database clock; one statement.

    A second one, at most every five seconds, keeps the session alive.
    """
    if not is_opaque_token(token):
        return None
    asked: dict[str, bytes | str | date] = {
        "token": _hash(token),
        "desk": settings.DESK_ID,
        "today": timezone.localdate(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, asked)
        row = cursor.fetchone()
        if row is None:
            return None
        if settings.OFFICER_SECOND_FACTOR and row[3] == "OFFICER" and not row[12]:
            return None  # begun while the second factor was off: no way around it
        if row[8]:
            cursor.execute("UPDATE accounts_session SET seen_at = clock_timestamp() WHERE id = %s", [row[0]])
    return _visitor(row)


def _visitor(row: Sequence[Any]) -> Visitor:
    """The rights count only when they were read under the subject that the account's key makes."""
    subject = identity.subject_of(row[6], settings.DESK_ID)
    known, rights = row[9], row[17:]
    may = known == subject and rights[0] is not None
    return Visitor(
        session_id=row[0],
        session_public_id=row[1],
        account_id=row[2],
        audience=row[3],
        unit_code=row[4],
        signed_in_at=row[5],
        subject=subject,
        display_name=row[7],
        authority=posts.as_authority(subject, rights) if may else None,
        unit_name=rights[-1] if may else "",
        mandate_id=row[10],
        organisation=row[11] == "ORGANISATION",
        factor=row[12],
        is_fresh=row[13],
        scope=Scope.of(row[14]),
        phone_frozen=row[15],
        provider=row[16],
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


def end_by_vneid(account: Account, *, why: str) -> int:
    """Every session that VNeID's word opened: the own ones, and those under a mandate that they took up."""
    theirs = Q(account=account) | Q(taken_up_by=account)
    return _end(Session.objects.filter(theirs, provider=VNEID), why=why)


def end_everybodys(*, why: str) -> int:
    """After a restore: who was signed in then signs in again. How many sessions it ended."""
    return _end(Session.objects.all(), why=why)


def end_under_mandates_of(representative: Account, *, why: str) -> int:
    """Every session in which this person acts for an organisation, and those that somebody began by their mandates."""
    theirs = Q(mandate__representative=representative) | Q(taken_up_by=representative)
    return _end(Session.objects.filter(theirs, mandate__isnull=False), why=why)


def end_of_mandate(mandate: uuid.UUID) -> int:
    """Nobody acts under a mandate that was taken back."""
    return _end(Session.objects.filter(mandate__public_id=mandate), why="mandate_revoked")


def live_sessions(viewer: Visitor) -> list[Session]:
    """Where the viewer is signed in, newest first."""
    return list(
        Session.objects.filter(
            account_id=viewer.account_id,
            ended_at__isnull=True,
            created_at__gt=ClockTimestamp() - LONGEST,
        )
        .filter(
            Q(audience="CITIZEN", seen_at__gt=ClockTimestamp() - IDLE["CITIZEN"])
            | Q(audience="OFFICER", seen_at__gt=ClockTimestamp() - IDLE["OFFICER"])
        )
        .order_by("-seen_at")[:50]
    )


def move_to_unit(visitor: Visitor, unit_code: str) -> str:
    """The officer now works at another of their units, with other rights: another token as well."""
    return rotate(visitor, unit_code=unit_code)


def device_hash(device: str) -> bytes:
    """32 bytes that stand for a browser."""
    return mac("device", device)


def _end(sessions: QuerySet[Session], *, why: str) -> int:
    return sessions.filter(ended_at__isnull=True).update(ended_at=ClockTimestamp(), ended_why=why)


def _hash(token: str) -> bytes:
    return mac("session", token)
