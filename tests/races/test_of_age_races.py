"""An account is taken over at two desks at once, or pressed twice: one hands it over, and one text goes."""

import dataclasses
import threading
import time
from collections.abc import Callable

import pytest
from django.db import transaction

from motcua.accounts import assistance, closing, creation, founding, guardianships, hashing, identity, merging
from motcua.accounts.assistance import Filled
from motcua.accounts.models import (
    Account,
    AssistApplication,
    Closure,
    Guardianship,
    IdentityDocument,
    Merge,
    PhoneBinding,
    TempCredential,
)
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from tests.accounts import flow, guards, merges, people
from tests.accounts.desk import authority_at, scan_of
from tests.fakes import FakeOperator
from tests.races.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 3
LOST = {"of_age_taken_over_meanwhile", "of_age_nothing_to_take_over"}


def of_two_numbers(nth: int) -> tuple[Account, people.PersonData]:
    """Somebody with an old CMND as well: each number reserves a request of its own."""
    person = guards.child(of_age_in=-1)
    person = dataclasses.replace(person, old_number=CitizenId.parse(f"21177{nth:04d}"))
    young = BirthDate.parse(f"{guards.years_ago(17):%d/%m/%Y}")
    account = founding.found(
        data=dataclasses.replace(person, born_on=young),
        origin=Account.Origin.SELF,
        source=IdentityDocument.Source.OWNER,
        password=hashing.hashed(people.STRONG),
        verdict="MATCH",
        operator="Viettel",
    )
    guardianships.begin(account, kind="PARENT", by="a" * 32, unit_id=1, unit_code=guards.UNIT)
    guards.born_on(account, person.born_on)
    return account, person


def press(officer: Authority, person: people.PersonData) -> Callable[[], object]:
    """All is done at this desk but the last press."""
    own = guards.own_phone(person)
    application, code = guards.asked(officer, own)
    application = assistance.application_for(officer, application.public_id)
    return lambda: creation.create(
        authority=officer, application=application, code=code, registry=people.operator_knowing(own)
    )


def officer() -> Authority:
    return authority_at(guards.UNIT, Power.OPEN_ACCOUNT)


def test_of_two_desks_with_two_numbers_of_one_person_one_hands_over() -> None:
    for nth in range(ROUNDS):
        account, person = of_two_numbers(nth)
        old = person.old_number
        assert old is not None
        by_old = dataclasses.replace(person, citizen_id=old, old_number=None)
        acts = [press(officer(), dataclasses.replace(person, old_number=None)), press(officer(), by_old)]
        outcomes = together(acts)
        lost = [each.refusal.code for each in outcomes if each.refusal is not None]
        assert len(lost) == 1 and set(lost) <= LOST
        assert Guardianship.objects.filter(account=account, settled_at__isnull=False).count() == 1
        assert PhoneBinding.objects.filter(account=account, status="active").count() == 1
        assert TempCredential.objects.filter(account=account).count() == 1
        assert (
            Event.objects.filter(event="accounts.account.taken_over", subject=f"account:{account.pk}").count()
            == 1
        )


def test_a_press_that_is_sent_several_times_hands_over_once() -> None:
    person = guards.child(of_age_in=-1)
    account = guards.guarded(person)
    act = press(officer(), person)
    outcomes = together([act] * 4)
    assert any(each.went_well for each in outcomes)
    assert Guardianship.objects.filter(account=account, settled_at__isnull=False).count() == 1
    assert TempCredential.objects.filter(account=account).count() == 1


def test_an_account_that_closes_meanwhile_is_closed_or_handed_over_and_never_both() -> None:
    for _ in range(ROUNDS):
        person = guards.child(of_age_in=-1)
        account = guards.guarded(person)
        act = press(officer(), person)
        together([act, lambda account=account: close(account)])
        account.refresh_from_db()
        assert (
            account.status == Account.Status.CLOSED
        )  # by whoever came second, or first: it is not taken back
        assert Closure.objects.filter(account=account).count() == 1
        assert not PhoneBinding.objects.filter(account=account, status="active").exists()


def close(account: Account) -> None:
    with transaction.atomic():
        closing.close(account, how=Closure.How.DESK)


def test_a_birth_date_put_right_at_the_same_moment_ends_in_no_deadlock() -> None:
    for _ in range(ROUNDS):
        person = guards.child(of_age_in=-1)
        account = guards.guarded(person)
        act = press(officer(), person)
        outcomes = together([act, lambda account=account: put_right(account)])
        assert all(each.went_well or each.refusal is not None for each in outcomes)


def put_right(account: Account) -> None:
    """Locks as an approved adjustment does: the account, then the person, whose trigger moves the day."""
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        guards.born_on(account, guards.child(of_age_in=-2).born_on)


def test_a_merge_that_the_worker_settles_at_that_moment_ends_in_no_deadlock() -> None:
    for _ in range(ROUNDS):
        grown, young = guards.child(of_age_in=-1), guards.child(of_age_in=100).born_on
        account, other = guards.guarded(grown), guards.guarded(guards.child(of_age_in=100))
        for minor in (account, other):
            guards.born_on(minor, young)
        merge = merges.agreed(account, other)
        merges.rested(merge)
        guards.born_on(account, grown.born_on)
        guards.past_the_rules(
            "UPDATE accounts_merge SET asked_at = asked_at - interval '9 days' WHERE id = %s", [merge.pk]
        )
        act = press(officer(), grown)
        pressed, _ = together([act, merging.settle_due])
        assert pressed.went_well
        assert Merge.objects.get(pk=merge.pk).state == Merge.State.LAPSED


def press_phone(officer: Authority, person: people.PersonData) -> Callable[[], object]:
    """The change of a phone at the desk, but for the last press."""
    application = assistance.start(
        authority=officer, filled=Filled(person, "PHONE_LOST"), kind=AssistApplication.Kind.PHONE
    )
    scan = scan_of(person.phone.value)
    assistance.attach_scan(authority=officer, application=application, scan=scan, qr_text=None)
    application = flow.papered(officer, assistance.application_for(officer, application.public_id))
    flow.forget_budgets()
    creation.send_code(authority=officer, application=application)
    code = people.newest_code("otp_assist")
    application = assistance.application_for(officer, application.public_id)
    return lambda: creation.create(
        authority=officer, application=application, code=code, registry=FakeOperator()
    )


@pytest.mark.parametrize("kind", ["OF_AGE", "PHONE"])
def test_a_press_that_waits_for_a_name_put_right_is_compared_with_that_name(kind: str) -> None:
    """The name is read behind the lock: what stood there before the wait is nobody's any more."""
    person = guards.child(of_age_in=-1) if kind == "OF_AGE" else people.data()
    account = guards.guarded(person) if kind == "OF_AGE" else people.account(person)
    own = guards.own_phone(person)
    act = press(officer(), person) if kind == "OF_AGE" else press_phone(officer(), own)
    begun = threading.Event()

    def rename() -> None:
        with transaction.atomic():
            Account.objects.select_for_update().get(pk=account.pk)
            guards.renamed(account, "Người Khác Hẳn")
            begun.set()
            time.sleep(2)  # the press arrives meanwhile, and waits

    def press_meanwhile() -> object:
        assert begun.wait(60)
        return act()

    _, pressed = together([rename, press_meanwhile])
    assert pressed.refusal is not None and pressed.refusal.code == "not_the_holder"
    if kind == "OF_AGE":
        assert guardianships.waits(account.pk)
    else:
        assert identity.primary_phone(account) == person.phone
