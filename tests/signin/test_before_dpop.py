"""Whom the migration lets go on without proofs, and until when."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone
from tests.signin.systems import REASON, asked, connected, connector
from tests.units import people

from motcua.signin import clients, reading
from motcua.signin.models import Registration
from motcua.signin.reading import Search, Sort, State
from motcua.units import sample

pytestmark = pytest.mark.django_db(transaction=True)
EARLIER = import_module("motcua.signin.migrations.0035_tokens_of_their_holder").EARLIER


def until(row: Registration) -> date | None:
    row.refresh_from_db()
    return row.bearer_until


def test_who_was_agreed_to_or_waits_has_half_a_year_or_its_own_end_and_nobody_else_has_a_day() -> None:
    sample.load(people.UNITS_FILE)
    one, two = connector(), connector()
    soon = timezone.localdate() + timedelta(days=30)
    _, lives = connected(one, two)
    _, ends_soon = connected(one, two, expires_on=soon)
    _, waits = asked(one)
    over, stopped = connected(one, two)
    clients.stop(authority=two, client=over.public_id, reason=REASON)
    _, declined = asked(one)
    clients.decline(authority=two, registration=declined.public_id, reason=REASON)

    with connection.cursor() as cursor:
        cursor.execute(EARLIER)
        cursor.execute("SELECT current_date + 183")
        (half_a_year,) = cursor.fetchone()

    assert (until(lives), until(ends_soon), until(waits)) == (half_a_year, soon, half_a_year)
    assert (until(stopped), until(declined)) == (None, None)

    def found(on: date) -> list[date | None]:
        wanted = Search(state=State.UNBOUND, sort=Sort.EXPIRY)
        return [line.bearer_until for line in reading.listing(one, wanted, page=1, today=on).rows]

    assert found(timezone.localdate()) == [soon, half_a_year]
    assert found(half_a_year) == [half_a_year]
    assert found(half_a_year + timedelta(days=1)) == []
