"""Lời gọi của hệ thống kết nối: let in by token, its holder's proof, registration, address, scope and quota; counted.

Everything but the token is read from the live registration at each call, in one statement, so that stopping a
system works with its next call (threats T-29). What a call was for is never kept here: an hour's counters are.
"""

import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from django.db import connection
from django.utils import timezone

from motcua.kernel.client_address import network_of
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import Left, TooManyAttempts
from motcua.signin import access_tokens, proof_refusals, proofs
from motcua.signin.access_tokens import AccessToken, AccessTokenNotTrusted
from motcua.signin.models import Registration
from motcua.signin.proofs import Proof, ProofRefused, ProofWanted, Shown

log = logging.getLogger(__name__)
Scope = Registration.Scope

#: Threats L14: whoever finds nobody too often is guessing, and goes on at a tenth of the pace.
_MISSES_LOOKED_AT: Final = 20
_MISSES_BORNE: Final = 0.30
_SLOWED_BY: Final = 10


class ClientNotLive(Refusal):
    """Never registered, not approved, expired or stopped: the caller is not told which."""

    code = "client_not_live"
    status = 401
    message = "Hệ thống này hiện không được kết nối. Đề nghị liên hệ đơn vị quản lý kết nối để đăng ký lại."


class CallerAddressRefused(Refusal):
    code = "caller_address_refused"
    status = 403
    message = (
        "Địa chỉ mạng đang gọi không có trong đăng ký kết nối. Đề nghị gọi từ địa chỉ đã đăng ký, "
        "hoặc đăng ký lại với địa chỉ mới."
    )


class ScopeMissing(Refusal):
    """``details``: ``scope``, the one that is wanted."""

    code = "scope_missing"
    status = 403
    message = (
        "Hệ thống chưa được duyệt phạm vi “{scope}”, hoặc thẻ truy cập không mang phạm vi này. "
        "Đề nghị đăng ký phạm vi rồi xin thẻ mới."
    )


class PersonTokenWanted(Refusal):
    code = "person_token_wanted"
    status = 403
    message = (
        "Việc này cần thẻ truy cập của chính người đang đăng nhập. "
        "Đề nghị mời người đó đăng nhập qua Cổng rồi gọi lại bằng thẻ của họ."
    )


class SystemTokenWanted(Refusal):
    code = "system_token_wanted"
    status = 403
    message = (
        "Việc này do hệ thống tự gọi, không dùng thẻ truy cập của người dân. "
        "Đề nghị xin thẻ của hệ thống rồi gọi lại."
    )


@dataclass(frozen=True, slots=True)
class Caller:
    """A system that was let in for this one call. ``audience`` is the desk it acts for.

    ``subject`` and ``session`` are of the person whose token it is; empty for a call in the system's own name.
    """

    client_pk: int
    client_id: str
    unit_id: int
    audience: str
    scope: str
    minute: int
    day: int
    left: Sequence[Left]
    subject: str = ""
    session: str = field(default="", repr=False)
    #: Where the call is counted, and whether as a question who has a number.
    hour: datetime | None = field(default=None, repr=False)
    looks_up: bool = False


def admit(
    *, came: Shown, address: str, scope: str, of_a_person: bool, now: datetime, looks_up: bool = False
) -> Caller:
    """Whoever shows this token and holds its key, if everything about the call is as two officers agreed.

    Counts the call, and what it refuses. ``looks_up``: it is to ask whether somebody has a number.
    Raises AccessTokenNotTrusted, ProofWanted, ProofNotTrusted, ProofRepeated, ClientNotLive, CallerAddressRefused,
    ScopeMissing, PersonTokenWanted, SystemTokenWanted, TooManyAttempts, CountingUnavailable.
    """
    shown, proof = _believed(came, address, now)
    row = _live(shown.client_id, now, proof, scope, looks_up)
    if row is None:
        spending.spend((Quota.CALLS_WITHOUT_TOKEN, network_of(address)))
        raise ClientNotLive
    try:
        _judge_address(row, address)
        _judge_holder(row, proof, now)
        _judge(row, shown, scope, of_a_person)
        session = _session_of(shown, row.shared) if of_a_person else ""
        minute = _pace(row)
        left = spending.spend_by_contract(Quota.CALLS_OF_CLIENT, row.client_id, (minute, row.per_day))
    except Refusal as no:
        if isinstance(no, ProofRefused):
            proof_refusals.note(no, client_id=row.client_id)
        if isinstance(no, ProofRefused | CallerAddressRefused):  # whose token this is, is not who calls
            spending.spend((Quota.CALLS_WITHOUT_TOKEN, network_of(address)))
        _note_more(row.client_pk, scope, row.hour, _More(refusal=no.code, unasked=looks_up))
        raise
    return Caller(
        client_pk=row.client_pk,
        client_id=row.client_id,
        unit_id=row.unit_id,
        audience=row.audience,
        scope=scope,
        minute=minute,
        day=row.per_day,
        left=left,
        subject=shown.subject,
        session=session,
        hour=row.hour,
        looks_up=looks_up,
    )


def _believed(came: Shown, address: str, now: datetime) -> tuple[AccessToken, Proof | None]:
    """The token and its proof, but for what the database says of them."""
    try:
        shown = access_tokens.read(came.token, now=now)
    except AccessTokenNotTrusted:
        spending.spend((Quota.CALLS_WITHOUT_TOKEN, network_of(address)))
        raise
    try:
        return shown, proofs.of_call(came, bound_to=shown.bound_to)
    except ProofRefused as no:
        proof_refusals.note(no, client_id=shown.client_id)
        spending.spend((Quota.CALLS_WITHOUT_TOKEN, network_of(address)))
        raise


def note(
    caller: Caller,
    *,
    refusal: str = "",
    looked_up: bool = False,
    missed: bool = False,
    alarm: bool = False,
) -> None:
    """What became of a call, where that is more than that it was let in; most calls need no statement for it.

    ``looked_up``: it asked whether somebody has a number. Only of those is ``missed`` a share, so that who was let
    in to ask and did not is taken out of them again: what is refused must not hide who guesses.
    """
    more = _More(refusal, caller.looks_up and not looked_up, missed, alarm)
    if caller.hour is not None and any(more):
        _note_more(caller.client_pk, caller.scope, caller.hour, more)


class _More(NamedTuple):
    refusal: str = ""
    unasked: bool = False
    missed: bool = False
    alarm: bool = False


def _note_more(client_pk: int, scope: str, hour: datetime, more: _More) -> None:
    """In the hour in which the call was counted, whichever it is by now."""
    numbers = [int(each) for each in (bool(more.refusal), more.unasked, more.missed, more.alarm)]
    with connection.cursor() as cursor:
        cursor.execute(_MORE, [*numbers, more.refusal, more.refusal, client_pk, hour, scope])


_MORE: Final = """
    UPDATE signin_callcount SET
        refused = refused + %s, unasked = unasked + %s, missed = missed + %s, alarms = alarms + %s,
        last_refusal = CASE WHEN %s::text = '' THEN last_refusal ELSE %s::text END
     WHERE client_id = %s AND hour = %s AND scope = %s
"""


#: With what it looked up and missed in this hour and the one before, and what people may share with it. Plain SQL:
#: asked at every call (ADR 0013). The same statement spends the proof of a bound token (ADR 0038) and counts the call,
#: whatever becomes of it; an upsert of one row, by the database's clock.
_LIVE: Final = """
    WITH {beside}live AS MATERIALIZED (
    SELECT c.id, c.client_id, c.unit_id, r.audience, r.scopes, r.addresses, r.per_minute, r.per_day, r.bearer_until,
           coalesce(k.asked, 0), coalesce(k.missed, 0),
           (SELECT e.scopes FROM signin_signinregistration e
             WHERE e.client_id = c.id AND e.decision = 'APPROVED' AND e.ended_at IS NULL),
           date_trunc('hour', clock_timestamp()) AS hour{proof}
      FROM signin_client c
      JOIN signin_registration r ON r.client_id = c.id
       AND r.decision = 'APPROVED' AND r.ended_at IS NULL AND r.expires_on >= %s
      LEFT JOIN LATERAL (
           SELECT sum(n.looked_up - n.unasked)::int AS asked, sum(n.missed)::int AS missed FROM signin_callcount n
            WHERE n.client_id = c.id AND n.scope = 'account.check' AND n.hour > %s) k ON true
     WHERE c.client_id = %s),
    counted AS (
        INSERT INTO signin_callcount AS n
               (client_id, hour, scope, calls, refused, looked_up, missed, alarms, last_at, last_refusal)
        SELECT live.id, live.hour, %s::text, 1, 0, %s::int, 0, 0, clock_timestamp(), '' FROM live
        ON CONFLICT (client_id, hour, scope) DO UPDATE SET
            calls = n.calls + 1, looked_up = n.looked_up + excluded.looked_up, last_at = excluded.last_at)
    SELECT * FROM live
"""
_LIVE_BARE: Final = _LIVE.format(beside="", proof="")
_LIVE_ONCE: Final = _LIVE.format(
    beside=f"{proofs.PROOF}, {proofs.ONCE}, ",
    proof=f", {proofs.IN_TIME} AS in_time, EXISTS (SELECT 1 FROM once) AS fresh",  # noqa: S608
)


class _Live(NamedTuple):
    """A system that is connected, as its registration says today; the same as ``clients.live_registration``."""

    client_pk: int
    client_id: str
    unit_id: int
    audience: str
    scopes: Sequence[str]
    addresses: Sequence[str]
    per_minute: int
    per_day: int
    bearer_until: date | None
    asked: int
    missed: int
    shared: Sequence[str] | None
    #: In which the call was counted.
    hour: datetime
    #: What the database says of the proof; without one it says nothing.
    in_time: bool = False
    fresh: bool = False


def _live(client_id: str, now: datetime, proof: Proof | None, scope: str, looks_up: bool) -> _Live | None:
    asked: list[date | datetime | str | int] = [timezone.localdate(now), now - timedelta(hours=2), client_id]
    asked += [scope, int(looks_up)]
    with connection.cursor() as cursor:
        if proof is None:
            cursor.execute(_LIVE_BARE, asked)
        else:
            cursor.execute(_LIVE_ONCE, [proof.mark, proof.issued_at, *asked])
        row = cursor.fetchone()
    return _Live(*row) if row else None


def _judge_holder(row: _Live, proof: Proof | None, now: datetime) -> None:
    if proof is not None:
        proofs.judge(row.in_time, row.fresh)
    elif row.bearer_until is None or row.bearer_until < timezone.localdate(now):
        raise ProofWanted


def _judge_address(row: _Live, address: str) -> None:
    """Before the proof: whoever calls from elsewhere learns nothing of it."""
    if not _lies_in(address, tuple(row.addresses)):
        raise CallerAddressRefused


def _judge(row: _Live, shown: AccessToken, scope: str, of_a_person: bool) -> None:
    if scope not in row.scopes or scope not in shown.scopes:
        raise ScopeMissing(scope=scope)
    if of_a_person and not (shown.subject and shown.sign_in):
        raise PersonTokenWanted
    if shown.subject and not of_a_person:
        raise SystemTokenWanted


def _session_of(shown: AccessToken, shared: Sequence[str] | None) -> str:
    """The person's session at the portal, while their sign-in at this system stands. Raises AccessTokenNotTrusted.

    ``shared``: what two officers agreed that people may share with this system; None: it signs nobody in.
    """
    from motcua.signin import (
        sign_ins,  # only where people sign in: no operation of a desk apart asks for them
    )

    found = sign_ins.by_token(shown.sign_in, client_id=shown.client_id)
    if found is None or found.subject != shown.subject or not set(found.scopes) <= set(shared or ()):
        raise AccessTokenNotTrusted
    return str(found.session)


def _pace(row: _Live) -> int:
    """How often a minute: as agreed, or a tenth of it while too many questions find nobody."""
    if row.asked < _MISSES_LOOKED_AT or row.missed <= row.asked * _MISSES_BORNE:
        return row.per_minute
    if row.missed == int(row.asked * _MISSES_BORNE) + 1:
        log.warning("signin.client.slowed", extra={"client": row.client_id})
    return max(row.per_minute // _SLOWED_BY, 1)


@lru_cache(maxsize=2_048)
def _lies_in(address: str, networks: tuple[str, ...]) -> bool:
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    return any(known in ipaddress.ip_network(one) for one in networks)


__all__ = ["Caller", "Scope", "TooManyAttempts", "admit", "note"]
