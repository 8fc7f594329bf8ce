"""One person, many hands: V-13, T-21, and the acts that must happen once."""

from collections.abc import Callable

import pytest

from motcua.accounts import (
    activation,
    assistance,
    creation,
    entering,
    founding,
    hashing,
    notices,
    opening,
    recovery,
    signing_in,
)
from motcua.accounts.assistance import Filled
from motcua.accounts.models import (
    Account,
    AssistApplication,
    Disavowal,
    IdentityDocument,
    Person,
    PhoneBinding,
    Recovery,
    TempCredential,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import PersonData
from motcua.accounts.sessions import visitor_of
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.kernel.visitor import Visitor
from motcua.outbox.models import Message
from tests.accounts import flow, people
from tests.accounts.desk import authority_at
from tests.evidence import figure
from tests.fakes import FakeOperator
from tests.races.rules import without_index
from tests.races.together import Outcome, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def assert_one_account(outcomes: list[Outcome], *, assisted_texts: int) -> None:
    """One account and nothing left behind by those who lost; each of them was told why."""
    assert Account.objects.count() == 1
    assert Person.objects.filter(accounts__isnull=True).count() == 0
    assert IdentityDocument.objects.exclude(person__accounts__isnull=False).count() == 0
    assert PhoneBinding.objects.filter(status="active").count() == 1
    assert Message.objects.filter(purpose="one_time_password").count() == assisted_texts
    for outcome in outcomes:
        assert outcome.went_well or outcome.refusal.text


def same_person(person: PersonData) -> PersonData:
    """The same number and name with another phone."""
    return people.data(number=person.citizen_id.value, name=person.full_name.value)


def finishing(person: PersonData, browser: str) -> Callable[[], Account]:
    registration = flow.matched(person, browser)
    return lambda: opening.finish(registration, password=people.STRONG)


def creating(person: PersonData) -> Callable[[], Account]:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    application, code = flow.ready(officer, person)
    return lambda: creation.create(
        authority=officer, application=application, code=code, registry=FakeOperator()
    )


def old_and_new(number: str) -> tuple[PersonData, PersonData]:
    """One person as a CCCD that names the old CMND, and as that CMND."""
    new = people.data()
    old = CitizenId.parse(number)
    by_new = PersonData(new.citizen_id, new.full_name, new.born_on, new.phone, old_number=old)
    other = people.data()
    return by_new, PersonData(old, new.full_name, new.born_on, other.phone)


def test_fifty_registrations_of_one_number_make_one_account() -> None:
    person = people.data()
    racers = [finishing(same_person(person), f"trinh-duyet-{nth}") for nth in range(50)]
    outcomes = together(racers)

    assert_one_account(outcomes, assisted_texts=0)
    losers = [outcome.refusal for outcome in outcomes if not outcome.went_well]
    assert {type(no) for no in losers} == {founding.AlreadyHasAccount}
    figure("V-13", "accounts of one number", n=50, measured=1, limit=1, passed=len(losers) == 49)


@pytest.mark.parametrize("nth", range(4))
def test_two_officers_with_the_old_and_the_new_number_make_one_account(nth: int) -> None:
    by_new, by_old = old_and_new(f"21{nth}555666")
    outcomes = together([creating(by_new), creating(by_old)])
    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert_one_account(outcomes, assisted_texts=1)


@pytest.mark.parametrize("nth", range(4))
def test_an_officer_and_the_citizen_at_home_make_one_account(nth: int) -> None:
    by_new, _ = old_and_new(f"22{nth}555666")
    outcomes = together([creating(by_new), finishing(same_person(by_new), "nha")])
    winners = [outcome.value for outcome in outcomes if outcome.went_well]
    assert len(winners) == 1
    assert_one_account(outcomes, assisted_texts=int(winners[0].origin == Account.Origin.ASSISTED))


def test_officers_at_many_desks_hold_one_request() -> None:
    person = people.data()
    officers = [authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT) for _ in range(20)]

    def starting(nth: int) -> Callable[[], AssistApplication]:
        return lambda: assistance.start(authority=officers[nth], filled=Filled(person, "PHONE_MISMATCH"))

    outcomes = together([starting(nth) for nth in range(20)])
    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert {o.refusal.code for o in outcomes if o.refusal} == {"application_reserved"}
    assert AssistApplication.objects.filter(status="draft").count() == 1


def test_control_without_the_index_one_number_makes_many_accounts() -> None:
    """Looking first does not help: everybody looks before anybody writes."""
    with without_index("identity_number_active_once"):
        broken = any(_many_found(people.data()) for _ in range(20))
    assert broken


def _many_found(person: people.PersonData) -> bool:
    """Whether fifty who open an account for one person at once make more than one of it."""
    finished = hashing.hashed("x")

    def found() -> Account:
        return founding.found(
            data=same_person(person),
            origin=Account.Origin.SELF,
            source=IdentityDocument.Source.OWNER,
            password=finished,
            verdict="MATCH",
            operator="Viettel",
        )

    return sum(outcome.went_well for outcome in together([found] * 50)) > 1


def test_pressing_create_fifty_times_makes_one_account_and_one_text() -> None:
    press = creating(people.data())
    outcomes = together([press] * 50)

    assert_one_account(outcomes, assisted_texts=1)
    assert sum(outcome.went_well for outcome in outcomes) >= 1
    assert {outcome.value.pk for outcome in outcomes if outcome.went_well} == {Account.objects.get().pk}
    figure("T-21", "accounts and passwords of 50 presses", n=50, measured="1+1", limit="1+1", passed=True)


def test_pressing_register_fifty_times_makes_one_account_and_says_so_to_all() -> None:
    person = people.data()
    press = finishing(person, "nha")
    outcomes = together([press] * 50)
    assert_one_account(outcomes, assisted_texts=0)
    assert all(outcome.went_well for outcome in outcomes)


def ready_to_change(phone: str) -> tuple[Recovery, Visitor, FakeOperator]:
    """A signed-in owner who has proved the new phone."""
    person = people.data()
    account = people.account(person)
    token = entering.enter(account, device="nha", device_words="").token
    visitor = visitor_of(token)
    assert visitor is not None
    flow.forget_budgets()
    asked = recovery.ask_phone_change(
        visitor=visitor, password=people.STRONG, phone=Phone.parse(phone), browser="nha", device="nha"
    )
    recovery.confirm_code(asked, code=people.newest_code("otp_change_phone"))
    moved = PersonData(person.citizen_id, person.full_name, person.born_on, Phone.parse(phone))
    return recovery.recovery_for("nha", asked.public_id), visitor, people.operator_knowing(moved)


def changing(phone: str) -> Callable[[], None]:
    asked, visitor, operator = ready_to_change(phone)
    return lambda: recovery.change_phone(asked, visitor=visitor, registry=operator, device="nha")


def test_two_changes_to_one_phone_leave_it_with_one_account() -> None:
    racers = [changing("0913777777"), changing("0913777777")]
    flow.forget_budgets()
    outcomes = together(racers)
    assert any(outcome.went_well for outcome in outcomes)
    phone = founding.phone_fingerprint(Phone.parse("0913777777"))
    assert PhoneBinding.objects.filter(phone_bi=phone, status="active").count() == 1


def test_control_without_the_index_two_accounts_answer_to_one_phone() -> None:
    accounts = [people.account(), people.account()]
    phone = Phone.parse("0913777778")
    with without_index("phone_primary_active_once"):
        together(
            [lambda a=one: founding.bind_phone(a, phone, verdict="MATCH", operator="") for one in accounts]
        )
        fingerprint = founding.phone_fingerprint(phone)
        assert PhoneBinding.objects.filter(phone_bi=fingerprint, status="active").count() == 2


def activating(person: PersonData, one_time: str) -> Callable[[], Account]:
    return lambda: activation.activate(
        number=person.citizen_id,
        one_time=one_time,
        born_on=person.born_on,
        password=people.STRONG,
        device="dien-thoai",
        officer_is_here=False,
    )


def test_the_one_time_password_used_fifty_times_at_once_opens_once() -> None:
    person = people.data()
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    account, one_time = flow.waiting_account(officer, person)
    outcomes = together([activating(person, one_time)] * 50)

    opened = sum(outcome.went_well for outcome in outcomes)
    account.refresh_from_db()
    assert account.status == Account.Status.ACTIVE
    assert TempCredential.objects.get(account=account).attempts <= 5
    figure("C15", "uses of a one-time password", n=50, measured=opened, limit=1, passed=opened == 1)


def test_wrong_one_time_passwords_at_both_doors_are_five_together() -> None:
    """At the sign-in page and at the activation page, all at once: five tries are all there are."""
    person = people.data()
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    account, _ = flow.waiting_account(officer, person)
    temporary = TempCredential.objects.get(account=account)

    def at_sign_in() -> object:
        return signing_in.sign_in(
            number=person.citizen_id, password="sai", device="la", device_words="", address="10.0.0.9"
        )

    outcomes = together([at_sign_in, activating(person, "sai")] * 20)
    assert not any(outcome.went_well for outcome in outcomes)
    temporary.refresh_from_db()
    assert temporary.attempts == 5


def naive_use(pk: int) -> bool:
    """How it must not be done: look, then write."""
    if TempCredential.objects.get(pk=pk).used_at is not None:
        return False
    with without_row_trigger():
        TempCredential.objects.filter(pk=pk).update(used_at=ClockTimestamp())
    return True


class without_row_trigger:  # noqa: N801
    """The write-once trigger sleeps on this connection."""

    def __enter__(self) -> None:
        _role("replica")

    def __exit__(self, *_: object) -> None:
        _role("origin")


def _role(role: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SET session_replication_role = {role}")


def test_control_looking_before_writing_uses_it_many_times() -> None:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    account, _ = flow.waiting_account(officer, people.data())
    pk = TempCredential.objects.get(account=account).pk
    outcomes = together([lambda: naive_use(pk)] * 50)
    assert sum(outcome.value for outcome in outcomes) > 1


def test_the_link_that_says_it_was_not_me_works_once() -> None:
    token = notices.disavowal_link(people.account(), "new_device").rsplit("/", 1)[1]
    outcomes = together([lambda: notices.disavow(token=token)] * 20)
    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert {type(o.refusal) for o in outcomes if o.refusal} == {notices.LinkNotValid}
    assert Account.objects.get().status == Account.Status.LOCKED


def test_control_looking_first_lets_the_link_work_many_times() -> None:
    token = notices.disavowal_link(people.account(), "new_device").rsplit("/", 1)[1]

    def naive() -> bool:
        found = notices.disavowal(token)
        Disavowal.objects.filter(pk=found.pk).update(used_at=ClockTimestamp())
        return True

    outcomes = together([naive] * 20)
    assert sum(outcome.went_well for outcome in outcomes) > 1


def test_fifty_sends_of_a_new_one_time_password_leave_one_that_works() -> None:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    account, _ = flow.waiting_account(officer, people.data())
    flow.forget_budgets()

    def again() -> None:
        creation.send_new_password(authority=officer, account=account)

    outcomes = together([again] * 20)
    assert all(outcome.went_well or isinstance(outcome.refusal, Refusal) for outcome in outcomes)
    assert TempCredential.objects.filter(used_at__isnull=True, voided_at__isnull=True).count() == 1
