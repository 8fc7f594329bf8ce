"""T-10, T-11: a swapped card or a number that went to somebody else opens nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from motcua.accounts import (
    emails,
    entering,
    founding,
    hashing,
    notices,
    passwords,
    phone_rechecks,
    recovery,
    resting_resets,
    sim_hints,
)
from motcua.accounts.models import Account, PhoneBinding, Recovery, RestingReset, Session
from motcua.accounts.sealed_data import PersonData
from motcua.accounts.sessions import visitor_of
from motcua.journal.models import Event
from motcua.kernel.email_address import EmailAddress
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.outbox.models import Letter
from tests.accounts import flow, people
from tests.fakes import FakeOperator

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "Mot.Mua-Xuan-77!"
HOUR = timedelta(hours=1)


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def proved(person: PersonData, browser: str = "la") -> Recovery:
    """Forgotten password, with the code of the bound phone."""
    flow.forget_budgets()
    asked = recovery.ask_reset(
        number=person.citizen_id, born_on=person.born_on, browser=browser, device=browser
    )
    recovery.confirm_code(asked, code=people.newest_code("otp_reset"))
    return recovery.recovery_for(browser, asked.public_id)


def reset(person: PersonData, operator: FakeOperator, *, papers: bool = True) -> bool:
    return recovery.reset(
        proved(person), password=NEW, registry=operator, device="la", has_papers=lambda _: papers
    )


def opens(account: Account, password: str) -> bool:
    account.refresh_from_db()
    return bool(hashing.is_password(password, account.password))


def let_rest(hours: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_restingreset SET asked_at = asked_at - make_interval(secs => %s),"
            " effective_at = effective_at - make_interval(secs => %s)",
            [hours * 3600] * 2,
        )


@pytest.mark.parametrize(("hours", "refused"), [(1, True), (71, True), (73, False)])
@pytest.mark.parametrize("which", ["sim_changed_at", "owner_changed_at"])
def test_t10_within_72_hours_of_a_change_no_password_is_reset(
    which: str, hours: float, refused: bool
) -> None:
    person = people.data()
    account = people.account(person)
    operator = people.operator_knowing(person)
    setattr(operator, which, ago(hours))

    if refused:
        with pytest.raises(sim_hints.SimChangedLately):
            reset(person, operator)
        assert not opens(account, NEW)
    else:
        assert reset(person, operator) is True
        assert opens(account, NEW)


@pytest.mark.parametrize(("hours", "refused"), [(1, True), (71, True), (73, False)])
def test_t10_nor_is_the_phone_changed(hours: float, refused: bool) -> None:
    person = people.data()
    account = people.account(person)
    visitor = visitor_of(entering.enter(account, device="nha", device_words="").token)
    flow.forget_budgets()
    phone = Phone.parse("0913888031")
    asked = recovery.ask_phone_change(
        visitor=visitor, password=people.STRONG, phone=phone, browser="b", device="b"
    )
    recovery.confirm_code(asked, code=people.newest_code("otp_change_phone"))
    operator = FakeOperator(sim_changed_at=ago(hours))
    operator.enrol(
        phone,
        operator="Viettel",
        full_name=person.full_name.value,
        born_on=person.born_on.shown,
        citizen_ids=(person.citizen_id,),
    )

    def change() -> None:
        recovery.change_phone(
            recovery.recovery_for("b", asked.public_id), visitor=visitor, registry=operator, device="b"
        )

    if refused:
        with pytest.raises(sim_hints.SimChangedLately):
            change()
    else:
        change()
    bound = account.phones.get(status="active")
    assert (bound.phone_masked == phone.masked) is not refused


def test_t10_without_a_hint_a_password_for_papers_rests_a_day_and_the_owner_is_told() -> None:
    person = people.data()
    account = people.account(person)
    with_email(account)

    assert reset(person, people.operator_knowing(person)) is False

    assert not opens(account, NEW) and opens(account, people.STRONG)
    assert "co hieu luc sau 24 gio" in people.newest_text("reset_rests")
    assert Letter.objects.filter(purpose="reset_rests").count() == 1
    assert resting_resets.settle_due() == 0
    let_rest(23.9)
    assert resting_resets.settle_due() == 0
    let_rest(0.2)
    assert resting_resets.settle_due() == 1
    assert opens(account, NEW)
    assert RestingReset.objects.get().password == ""


def test_t10_without_papers_nobody_waits() -> None:
    person = people.data()
    account = people.account(person)
    assert reset(person, people.operator_knowing(person), papers=False) is True
    assert opens(account, NEW)


def test_an_operator_that_is_silent_is_no_hint() -> None:
    person = people.data()
    account = people.account(person)
    assert reset(person, FakeOperator(down=True)) is False
    assert not opens(account, NEW)


def test_the_owner_says_no_by_the_link_and_the_phone_is_frozen() -> None:
    person = people.data()
    account = people.account(person)
    reset(person, people.operator_knowing(person))
    link = people.newest_text("reset_rests").rsplit("/", 1)[1].strip()

    notices.disavow(token=link)

    let_rest(25)
    assert resting_resets.settle_due() == 0
    assert opens(account, people.STRONG)
    assert account.status == Account.Status.ACTIVE
    assert account.phones.get().status == PhoneBinding.Status.FROZEN
    assert RestingReset.objects.get().state == "CANCELLED"


@pytest.mark.parametrize("what", ["signed in", "phone gone", "account frozen", "asked again"])
def test_what_happens_meanwhile_calls_it_off(what: str) -> None:
    person = people.data()
    account = people.account(person)
    reset(person, people.operator_knowing(person))
    first = RestingReset.objects.get()
    let_rest(24.1)
    if what == "signed in":
        entering.enter(account, device="nha", device_words="")
    elif what == "phone gone":
        founding.freeze_phone(account.phones.get())
    elif what == "account frozen":
        Account.objects.filter(pk=account.pk).update(status="frozen")
    else:
        reset(person, people.operator_knowing(person))
    resting_resets.settle_due()

    first.refresh_from_db()
    assert (first.state, first.password) == ("CANCELLED", "")
    assert not opens(account, NEW)


def test_t11_a_confirmed_phone_that_the_operator_gives_to_another_resets_nothing_and_is_frozen() -> None:
    person, other = people.data(), people.data()
    account = people.account(person)
    account.phones.update(verdict="MATCH")
    operator = FakeOperator()
    operator.enrol(
        person.phone,
        operator="Viettel",
        full_name=other.full_name.value,
        born_on=other.born_on.shown,
        citizen_ids=(other.citizen_id,),
    )
    with pytest.raises(recovery.PhoneGone):
        reset(person, operator)
    assert account.phones.get().status == PhoneBinding.Status.FROZEN
    assert not opens(account, NEW)


def test_a_relatives_phone_taken_at_the_desk_stays_and_only_waits() -> None:
    person = people.data()
    account = people.account(person)
    account.phones.update(verdict="MISMATCH")
    assert reset(person, FakeOperator()) is False
    assert account.phones.get().status == PhoneBinding.Status.ACTIVE


def with_email(account: Account) -> None:
    emails._bind(account, EmailAddress.parse("mau@example.vn"))


# numbers confirmed long ago


def confirmed(days: float, person: PersonData | None = None) -> tuple[PersonData, Account]:
    person = person or people.data()
    account = people.account(person)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_phonebinding SET verdict = 'MATCH',"
            " verified_at = clock_timestamp() - make_interval(secs => %s) WHERE account_id = %s",
            [days * 86400, account.pk],
        )
    return person, account


def test_t11_a_number_confirmed_long_ago_is_asked_about_and_stamped() -> None:
    old, account = confirmed(31)
    recent, _ = confirmed(29)
    operator = people.operator_knowing(old, recent)

    assert phone_rechecks.recheck_due(operator) == 1
    assert phone_rechecks.recheck_due(operator) == 0

    assert account.phones.get().rechecked_at is not None
    assert Event.objects.filter(event="accounts.phone.rechecked").count() == 1


def test_t11_a_number_that_went_to_another_is_frozen_its_owner_told_and_sessions_ended() -> None:
    person, account = confirmed(40)
    with_email(account)
    entering.enter(account, device="nha", device_words="")
    keeper, kept = confirmed(40)

    phone_rechecks.recheck_due(people.operator_knowing(keeper))

    assert account.phones.get().status == PhoneBinding.Status.FROZEN
    assert kept.phones.get().status == PhoneBinding.Status.ACTIVE
    assert not Session.objects.filter(account=account, ended_at=None).exists()
    assert Letter.objects.get(purpose="phone_frozen").dedupe_key
    flow.forget_budgets()
    asked = recovery.ask_reset(number=person.citizen_id, born_on=person.born_on, browser="la", device="la")
    assert Recovery.objects.get(pk=asked.pk).phone_bi != account.phones.get().phone_bi


def test_an_outage_freezes_nobody_and_ends_the_round() -> None:
    for _ in range(3):
        confirmed(40)
    silent = FakeOperator(down=True)
    assert phone_rechecks.recheck_due(silent) == 0
    assert silent.calls == 1
    assert not PhoneBinding.objects.exclude(status="active").exists()


def test_an_operator_that_suddenly_knows_nobody_is_not_believed() -> None:
    for _ in range(8):
        confirmed(40)
    assert phone_rechecks.recheck_due(FakeOperator()) == 8
    assert not PhoneBinding.objects.exclude(status="active").exists()


def test_the_chore_asks_no_more_than_its_budget() -> None:
    everybody = [confirmed(40)[0] for _ in range(phone_rechecks.A_ROUND + 3)]
    operator = people.operator_knowing(*everybody)
    assert phone_rechecks.recheck_due(operator) == phone_rechecks.A_ROUND
    assert phone_rechecks.recheck_due(operator) == 3


def test_a_password_is_set_only_for_an_account_that_is_there() -> None:
    account = people.account()
    Account.objects.filter(pk=account.pk).update(status="closed")
    with pytest.raises(NotFound):
        passwords.set_password(account, "x", why="password_reset")
