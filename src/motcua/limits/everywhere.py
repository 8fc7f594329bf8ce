"""L10, L11: codes of the whole system, minute by minute; nobody's phone, and the only thing that sees a spray.

Counting is one statement beside each code. Judging is the worker's, every few seconds: without a worker no text
leaves anyway. What is found stands for a quarter of an hour, so that a measure does not flap.
"""

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db import connection, transaction

from motcua.kernel.refusal import Refusal
from motcua.limits.spending import closed_when_broken

log = logging.getLogger(__name__)

#: Between two judgements of the worker.
EVERY: Final = 5.0
#: Minutes are kept so long: fourteen days are compared with.
KEPT_DAYS: Final = 15
#: A measure lasts so long after the last minute that asked for it.
HELD_MINUTES: Final = 15
#: Three times the usual; where little is usual, this many a minute are no flood.
TIMES_THE_USUAL: Final = 3
LEAST_A_MINUTE: Final = 30
#: Of so many texts or more in a quarter of an hour, fewer are typed in than so many in a hundred.
LEAST_SENT: Final = 200
TYPED_RAISED, TYPED_PAUSED = 30, 15
#: Wrong codes in ten minutes, and wrong ones for each right one (of so many wrong ones or more).
MOST_WRONG: Final = 1_000
WRONG_FOR_RIGHT: Final = 3
LEAST_WRONG: Final = 100
#: How much more arithmetic a browser does while L10 stands.
WORK_RAISED: Final = 4
#: Rows of one minute, so that senders do not queue for one.
_SHARDS: Final = 16


class Code(StrEnum):
    """What happens to a code. A decoy is counted apart, by the same statement (threats T-08)."""

    SENT = "SENT"
    DECOY = "DECOY"
    RIGHT = "RIGHT"
    WRONG = "WRONG"


class Watch(StrEnum):
    L10 = "L10"
    L11 = "L11"


class State(StrEnum):
    CALM = "CALM"
    RAISED = "RAISED"
    PAUSED = "PAUSED"


class SelfServicePaused(Refusal):
    code = "self_service_paused"
    status = 503
    message = (
        "Việc gửi mã OTP để tự đăng ký đang tạm dừng vì có dấu hiệu bị lợi dụng. Đề nghị ông/bà thử lại sau ít phút, "
        "hoặc đến bộ phận một cửa để được tạo tài khoản ngay."
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """One watch now: what is done about it, since when, and the numbers that it was judged by."""

    watch: Watch
    state: State
    since: datetime | None
    held_until: datetime | None
    alarms_today: int
    numbers: Mapping[str, int] = field(default_factory=dict)


def count(what: Code) -> None:
    """One more in this minute. Commits; called in no transaction, before anything is raised (M1)."""
    with closed_when_broken(), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_minute AS m (minute, what, shard, times)"
            " VALUES (date_trunc('minute', clock_timestamp()), %s, %s, 1)"
            " ON CONFLICT (minute, what, shard) DO UPDATE SET times = m.times + 1",
            [what.value, threading.get_native_id() % _SHARDS],
        )


def state_of(watch: Watch) -> State:
    """What stands now; one row by its key."""
    with closed_when_broken(), connection.cursor() as cursor:
        cursor.execute("SELECT state FROM limits_watch WHERE name = %s", [watch.value])
        row = cursor.fetchone()
    return State(row[0]) if row else State.CALM


def expect_self_service() -> None:
    """Raises SelfServicePaused while fewer than fifteen in a hundred codes are typed in."""
    if state_of(Watch.L10) is State.PAUSED:
        raise SelfServicePaused


def work_factor() -> int:
    """How many times the usual arithmetic a browser does now."""
    return 1 if state_of(Watch.L10) is State.CALM else WORK_RAISED


def judge() -> int:
    """Both watches by the minutes that were counted; how many rang. For the worker."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_watch (name, since) SELECT unnest(%s::text[]), clock_timestamp()"
            " ON CONFLICT (name) DO NOTHING",
            [[watch.value for watch in Watch]],
        )
        cursor.execute(
            "DELETE FROM limits_minute WHERE minute < clock_timestamp() - make_interval(days => %s)",
            [KEPT_DAYS],
        )
        return _settle(cursor, Watch.L10, *_l10(cursor)) + _settle(cursor, Watch.L11, *_l11(cursor))


def standings() -> list[Standing]:
    """For the screen of budgets and the figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.name, w.state, w.since, w.held_until, w.numbers::text,"
            " CASE WHEN w.alarm_day = (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
            " THEN w.alarms ELSE 0 END FROM limits_watch w ORDER BY w.name"
        )
        return [
            Standing(Watch(name), State(state), since, held, alarms, json.loads(numbers))
            for name, state, since, held, numbers, alarms in cursor.fetchall()
        ]


_LAST: Final = """
WITH latest AS (SELECT max(minute) AS minute FROM limits_minute
                 WHERE what = 'SENT' AND minute > clock_timestamp() - interval '2 minutes')
SELECT coalesce(sum(times) FILTER (WHERE what = 'SENT'), 0)::int,
       coalesce(sum(times) FILTER (WHERE what = 'RIGHT'), 0)::int,
       coalesce(sum(times) FILTER (WHERE what = 'SENT' AND minute = (SELECT minute FROM latest)), 0)::int
  FROM limits_minute WHERE minute > clock_timestamp() - interval '16 minutes'
"""
# The same hour of the fourteen days before, minutes without a text counted as none; NULL on the first day.
_USUAL: Final = """
WITH days AS (
    SELECT date_trunc('hour', clock_timestamp()) - make_interval(days => n) AS hour FROM generate_series(1, 14) AS n),
minutes AS (
    SELECT coalesce(sum(m.times), 0) AS times
      FROM days CROSS JOIN generate_series(0, 59) AS nth
      LEFT JOIN limits_minute m ON m.what = 'SENT' AND m.minute = days.hour + make_interval(mins => nth)
     WHERE days.hour >= (SELECT min(minute) FROM limits_minute)
     GROUP BY days.hour, nth)
SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY times)::int FROM minutes
"""
_CODES: Final = """
SELECT coalesce(sum(times) FILTER (WHERE what = 'WRONG'), 0)::int,
       coalesce(sum(times) FILTER (WHERE what = 'RIGHT'), 0)::int
  FROM limits_minute WHERE what IN ('WRONG', 'RIGHT') AND minute > clock_timestamp() - interval '11 minutes'
"""


def _l10(cursor: Any) -> tuple[State, dict[str, int]]:
    cursor.execute(_LAST)
    sent, typed, now = cursor.fetchone()
    cursor.execute(_USUAL)
    (usual,) = cursor.fetchone()
    numbers = {"sent": sent, "typed": typed, "minute": now, "usual": usual or 0}
    many = sent >= LEAST_SENT
    if many and typed * 100 < TYPED_PAUSED * sent:
        return State.PAUSED, numbers
    flood = usual is not None and now > max(TIMES_THE_USUAL * usual, LEAST_A_MINUTE)
    few = many and typed * 100 < TYPED_RAISED * sent
    return State.RAISED if flood or few else State.CALM, numbers


def _l11(cursor: Any) -> tuple[State, dict[str, int]]:
    cursor.execute(_CODES)
    wrong, right = cursor.fetchone()
    spray = wrong > MOST_WRONG or (wrong >= LEAST_WRONG and wrong > WRONG_FOR_RIGHT * right)
    return State.RAISED if spray else State.CALM, {"wrong": wrong, "right": right}


# A worse state is taken at once, a better one when nothing has asked for the worse for a quarter of an hour. Two
# workers take turns at the row: the second finds the state as the first left it, and does not ring again.
_SETTLE: Final = """
WITH was AS (SELECT name, state, held_until FROM limits_watch WHERE name = %(name)s FOR UPDATE),
judged AS (
    SELECT was.*, CASE WHEN array_position(%(ranks)s::text[], %(found)s) >= array_position(%(ranks)s::text[], state)
                         OR held_until IS NULL OR held_until <= clock_timestamp()
                       THEN %(found)s ELSE state END AS becomes
      FROM was)
UPDATE limits_watch w
   SET state = j.becomes, numbers = %(numbers)s::jsonb, judged_at = clock_timestamp(),
       since = CASE WHEN j.becomes <> j.state THEN clock_timestamp() ELSE w.since END,
       held_until = CASE WHEN %(found)s <> 'CALM' AND %(found)s = j.becomes
                         THEN clock_timestamp() + make_interval(mins => %(held)s)
                         WHEN j.becomes = 'CALM' THEN NULL ELSE w.held_until END,
       alarms = CASE WHEN array_position(%(ranks)s::text[], j.becomes) > array_position(%(ranks)s::text[], j.state)
                     THEN CASE WHEN w.alarm_day = %(today)s THEN w.alarms ELSE 0 END + 1
                     ELSE w.alarms END,
       alarm_day = CASE WHEN array_position(%(ranks)s::text[], j.becomes) > array_position(%(ranks)s::text[], j.state)
                        THEN %(today)s ELSE w.alarm_day END
  FROM judged j WHERE w.name = j.name
RETURNING array_position(%(ranks)s::text[], j.becomes) > array_position(%(ranks)s::text[], j.state), j.becomes
"""


def _settle(cursor: Any, watch: Watch, found: State, numbers: dict[str, int]) -> int:
    cursor.execute("SELECT (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date")
    (today,) = cursor.fetchone()
    cursor.execute(
        _SETTLE,
        {
            "name": watch.value,
            "found": found.value,
            "ranks": [state.value for state in State],
            "numbers": json.dumps(numbers),
            "held": HELD_MINUTES,
            "today": today,
        },
    )
    row = cursor.fetchone()
    if row is None or not row[0]:
        return 0
    log.warning("limits.alarm", extra={"quota": watch.value, "kind": row[1]})
    return 1
