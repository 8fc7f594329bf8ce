"""Somebody comes of age: the guardian is out by itself, the owner takes the account over at a desk."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.accounts import (
    activation,
    assistance,
    before_own,
    creation,
    entering,
    guardianships,
    identity,
    notices,
    of_age_news,
    of_age_reading,
    phone_rechecks,
    recovery,
    resting_resets,
    sessions,
    signing_in,
)
from motcua.accounts.assistance import Filled
from motcua.accounts.models import (
    Account,
    AssistApplication,
    Disavowal,
    Guardianship,
    KnownDevice,
    Mandate,
    RestingReset,
    SignIn,
    TempCredential,
)
from motcua.accounts.of_age import PhoneStillGuardians, PhoneUnexplained, give_rested
from motcua.accounts.of_age_reading import Search, Shown, Sort
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts
from motcua.outbox.models import Letter, Message
from motcua.signin.models import Sharing
from motcua.units.models import Unit
from tests.accounts import flow, guards, people
from tests.accounts.desk import authority_at, scan_of
from tests.fakes import FakeOperator

pytestmark = pytest.mark.django_db
KIND = AssistApplication.Kind
NEW = "Rieng.Cua-Con-2026!"


@pytest.fixture
def officer() -> Authority:
    return authority_at(guards.UNIT, Power.OPEN_ACCOUNT)


def sign_in(person: people.PersonData, password: str = people.STRONG) -> Any:
    flow.forget_budgets()
    return signing_in.sign_in(
        number=person.citizen_id, password=password, device="m", device_words="Máy", address="10.0.0.1"
    )


def activate(person: people.PersonData) -> Account:
    flow.forget_budgets()
    return activation.activate(
        number=person.citizen_id,
        one_time=flow.one_time_password(),
        born_on=person.born_on,
        password=NEW,
        device="may-cua-con",
        officer_is_here=False,
    )


def test_the_day_before_the_password_opens_and_on_the_day_it_does_not() -> None:
    person = guards.child(of_age_in=1)
    account = guards.guarded(person)
    assert sign_in(person).account_id == account.pk

    guards.born_on(account, guards.child(of_age_in=0).born_on)
    with pytest.raises(guardianships.OwnerCameOfAge):
        sign_in(person)
    assert SignIn.objects.filter(account=account, result="LOCKED").count() == 1
    with pytest.raises(signing_in.WrongPassword):
        sign_in(person, "Khong.Phai-Mat-Khau1!")  # whoever does not know it learns nothing


def test_a_forgotten_password_is_a_decoy_for_the_guardian() -> None:
    person = guards.child(of_age_in=0)
    guards.guarded(person)
    flow.forget_budgets()
    asked = recovery.ask_reset(number=person.citizen_id, born_on=person.born_on, browser="b", device="d")
    assert asked.account is None
    assert not Message.objects.filter(purpose="otp_reset").exists()


def test_a_reset_that_rested_over_the_birthday_takes_no_effect() -> None:
    person = guards.child(of_age_in=1)
    account = guards.guarded(person)
    phone_bi = bytes(account.phones.get(status="active").phone_bi)
    resting = resting_resets.promise(account, "moi", phone_bi=phone_bi)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_restingreset SET asked_at = asked_at - interval '2 days',"
            " effective_at = effective_at - interval '2 days' WHERE id = %s",
            [resting.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    guards.born_on(account, guards.child(of_age_in=0).born_on)

    assert resting_resets.settle_due() == 1
    account.refresh_from_db()
    resting.refresh_from_db()
    assert resting.state == RestingReset.State.CANCELLED and account.password != "moi"


def test_a_guardian_does_not_activate_an_account_on_the_day(officer: Authority) -> None:
    person = guards.child(of_age_in=1)
    account, one_time = flow.waiting_account(officer, person)
    guardianships.begin(account, kind="PARENT", by="a" * 32, unit_id=1, unit_code=guards.UNIT)
    later = guards.child(of_age_in=0).born_on
    guards.born_on(account, later)
    flow.forget_budgets()
    with pytest.raises(guardianships.OwnerCameOfAge):
        activation.activate(
            number=person.citizen_id, one_time=one_time, born_on=later, password=NEW, device="x", officer_is_here=False
        )  # fmt: skip
    with pytest.raises(guardianships.TakeOverFirst):
        creation.send_new_password(authority=officer, account=account)


def test_the_owner_takes_the_account_over_with_the_own_phone(officer: Authority) -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    guardians_phone = person.phone
    own = guards.own_phone(person)

    assert guards.taken_over(officer, own) == account

    account.refresh_from_db()
    assert (account.status, account.password) == (Account.Status.PENDING, "")
    assert identity.primary_phone(account) == own.phone
    row = Guardianship.objects.get(account=account)
    assert row.settled_by == officer.subject and row.request_number
    assert Event.objects.filter(event="accounts.account.taken_over", unit_code=officer.unit_code).count() == 1
    assert "da duoc chinh chu nhan" in people.newest_text("account_taken_over")
    told = Message.objects.get(purpose="account_taken_over")
    assert told.to_masked == guardians_phone.masked != own.phone.masked

    activate(own)
    assert sign_in(own, NEW).account_id == account.pk
    with pytest.raises(signing_in.WrongPassword):
        sign_in(own)  # the guardian's password of before


def test_everything_the_guardian_held_ends(officer: Authority) -> None:
    person = guards.child(of_age_in=1)
    account = guards.guarded(person)
    token, _ = sessions.begin(account, audience="CITIZEN", device="m", device_words="Máy")
    Disavowal.objects.create(account=account, token_hash=b"7" * 32, about="new_device")
    KnownDevice.objects.create(account=account, device_hash=b"8" * 32)
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    own = guards.own_phone(dataclasses.replace(person, born_on=guards.child(of_age_in=0).born_on))

    guards.taken_over(officer, own)

    assert sessions.visitor_of(token) is None
    assert not account.sessions.filter(ended_at=None).exists()
    assert not Disavowal.objects.filter(account=account, used_at=None).exists()
    assert account.devices.exists() and not entering.owners_devices().filter(account=account).exists()
    assert TempCredential.objects.filter(account=account, voided_at=None, used_at=None).count() == 1


def test_mandates_taken_up_while_somebody_else_had_the_account_end(officer: Authority) -> None:
    person = guards.child(of_age_in=-1)
    account = guards.guarded(person)
    organisation = people.account()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        row = Mandate.objects.create(
            organisation=organisation,
            representative=account,
            basis="LEGAL",
            proof="Giấy chứng nhận",
            valid_from=timezone.localdate(),
            proof_on=timezone.localdate(),
            granted_by="a" * 32,
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    guards.taken_over(officer, guards.own_phone(person))
    row.refresh_from_db()
    assert row.revoked_at is not None and row.revoked_by == officer.subject


@pytest.mark.parametrize("of_age_in", [1, 30])
def test_not_before_the_day(officer: Authority, of_age_in: int) -> None:
    person = guards.child(of_age_in=of_age_in)
    guards.guarded(person)
    with pytest.raises(guardianships.StillMinor) as no:
        guards.asked(officer, guards.own_phone(person))
    assert f"{timezone.localdate() + timedelta(days=of_age_in):%d/%m/%Y}" in no.value.text


def test_nothing_is_taken_over_twice_or_where_nobody_else_ran_it(officer: Authority) -> None:
    person, alone = guards.child(of_age_in=-3), people.data()
    people.account(alone)
    guards.guarded(person)
    guards.taken_over(officer, guards.own_phone(person))
    for each in (person, alone):
        with pytest.raises(guardianships.NothingToTakeOver):
            guards.asked(officer, guards.own_phone(each))


def test_the_guardians_phone_will_not_do_unless_the_operator_says_it_is_the_owners(
    officer: Authority,
) -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    with pytest.raises(PhoneUnexplained):  # before the code goes to whoever ran the account
        guards.asked(officer, person)
    assert not Message.objects.filter(purpose="otp_assist").exists()
    application, code = guards.asked(officer, person, explained="Đã sang tên cho con")
    application = assistance.application_for(officer, application.public_id)
    with pytest.raises(PhoneStillGuardians):
        creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    assert guardianships.waits(account.pk)

    application = assistance.application_for(officer, application.public_id)
    creation.create(
        authority=officer, application=application, code="", registry=people.operator_knowing(person)
    )
    assert not guardianships.waits(account.pk)


def test_the_phone_is_not_changed_around_it(officer: Authority) -> None:
    person = guards.child(of_age_in=-3)
    guards.guarded(person)
    with pytest.raises(guardianships.TakeOverFirst):
        assistance.start(
            authority=officer, filled=Filled(guards.own_phone(person), "PHONE_LOST"), kind=KIND.PHONE
        )


def test_an_officer_writes_down_whose_phone_it_is(officer: Authority) -> None:
    person = guards.child(of_age_in=400)
    application = assistance.start(
        authority=officer, filled=Filled(person, "PHONE_MISMATCH", held_by="GUARDIAN")
    )
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("k"), qr_text=None)
    application = flow.papered(officer, assistance.application_for(officer, application.public_id))
    flow.forget_budgets()
    creation.send_code(authority=officer, application=application)
    account = creation.create(
        authority=officer,
        application=application,
        code=people.newest_code("otp_assist"),
        registry=FakeOperator(),
    )
    row = Guardianship.objects.get(account=account)
    assert (row.kind, row.unit_code, row.recorded_by) == ("GUARDIAN", officer.unit_code, officer.subject)

    with pytest.raises(guardianships.NotOfMinor):
        assistance.start(authority=officer, filled=Filled(people.data(), "PHONE_MISMATCH", held_by="PARENT"))


def test_a_lapsed_password_is_sent_again_after_the_hand_over_and_to_nobody_else(officer: Authority) -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    row = Guardianship.objects.get(account=account)
    with pytest.raises(NotFound):
        of_age_reading.handed_over(officer, row.public_id)
    guards.taken_over(officer, guards.own_phone(person))
    flow.forget_budgets()  # recorded in unit 1; this desk handed it over
    found = of_age_reading.handed_over(officer, row.public_id)
    creation.send_password_after_hand_over(authority=officer, account=found)
    assert TempCredential.objects.filter(account=account).count() == 2
    row.refresh_from_db()
    assert row.settled_unit_code == officer.unit_code
    stranger = authority_at("so-khac", Power.OPEN_ACCOUNT, parent=guards.UNIT)
    with pytest.raises(NotFound):
        of_age_reading.handed_over(stranger, row.public_id)


def test_the_guardian_hears_once_at_each_of_three_times_and_anew_when_the_day_moves() -> None:
    account = guards.guarded(guards.child(of_age_in=31))
    assert of_age_news.tell_due() == 0
    told = []
    for days in (30, 29, 7, 6, 0, 0):
        guards.born_on(account, guards.child(of_age_in=days).born_on)
        if days not in (30, 7):  # another birth date begins anew; here only the days pass
            _told(account, len(told))
        if of_age_news.tell_due():
            told.append(days)
            assert of_age_news.tell_due() == 0
    assert told == [30, 7, 0]
    texts = Message.objects.filter(purpose="of_age").count()
    assert texts == 3
    assert "tu hom nay ong/ba khong dung duoc" in people.newest_text("of_age")
    assert Letter.objects.filter(purpose="of_age").count() == 0


def _told(account: Account, nth: int) -> None:
    Guardianship.objects.filter(account=account).update(told=nth)


def test_the_list_is_of_the_own_unit_and_below_masked_and_in_a_fixed_number_of_statements() -> None:
    authority_at(guards.UNIT, Power.OPEN_ACCOUNT)
    below = authority_at("truong-con", Power.OPEN_ACCOUNT, parent=guards.UNIT)
    beside = authority_at("truong-khac", Power.OPEN_ACCOUNT, parent=guards.UNIT)
    boss = authority_at(guards.UNIT, Power.GRANT)
    here = Unit.objects.get(code="truong-con")
    days = [-400, -2, 0, 10, 29, 31]
    for nth, day in enumerate(days):
        account = guards.guarded(guards.child(of_age_in=day, name=f"Trần Thị Mẫu {'ABCDEF'[nth]}"))
        _at(account, here)

    page = of_age_reading.listing(boss, Search(), page=1)
    assert [row.days for row in page.rows] == [400, 2, 0, 10, 29]
    assert all("•" in row.name_masked or "*" in row.name_masked for row in page.rows)
    assert of_age_reading.listing(beside, Search(), page=1).rows == []
    assert len(of_age_reading.listing(below, Search(shown=Shown.WAITS), page=1).rows) == 3
    assert len(of_age_reading.listing(below, Search(shown=Shown.AHEAD), page=1).rows) == 2
    assert of_age_reading.how_many_wait(below) == 3
    latest = of_age_reading.listing(below, Search(sort=Sort.LATEST, words="mau"), page=1).rows
    assert [row.days for row in latest] == [29, 10, 0, 2, 400]
    assert [
        row.days for row in of_age_reading.listing(below, Search(words="tran thi mau b"), page=1).rows
    ] == [2]

    with CaptureQueriesContext(
        connection,
    ) as few:
        of_age_reading.listing(below, Search(), page=1)
    for _ in range(22):
        _at(guards.guarded(guards.child(of_age_in=-5)), here)
    with CaptureQueriesContext(connection) as many:
        page = of_age_reading.listing(below, Search(), page=1)
    assert len(page.rows) == of_age_reading.PAGE and page.more
    assert len(many) == len(few)
    reader = authority_at("truong-con", Power.RECEIVE_DOSSIER)
    with pytest.raises(NotAuthorised):
        of_age_reading.listing(reader, Search(), page=1)


def _at(account: Account, unit: Unit) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        Guardianship.objects.filter(account=account).update(unit_id=unit.pk, unit_code=unit.code)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_what_systems_were_let_know_ends_with_the_hand_over(officer: Authority) -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    for rule in ("on", "off"):
        account = guards.guarded(guards.child(of_age_in=-3)) if rule == "off" else account
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            if rule == "off":  # seen red
                cursor.execute("ALTER TABLE accounts_guardianship DISABLE TRIGGER sharing_ends_with_guardian")
            cursor.execute("ALTER TABLE accounts_guardianship DISABLE TRIGGER guardianship_handed_over")
            cursor.execute("SET LOCAL session_replication_role = replica")
            row = Sharing.objects.create(account=account, client_id=1, scopes=["name"])
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute("ALTER TABLE signin_sharing DISABLE TRIGGER ALL")
        _settle(account, officer)
        row.refresh_from_db()
        assert (row.ended_at is not None) == (rule == "on")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            Sharing.objects.filter(pk=row.pk).delete()
            cursor.execute("SET LOCAL session_replication_role = origin")


def _settle(account: Account, officer: Authority) -> None:
    """The row alone, past its own rules: what stands behind it is judged here."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_guardianship DISABLE TRIGGER guardianship_moves")
        cursor.execute(
            "UPDATE accounts_guardianship SET settled_at = clock_timestamp(), settled_by = %s, request_number = 'YC-1'"
            " WHERE account_id = %s",
            [officer.subject, account.pk],
        )
        cursor.execute("ALTER TABLE accounts_guardianship ENABLE TRIGGER guardianship_moves")


def test_the_owner_is_shown_it_until_they_say_that_they_have_read_it(officer: Authority) -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    own = guards.own_phone(person)
    guards.taken_over(officer, own)
    activate(own)
    visitor = sessions.visitor_of(sign_in(own, NEW).token)
    assert visitor is not None and before_own.is_unread(account.pk)
    ran = before_own.of(visitor)
    assert ran is not None and ran.day == timezone.localdate() - timedelta(days=3)
    before_own.read(visitor)
    before_own.read(visitor)
    assert not before_own.is_unread(account.pk)
    assert Event.objects.filter(event="accounts.guardianship.reviewed").count() == 1
    assert [line.what for line in before_own.own_lines(visitor)] == [
        "Ghi người giữ tài khoản", "Nhận tài khoản khi đủ 18 tuổi",
    ]  # fmt: skip


def rested(account: Account) -> None:
    guards.past_the_rules(
        "UPDATE accounts_guardianship SET rests_until = clock_timestamp() WHERE account_id = %s", [account.pk]
    )


def test_without_the_operators_word_the_password_follows_a_day_later(officer: Authority) -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    own = guards.own_phone(person)
    guards.taken_over(officer, own, FakeOperator())

    assert not TempCredential.objects.filter(account=account).exists()
    assert "chan trong 24 gio: http" in people.newest_text("account_taken_over")
    assert give_rested() == 0
    row = Guardianship.objects.get(account=account)
    found = of_age_reading.handed_over(officer, row.public_id)
    with pytest.raises(guardianships.TakeOverRests):
        creation.send_password_after_hand_over(authority=officer, account=found)

    rested(account)
    assert (give_rested(), give_rested()) == (1, 0)
    activate(own)
    assert sign_in(own, NEW).account_id == account.pk


def test_the_phone_of_before_says_no_for_a_day_and_not_longer(officer: Authority) -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    guards.taken_over(officer, guards.own_phone(person), FakeOperator())
    token = people.newest_text("account_taken_over").rsplit("/", 1)[1]
    assert notices.disavow(token=token) is notices.Meaning.STOPS_TAKE_OVER
    rested(account)
    assert give_rested() == 0 and not TempCredential.objects.filter(account=account).exists()
    assert identity.primary_phone(account) is None

    other = guards.child(of_age_in=-3)
    later = guards.guarded(other)
    guards.taken_over(officer, guards.own_phone(other), FakeOperator())
    token = people.newest_text("account_taken_over").rsplit("/", 1)[1]
    rested(later)
    with pytest.raises(notices.LinkNotValid):
        notices.disavow(token=token)


@pytest.mark.parametrize("status", ["locked", "frozen"])
def test_what_was_locked_is_unlocked_under_its_own_name_first(officer: Authority, status: str) -> None:
    person = guards.child(of_age_in=-3)
    account = guards.guarded(person)
    own = guards.own_phone(person)
    application, code = guards.asked(officer, own)
    Account.objects.filter(pk=account.pk).update(status=status)
    application = assistance.application_for(officer, application.public_id)
    with pytest.raises(guardianships.NotToBeTakenOver):
        creation.create(
            authority=officer, application=application, code=code, registry=people.operator_knowing(own)
        )
    assert guardianships.waits(account.pk)
    assistance.cancel(authority=officer, application=application)
    with pytest.raises(guardianships.NotToBeTakenOver):
        guards.asked(officer, own)


def test_a_minors_phone_is_somebodys_and_their_own_only_when_proved_or_explained(officer: Authority) -> None:
    person = guards.child(of_age_in=400)
    with pytest.raises(guardianships.WhosePhone):
        assistance.start(authority=officer, filled=Filled(person, "PHONE_MISMATCH"))

    own = Filled(person, "PHONE_MISMATCH", held_by="SELF")
    application = assistance.start(authority=officer, filled=own)
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("s"), qr_text=None)
    application = flow.papered(officer, assistance.application_for(officer, application.public_id))
    flow.forget_budgets()
    creation.send_code(authority=officer, application=application)
    code = people.newest_code("otp_assist")
    with pytest.raises(guardianships.OwnPhoneShared):
        creation.request_shared_phone(authority=officer, application=application, reason="chung máy")
    with pytest.raises(guardianships.OwnPhoneNotProved):
        creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    application = assistance.application_for(officer, application.public_id)
    account = creation.create(
        authority=officer, application=application, code="", registry=people.operator_knowing(person)
    )
    assert not Guardianship.objects.filter(account=account).exists()


def test_an_account_that_waits_holds_up_no_rechecks_of_others(settings: Any) -> None:
    waits, other = guards.guarded(guards.child(of_age_in=0)), people.account()
    assert waits.phones.get().verdict == "MATCH"
    settings.PHONES_RECHECKED_AFTER_DAYS = 0
    due = phone_rechecks._due()
    assert [row.account_id for row in due if row.account_id in (waits.pk, other.pk)] == [other.pk]


def test_a_code_asked_for_before_midnight_is_not_sent_again_after_it() -> None:
    person = guards.child(of_age_in=1)
    account = guards.guarded(person)
    flow.forget_budgets()
    asked = recovery.ask_reset(number=person.citizen_id, born_on=person.born_on, browser="b", device="d")
    assert asked.account is not None
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    sent = Message.objects.filter(purpose="otp_reset").count()
    flow.forget_budgets()
    recovery.resend(recovery.recovery_for("b", asked.public_id), device="d")
    assert Message.objects.filter(purpose="otp_reset").count() == sent
    assert recovery.code_status(recovery.recovery_for("b", asked.public_id)) is not None


def test_a_change_of_phone_begun_before_the_day_is_not_finished_after_it(officer: Authority) -> None:
    person = guards.child(of_age_in=1)
    account = guards.guarded(person)
    other = guards.own_phone(person)
    application = assistance.start(
        authority=officer, filled=Filled(other, "PHONE_LOST", held_by="PARENT"), kind=KIND.PHONE
    )
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("p"), qr_text=None)
    application = flow.papered(officer, assistance.application_for(officer, application.public_id))
    flow.forget_budgets()
    creation.send_code(authority=officer, application=application)
    guards.past_the_rules(  # the day comes, and the birth date stays what the card says
        "UPDATE accounts_guardianship SET ends_on = %s WHERE account_id = %s",
        [timezone.localdate(), account.pk],
    )
    with pytest.raises(guardianships.TakeOverFirst):
        creation.create(
            authority=officer,
            application=application,
            code=people.newest_code("otp_assist"),
            registry=FakeOperator(),
        )


def test_a_hand_over_that_is_refused_is_not_one(officer: Authority) -> None:
    person = guards.child(of_age_in=-1)
    account = guards.guarded(person)
    own = guards.own_phone(person)
    application, code = guards.asked(officer, own)
    guards.came(account)  # at another desk, meanwhile
    before = spending.peek(Quota.TAKE_OVERS_BY_OFFICER, officer.subject)
    with pytest.raises(guardianships.NothingToTakeOver):
        creation.create(
            authority=officer,
            application=assistance.application_for(officer, application.public_id),
            code=code,
            registry=people.operator_knowing(own),
        )
    assert spending.peek(Quota.TAKE_OVERS_BY_OFFICER, officer.subject) == before


def test_an_officer_hands_over_so_many_a_day_until_a_head_unlocks(officer: Authority) -> None:
    person = guards.child(of_age_in=-1)
    account = guards.guarded(person)
    own = guards.own_phone(person)
    application, code = guards.asked(officer, own)
    for _ in range(10):
        spending.spend((Quota.TAKE_OVERS_BY_OFFICER, officer.subject))

    def press() -> object:
        return creation.create(
            authority=officer,
            application=assistance.application_for(officer, application.public_id),
            code=code,
            registry=people.operator_knowing(own),
        )

    with pytest.raises(TooManyAttempts):
        press()
    assert guardianships.waits(account.pk)
    flow.forget_budgets()  # as a head does for one officer
    press()
    assert not guardianships.waits(account.pk)
