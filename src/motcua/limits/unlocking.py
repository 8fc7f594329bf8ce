"""Mở khóa: a supervisor lets somebody go on for a time; the count itself is never turned back.

While an unlocking lasts, a full budget more is allowed beyond what was used; when it ends, what was counted stands.
So the figures stay true, and an unlocking that nobody thinks of again ends by itself.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection, transaction

from motcua.kernel import plain_text
from motcua.kernel.refusal import Refusal
from motcua.limits.models import LONGEST_UNLOCKING
from motcua.limits.overview import NEAR, TODAY
from motcua.limits.quotas import Quota
from motcua.limits.spending import digest_of, keys_of

#: Of one budget of one officer, in a day; beyond that somebody should ask what is going on.
MOST_A_DAY: Final = 3


class Unlocked(NamedTuple):
    """One unlocking, as it is written down."""

    by: str
    reason: str
    at: datetime
    ends_at: datetime


class UnlockedByOneself(Refusal):
    code = "unlocked_by_oneself"
    status = 403
    message = "Ông/bà không tự mở khóa cho mình được. Đề nghị một lãnh đạo khác mở khóa."


class NothingToUnlock(Refusal):
    code = "nothing_to_unlock"
    status = 409
    message = "Cán bộ này chưa dùng gần hết hạn mức nên chưa cần mở khóa. Đề nghị ông/bà tải lại danh sách."


class AlreadyUnlocked(Refusal):
    code = "already_unlocked"
    status = 409
    message = "Hạn mức này của cán bộ đang được mở khóa. Đề nghị ông/bà tải lại danh sách để xem đến khi nào."


class UnlockedTooOften(Refusal):
    code = "unlocked_too_often"
    status = 409
    message = (
        "Hạn mức này của cán bộ đã được mở khóa {most} lần trong ngày. "
        "Đề nghị ông/bà bố trí cán bộ khác và xem lại công việc của cán bộ này."
    )


class UnlockReasonMissing(Refusal):
    code = "unlock_reason_missing"
    message = "Đề nghị ghi rõ lý do từ 10 ký tự, ví dụ: ngày cao điểm nộp hồ sơ tuyển sinh lớp 10."


@transaction.atomic
def unlock(quota: Quota, who: str, *, by: str, reason: str, lasts: timedelta, unit_code: str = "") -> None:
    """In the caller's transaction. Raises UnlockedByOneself, UnlockReasonMissing, NothingToUnlock,
    AlreadyUnlocked, UnlockedTooOften."""
    if who == by:
        raise UnlockedByOneself
    if not timedelta(0) < lasts <= LONGEST_UNLOCKING:
        raise ValueError("lasts")
    words = plain_text.clean(reason, max_length=200, lines=True)
    if len(words) < 10:
        raise UnlockReasonMissing
    with connection.cursor() as cursor:
        near = _near_the_edge(quota, who)
        cursor.execute(
            f"SELECT count(*) FROM limits_unlocking WHERE who = %s"  # noqa: S608
            f" AND (unlocked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date = {TODAY}",
            [digest_of(quota, who)],
        )
        if cursor.fetchone()[0] >= MOST_A_DAY:
            raise UnlockedTooOften(most=MOST_A_DAY)
        cursor.execute(
            "UPDATE limits_bucket SET allowance = used,"
            " allowed_until = clock_timestamp() + make_interval(secs => %s) WHERE key = ANY(%s)",
            [lasts.total_seconds(), near],
        )
        cursor.execute(
            "INSERT INTO limits_unlocking"
            " (quota, who, unlocked_by, by_who, unit_code, reason, unlocked_at, ends_at)"
            " SELECT %s, %s, %s, %s, %s, %s, at, at + make_interval(secs => %s)"
            " FROM (SELECT clock_timestamp() AS at) AS now",
            [
                quota.name,
                digest_of(quota, who),
                by,
                digest_of(quota, by),
                unit_code,
                words,
                lasts.total_seconds(),
            ],
        )


def _near_the_edge(quota: Quota, who: str) -> list[bytes]:
    """The buckets that are nearly full, locked in the order of every counter: of two supervisors one is first."""
    keys = keys_of(quota, who)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, used, allowed_until > clock_timestamp() AND allowance > 0 FROM limits_bucket"
            " WHERE key = ANY(%s) AND window_ends_at > clock_timestamp() ORDER BY key FOR UPDATE",
            [keys],
        )
        found = cursor.fetchall()
    if any(lives for _, _, lives in found):
        raise AlreadyUnlocked
    used = {bytes(key): count for key, count, _ in found}
    share = 0 if quota.rule.in_bulk and _refused_today(quota, who) else NEAR
    near = [
        key
        for key, window in zip(keys, quota.rule.windows, strict=True)
        if not window.alarm and used.get(key, 0) and used[key] * 100 >= window.times * share
    ]
    if not near:
        raise NothingToUnlock
    return near


def _refused_today(quota: Quota, who: str) -> bool:
    """What is spent many at once is refused whole: 5,000 more are too many when 6,000 of 10,000 are used."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM limits_tally WHERE day = {TODAY} AND quota = %s"  # noqa: S608
            " AND who = %s AND refused > 0)",
            [quota.name, digest_of(quota, who)],
        )
        return bool(cursor.fetchone()[0])


def history(who: Iterable[tuple[Quota, str]], *, limit: int) -> list[tuple[Quota, str, Unlocked]]:
    """The newest unlockings of these, newest first; one statement."""
    by_digest = {digest_of(*pair): pair for pair in who}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT who, unlocked_by, reason, unlocked_at, ends_at FROM limits_unlocking"
            " WHERE who = ANY(%s) ORDER BY id DESC LIMIT %s",
            [list(by_digest), limit],
        )
        return [(*by_digest[bytes(digest)], Unlocked(*row)) for digest, *row in cursor.fetchall()]
