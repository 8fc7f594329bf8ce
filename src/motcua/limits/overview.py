"""How much of each budget is used now, and who was refused today: for screens, never for deciding.

A bucket knows its budget and not its person. Whoever may be shown (officers, units) is asked about by name and
found under the digest of that name; everybody else is a number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import connection

from motcua.limits.quotas import Quota
from motcua.limits.spending import EXTRA, digest_of, keys_of

#: From this share of a window on somebody is near its edge.
NEAR: Final = 80
_LABELS: Final = 20
TODAY: Final = "(clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
#: Of one row: how much of its window is used, in per cent of what is allowed now.
_SHARE: Final = f"(b.used * 100 / greatest(l.times + {EXTRA}, 1))"


@dataclass(slots=True)
class Use:
    """Of one budget (or one person's share of it) now. ``counted``: how many people have anything counted."""

    counted: int = 0
    near: int = 0
    full: int = 0
    share: int = 0
    refused: int = 0
    alarms: int = 0
    unlocked_today: int = 0
    unlocked_until: datetime | None = None
    used: dict[int, int] = field(default_factory=dict)
    wait_seconds: int = 0


def totals() -> dict[Quota, Use]:
    """Of everybody, in two statements. Of several windows the one with the most people at its edge is told."""
    found = {quota: Use() for quota in Quota}
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH law (quota, nth, times) AS ({_law()})"  # noqa: S608
            f" SELECT quota, nth, count(*) FILTER (WHERE b.used > 0), count(*) FILTER (WHERE {_SHARE} >= {NEAR}),"
            f" count(*) FILTER (WHERE {_SHARE} >= 100), coalesce(max({_SHARE}), 0)"
            " FROM limits_bucket b JOIN law l USING (quota, nth)"
            " WHERE b.window_ends_at > clock_timestamp() GROUP BY quota, nth"
        )
        for name, _, counted, near, full, share in cursor.fetchall():
            use = found[Quota[name]]
            use.counted, use.near = max(use.counted, counted), max(use.near, near)
            use.full, use.share = max(use.full, full), max(use.share, share)
    for name, refused, alarms, unlocked in _today(None):
        if (word := name.decode()) in Quota.__members__:
            use = found[Quota[word]]
            use.refused, use.alarms, use.unlocked_today = refused, alarms, unlocked
    return found


def uses(wanted: Iterable[tuple[Quota, str]]) -> dict[tuple[Quota, str], Use]:
    """Of each of these people in each of these budgets; two statements whatever their number."""
    pairs = list(dict.fromkeys(wanted))
    found = {pair: Use() for pair in pairs}
    by_key = {key: (pair, nth) for pair in pairs for nth, key in enumerate(keys_of(*pair))}
    by_digest = {digest_of(*pair): pair for pair in pairs}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, used, {EXTRA}, allowed_until, "  # noqa: S608
            " greatest(1, ceil(extract(epoch FROM window_ends_at - clock_timestamp())))::int"
            " FROM limits_bucket WHERE key = ANY(%s) AND window_ends_at > clock_timestamp()",
            [list(by_key)],
        )
        for key, used, extra, until, seconds in cursor.fetchall():
            pair, nth = by_key[bytes(key)]
            _add(found[pair], pair[0], nth, used, extra, until, seconds)
    for digest, refused, alarms, unlocked in _today(list(by_digest)):
        pair = by_digest[digest]
        use = found[pair]
        use.refused, use.alarms, use.unlocked_today = refused, alarms, unlocked
        if pair[0].rule.in_bulk and refused and use.counted and use.unlocked_until is None:
            use.near = 1
    return found


def busiest(quota: Quota) -> list[tuple[str, int, int]]:
    """(label, per cent used, times) of those nearest to the edge; the label is the beginning of a digest."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH law (quota, nth, times) AS ({_law()})"  # noqa: S608
            f" SELECT encode(substr(b.key, 1, 4), 'hex'), {_SHARE}, b.used"
            " FROM limits_bucket b JOIN law l USING (quota, nth)"
            " WHERE b.quota = %s AND b.used > 0 AND b.window_ends_at > clock_timestamp()"
            f" ORDER BY 2 DESC, 1 LIMIT {_LABELS}",
            [quota.name],
        )
        return [(label, share, used) for label, share, used in cursor.fetchall()]


def _add(
    use: Use, quota: Quota, nth: int, used: int, extra: int, until: datetime | None, seconds: int
) -> None:
    window = quota.rule.windows[nth]
    share = used * 100 // max(window.times + extra, 1)
    use.used[nth] = used
    use.counted = use.counted or int(used > 0)
    use.share = max(use.share, share)
    use.near, use.full = int(use.share >= NEAR), int(use.share >= 100)
    if extra and until is not None:
        use.unlocked_until = max(use.unlocked_until or until, until)
    if share >= 100 and not window.alarm:
        use.wait_seconds = max(use.wait_seconds, seconds)


def _today(digests: list[bytes] | None) -> list[tuple[bytes, int, int, int]]:
    """(budget or digest, refused, alarms, unlocked) of today."""
    by, only = ("quota", "TRUE") if digests is None else ("who", "who = ANY(%(digests)s)")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {by}, sum(refused)::int, sum(alarms)::int, sum(unlocked)::int FROM ("  # noqa: S608
            f" SELECT {by}, refused, alarms, 0 AS unlocked FROM limits_tally WHERE day = {TODAY} AND {only}"
            f" UNION ALL SELECT {by}, 0, 0, 1 FROM limits_unlocking WHERE {only}"
            f" AND (unlocked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date = {TODAY}) AS said GROUP BY 1",
            {"digests": digests},
        )
        rows = cursor.fetchall()
    return [(who.encode() if isinstance(who, str) else bytes(who), *counts) for who, *counts in rows]


def _law() -> str:
    """Each window with its limit, as the settings say now: names and numbers of ours."""
    rows = (
        f"('{quota.name}', {nth}::smallint, {window.times})"
        for quota in Quota
        for nth, window in enumerate(quota.rule.windows)
    )
    return f"VALUES {', '.join(rows)}"
