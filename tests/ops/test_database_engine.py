"""A connection that the server has ended is noticed before the next request uses it, and asked no more than that."""

import psycopg
import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> psycopg.Connection:  # type: ignore[type-arg]
    connection.ensure_connection()
    return psycopg.connect(connection.connection.info.dsn, autocommit=True)


def begin_request() -> None:
    """What Django does with its connections when a request comes in."""
    connection.health_check_enabled = True
    connection.close_if_unusable_or_obsolete()


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


def test_a_quiet_connection_is_not_asked_whether_it_lives(other: psycopg.Connection) -> None:  # type: ignore[type-arg]
    pid = backend()
    begin_request()
    connection.close_if_health_check_failed()
    last = other.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
    assert last is not None and "pg_backend_pid" in last[0]
    assert connection.health_check_done


def test_a_connection_that_the_server_ended_is_made_anew(other: psycopg.Connection) -> None:  # type: ignore[type-arg]
    pid = backend()
    begin_request()
    other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert backend() != pid


def test_a_list_is_planned_for_its_values_and_all_else_keeps_its_plan() -> None:
    with connection.cursor() as cursor:
        for nth in range(10):
            cursor.execute("SELECT key FROM limits_bucket WHERE used = %s LIMIT 21", [nth])
            cursor.execute("SELECT key FROM limits_bucket WHERE used = %s LIMIT 1", [nth])
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%%limits_bucket%%'"
        )
        kept = [row[0] for row in cursor.fetchall()]
    assert [one.rpartition(" ")[2] for one in kept if "SELECT key" in one] == ["1"]
