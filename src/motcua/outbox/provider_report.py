"""What each provider did: per day and now, in counts and times; names nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from motcua.outbox.models import Provider

_LAST_FAILURES: Final = 10


@dataclass(frozen=True, slots=True)
class Day:
    """One provider on one day. Times in seconds: to take a text, and from then until the phone had it."""

    provider: str
    on: date
    taken: int
    delivered: int
    undelivered: int
    failed: int
    parts: int
    cost_vnd: int
    p95_answer: float | None
    p95_delivery: float | None


@dataclass(frozen=True, slots=True)
class Failure:
    words: str
    times: int
    last_at: Any


#: What went wrong, for people who look after the line.
FAILURE_WORDS: Final = {
    "operator_busy": "Không kết nối được hoặc bị từ chối",
    "no_answer": "Không trả lời trong thời gian chờ",
    "throttled": "Nhà cung cấp đề nghị gửi chậm lại",
    "number_rejected": "Từ chối số nhận",
    "no_template": "Nội dung không khớp mẫu đã đăng ký",
    "gateway_broken": "Kết nối tới nhà cung cấp gặp lỗi",
    "undelivered": "Nhận nhưng tin không tới máy",
}

_DAYS: Final = """
    SELECT provider, (tried_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day,
           count(*) FILTER (WHERE taken_at IS NOT NULL),
           count(*) FILTER (WHERE state = 'DELIVERED'),
           count(*) FILTER (WHERE state = 'UNDELIVERED'),
           count(*) FILTER (WHERE state IN ('BUSY', 'DOUBTFUL', 'REFUSED')),
           coalesce(sum(parts) FILTER (WHERE taken_at IS NOT NULL), 0),
           coalesce(sum(price_vnd) FILTER (WHERE taken_at IS NOT NULL), 0),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - tried_at))
               FILTER (WHERE answered_at IS NOT NULL),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM settled_at - taken_at))
               FILTER (WHERE state = 'DELIVERED')
      FROM outbox_handover
     WHERE provider = ANY(%s)
       AND tried_at >= %s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
       AND tried_at < (%s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
     GROUP BY 1, 2 ORDER BY 2 DESC, 1
"""


def codes() -> list[str]:
    """The providers of the settings, as they stand there."""
    return [provider.code for provider in settings.SMS_PROVIDERS]


def names() -> dict[str, str]:
    return {provider.code: provider.name for provider in settings.SMS_PROVIDERS}


def gateways() -> dict[str, str]:
    """By which gateway each provider is reached: the name of its class."""
    return {provider.code: provider.gateway.rpartition(".")[2] for provider in settings.SMS_PROVIDERS}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provider is doing now; ``off`` is somebody's decision, ``rests`` its own doing."""

    off: bool
    rests: bool
    cause: str
    changed_at: datetime
    next_try_at: datetime | None
    last_failure_at: datetime | None
    ruled_by: str
    ruled_at: datetime | None
    ruled_reason: str


def standing() -> dict[str, Standing]:
    """Of each provider that has been used; one that was not has none."""
    return {
        row.code: Standing(
            off=row.ruling == Provider.Ruling.OFF,
            rests=row.state == Provider.State.RESTING,
            cause=row.get_cause_display(),
            changed_at=row.changed_at,
            next_try_at=row.next_try_at,
            last_failure_at=row.last_failure_at,
            ruled_by=row.ruled_by,
            ruled_at=row.ruled_at,
            ruled_reason=row.ruled_reason,
        )
        for row in Provider.objects.filter(code__in=codes())
    }


def days(providers: Sequence[str], first: date, last: date) -> list[Day]:
    """Newest first; a day without a text has no line."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [list(providers), first, last])
        return [Day(*row) for row in cursor.fetchall()]


def last_failures(provider: str, first: date) -> list[Failure]:
    """Kinds of failure since that day, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT failure, count(*), max(tried_at) FROM outbox_handover"
            " WHERE provider = %s AND failure <> '' AND state <> 'DELIVERED'"
            " AND tried_at >= %s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
            " GROUP BY 1 ORDER BY 3 DESC LIMIT %s",
            [provider, first, _LAST_FAILURES],
        )
        return [Failure(FAILURE_WORDS.get(code, code), times, at) for code, times, at in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one unit's texts cost at one provider in a month."""

    unit_code: str
    provider: str
    texts: int
    parts: int
    cost_vnd: int


def costs(month: date) -> list[Cost]:
    """By unit and provider, of texts that were taken in the month of that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unit_code, provider, count(*), sum(parts), sum(price_vnd) FROM outbox_handover
             WHERE taken_at >= %s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
               AND taken_at < (%s::date + interval '1 month')::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
             GROUP BY 1, 2
            """,
            [month.replace(day=1)] * 2,
        )
        return [Cost(*row) for row in cursor.fetchall()]
