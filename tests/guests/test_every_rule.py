"""The rules of the room one by one, each seen red without it; and that none is left out."""

from pathlib import Path

import pytest
from django.db import connection
from tests.guests.arrivals import arrival
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, untried, wrong_of

from motcua.guests import sessions
from motcua.guests.models import GuestSession

pytestmark = pytest.mark.django_db
TABLE = "guests_guestsession"

RULES: list[Rule] = [
    (TABLE, "guest_session_token_hash_32", "token_hash = '\\x00' || token_hash"),
    (TABLE, "guest_session_subject", "subject = '052185000101'"),
    (TABLE, "guest_session_audience_known", "audience = 'ROBOT'"),
    (TABLE, "guest_session_of_the_portal", "portal_session = ''"),
    (TABLE, "guest_session_ended_forgets", "ended_at = now(), ended_why = 'x', tokens_sealed = '\\x00'"),
    (TABLE, "guest_session_ended_forgets", "ended_why = 'x'"),
    (TABLE, "guest_session_ended_forgets", "ended_at = now()"),
]


def test_each_rule_of_a_row() -> None:
    two_rows(GuestSession, subject=lambda nth: f"{nth:032x}", ended_why="")
    assert wrong_of(RULES) == []


@pytest.mark.parametrize(
    "change",
    ["subject = repeat('b', 32)", "audience = 'OFFICER'", "created_at = now() + '1h'", "signed_in_at = now() + '1h'",
     "portal_session = 'another'", "name_sealed = 'x'", "organisation = NOT organisation"],
)  # fmt: skip
@pytest.mark.django_db(transaction=True)
def test_whose_a_session_is_never_changes(change: str) -> None:
    sessions.begin(arrival(), device_words="")
    only_by_trigger(
        "session_moves", TABLE, lambda: sql(f"UPDATE {TABLE} SET {change}"), rule="guest_session_is_somebodys"
    )


@pytest.mark.parametrize("change", ["ended_at = NULL, ended_why = ''", "seen_at = now()"])
@pytest.mark.django_db(transaction=True)
def test_what_ended_stays_ended(change: str) -> None:
    token, _ = sessions.begin(arrival(), device_words="")
    visitor = sessions.visitor_of(token)
    assert visitor is not None
    sessions.end(visitor)
    only_by_trigger(
        "session_moves", TABLE, lambda: sql(f"UPDATE {TABLE} SET {change}"), rule="guest_session_stays_ended"
    )


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_no_rule_of_the_room_is_untried() -> None:
    assert untried("guests", Path(__file__).parent, RULES) == set()
