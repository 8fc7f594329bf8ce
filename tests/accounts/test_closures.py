"""Closed at once, forgotten thirty days later, wholly and not a day early: whoever writes (migration 0038)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.accounts import closing, identity
from motcua.accounts.models import Account, Closure, IdentityDocument, Person, PhoneBinding
from motcua.ops.places import APP_ROLE
from tests import app_role
from tests.accounts import people
from tests.rule_by_rule import only_by_trigger, said_by

pytestmark = pytest.mark.django_db(transaction=True)


def aged(account: Account, days: int) -> None:
    """The database's clock cannot be moved, so it was closed that long ago instead."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_closure SET closed_at = clock_timestamp() - make_interval(days => %s)"
            " WHERE account_id = %s",
            [days, account.pk],
        )
        cursor.execute("SET session_replication_role = origin")


def closed(days: int = 0) -> Account:
    account = people.account()
    closing.close(account, how=Closure.How.DESK)
    aged(account, days)
    return account


def test_a_closed_account_opens_nothing_and_frees_its_phone_at_once() -> None:
    person = people.data()
    account = people.account(person)
    assert closing.close(account, how=Closure.How.DESK)
    assert not closing.close(account, how=Closure.How.DESK)

    account.refresh_from_db()
    assert account.status == Account.Status.CLOSED
    assert identity.primary_phone(account) is None
    assert account.closure.forgotten_at is None


def test_nobody_is_forgotten_before_the_thirtieth_day() -> None:
    account = closed(days=29)
    assert closing.due(10) == []
    with pytest.raises(IntegrityError) as no:
        closing.forget(account)
    assert said_by(no.value) == "closure_guard"
    assert Person.objects.get(pk=account.person_id).full_name


def test_on_the_thirtieth_day_the_person_is_gone_and_the_number_free() -> None:
    person = people.data()
    account = people.account(person)
    closing.close(account, how=Closure.How.DESK)
    aged(account, 31)
    assert [due.pk for due in closing.due(10)] == [account.pk]
    assert closing.forget(account)
    assert not closing.forget(account)

    gone = Person.objects.get(pk=account.person_id)
    assert (gone.full_name, gone.folded_name, gone.name_words, gone.born_on, gone.email) == (
        "",
        "",
        [],
        None,
        "",
    )
    assert not IdentityDocument.objects.exclude(last3="").exists()
    assert not PhoneBinding.objects.exclude(phone_masked="").exists()
    assert identity.account_by_number(person.citizen_id) is None
    assert closing.due(10) == []
    assert people.account(person).status == Account.Status.ACTIVE  # the same person may come back


def test_who_closed_by_mistake_opens_a_new_account_at_once() -> None:
    person = people.data()
    closing.close(people.account(person), how=Closure.How.OWNER, text_version="x")
    assert people.account(person).status == Account.Status.ACTIVE


def test_it_is_the_running_system_that_forgets() -> None:
    account = closed(days=31)
    app_role.give()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        assert closing.forget(account)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_closure SET closed_at = closed_at - interval '40 days'",
        "UPDATE accounts_closure SET forgotten_at = clock_timestamp()",
        "DELETE FROM accounts_closure",
    ],
)
def test_the_day_of_a_closure_cannot_be_talked_away(change: str) -> None:
    closed()

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(change)

    only_by_trigger("closure_guard", "accounts_closure", act)


def test_an_open_account_has_no_closure() -> None:
    account = people.account()
    only_by_trigger(
        "closure_guard", "accounts_closure", lambda: Closure.objects.create(account=account, how="DESK")
    )


def test_the_running_system_cannot_backdate() -> None:
    account = closed()
    long_ago = timezone.now() - timedelta(days=90)
    other = people.account()
    Account.objects.filter(pk=other.pk).update(status="closed")
    app_role.give()
    with pytest.raises(IntegrityError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        closing.close_again(other, long_ago)
    assert said_by(no.value) == "closure_guard"
    made = Closure.objects.create(account=other, how="DESK", closed_at=long_ago)
    made.refresh_from_db()
    assert made.closed_at > long_ago + timedelta(days=80)
    assert account.closure.how == "DESK"


def test_a_name_is_emptied_only_with_the_whole_person() -> None:
    account = closed()
    only_by_trigger(
        "person_forgotten",
        "accounts_person",
        lambda: Person.objects.filter(pk=account.person_id).update(full_name="", email=""),
    )


def test_two_workers_forget_once() -> None:
    account = closed(days=31)
    assert sum(closing.forget(account) for _ in range(3)) == 1
