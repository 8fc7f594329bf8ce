"""Phiên tại một cửa: the portal says who somebody is, the desk knows which post they hold (SPEC 4, 13).

The same promises as for sessions of own accounts: citizens 30 minutes idle, officers 15, twelve hours at most, by
the database clock; whoever signs out at the portal, or is locked there, is signed out here.
"""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Func, QuerySet
from django.db.models.fields import DateTimeField
from django.utils import timezone

from motcua import journal
from motcua.guests.models import GuestSession
from motcua.kernel.opaque_token import is_opaque_token
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.scope import EVERYTHING, Scope
from motcua.kernel.visitor import Visitor
from motcua.units import posts


class StrongerSignInNeeded(Refusal):
    """Somebody who holds a post came in with a password alone, where that is not enough."""

    code = "guest_stronger_sign_in_needed"
    status = 403
    message = (
        "Tài khoản của cán bộ phải đăng nhập bằng hai yếu tố. Đề nghị ông/bà bấm “Đăng nhập lại”; "
        "Cổng Dịch vụ công sẽ hỏi bước xác thực thứ hai, hoặc hướng dẫn ông/bà đăng ký nếu chưa có."
    )


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the portal gave us to ask it on this person's behalf; the access token is good until ``until``."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    identity: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom the portal has just vouched for. ``strong``: with two factors.

    ``signed_in_at``: when they proved it there; whoever was signed in at the portal already is asked nothing.
    """

    subject: str
    portal_session: str
    full_name: str = field(repr=False)
    organisation: bool
    strong: bool
    signed_in_at: datetime
    tokens: Tokens = field(repr=False)
    #: Of a representative: in which procedures they act.
    scope: Scope = EVERYTHING


_RIGHTS: Final = posts.rights_sql(
    subject="s.subject", at_unit="nullif(s.unit_code, '')", on="%(today)s::date"
)
_FIND: Final = f"""
    SELECT s.id, s.public_id, s.subject, s.audience, s.unit_code, s.signed_in_at, s.organisation, s.name_sealed,
           s.seen_at < clock_timestamp() - interval '5 seconds', s.strong,
           s.signed_in_at > clock_timestamp() - interval '5 minutes', s.mandate_scope, r.*
      FROM guests_guestsession s
      LEFT JOIN LATERAL ({_RIGHTS}) r ON true
     WHERE s.token_hash = %(token)s AND s.ended_at IS NULL
       AND s.signed_in_at > clock_timestamp() - interval '12 hours'
       AND s.seen_at > clock_timestamp()
           - CASE s.audience WHEN 'OFFICER' THEN interval '15 minutes' ELSE interval '30 minutes' END
"""  # noqa: S608 - constants


class _Clock(Func):
    function = "clock_timestamp"
    output_field = DateTimeField()


def begin(arrival: Arrival, *, device_words: str) -> tuple[str, GuestSession]:
    """A session of our own; returns the token for the cookie, which is stored nowhere.

    Who holds a post today comes in as an officer. Raises StrongerSignInNeeded.
    """
    held = posts.posts_of(arrival.subject, timezone.localdate())
    if held and settings.OFFICER_SECOND_FACTOR and not arrival.strong:
        raise StrongerSignInNeeded
    token, public_id = secrets.token_urlsafe(32), uuid.uuid4()
    session = GuestSession.objects.create(
        public_id=public_id,
        token_hash=_hash(token),
        subject=arrival.subject,
        audience=GuestSession.Audience.OFFICER if held else GuestSession.Audience.CITIZEN,
        organisation=arrival.organisation,
        mandate_scope=sorted(arrival.scope.codes),
        strong=arrival.strong,
        # A clock of the portal's that is ahead makes nobody fresher than now.
        signed_in_at=min(arrival.signed_in_at, timezone.now()),
        name_sealed=_seal("name", public_id, arrival.full_name),
        portal_session=arrival.portal_session,
        tokens_sealed=_seal_tokens(public_id, arrival.tokens),
        tokens_until=arrival.tokens.until,
        device_words=device_words[:80],
    )
    journal.record("guests.session.begun", subject=f"subject:{arrival.subject}")
    return token, session


def visitor_of(token: str) -> Visitor | None:
    """Who holds this cookie and what they may do; one statement, and at most every five seconds a second one."""
    if not is_opaque_token(token):
        return None
    asked: dict[str, bytes | date] = {"token": _hash(token), "today": timezone.localdate()}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, asked)
        row = cursor.fetchone()
        if row is None:
            return None
        if row[8]:
            cursor.execute(
                "UPDATE guests_guestsession SET seen_at = clock_timestamp() WHERE id = %s", [row[0]]
            )
    return _visitor(row)


def end(visitor: Visitor) -> None:
    """Sign out here; the portal's own session is the portal's to end."""
    _end(GuestSession.objects.filter(pk=visitor.session_id), why="signed_out")
    journal.record("guests.session.ended", subject=f"subject:{visitor.subject}")


def over(session: uuid.UUID) -> None:
    """The portal renews nothing for it any more: whatever ended there, it ends here."""
    count = _end(GuestSession.objects.filter(public_id=session), why="by_portal")
    journal.record("guests.session.ended_by_portal", subject="room:guests", facts={"sessions": count})


def end_by_portal(*, portal_session: str, subject: str) -> int:
    """The portal says that somebody signed out there: by session, or by person when it names no session."""
    ended = (
        GuestSession.objects.filter(portal_session=portal_session)
        if portal_session
        else GuestSession.objects.filter(subject=subject)
    )
    count = _end(ended, why="by_portal")
    journal.record("guests.session.ended_by_portal", subject="room:guests", facts={"sessions": count})
    return count


def end_everybodys(*, why: str) -> int:
    """After a restore: who was signed in then comes in anew through the portal. How many sessions it ended."""
    return _end(GuestSession.objects.all(), why=why)


def move_to_unit(visitor: Visitor, unit_code: str) -> str:
    """The officer now works at another of their units, with other rights: another token as well (threats A-60).

    Raises NotFound when the session ended meanwhile.
    """
    token = secrets.token_urlsafe(32)
    mine = GuestSession.objects.filter(pk=visitor.session_id, ended_at=None)
    if not mine.update(unit_code=unit_code, token_hash=_hash(token)):
        raise NotFound
    return token


def tokens_of(session: uuid.UUID) -> Tokens | None:
    """What the portal gave for a live session, or None."""
    found = GuestSession.objects.filter(public_id=session, ended_at=None).exclude(tokens_sealed=None).first()
    if found is None or found.tokens_until is None or found.tokens_sealed is None:
        return None
    access, refresh, identity = _open("tokens", found.public_id, found.tokens_sealed).split("\n")
    return Tokens(access=access, refresh=refresh, identity=identity, until=found.tokens_until)


def claim_renewal(session: uuid.UUID) -> bool:
    """Whether the caller is the one who fetches newer tokens: one UPDATE decides; a claim lapses in ten seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE guests_guestsession SET renewing_since = clock_timestamp()"
            " WHERE public_id = %s AND ended_at IS NULL AND (renewing_since IS NULL"
            " OR renewing_since < clock_timestamp() - interval '10 seconds')",
            [session],
        )
        return bool(cursor.rowcount == 1)


def release_renewal(session: uuid.UUID) -> None:
    """Nothing came; the next one may ask at once."""
    GuestSession.objects.filter(public_id=session, ended_at=None).update(renewing_since=None)


def keep_tokens(session: uuid.UUID, tokens: Tokens) -> None:
    """Newer ones; a session that has ended meanwhile keeps none."""
    GuestSession.objects.filter(public_id=session, ended_at=None).update(
        tokens_sealed=_seal_tokens(session, tokens), tokens_until=tokens.until, renewing_since=None
    )


def _visitor(row: Sequence[Any]) -> Visitor:
    rights = row[12:]
    may = row[3] == GuestSession.Audience.OFFICER and rights[0] is not None
    return Visitor(
        account_id=0,
        session_id=row[0],
        session_public_id=row[1],
        subject=row[2],
        audience=row[3],
        unit_code=row[4],
        signed_in_at=row[5],
        organisation=row[6],
        scope=Scope.of(row[11]),
        factor="portal" if row[9] else "",
        is_fresh=row[9] and row[10],
        display_name=_open("name", row[1], row[7]),
        authority=posts.as_authority(row[2], rights) if may else None,
        unit_name=rights[-1] if may else "",
    )


def _end(sessions: QuerySet[GuestSession], *, why: str) -> int:
    return sessions.filter(ended_at=None).update(
        ended_at=_Clock(), ended_why=why, tokens_sealed=None, tokens_until=None, renewing_since=None
    )


def _seal_tokens(session: uuid.UUID, tokens: Tokens) -> bytes:
    return _seal("tokens", session, "\n".join((tokens.access, tokens.refresh, tokens.identity)))


def _seal(column: str, session: uuid.UUID, text: str) -> bytes:
    sealed: bytes = settings.KEYRING.seal(f"guests.session.{column}", str(session), text)
    return sealed


def _open(column: str, session: uuid.UUID, sealed: bytes | memoryview) -> str:
    text: str = settings.KEYRING.open(f"guests.session.{column}", str(session), sealed)
    return text


def _hash(token: str) -> bytes:
    digest: bytes = settings.KEYRING.mac("guest-session", token)
    return digest
