"""A post is confirmed again by another administrator, or it lapses and its officer is told."""

from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.units import people
from tests.units.people import TODAY

from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.outbox.models import Message
from motcua.units import confirming, leaving, officers, posts
from motcua.units.confirming import _months_after
from motcua.units.granting import NotForYourself
from motcua.units.leaving import LeavingReasonWanted, WorksElsewhereToo
from motcua.units.models import Officer, Post, PostConfirmation, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def so() -> Unit:
    return people.unit("so-mau")


@pytest.fixture
def admin(so: Unit) -> Authority:
    return people.administrator(so)


def aged(post: Post, months: int) -> Post:
    """As if it had been granted so many months ago."""
    day = _months_after(timezone.localdate(), -months)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE units_post SET granted_at = %s WHERE id = %s", [day, post.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    return post


def working(so: Unit, *powers: Power) -> tuple[Officer, Post]:
    who = people.officer()
    sealed = django_settings.KEYRING.seal("officer.phone", who.subject, Phone.parse("0913000101").value)
    Officer.objects.filter(pk=who.pk).update(phone_sealed=sealed)
    return who, people.post(who, so, *(powers or (Power.RECEIVE_DOSSIER,)))


def today() -> date:
    return timezone.localdate()


def test_what_lapses_within_a_month_is_listed_the_first_first(so: Unit, admin: Authority) -> None:
    _, fresh = working(so)
    _, soon = working(so)
    _, late = working(so)
    aged(soon, 11)
    aged(late, 12)

    due = confirming.due(admin, on=today() + timedelta(days=2))  # a month has 31 days at the most

    assert [each.post_id for each in due] == [late.pk, soon.pk]
    assert fresh.pk not in {each.post_id for each in due}
    assert due[1].lapses_on >= today()
    assert "Cán Bộ" not in repr(due)


def test_a_confirmed_post_stands_for_another_year(so: Unit, admin: Authority) -> None:
    _, post = working(so)
    aged(post, 13)

    confirming.confirm(authority=admin, post_id=post.pk)

    assert confirming.due(admin, on=today()) == []
    assert confirming.lapse_due(on=today()) == 0
    assert PostConfirmation.objects.get().by_subject == admin.subject


def test_an_unconfirmed_post_lapses_once_and_its_officer_is_told(so: Unit, admin: Authority) -> None:
    who, post = working(so)
    aged(post, 13)

    assert confirming.lapse_due(on=today()) == 1

    post.refresh_from_db()
    assert (post.revoked_by_subject, post.revoked_reason) == ("system", "Quá hạn xác nhận lại.")
    with pytest.raises(NotAuthorised):
        posts.authority_of(who.subject, on=today())
    assert Message.objects.filter(purpose="post_lapsed").count() == 1
    assert confirming.lapse_due(on=today()) == 0


def test_nobody_is_locked_out_because_nobody_is_left_to_confirm(so: Unit) -> None:
    _, only = working(so, Power.GRANT)
    aged(only, 20)
    assert confirming.lapse_due(on=today()) == 0

    _, second = working(people.unit("phong", parent=so), Power.GRANT)
    assert confirming.lapse_due(on=today()) == 0, "whoever grants below does not give it back above"
    aged(second, 20)
    assert confirming.lapse_due(on=today()) == 1
    second.refresh_from_db()
    assert second.revoked_at is not None


def test_nobody_confirms_oneself_or_beyond_the_own_units(so: Unit, admin: Authority) -> None:
    mine = Post.objects.get(grantee_subject=admin.subject)
    with pytest.raises(NotForYourself):
        confirming.confirm(authority=admin, post_id=mine.pk)
    _, elsewhere = working(people.unit("so-khac"))
    with pytest.raises(NotFound):
        confirming.confirm(authority=admin, post_id=elsewhere.pk)
    assert confirming.due(people.administrator(people.unit("x")), on=today()) == []


@pytest.mark.parametrize(("statement", "rule", "table"), [
    ("INSERT INTO units_postconfirmation (post_id, by_subject) SELECT id, grantee_subject FROM units_post"
     " WHERE id = {post}",
     "post_confirmed_by_another", "units_postconfirmation"),
    ("UPDATE units_postconfirmation SET by_subject = 'x'", "post_confirmation_added_only", "units_postconfirmation"),
    ("DELETE FROM units_postconfirmation", "post_confirmation_added_only", "units_postconfirmation"),
])  # fmt: skip
def test_the_database_has_the_last_word(
    so: Unit, admin: Authority, statement: str, rule: str, table: str
) -> None:
    _, post = working(so)
    confirming.confirm(authority=admin, post_id=post.pk)

    def change() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(post=post.pk))

    with pytest.raises(DatabaseError) as no:
        change()
    assert no.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {rule} ON {table}")
    change()


def test_the_moment_of_a_confirmation_is_the_databases(so: Unit, admin: Authority) -> None:
    _, post = working(so)
    made_up = timezone.now() + timedelta(days=900)
    row = PostConfirmation.objects.create(post=post, by_subject=admin.subject, at=made_up)
    row.refresh_from_db()
    assert row.at < timezone.now() + timedelta(minutes=1)


@pytest.mark.parametrize(("day", "months", "then"), [
    (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2024, 2, 29), 12, date(2025, 2, 28)),
    (date(2026, 12, 31), -1, date(2026, 11, 30)), (date(2026, 11, 30), 1, date(2026, 12, 30)),
])  # fmt: skip
def test_months_end_where_they_end(day: date, months: int, then: date) -> None:
    assert _months_after(day, months) == then


def test_who_stops_working_holds_nothing_from_that_moment(so: Unit, admin: Authority) -> None:
    who, post = working(so)
    with pytest.raises(LeavingReasonWanted):
        leaving.stop(authority=admin, officer_id=who.pk, reason="x", on=TODAY)

    leaving.stop(authority=admin, officer_id=who.pk, reason="Nghỉ hưu từ hôm nay", on=TODAY)

    post.refresh_from_db()
    assert post.revoked_reason == "Nghỉ hưu từ hôm nay"
    with pytest.raises(NotAuthorised):
        posts.authority_of(who.subject, on=TODAY)
    with pytest.raises(NotFound):
        leaving.stop(authority=admin, officer_id=who.pk, reason="Nghỉ hưu từ hôm nay", on=TODAY)


def test_nobody_stops_oneself_a_stranger_or_who_works_elsewhere_too(so: Unit, admin: Authority) -> None:
    own = Officer.objects.get(subject=admin.subject)
    with pytest.raises(NotForYourself):
        leaving.stop(authority=admin, officer_id=own.pk, reason="Nghỉ hưu", on=TODAY)
    beside = people.unit("so-khac")
    stranger, _ = working(beside)
    with pytest.raises(NotFound):
        leaving.stop(authority=admin, officer_id=stranger.pk, reason="Nghỉ hưu", on=TODAY)
    both, _ = working(so)
    people.post(both, beside, Power.SIGN)
    with pytest.raises(WorksElsewhereToo):
        leaving.stop(authority=admin, officer_id=both.pk, reason="Nghỉ hưu", on=TODAY)
    assert officers.phone_of(both.subject).local == "0913000101"
