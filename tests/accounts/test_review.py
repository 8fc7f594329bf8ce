"""What is never merged, what freezes, what a decoy does, what is forgotten."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from motcua.accounts import (
    check,
    entering,
    founding,
    identity,
    notices,
    opening,
    passcodes,
    passwords,
    recovery,
    retention,
)
from motcua.accounts.models import (
    Account,
    AssistApplication,
    LookUp,
    Passcode,
    Person,
    PhoneBinding,
    Recovery,
    Registration,
    Session,
    SubscriberCheck,
)
from motcua.accounts.sealed_data import PersonData, phone_fingerprint
from motcua.accounts.sessions import visitor_of
from motcua.kernel.authority import Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.limits.spending import TooManyAttempts
from motcua.outbox import sending
from motcua.outbox.models import Message
from tests.accounts import flow, people
from tests.accounts.desk import authority_at
from tests.desk.counting import statements
from tests.fakes import FakeOperator, FakeSms

pytestmark = pytest.mark.django_db


def closed(person: PersonData) -> Person:
    """Known, without a live account."""
    account = people.account(person)
    Account.objects.filter(pk=account.pk).update(status="closed")
    account.phones.update(status="closed")
    return account.person


def found(person: PersonData) -> Account:
    return people.account(person, password="x")


def test_numbers_of_two_people_are_not_made_one() -> None:
    first, second = people.data(), people.data()
    closed(first), closed(second)
    with pytest.raises(founding.NumbersOfTwoPeople):
        found(dataclasses.replace(first, old_number=second.citizen_id))
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    "other", [{"full_name": PersonName.parse("Trần Thị Khác")}, {"born_on": BirthDate.parse("03/02/1990")}]
)
def test_a_known_number_with_another_name_or_birth_date_is_for_review(other: dict[str, object]) -> None:
    person = people.data()
    closed(person)
    with pytest.raises(founding.KnownAsAnother):
        found(dataclasses.replace(person, **other))


def test_the_same_person_comes_back_to_the_same_rows() -> None:
    person = people.data(name="Lê Thị Hoà")
    known = closed(person)
    again = found(dataclasses.replace(person, full_name=PersonName.parse("LÊ THỊ HÒA")))
    assert again.person == known


def checked(number: CitizenId, old: CitizenId | None = None, **claimed: object) -> check.Known | None:
    return check.check(
        number=number,
        old_number=old,
        purpose="tiep-nhan",
        asked_by="a" * 32,
        unit_code="x",
        reference="",
        audience="binh-dinh",
        now=timezone.now(),
        **claimed,  # type: ignore[arg-type]
    )


def test_t18_fifty_collisions_are_for_review_and_none_is_a_match() -> None:
    for _ in range(50):
        person = people.data()
        people.account(person, password="x")
        for claimed in (
            {"claimed_name": PersonName.parse("Trần Thị Khác")},
            {"claimed_birth": BirthDate.parse("03/02/1990")},
        ):
            known = checked(person.citizen_id, **claimed)
            assert known is not None
            assert known.standing == check.Standing.REVIEW
        known = checked(person.citizen_id, claimed_name=person.full_name, claimed_birth=person.born_on)
        assert known is not None
        assert known.standing == check.Standing.USABLE


def test_t18_an_account_under_review_is_said_to_be() -> None:
    person = people.data()
    Account.objects.filter(pk=people.account(person).pk).update(under_review=True)
    known = checked(person.citizen_id)
    assert known is not None
    assert known.standing == check.Standing.REVIEW
    assert LookUp.objects.get().answer == "REVIEW"


def test_t18_two_numbers_that_lead_to_two_people_are_for_review() -> None:
    first, second = people.data(), people.data()
    people.account(first), people.account(second)
    known = checked(first.citizen_id, second.citizen_id)
    assert known is not None
    assert known.standing == check.Standing.REVIEW


def test_t18_old_and_new_number_find_the_one_account() -> None:
    person = dataclasses.replace(people.data(), old_number=CitizenId.parse("211333444"))
    people.account(person)
    assert person.old_number is not None
    by_old, by_both = checked(person.old_number), checked(people.data().citizen_id, person.old_number)
    assert by_old is not None
    assert by_both is not None
    assert by_old.subject == by_both.subject
    assert by_both.by_old_number


# T-11


def reset(asked: Recovery) -> bool:
    return recovery.reset(
        asked,
        password="Mot.Mua-Xuan-77!",
        registry=FakeOperator(),
        device="la",
        has_papers=lambda account: False,
    )


def taken_over(phone: str) -> tuple[PersonData, Account, Account]:
    """An account whose phone the operator has given to somebody else, who has registered with it."""
    before = people.data(phone=phone)
    earlier = people.account(before)
    entering.enter(earlier, device="nha", device_words="")
    new = people.data(phone=phone)
    account = opening.finish(flow.matched(new, "moi"), password=people.STRONG)
    return before, earlier, account


def test_t11_the_frozen_owner_loses_sessions_and_keeps_the_account() -> None:
    _, earlier, account = taken_over("0913888001")
    assert account != earlier
    assert account.person != earlier.person
    assert earlier.phones.get().status == PhoneBinding.Status.FROZEN
    assert not Session.objects.filter(account=earlier, ended_at__isnull=True).exists()


def test_t11_a_recycled_phone_resets_nothing_of_the_earlier_owner() -> None:
    before, _, _ = taken_over("0913888002")
    flow.forget_budgets()
    sms = FakeSms()
    sending.send_due(gateway=sms)
    already = sms.calls
    asked = recovery.ask_reset(number=before.citizen_id, born_on=before.born_on, browser="la", device="la")
    assert asked.account is None
    sending.send_due(gateway=sms)
    assert sms.calls == already


def test_t11_a_reset_that_was_proved_before_the_phone_went_away_is_void() -> None:
    before = people.data(phone="0913888003")
    people.account(before)
    flow.forget_budgets()
    asked = recovery.ask_reset(number=before.citizen_id, born_on=before.born_on, browser="la", device="la")
    recovery.confirm_code(asked, code=people.newest_code("otp_reset"))
    opening.finish(flow.matched(people.data(phone="0913888003"), "moi"), password=people.STRONG)
    with pytest.raises(NotFound):
        reset(recovery.recovery_for("la", asked.public_id))


def test_t11_an_answer_older_than_the_binding_frees_nothing() -> None:
    """A matched registration that slept while the phone found a new owner does not take it away again."""
    sleeper = flow.matched(people.data(phone="0913888004"), "ngu")
    newer = people.account(people.data(phone="0913888004"))
    with pytest.raises(founding.PhoneTaken):
        opening.finish(sleeper, password=people.STRONG)
    assert newer.phones.get().status == PhoneBinding.Status.ACTIVE


def test_t11_who_already_has_an_account_frees_the_own_phone_from_strangers() -> None:
    stranger = people.account(people.data(phone="0913888005"))
    owner = people.data()
    people.account(owner)
    flow.matched(dataclasses.replace(owner, phone=Phone.parse("0913888005")), "moi")
    assert stranger.phones.get().status == PhoneBinding.Status.FROZEN


# recovery


def test_a_code_for_a_new_phone_does_not_set_a_password() -> None:
    person = people.data()
    account = people.account(person)
    visitor = visitor_of(entering.enter(account, device="nha", device_words="").token)
    assert visitor is not None
    flow.forget_budgets()
    asked = recovery.ask_phone_change(
        visitor=visitor, password=people.STRONG, phone=Phone.parse("0913888006"), browser="b", device="b"
    )
    recovery.confirm_code(asked, code=people.newest_code("otp_change_phone"))
    with pytest.raises(NotFound):
        reset(recovery.recovery_for("b", asked.public_id))


@pytest.mark.parametrize("status", ["frozen", "closed"])
def test_a_password_does_not_bring_back_a_frozen_or_closed_account(status: str) -> None:
    account = people.account()
    Account.objects.filter(pk=account.pk).update(status=status)
    with pytest.raises(NotFound):
        passwords.set_password(account, "x", why="password_reset")


def test_it_was_not_me_after_a_change_of_phone_freezes_the_new_phone() -> None:
    """The thief's phone must not unlock the account again."""
    person = people.data()
    account = people.account(person)
    recovery.rebind(account, Phone.parse("0913888007"), verdict="MATCH", operator="")
    link = people.newest_text("phone_changed").rsplit("/k/", 1)[1].split(" ")[0].rstrip(".")
    notices.disavow(token=link)
    account.refresh_from_db()
    assert account.status == Account.Status.LOCKED
    assert identity.primary_phone(account) is None


def an_hour_later() -> None:
    """Every budget is fresh but the one that counts until the desk has looked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM limits_bucket WHERE window_ends_at < clock_timestamp() + interval '40 days'"
        )


def fifty_wrong_codes(person: PersonData) -> None:
    for nth in range(10):
        an_hour_later()
        registration = people.registration(person, f"la-{nth}")
        opening.send_code(registration, device=f"la-{nth}")
        for _ in range(5):
            with pytest.raises(passcodes.CodeRefused):
                opening.confirm_code(registration, code="x")
    an_hour_later()


def reset_by_code(person: PersonData) -> None:
    asked = recovery.ask_reset(number=person.citizen_id, born_on=person.born_on, browser="o", device="o")
    recovery.confirm_code(asked, code=people.newest_code("otp_reset"))


def test_wrong_codes_on_an_own_phone_do_not_close_the_phone_of_the_person_named() -> None:
    """T-41 for codes: who types the victim's number beside a phone of their own closes that phone only."""
    person = people.data()
    people.account(person)
    fifty_wrong_codes(dataclasses.replace(person, phone=Phone.parse("0913888008")))
    reset_by_code(person)


def test_fifty_wrong_codes_on_the_phone_itself_close_it_until_the_desk_has_looked() -> None:
    """L2, and the control of the test above."""
    person = people.data()
    account = people.account(person)
    fifty_wrong_codes(person)
    with pytest.raises(TooManyAttempts):
        reset_by_code(person)
    an_hour_later()
    numbers = [bytes(document.number_bi) for document in account.person.documents.all()]
    passcodes.forgive(numbers, phone_fingerprint(person.phone))
    reset_by_code(person)


# V-08: decoys


def kinds(number: CitizenId, born_on: BirthDate, browser: str) -> list[str]:
    """The statements of asking for a reset, without their values."""
    flow.forget_budgets()
    with statements() as seen:
        recovery.ask_reset(number=number, born_on=born_on, browser=browser, device=browser)
    return [" ".join(one.split(" ")[:4]) for one in seen if not one.startswith("SELECT")]


def test_v08_a_decoy_writes_what_a_real_code_writes() -> None:
    person = people.data()
    people.account(person)
    real = kinds(person.citizen_id, person.born_on, "a")
    nobody = people.data()
    assert kinds(nobody.citizen_id, nobody.born_on, "b") == real
    assert kinds(person.citizen_id, BirthDate.parse("03/02/1990"), "c") == real
    assert real


def test_v08_a_decoy_never_leaves_and_shows_what_a_real_code_shows() -> None:
    nobody = people.data()
    asked = recovery.ask_reset(number=nobody.citizen_id, born_on=nobody.born_on, browser="a", device="a")
    sms = FakeSms()
    assert recovery.code_status(asked).message_state == "WAITING"  # type: ignore[union-attr]
    assert sending.send_due(gateway=sms) == 0
    assert sms.calls == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_message SET created_at = created_at - interval '3 seconds'")
    assert recovery.code_status(asked).message_state == "SENT"  # type: ignore[union-attr]
    with pytest.raises(passcodes.CodeRefused):
        recovery.confirm_code(asked, code="000000")


def test_v08_budgets_do_not_tell_which_birth_date_was_right() -> None:
    """Asked twice within 30 seconds with two birth dates: the second send goes out whichever was right."""
    person = people.data()
    people.account(person)
    for number, dates in (
        (person.citizen_id, ("01/02/1990", "05/05/1990")),
        (people.data().citizen_id, ("01/02/1990", "05/05/1990")),
    ):
        for born in dates:
            recovery.ask_reset(number=number, born_on=BirthDate.parse(born), browser="a", device="a")


# DP-10, DP-11


def older(table: str, column: str, by: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f'UPDATE "{table}" SET "{column}" = "{column}" - %s', [by])
        cursor.execute("SET session_replication_role = origin")


def test_what_has_lapsed_is_forgotten_and_the_rest_stays() -> None:
    now = timezone.now
    person = people.data()
    flow.matched(person, "a")
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    application, _ = flow.ready(officer)
    account = people.account()
    entering.enter(account, device="d", device_words="")
    Recovery.objects.create(
        kind="PHONE", browser_hash=b"x", account=account, subject_bi=b"x" * 32, phone_bi=b"x" * 32,
        phone_sealed=b"x",
    )  # fmt: skip

    assert retention.purge_due(now()) == 0

    hour = timedelta(hours=1)
    assert retention.purge_due(now() + timedelta(hours=24) - hour) == 1  # the recovery's 30 minutes
    codes = Passcode.objects.count()
    registration_and_request = 2
    assert retention.purge_due(now() + timedelta(hours=24) + hour) == codes + registration_and_request
    assert Passcode.objects.count() == 0
    application.refresh_from_db()
    assert (application.data_sealed, application.status) == (None, AssistApplication.Status.LAPSED)
    assert SubscriberCheck.objects.count() == 1
    assert Session.objects.count() == 1
    answer_session_and_recovery = 3
    assert retention.purge_due(now() + timedelta(days=30) + hour) == answer_session_and_recovery
    assert SubscriberCheck.objects.count() == Session.objects.count() == Recovery.objects.count() == 0
    assert retention.purge_due(now() + timedelta(days=30) + hour) == 0
    assert Registration.objects.count() == 1
    retention.purge_due(now() + timedelta(days=31) + hour)
    assert Registration.objects.count() == 0


def test_a_finished_requests_data_go_with_its_scan() -> None:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    account, _ = flow.waiting_account(officer, people.data())
    Account.objects.filter(pk=account.pk).update(status="active", password="x", activated_at=timezone.now())
    retention.purge_due(timezone.now() + timedelta(days=89))
    assert AssistApplication.objects.get().data_sealed is not None
    retention.purge_due(timezone.now() + timedelta(days=91))
    assert AssistApplication.objects.get().data_sealed is None


def test_the_phone_of_the_account_itself_may_be_proofed_again_at_the_desk() -> None:
    from motcua.accounts import assistance, creation
    from motcua.accounts.assistance import Filled
    from tests.accounts.desk import scan_of

    person = people.data()
    account = people.account(person)
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    application = assistance.start(
        authority=officer, filled=Filled(person, "CANNOT_ALONE"), kind=AssistApplication.Kind.PHONE
    )
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("p"), qr_text=None)
    application = flow.papered(officer, application)
    creation.send_code(authority=officer, application=application)
    code = people.newest_code("otp_assist")
    creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    assert identity.primary_phone(account) == person.phone
    assert Message.objects.filter(purpose="phone_bound").count() == 1
