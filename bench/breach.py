"""Whom a breach concerns, at the journal's size: found from every line of a day (DP-20)."""

import time
from datetime import timedelta
from typing import Final

from bench.report import Aim, Figure

_PEOPLE: Final = 5_000
_OFFICERS: Final = 600
# Acts on accounts that are there, by six hundred officers, within the last day.
_GROW: Final = """
INSERT INTO journal_event (event, subject, actor, unit_code, facts)
SELECT (ARRAY['accounts.name.shown', 'accounts.data.revealed', 'accounts.phone.changed_at_desk'])[1 + n %% 3],
       'account:' || a.ids[1 + n %% cardinality(a.ids)], lpad(to_hex(n %% %(officers)s), 32, '0'), 'u1',
       '{"what": "PHONE", "inspection": 1}'
  FROM generate_series(1, %(rows)s) AS n,
       (SELECT array_agg(id) AS ids FROM (SELECT id FROM accounts_account ORDER BY id LIMIT %(people)s) AS first) AS a
"""


def figures(rows: int) -> list[Figure]:
    """So many more lines; then one officer's day, and everybody's."""
    from django.db import connection
    from django.utils import timezone

    from motcua.protection import breach_finding
    from motcua.protection.breach_finding import Window

    with connection.cursor() as cursor:
        cursor.execute(_GROW, {"rows": rows, "people": _PEOPLE, "officers": _OFFICERS})
        cursor.execute("ANALYZE journal_event")
        cursor.execute("SELECT count(*) FROM journal_event")
        (lines,) = cursor.fetchone()
    now = timezone.now()
    day = (now - timedelta(days=1), now + timedelta(minutes=1))
    found = []
    for words, window in (
        ("one officer's day", Window(*day, officer=f"{7:032x}")),
        ("everybody's day", Window(*day)),
    ):
        begun = time.perf_counter()
        people = breach_finding.find(window).people
        took = time.perf_counter() - begun
        what = f"breach: {words} among {lines:,} lines"
        found.append(Figure(what, took, "s", Aim(60), f"{len(people):,} people"))
    return found
