"""The worker asks the driver itself before each round; of a connection that was cut it hears as of any other error."""

import pytest
from django.db import DatabaseError, connection

from motcua.ops import half_restored, working
from motcua.ops.working import Round

pytestmark = pytest.mark.django_db(transaction=True)


def cut() -> None:
    """As a server does that ends: the connection is gone, and whoever holds it does not know yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()


def test_a_cut_connection_is_an_error_of_the_database() -> None:
    cut()
    with pytest.raises(DatabaseError):
        half_restored.stands()
    connection.close()
    assert half_restored.stands() is False


def test_the_round_after_a_cut_connection_has_another() -> None:
    cut()
    counted = Round("message", lambda: 3, 0)
    assert working._try(counted) is None
    assert working._try(counted) == 3
