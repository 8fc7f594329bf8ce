"""May this be tried once more? Counted first, in a transaction of its own, by the database's clock.

Problem: an attempt counted inside the request's transaction disappears when the request is refused (M1), and
reading before writing lets racers pass together (M4). Choice: one INSERT … ON CONFLICT for all buckets of one
act, in key order (so no two acts wait for each other), committed before the caller goes on. If one bucket is
over, the whole statement is rolled back: a refused attempt costs nothing anywhere. Price: a short write each.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import NamedTuple

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from motcua.kernel.refusal import Refusal
from motcua.limits.quotas import Quota, Window

log = logging.getLogger(__name__)

#: SQLSTATE of limits_refuse (migration 0002).
_REFUSED = "LM429"

#: Days for which it stays known how often whom (a digest) a budget refused.
TALLIES_KEPT = 35

#: (quota, who), or for a quota of different things (quota, who, which thing).
Want = tuple[Quota, str] | tuple[Quota, str, str]


class TooManyAttempts(Refusal):
    """``details``: ``wait_seconds`` (at least 1), ``wait`` in words, ``quota``."""

    code = "too_many_attempts"
    status = 429

    def __init__(self, *, wait_seconds: int, quota: Quota) -> None:
        super().__init__(wait_seconds=wait_seconds, wait=in_words(wait_seconds), quota=quota.name)
        self.quota = quota

    @property
    def text(self) -> str:
        return self.quota.rule.sentence.format(**self.details)


class CountingUnavailable(Refusal):
    """The table cannot be reached: refused, because what is not counted is not allowed."""

    code = "counting_unavailable"
    status = 503
    message = "Hệ thống đang bận nên chưa thực hiện được. Đề nghị ông/bà thử lại sau ít phút."


class Left(NamedTuple):
    times: int
    wait_seconds: int


class _Claim(NamedTuple):
    key: bytes
    quota: Quota
    window: Window
    thing: str | None
    nth: int
    who: str


class _Counted(NamedTuple):
    """How often with this attempt, seconds until the window ends, and how many more an unlocking allows."""

    used: int
    seconds: int
    extra: int


def spend(*wants: Want) -> None:
    """Count one attempt in every wanted quota, or in none and raise TooManyAttempts.

    Commits before it returns; called inside an open transaction it is a programming error (RuntimeError).
    """
    claims = sorted({claim for want in wants for claim in _claims_of(want)}, key=lambda claim: claim.key)
    by_times = [claim for claim in claims if claim.thing is None]
    by_things = [claim for claim in claims if claim.thing is not None]
    with _written_down(claims) as rang, closed_when_broken(), _alone_if(by_things):
        if by_times:
            rang += _judge(_count(by_times))
        for claim in by_things:
            rang += _judge([_count_thing(claim)])


def spend_by_contract(quota: Quota, who: str, times: Sequence[int]) -> list[Left]:
    """Count one attempt where how often was agreed with this one: ``times`` for each window of the quota.

    What is left in each window, by the statement that counted. Raises TooManyAttempts as ``spend`` does; commits.
    """
    claims = _claims_by_contract(quota, who, tuple(times))
    with _written_down(claims) as rang, closed_when_broken(), _alone_if(()):
        found = _count(sorted(claims, key=lambda claim: claim.key))
        rang += _judge(found)
    counted = {claim.key: (max(claim.window.times - one.used, 0), one.seconds) for claim, one in found}
    return [Left(*counted[claim.key]) for claim in claims]


@lru_cache(maxsize=1_024)
def _claims_by_contract(quota: Quota, who: str, times: tuple[int, ...]) -> tuple[_Claim, ...]:
    """``who`` is a system, not a person: it comes again and again, and may be remembered."""
    if len(times) != len(quota.rule.windows):
        raise ValueError(f"{quota.name} has {len(quota.rule.windows)} windows")
    return tuple(
        _Claim(_key(quota, index, who), quota, window._replace(times=agreed), None, index, who)
        for index, (window, agreed) in enumerate(zip(quota.rule.windows, times, strict=True))
    )


def spend_times(times: int, *wants: tuple[Quota, str]) -> None:
    """Count ``times`` attempts at once in every wanted quota, or in none and raise TooManyAttempts.

    For work whose size is known before it begins: it is refused as a whole, never in its middle. Commits.
    """
    claims = sorted({claim for want in wants for claim in _claims_of(want)}, key=lambda claim: claim.key)
    with _written_down(claims) as rang, closed_when_broken(), transaction.atomic(durable=True):
        for claim in claims:
            rang += _judge([_count_times(claim, times)])


def claim_once(key: str, seconds: int) -> bool:
    """True for the first caller with this key within ``seconds``; everybody else hears False."""
    with closed_when_broken(), transaction.atomic(durable=True):
        return _mark(_mac("once", key), seconds)


def peek(quota: Quota, who: str) -> Left:
    """What is left of the quota now, without counting. For showing, never for deciding."""
    left = min(window.times for window in quota.rule.windows)
    wait = 0
    for index, window in enumerate(quota.rule.windows):
        if window.alarm:
            continue
        used, seconds = _read(_key(quota, index, who))
        left = min(left, max(window.times - used, 0))
        if used >= window.times:
            wait = max(wait, seconds)
    return Left(left, wait)


def peek_contract(quota: Quota, who: str, times: Sequence[int]) -> list[Left]:
    """``spend_by_contract`` without counting: what is left in each window now. For showing, never for deciding."""
    found = [_read(_key(quota, index, who)) for index in range(len(quota.rule.windows))]
    return [Left(max(agreed - used, 0), wait) for agreed, (used, wait) in zip(times, found, strict=True)]


def reset(quota: Quota, who: str) -> None:
    """Start afresh, after a success. Within the caller's transaction, if there is one."""
    with closed_when_broken(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE limits_bucket SET used = 0, window_ends_at = clock_timestamp() WHERE key IN"
            " (SELECT key FROM limits_bucket WHERE key = ANY(%s) ORDER BY key FOR UPDATE)",
            [keys_of(quota, who)],
        )


def refund(*wants: tuple[Quota, str], times: int = 1) -> None:
    """Give counted attempts back in each quota, because they were not the person's to answer for.

    Commits before it returns. A window that is over, or a count already at nothing, is left alone.
    """
    keys = [key for quota, who in wants for key in keys_of(quota, who)]
    with closed_when_broken(), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE limits_bucket SET used = greatest(used - %s, 0)"
            " WHERE used > 0 AND window_ends_at > clock_timestamp() AND key IN"
            " (SELECT key FROM limits_bucket WHERE key = ANY(%s) ORDER BY key FOR UPDATE)",
            [times, keys],
        )


def sweep(limit: int = 1000) -> int:
    """Throw away buckets whose window is long over, and old tallies; skips rows somebody is counting in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM limits_bucket WHERE key IN (SELECT key FROM limits_bucket"
            " WHERE window_ends_at < clock_timestamp() - interval '1 minute' LIMIT %s"
            " FOR UPDATE SKIP LOCKED)",
            [limit],
        )
        swept = int(cursor.rowcount)
        cursor.execute(
            "DELETE FROM limits_tally WHERE day < (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - %s",
            [TALLIES_KEPT],
        )
        return swept + int(cursor.rowcount)


def overdue(at_most: int) -> int:
    """How many buckets are over and still here; counted no further than ``at_most``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM limits_bucket"
            " WHERE window_ends_at < clock_timestamp() - interval '1 minute' LIMIT %s) old",
            [at_most],
        )
        return int(cursor.fetchone()[0])


def in_words(seconds: int) -> str:
    """45 giây, 12 phút, 3 giờ: rounded up, so that nobody comes back too early."""
    if seconds < 60:
        return f"{max(seconds, 1)} giây"
    minutes = -(-seconds // 60)
    if minutes < 60:
        return f"{minutes} phút"
    hours, rest = divmod(minutes, 60)
    return f"{hours} giờ {rest} phút" if rest and hours < 10 else f"{hours + bool(rest)} giờ"


def _count(claims: Sequence[_Claim]) -> list[tuple[_Claim, _Counted]]:
    """Each claim with its count of this attempt, whether it was counted or is about to be refused."""
    values: list[bytes | str | int | float | bool | None] = []
    for claim in claims:
        hold = claim.window.hold
        values += [claim.key, claim.window.times, claim.window.per.total_seconds()]
        values += [hold.total_seconds() if hold else None, not claim.window.alarm]
        values += [claim.quota.name, claim.nth]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_counting(len(claims)), values)
            counted = {bytes(key): _Counted(*numbers) for key, *numbers, _ in cursor.fetchall()}
    except DatabaseError as no:
        counted = _counted_before_refusing(no)
    return [(claim, counted[claim.key]) for claim in claims]


@lru_cache(maxsize=32)
def _counting(claims: int) -> str:
    """One statement that counts in all buckets, or refuses itself and so counts in none.

    What stands under DO UPDATE is evaluated once the row is locked: the clock is read then, not before.
    """
    row = (
        "(%s::bytea, %s::int, %s::float8 * interval '1 second', %s::float8 * interval '1 second', %s::boolean,"
        " %s::text, %s::smallint)"
    )
    return f"""
        WITH wanted (key, times, per, hold, refuses, quota, nth) AS (VALUES {", ".join([row] * claims)}),
        counted AS (
            INSERT INTO limits_bucket AS b (key, used, window_ends_at, quota, nth)
            SELECT key, 1, clock_timestamp() + CASE WHEN times = 1 THEN coalesce(hold, per) ELSE per END,
                   quota, nth
            FROM wanted ORDER BY key
            ON CONFLICT (key) DO UPDATE SET
                quota = excluded.quota, nth = excluded.nth,
                used = CASE WHEN b.window_ends_at <= clock_timestamp() THEN 1 ELSE b.used + 1 END,
                allowance = CASE WHEN b.window_ends_at <= clock_timestamp() THEN 0 ELSE b.allowance END,
                window_ends_at = (
                    SELECT CASE WHEN b.window_ends_at <= clock_timestamp() THEN clock_timestamp() + w.per
                                WHEN b.used + 1 = w.times AND w.hold IS NOT NULL
                                THEN clock_timestamp() + w.hold
                                ELSE b.window_ends_at END
                    FROM wanted w WHERE w.key = excluded.key)
            RETURNING key, used, {_SECONDS_LEFT} AS seconds, {EXTRA} AS extra),
        judged AS (
            SELECT bool_or(c.used > w.times + c.extra AND w.refuses) AS over,
                   jsonb_agg(jsonb_build_array(encode(c.key, 'hex'), c.used, c.seconds, c.extra)) AS said
            FROM counted c JOIN wanted w USING (key))
        SELECT c.key, c.used, c.seconds, c.extra, CASE WHEN j.over THEN limits_refuse(j.said) END
        FROM counted c, judged j
    """  # noqa: S608


def _counted_before_refusing(no: DatabaseError) -> dict[bytes, _Counted]:
    """What the refused statement had counted; anything else that went wrong is raised again."""
    cause = no.__cause__
    if not isinstance(cause, psycopg.Error) or cause.sqlstate != _REFUSED:
        raise no
    said = json.loads(cause.diag.message_detail or "[]")
    return {bytes.fromhex(key): _Counted(*map(int, numbers)) for key, *numbers in said}


def _count_times(claim: _Claim, times: int) -> tuple[_Claim, _Counted]:
    """Counted with these in the caller's transaction, which takes them back when it was too much."""
    per = claim.window.per.total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO limits_bucket AS b (key, used, window_ends_at, quota, nth)
            VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s), %s, %s)
            ON CONFLICT (key) DO UPDATE SET
                quota = excluded.quota, nth = excluded.nth,
                used = CASE WHEN b.window_ends_at <= clock_timestamp() THEN 0 ELSE b.used END + excluded.used,
                allowance = CASE WHEN b.window_ends_at <= clock_timestamp() THEN 0 ELSE b.allowance END,
                window_ends_at = CASE WHEN b.window_ends_at <= clock_timestamp()
                    THEN clock_timestamp() + make_interval(secs => %s) ELSE b.window_ends_at END
            RETURNING used, {_SECONDS_LEFT}, {EXTRA}
            """,  # noqa: S608
            [claim.key, times, per, claim.quota.name, claim.nth, per],
        )
        return claim, _Counted(*cursor.fetchone())


def _count_thing(claim: _Claim) -> tuple[_Claim, _Counted]:
    """The bucket is locked first; the marker is for this window only: a new one counts the thing anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO limits_bucket AS b (key, used, window_ends_at, quota, nth)
            VALUES (%s, 0, clock_timestamp() + make_interval(secs => %s), %s, %s)
            ON CONFLICT (key) DO UPDATE SET
                quota = excluded.quota, nth = excluded.nth,
                used = CASE WHEN b.window_ends_at <= clock_timestamp() THEN 0 ELSE b.used END,
                allowance = CASE WHEN b.window_ends_at <= clock_timestamp() THEN 0 ELSE b.allowance END,
                window_ends_at = CASE WHEN b.window_ends_at <= clock_timestamp()
                    THEN clock_timestamp() + make_interval(secs => %s) ELSE b.window_ends_at END
            RETURNING used, {_SECONDS_LEFT}, {EXTRA}, window_ends_at::text
            """,  # noqa: S608
            [
                claim.key,
                claim.window.per.total_seconds(),
                claim.quota.name,
                claim.nth,
                claim.window.per.total_seconds(),
            ],
        )
        used, seconds, extra, window = cursor.fetchone()
        if not _mark(_mac("thing", claim.key.hex(), claim.thing or "", window), seconds):
            # Counted before: neither refused again nor an alarm again.
            return claim, _Counted(0, seconds, 0)
        cursor.execute("UPDATE limits_bucket SET used = used + 1 WHERE key = %s", [claim.key])
    return claim, _Counted(used + 1, seconds, extra)


def _judge(counted: Sequence[tuple[_Claim, _Counted]]) -> list[_Claim]:
    """The alarms that this attempt set off. The longest wait speaks: coming back earlier would be refused again."""
    refused: TooManyAttempts | None = None
    longest = -1
    rang = []
    for claim, (used, seconds, extra) in counted:
        if used <= claim.window.times + extra:
            continue
        if claim.window.alarm:
            if used == claim.window.times + 1:
                log.warning("limits.alarm", extra={"quota": claim.quota.name, "times": claim.window.times})
                rang.append(claim)
        elif seconds > longest:
            longest = seconds
            refused = TooManyAttempts(wait_seconds=seconds, quota=claim.quota)
    if refused is not None:
        raise refused
    return rang


@contextmanager
def _written_down(claims: Sequence[_Claim]) -> Iterator[list[_Claim]]:
    """Count refusals and alarms for the screen of budgets, committed before anybody is refused (M1)."""
    rang: list[_Claim] = []
    try:
        yield rang
    except TooManyAttempts as no:
        _tally([claim for claim in claims if claim.quota is no.quota][:1], column="refused")
        raise
    _tally(rang, column="alarms")


def _tally(claims: Sequence[_Claim], *, column: str) -> None:
    if not claims:
        return
    with closed_when_broken(), transaction.atomic(durable=True), connection.cursor() as cursor:
        for claim in claims:
            cursor.execute(
                f"INSERT INTO limits_tally AS t (day, quota, who, {column})"  # noqa: S608
                " VALUES ((clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, %s, %s, 1)"
                f" ON CONFLICT (day, quota, who) DO UPDATE SET {column} = t.{column} + 1",
                [claim.quota.name, digest_of(claim.quota, claim.who)],
            )


#: What an unlocking allows beyond the law while it lasts.
EXTRA = "CASE WHEN allowed_until > clock_timestamp() THEN allowance ELSE 0 END"
_SECONDS_LEFT = "greatest(1, ceil(extract(epoch FROM window_ends_at - clock_timestamp())))::int"


def _mark(key: bytes, seconds: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_bucket AS b (key, used, window_ends_at)"
            " VALUES (%s, 1, clock_timestamp() + make_interval(secs => %s))"
            " ON CONFLICT (key) DO UPDATE SET window_ends_at = clock_timestamp() + make_interval(secs => %s)"
            " WHERE b.window_ends_at <= clock_timestamp() RETURNING 1",
            [key, seconds, seconds],
        )
        return cursor.fetchone() is not None


def _read(key: bytes) -> tuple[int, int]:
    with closed_when_broken(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT greatest(used - {EXTRA}, 0), {_SECONDS_LEFT} FROM limits_bucket"  # noqa: S608
            " WHERE key = %s AND window_ends_at > clock_timestamp()",
            [key],
        )
        return cursor.fetchone() or (0, 0)


def _claims_of(want: Want) -> Iterator[_Claim]:
    quota, who = want[0], want[1]
    thing = want[2] if len(want) == 3 else None
    if quota.rule.distinct != (thing is not None):
        raise ValueError(f"{quota.name} counts {'different things' if quota.rule.distinct else 'times'}")
    for index, window in enumerate(quota.rule.windows):
        yield _Claim(_key(quota, index, who), quota, window, thing, index, who)


def digest_of(quota: Quota, who: str) -> bytes:
    """``who`` as a tally and an unlocking write it down."""
    return _mac(quota.name, who)


def keys_of(quota: Quota, who: str) -> list[bytes]:
    """The bucket of each window."""
    return [_key(quota, index, who) for index in range(len(quota.rule.windows))]


def _key(quota: Quota, index: int, who: str) -> bytes:
    return _mac(quota.name, str(index), who)


def _mac(*parts: str) -> bytes:
    digest: bytes = settings.KEYRING.mac("limits", *parts)
    return digest


def _alone_if(several: Sequence[_Claim]) -> AbstractContextManager[object]:
    """A transaction of its own where one statement does not do; inside another one always, which refuses it."""
    if several or connection.in_atomic_block:
        return transaction.atomic(durable=True)
    return nullcontext()


@contextmanager
def closed_when_broken() -> Iterator[None]:
    """What cannot be counted is not allowed: CountingUnavailable instead of a database's own words."""
    try:
        yield
    except DatabaseError as broken:
        log.error("limits.unavailable", extra={"kind": type(broken).__name__})
        raise CountingUnavailable from broken
