"""Who may act for which office today."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.units import people
from tests.units.people import TODAY

from motcua.kernel.authority import NotAuthorised, Power
from motcua.units import officers, posts

pytestmark = pytest.mark.django_db


def test_an_officer_holds_the_powers_of_the_post_and_the_units_below() -> None:
    so = people.unit("so")
    phong, other = people.unit("phong", parent=so), people.unit("khac")
    truong = people.unit("truong", parent=phong)
    who = people.officer()
    people.post(who, phong, Power.RECEIVE_DOSSIER, Power.HAND_OUT)

    authority = posts.authority_of(who.subject, on=TODAY)

    assert authority.unit_code == "phong"
    assert authority.officer_id == who.pk
    assert authority.powers == {Power.RECEIVE_DOSSIER, Power.HAND_OUT}
    assert set(authority.subtree) == {phong.pk, truong.pk}
    assert other.pk not in authority.subtree
    assert so.pk not in authority.subtree


def test_reading_an_authority_costs_one_query() -> None:
    so = people.unit("so")
    for number in range(30):
        people.unit(f"truong-{number}", parent=so)
    who = people.officer()
    people.post(who, so, Power.SIGN)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        authority = posts.authority_of(who.subject, at_unit="so", on=TODAY)

    assert len(queries) == 1
    assert len(authority.subtree) == 31


def test_the_officer_chooses_among_own_units_and_no_others() -> None:
    first, second, foreign = people.unit("mot"), people.unit("hai"), people.unit("la")
    who = people.officer()
    people.post(who, first, Power.SIGN)
    people.post(who, second, Power.INSPECT)

    assert posts.authority_of(who.subject, at_unit="hai", on=TODAY).powers == {Power.INSPECT}
    assert [post.unit_code for post in posts.posts_of(who.subject, TODAY)] == ["mot", "hai"]
    with pytest.raises(NotAuthorised):
        posts.authority_of(who.subject, at_unit=foreign.code, on=TODAY)


def test_a_post_counts_from_its_first_to_its_last_day() -> None:
    who, where = people.officer(), people.unit("so")
    people.post(who, where, Power.SIGN, valid_from=TODAY, valid_to=TODAY + timedelta(days=2))

    assert posts.authority_of(who.subject, on=TODAY)
    assert posts.authority_of(who.subject, on=TODAY + timedelta(days=2))
    for outside in (TODAY - timedelta(days=1), TODAY + timedelta(days=3)):
        with pytest.raises(NotAuthorised):
            posts.authority_of(who.subject, on=outside)
        assert posts.posts_of(who.subject, outside) == []


def test_a_revoked_post_a_closed_unit_or_a_departed_officer_gives_nothing() -> None:
    so = people.unit("so")
    closed = people.unit("dong", valid_to=TODAY - timedelta(days=1))
    revoked_from, of_closed, departed = people.officer(), people.officer(), people.officer()
    admin = people.administrator(so)
    posts.revoke(authority=admin, post_id=people.post(revoked_from, so, Power.SIGN).pk, reason="chuyển việc")
    people.post(of_closed, closed, Power.SIGN)
    people.post(departed, so, Power.SIGN)
    officers.deactivate(subject=departed.subject, by=admin.subject)

    for who in (revoked_from, of_closed, departed):
        with pytest.raises(NotAuthorised):
            posts.authority_of(who.subject, on=TODAY)
    with pytest.raises(NotAuthorised):
        posts.authority_of("f" * 32, on=TODAY)


def test_the_successor_sees_the_work_of_the_unit_it_took_over() -> None:
    heir = people.unit("moi")
    gone = people.unit("cu", valid_to=TODAY - timedelta(days=1), successor=heir)
    who = people.officer()
    people.post(who, heir, Power.PROCESS)

    assert set(posts.authority_of(who.subject, on=TODAY).subtree) == {heir.pk, gone.pk}
    assert set(posts.authority_of(who.subject, on=TODAY - timedelta(days=1)).subtree) == {heir.pk}
