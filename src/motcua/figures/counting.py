"""Đếm: add the lines that were sealed since the last round to their days, each line once, whatever breaks between."""

from typing import Final

from django.db import connection, transaction

#: Lines of one transaction.
AT_ONCE: Final = 20_000
_LOCK: Final = 0x46_49_47_55  # "FIGU"

# Each line of the journal that counts, as (day, unit, figure, key, how many). `checked` and its like are facts
# that the desk writes with the act; an older line without them counts as the act alone.
_COUNTS: Final = """
SELECT (e.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, e.unit_code, c.figure, c.key, sum(c.n) AS n
  FROM journal_event e
 CROSS JOIN LATERAL (
    SELECT 'received', '', 1 WHERE e.event IN ('desk.dossier.received', 'desk.dossier.confirmed')
    UNION ALL SELECT 'checked', '', 1 WHERE e.event = 'desk.dossier.confirmed'
        OR e.event = 'desk.dossier.received' AND e.facts ->> 'checked' = '1'
    UNION ALL SELECT 'minutes', e.facts ->> 'minutes', 1
        WHERE e.event = 'desk.dossier.received' AND e.facts ? 'minutes'
    UNION ALL SELECT 'reused', '', (e.facts ->> 'reused')::bigint
        WHERE e.event = 'desk.dossier.received' AND (e.facts ->> 'reused')::bigint > 0
    UNION ALL SELECT 'reusing', '', 1
        WHERE e.event = 'desk.dossier.received' AND (e.facts ->> 'reused')::bigint > 0
    UNION ALL SELECT 'asked', e.facts ->> 'answer', 1
        WHERE e.event = 'desk.account.checked' AND e.facts ->> 'kind' = 'COUNTER'
    UNION ALL SELECT 'provisional', '', 1 WHERE e.event = 'desk.dossier.provisionally_received'
    UNION ALL SELECT 'assisted', coalesce(e.facts ->> 'reason', ''), 1
        WHERE e.event = 'accounts.account.opened_assisted'
    UNION ALL SELECT 'self', '', 1 WHERE e.event = 'accounts.account.opened_self'
    UNION ALL SELECT 'mismatch', coalesce(e.facts ->> 'operator', ''), 1
        WHERE e.event = 'accounts.subscriber.asked' AND e.facts ->> 'verdict' = 'MISMATCH'
    UNION ALL SELECT 'digitised', '', 1
        WHERE e.event IN ('desk.dossier.received', 'desk.dossier.confirmed') AND (e.facts ->> 'scanned')::bigint > 0
        OR e.event = 'desk.dossier.digitised' AND coalesce(e.facts ->> 'first', '1') = '1'
    UNION ALL SELECT 'signed', '', 1 WHERE e.event = 'desk.dossier.result_signed'
    UNION ALL SELECT 'finished', CASE e.facts ->> 'late' WHEN 'true' THEN 'late' WHEN 'false' THEN 'in_time'
                                 ELSE '' END, 1 WHERE e.event = 'desk.dossier.finished'
    UNION ALL SELECT 'returned', '', 1 WHERE e.event = 'desk.dossier.returned'
 ) AS c (figure, key, n)
 WHERE e.id > %(after)s AND e.id <= %(upto)s
 GROUP BY 1, 2, 3, 4
"""
_ADD: Final = f"""
WITH fresh AS ({_COUNTS}), days AS (
    INSERT INTO figures_dayfigure AS kept (day, unit_code, figure, key, value)
    SELECT day, unit_code, figure, key, n FROM fresh ORDER BY unit_code, day, figure, key
        ON CONFLICT (unit_code, day, figure, key) DO UPDATE SET value = kept.value + EXCLUDED.value
)
INSERT INTO figures_monthfigure AS kept (month, unit_code, figure, key, value)
SELECT date_trunc('month', day)::date, unit_code, figure, key, sum(n) FROM fresh GROUP BY 1, 2, 3, 4
    ON CONFLICT (unit_code, month, figure, key) DO UPDATE SET value = kept.value + EXCLUDED.value
"""  # noqa: S608 - our own pieces
#: The last line of the next batch: no further than what is sealed, because nothing can appear below a seal.
_NEXT: Final = """
SELECT max(id) FROM (
    SELECT id FROM journal_event
     WHERE id > %(after)s AND id <= (SELECT coalesce(max(last_id), 0) FROM journal_seal)
     ORDER BY id LIMIT %(at_once)s
) AS next
"""

Counts = dict[tuple[str, str, str, str], int]


def count_due() -> int:
    """One batch; how far the mark moved. For the worker: 0 when all sealed lines are counted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("INSERT INTO figures_countedmark (id, upto_id) VALUES (1, 0) ON CONFLICT DO NOTHING")
        cursor.execute("SELECT upto_id FROM figures_countedmark WHERE id = 1")
        (after,) = cursor.fetchone()
        cursor.execute(_NEXT, {"after": after, "at_once": AT_ONCE})
        (upto,) = cursor.fetchone()
        if upto is None:
            return 0
        cursor.execute(_ADD, {"after": after, "upto": upto})
        cursor.execute("UPDATE figures_countedmark SET upto_id = %s WHERE id = 1", [upto])
        return int(upto - after)


def counted_upto() -> int:
    """The last line of the journal that is in the figures."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(upto_id), 0) FROM figures_countedmark")
        (upto,) = cursor.fetchone()
    return int(upto)


def counted_again() -> Counts:
    """The same days counted from the journal alone, up to the mark: what the kept figures are held against."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"after": 0, "upto": counted_upto()})
        return {(day.isoformat(), unit, figure, key): int(n) for day, unit, figure, key, n in cursor}


def kept() -> Counts:
    """The kept figures."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, unit_code, figure, key, value FROM figures_dayfigure")
        return {(day.isoformat(), unit, figure, key): int(n) for day, unit, figure, key, n in cursor}


def months_differ() -> bool:
    """Whether the months are not the sums of their days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM (SELECT date_trunc('month', day)::date AS month, unit_code, figure, key,"
            " sum(value) AS value FROM figures_dayfigure GROUP BY 1, 2, 3, 4) d"
            " FULL JOIN figures_monthfigure m USING (month, unit_code, figure, key)"
            " WHERE d.value IS DISTINCT FROM m.value)"
        )
        (differ,) = cursor.fetchone()
    return bool(differ)
