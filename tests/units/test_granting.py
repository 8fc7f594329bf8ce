"""Rights are given in own unit and below, never to oneself, by two when they are privileged."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from tests.units import people
from tests.units.people import TODAY

from motcua.kernel.authority import PRIVILEGED, Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import granting, posts
from motcua.units.models import GrantRequest, Officer, Post


def give(authority: Authority, to: Officer, unit: str, *powers: Power, **more: bool) -> Post | GrantRequest:
    return posts.grant(
        authority=authority,
        officer_id=to.pk,
        unit_code=unit,
        powers=powers,
        valid_from=TODAY,
        on=TODAY,
        **more,
    )


@pytest.mark.django_db
def test_an_administrator_appoints_below_and_the_journal_knows() -> None:
    so = people.unit("so")
    people.unit("truong", parent=so)
    admin, who = people.administrator(so), people.officer()

    given = give(admin, who, "truong", Power.RECEIVE_DOSSIER)

    assert isinstance(given, Post)
    assert given.granted_by_subject == admin.subject
    assert posts.authority_of(who.subject, on=TODAY).powers == {Power.RECEIVE_DOSSIER}
    with connection.cursor() as cursor:
        cursor.execute("SELECT event, actor, subject FROM journal_event ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone() == ("units.post.granted", admin.subject, f"post:{given.pk}")


@pytest.mark.django_db
def test_nobody_appoints_above_or_beside_or_without_the_right() -> None:
    so = people.unit("so")
    low, beside = people.unit("duoi", parent=so), people.unit("canh", parent=so)
    admin, who, plain = people.administrator(low), people.officer(), people.officer()
    people.post(plain, low, Power.SIGN)

    for unit in (so, beside):
        with pytest.raises(NotAuthorised):
            give(admin, who, unit.code, Power.SIGN)
    with pytest.raises(NotAuthorised):
        give(posts.authority_of(plain.subject, on=TODAY), who, "duoi", Power.SIGN)
    assert not Post.objects.filter(officer=who).exists()


@pytest.mark.django_db
def test_nobody_appoints_approves_or_revokes_oneself() -> None:
    so = people.unit("so")
    admin, second = people.administrator(so), people.administrator(so)
    own_post = Post.objects.get(grantee_subject=admin.subject)
    oneself = Officer.objects.get(subject=admin.subject)

    with pytest.raises(posts.NotForYourself):
        give(admin, oneself, "so", Power.SIGN)
    with pytest.raises(posts.NotForYourself):
        posts.revoke(authority=admin, post_id=own_post.pk, reason="thử")
    asked = give(second, oneself, "so", Power.EXPORT)
    with pytest.raises(posts.NotForYourself):
        posts.approve(authority=admin, request_id=asked.pk, on=TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize("power", sorted(PRIVILEGED))
def test_a_privileged_right_waits_for_a_second_administrator(power: Power) -> None:
    so = people.unit("so")
    admin, second, who = people.administrator(so), people.administrator(so), people.officer()

    asked = give(admin, who, "so", power)
    assert isinstance(asked, GrantRequest)
    with pytest.raises(NotAuthorised):
        posts.authority_of(who.subject, on=TODAY)
    with pytest.raises(granting.SecondPersonNeeded):
        posts.approve(authority=admin, request_id=asked.pk, on=TODAY)
    assert [waiting.pk for waiting in posts.open_requests(second)] == [asked.pk]

    given = posts.approve(authority=second, request_id=asked.pk, on=TODAY)

    assert (given.granted_by_subject, given.approved_by_subject) == (admin.subject, second.subject)
    assert posts.authority_of(who.subject, on=TODAY).powers == {power}
    with pytest.raises(granting.AlreadyDecided):
        posts.approve(authority=second, request_id=asked.pk, on=TODAY)


@pytest.mark.django_db
def test_a_declined_request_gives_nothing_and_a_foreign_one_is_not_there() -> None:
    so, other = people.unit("so"), people.unit("khac")
    admin, second, stranger = (people.administrator(unit) for unit in (so, so, other))
    who = people.officer()
    asked = give(admin, who, "so", Power.GRANT)

    with pytest.raises(NotFound):
        posts.approve(authority=stranger, request_id=asked.pk, on=TODAY)
    with pytest.raises(granting.WhyNotGranted):
        posts.decline(authority=second, request_id=asked.pk)
    posts.decline(authority=second, request_id=asked.pk, reason="Đã đủ người có quyền này.")
    assert [each.pk for each in granting.declined_lately(admin)] == [asked.pk]
    assert granting.declined_lately(stranger) == []
    with pytest.raises(granting.AlreadyDecided):
        posts.approve(authority=second, request_id=asked.pk, on=TODAY)
    assert posts.posts_of(who.subject, TODAY) == []


@pytest.mark.django_db
def test_a_second_post_at_the_unit_is_refused_unless_it_replaces_the_first() -> None:
    so = people.unit("so")
    admin, who = people.administrator(so), people.officer()
    give(admin, who, "so", Power.SIGN)

    with pytest.raises(posts.AlreadyHolds):
        give(admin, who, "so", Power.PROCESS)
    give(admin, who, "so", Power.PROCESS, replacing=True)

    assert posts.authority_of(who.subject, on=TODAY).powers == {Power.PROCESS}
    assert Post.objects.filter(officer=who, revoked_at__isnull=False).count() == 1


@pytest.mark.django_db
def test_a_post_that_ends_before_it_begins_or_holds_nothing_is_refused() -> None:
    so = people.unit("so")
    admin, who = people.administrator(so), people.officer()

    with pytest.raises(granting.NothingGranted):
        give(admin, who, "so")
    with pytest.raises(granting.WrongPeriod):
        posts.grant(
            authority=admin,
            officer_id=who.pk,
            unit_code="so",
            powers=[Power.SIGN],
            valid_from=TODAY,
            valid_to=TODAY - timedelta(days=1),
            on=TODAY,
        )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_granting_at_once_one_is_told() -> None:
    so = people.unit("so")
    who = people.officer()
    admins = [people.administrator(so) for _ in range(6)]

    answers = _at_once(lambda admin: give(admin, who, "so", Power.SIGN), admins)

    assert sum(isinstance(answer, Post) for answer in answers) == 1
    assert sum(isinstance(answer, posts.AlreadyHolds) for answer in answers) == 5
    assert Post.objects.filter(officer=who, revoked_at=None).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_makes_the_post() -> None:
    so = people.unit("so")
    who, first = people.officer(), people.administrator(so)
    admins = [people.administrator(so) for _ in range(5)]
    asked = give(first, who, "so", Power.OPEN_ACCOUNT)

    answers = _at_once(lambda admin: posts.approve(authority=admin, request_id=asked.pk, on=TODAY), admins)

    assert sum(isinstance(answer, Post) for answer in answers) == 1
    assert sum(isinstance(answer, granting.AlreadyDecided) for answer in answers) == 4


def _at_once(act, admins: list[Authority]) -> list[object]:
    answers: list[object] = []
    start = Barrier(len(admins))

    def one(admin: Authority) -> None:
        start.wait()
        try:
            answers.append(act(admin))
        except Refusal as no:
            answers.append(no)
        except Exception as broken:  # what must not happen is kept for the assertion to show
            answers.append(broken)
        finally:
            connection.close()

    threads = [Thread(target=one, args=(admin,)) for admin in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers
