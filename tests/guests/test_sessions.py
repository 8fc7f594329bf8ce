"""Whoever the portal vouches for is at home here for as long as one sits at a desk, and not a moment longer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.guests.arrivals import arrival, tokens
from tests.races.together import together
from tests.units import people

from motcua.guests import retention, sessions
from motcua.guests.models import GuestSession
from motcua.kernel.authority import Power
from motcua.kernel.scope import Scope
from motcua.units import sample

pytestmark = pytest.mark.django_db


def enter(**more: object) -> tuple[str, GuestSession]:
    return sessions.begin(arrival(**more), device_words="Chrome trên Windows")


def older(session: GuestSession, column: str, by: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"UPDATE guests_guestsession SET {column} = {column} - %s WHERE id = %s", [by, session.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_citizen_comes_in_with_their_name_and_no_rights() -> None:
    token, _ = enter(full_name="H'Hen Niê")

    visitor = sessions.visitor_of(token)

    assert visitor is not None
    assert (visitor.display_name, visitor.audience, visitor.authority) == ("H'Hen Niê", "CITIZEN", None)


def test_a_representative_comes_in_with_the_scope_of_the_mandate_and_keeps_it() -> None:
    narrow = Scope.of(["1.005092"])
    token, session = sessions.begin(arrival(organisation=True, scope=narrow), device_words="Chrome")
    found = sessions.visitor_of(token)
    assert found is not None and found.organisation and found.is_narrowed
    assert found.scope == narrow and not found.scope.covers("2.001914")
    with pytest.raises(IntegrityError), transaction.atomic():
        GuestSession.objects.filter(pk=session.pk).update(mandate_scope=[])
    token, _ = sessions.begin(arrival(), device_words="Chrome")
    own = sessions.visitor_of(token)
    assert own is not None and own.scope.is_whole


def test_an_officer_comes_in_with_the_rights_of_the_post_held_here() -> None:
    sample.load(people.UNITS_FILE)
    who = people.officer()
    unit = people.unit("quay-thu")
    people.post(who, unit, Power.RECEIVE_DOSSIER)

    token, _ = enter(subject=who.subject, strong=True)

    visitor = sessions.visitor_of(token)
    assert visitor is not None and visitor.authority is not None
    assert visitor.is_officer
    assert visitor.authority.unit_code == "quay-thu"
    assert visitor.authority.may(Power.RECEIVE_DOSSIER)


def test_an_officer_with_a_password_alone_is_sent_back_where_that_is_not_enough(settings: object) -> None:
    settings.OFFICER_SECOND_FACTOR = True  # type: ignore[attr-defined]
    who = people.officer()
    people.post(who, people.unit("quay-thu"), Power.PROCESS)

    with pytest.raises(sessions.StrongerSignInNeeded):
        enter(subject=who.subject)

    assert enter(subject=who.subject, strong=True)
    assert enter(), "a citizen needs no second factor"


@pytest.mark.parametrize(
    ("column", "by", "here"),
    [
        ("seen_at", timedelta(minutes=29), True),
        ("seen_at", timedelta(minutes=31), False),
        ("signed_in_at", timedelta(hours=11, minutes=59), True),
        ("signed_in_at", timedelta(hours=12, minutes=1), False),
    ],
)
def test_a_citizen_idles_half_an_hour_and_stays_half_a_day(column: str, by: timedelta, here: bool) -> None:
    token, session = enter()
    older(session, column, by)

    assert (sessions.visitor_of(token) is not None) is here


@pytest.mark.parametrize(("minutes", "here"), [(14, True), (16, False)])
def test_an_officer_idles_a_quarter_of_an_hour(minutes: int, here: bool) -> None:
    who = people.officer()
    people.post(who, people.unit("quay-thu"), Power.PROCESS)
    token, session = enter(subject=who.subject)
    older(session, "seen_at", timedelta(minutes=minutes))

    assert (sessions.visitor_of(token) is not None) is here


@pytest.mark.parametrize(
    ("minutes", "strong", "fresh"), [(4, True, True), (6, True, False), (4, False, False)]
)
def test_only_what_was_proved_at_the_portal_just_now_is_fresh(
    minutes: int, strong: bool, fresh: bool
) -> None:
    """The portal lets in without a question whoever is signed in there: coming back proves nothing new."""
    token, _ = enter(strong=strong, signed_in_at=timezone.now() - timedelta(minutes=minutes))

    visitor = sessions.visitor_of(token)

    assert visitor is not None and visitor.is_fresh is fresh


def test_a_portal_whose_clock_is_ahead_makes_nobody_fresher() -> None:
    _, session = enter(signed_in_at=timezone.now() + timedelta(hours=1))

    assert session.signed_in_at <= timezone.now()


def test_what_the_portal_renews_no_more_is_over_here() -> None:
    token, session = enter()
    other, _ = enter()

    sessions.over(session.public_id)

    assert sessions.visitor_of(token) is None and sessions.visitor_of(other) is not None


def test_a_page_keeps_the_session_alive() -> None:
    token, session = enter()
    older(session, "seen_at", timedelta(minutes=20))

    sessions.visitor_of(token)
    older(session, "seen_at", timedelta(minutes=20))

    assert sessions.visitor_of(token) is not None


def test_signing_out_ends_it_and_forgets_the_tokens() -> None:
    token, session = enter()
    visitor = sessions.visitor_of(token)
    assert visitor is not None

    sessions.end(visitor)

    session.refresh_from_db()
    assert sessions.visitor_of(token) is None
    assert session.tokens_sealed is None
    assert sessions.tokens_of(session.public_id) is None


def test_signing_out_at_the_portal_ends_it_here() -> None:
    first, one = enter()
    second, _ = enter(subject=one.subject)
    other, _ = enter()

    assert sessions.end_by_portal(portal_session=one.portal_session, subject=one.subject) == 1
    assert sessions.visitor_of(first) is None
    assert sessions.visitor_of(second) is not None

    assert sessions.end_by_portal(portal_session="", subject=one.subject) == 1
    assert sessions.visitor_of(second) is None
    assert sessions.visitor_of(other) is not None


@pytest.mark.parametrize("token", ["", "x", "x" * 200, "'; DROP TABLE x --", "ÿ" * 30, "A" * 43])
def test_what_is_no_cookie_of_ours_lets_nobody_in(token: str) -> None:
    enter()

    assert sessions.visitor_of(token) is None


def test_neither_name_nor_token_can_be_read_in_the_table() -> None:
    token, _ = enter(full_name="Trần Thị Hoa Mẫu")
    with connection.cursor() as cursor:
        cursor.execute("SELECT guests_guestsession::text FROM guests_guestsession")
        (row,) = cursor.fetchone()

    for secret in (token, "Hoa Mẫu", "the-access", "the-refresh", "the-identity"):
        assert secret not in row
        assert secret.encode().hex() not in row


def test_newer_tokens_take_the_place_of_the_old_ones() -> None:
    _, session = enter()

    sessions.keep_tokens(session.public_id, tokens("newer"))

    held = sessions.tokens_of(session.public_id)
    assert held is not None
    assert (held.access, held.refresh, held.identity) == ("newer-access", "newer-refresh", "newer-identity")


def test_a_session_that_ended_meanwhile_keeps_no_token() -> None:
    token, session = enter()
    visitor = sessions.visitor_of(token)
    assert visitor is not None
    sessions.end(visitor)

    sessions.keep_tokens(session.public_id, tokens("newer"))

    assert sessions.tokens_of(session.public_id) is None
    assert not sessions.claim_renewal(session.public_id)


def test_who_is_here_and_what_they_may_do_is_one_statement(django_assert_num_queries: object) -> None:
    token, _ = enter()

    with django_assert_num_queries(1):  # type: ignore[operator]
        sessions.visitor_of(token)


def test_sessions_are_forgotten_after_thirty_days() -> None:
    _, old = enter()
    _, young = enter()
    older(old, "created_at", timedelta(days=31))
    older(young, "created_at", timedelta(days=29))

    assert retention.purge_due() == 1
    assert retention.purge_due() == 0
    assert GuestSession.objects.get() == young


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_twenty_requests_at_once_one_renews_the_token() -> None:
    _, session = enter()

    outcomes = together([lambda: sessions.claim_renewal(session.public_id)] * 20)

    assert sum(each.value for each in outcomes) == 1


def test_a_renewal_that_failed_may_be_tried_again_at_once_and_one_that_died_after_ten_seconds() -> None:
    _, session = enter()
    assert sessions.claim_renewal(session.public_id)
    assert not sessions.claim_renewal(session.public_id)

    sessions.release_renewal(session.public_id)
    assert sessions.claim_renewal(session.public_id)

    older(session, "renewing_since", timedelta(seconds=11))
    assert sessions.claim_renewal(session.public_id)
