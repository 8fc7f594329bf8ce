"""DP-20: whom a breach concerns is asked by time; among many questions of other days only the window's are read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.accounts import affected

pytestmark = pytest.mark.django_db
# Twenty thousand questions over two hundred days.
MANY = """
INSERT INTO accounts_lookup (number_bi, answer, asked_by, unit_code, purpose, procedure_code, reference, at)
SELECT sha256(n::text::bytea), 'NOT_FOUND', 'x', 'so', 'receive', '', '', clock_timestamp() - n * interval '15 minutes'
  FROM generate_series(1, 20000) AS n
"""


def test_the_questions_of_an_hour_are_found_by_their_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(MANY)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE accounts_lookup")
    until = timezone.now() - timedelta(days=100)
    with CaptureQueriesContext(connection) as asked:
        found = list(affected.questions(since=until - timedelta(hours=1), until=until))
    assert len(found) == 4
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + asked.captured_queries[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "look_up_by_time" in plan and "Seq Scan" not in plan
