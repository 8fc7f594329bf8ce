import pytest
from django.conf import settings
from django.db import connection

from motcua.accounts import founding, identity, opening, passcodes
from motcua.accounts.models import Account, Passcode, PhoneBinding, Registration
from motcua.kernel.password_rule import PasswordTooWeak
from motcua.kernel.refusal import NotFound
from motcua.outbox import sending
from motcua.units import officers
from tests.accounts import people
from tests.fakes import FakeOperator, FakeSms

pytestmark = pytest.mark.django_db
HERE = "trinh-duyet-mot"


def proved(person: people.PersonData, browser: str = HERE) -> Registration:
    registration = people.registration(person, browser)
    opening.send_code(registration, device=browser)
    opening.confirm_code(registration, code=people.newest_code())
    return opening.registration_for(browser, registration.public_id)


def test_a_citizen_whose_phone_matches_opens_an_account() -> None:
    person = people.data()
    registration = proved(person)

    opening.ask_operator(registration, registry=people.operator_knowing(person), device=HERE)
    account = opening.finish(registration, password=people.STRONG)

    assert account.status == Account.Status.ACTIVE
    assert identity.account_by_number(person.citizen_id) == account
    assert identity.primary_phone(account) == person.phone
    registration.refresh_from_db()
    assert registration.state == Registration.State.DONE
    assert registration.data_sealed is None


def test_the_operator_is_not_asked_before_the_phone_is_proved() -> None:
    person = people.data()
    operator = people.operator_knowing(person)
    registration = people.registration(person)

    with pytest.raises(opening.OutOfOrder):
        opening.ask_operator(registration, registry=operator, device=HERE)
    assert operator.calls == 0


def test_a_mismatch_names_the_operator_that_answered_and_gives_a_slip() -> None:
    person = people.data()
    registration = proved(person)

    outcome = opening.ask_operator(registration, registry=FakeOperator(), device=HERE)

    assert (outcome.state, outcome.operator) == ("MISMATCH", "Viettel")
    registration.refresh_from_db()
    assert len(registration.slip_code) == 10


def test_an_outage_is_neither_match_nor_mismatch_and_loses_nothing() -> None:
    person = people.data()
    registration = proved(person)

    with pytest.raises(opening.OperatorSilent):
        opening.ask_operator(registration, registry=FakeOperator(down=True), device=HERE)

    registration.refresh_from_db()
    assert registration.state == Registration.State.PHONE_PROVED
    assert opening.data_of(registration) == person


def test_an_existing_account_is_told_only_after_proof_and_match() -> None:
    person = people.data()
    people.account(person)
    registration = proved(person)

    outcome = opening.ask_operator(registration, registry=people.operator_knowing(person), device=HERE)

    assert outcome.state == "EXISTS"
    with pytest.raises(opening.OutOfOrder):
        opening.finish(registration, password=people.STRONG)


def test_steps_cannot_be_taken_out_of_order() -> None:
    person = people.data()
    registration = people.registration(person)

    for step in (
        lambda: opening.finish(registration, password=people.STRONG),
        lambda: opening.ask_operator(registration, registry=people.operator_knowing(person), device=HERE),
    ):
        with pytest.raises(opening.OutOfOrder):
            step()
    with pytest.raises(passcodes.CodeNeverSent):
        opening.confirm_code(registration, code="123456")


def test_another_browser_does_not_see_a_registration() -> None:
    registration = people.registration(people.data())
    with pytest.raises(NotFound):
        opening.registration_for("trinh-duyet-hai", registration.public_id)


def test_resuming_shows_nothing_before_a_fresh_code_to_the_same_phone() -> None:
    person = people.data()
    people.registration(person)

    resumed = opening.resume(citizen_id=person.citizen_id, phone=person.phone, browser="may-khac")
    assert resumed.state == Registration.State.TYPED
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM limits_bucket")
    opening.send_resume_code(resumed, device="may-khac")
    opening.confirm_code(resumed, code=people.newest_code())

    assert opening.data_of(resumed) == person


def test_what_was_resumed_reaches_no_operator_before_its_owner_saw_it() -> None:
    person = people.data()
    people.registration(person)
    resumed = opening.resume(citizen_id=person.citizen_id, phone=person.phone, browser="may-khac")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM limits_bucket")
    opening.send_resume_code(resumed, device="may-khac")
    opening.confirm_code(resumed, code=people.newest_code())
    operator = people.operator_knowing(person)

    with pytest.raises(opening.NotYetConfirmed):
        opening.ask_operator(resumed, registry=operator, device="may-khac")
    for seen in ("", "0" * 64, "đã xem"):
        with pytest.raises(opening.NotYetConfirmed):
            opening.confirm_resumed(resumed, seen=seen)
    assert operator.calls == 0

    opening.confirm_resumed(resumed, seen=opening.seen_mark(resumed))
    outcome = opening.ask_operator(resumed, registry=operator, device="may-khac")
    assert outcome.state == "MATCHED"


def test_a_staff_phone_is_known_only_after_the_code_and_before_the_operator() -> None:
    colleague, person = people.data(), people.data()
    officers.register(
        subject=identity.subject_of(people.account(colleague).public_id, settings.DESK_ID),
        full_name=colleague.full_name,
        phone=person.phone,
    )
    begun = people.registration(person)
    with pytest.raises(opening.OutOfOrder):
        opening.phone_is_of_staff(begun)
    opening.send_code(begun, device=HERE)
    opening.confirm_code(begun, code=people.newest_code())
    operator = people.operator_knowing(person)

    with pytest.raises(founding.StaffPhone):
        opening.ask_operator(begun, registry=operator, device=HERE)
    assert operator.calls == 0


def test_resuming_nothing_sends_nothing_and_says_the_same() -> None:
    person = people.data()
    resumed = opening.resume(citizen_id=person.citizen_id, phone=person.phone, browser="may-khac")
    opening.send_resume_code(resumed, device="may-khac")

    sms = FakeSms()
    assert sending.send_due(gateway=sms) == 0
    assert sms.calls == 0
    assert opening.code_status(resumed) is not None
    with pytest.raises(passcodes.WrongCode):
        opening.confirm_code(resumed, code="000000")


def test_a_weak_password_is_refused_and_the_registration_stays() -> None:
    person = people.data()
    registration = proved(person)
    opening.ask_operator(registration, registry=people.operator_knowing(person), device=HERE)

    with pytest.raises(PasswordTooWeak):
        opening.finish(registration, password="Matkhau@123")
    registration.refresh_from_db()
    assert registration.state == Registration.State.MATCHED


def test_a_recycled_number_frees_itself_from_the_earlier_owner() -> None:
    """T-11: the new lawful owner gets an own account; the old binding freezes and its sessions end."""
    earlier = people.account(people.data(phone="0913999001"))
    person = people.data(phone="0913999001")
    registration = proved(person)

    opening.ask_operator(registration, registry=people.operator_knowing(person), device=HERE)
    account = opening.finish(registration, password=people.STRONG)

    assert account.pk != earlier.pk
    assert earlier.phones.get().status == PhoneBinding.Status.FROZEN


def test_a_number_whose_year_contradicts_the_birth_date_is_refused() -> None:
    with pytest.raises(opening.BirthDateMismatch):
        people.registration(people.data(number="052085000777", born="01/02/1990"))


def test_abandoning_leaves_nothing_of_what_was_typed() -> None:
    registration = people.registration(people.data())
    opening.abandon(registration)

    registration.refresh_from_db()
    assert registration.data_sealed is None
    with pytest.raises(NotFound):
        opening.registration_for(HERE, registration.public_id)


def test_two_people_with_one_name_and_birth_date_are_for_an_officer_to_look_at() -> None:
    first, second = (
        people.account(people.data(name="Lê Thị Hoà")),
        people.account(people.data(name="Lê Thị Hòa")),
    )
    assert second.person.suspicions.get().other == first.person


def test_nothing_personal_is_stored_in_clear_but_the_name() -> None:
    person = people.data()
    people.registration(person)
    people.account(person)

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            dump = "\n".join(row[0] for row in cursor.fetchall())
            for secret in (person.citizen_id.value, person.phone.value, person.phone.local):
                assert secret not in dump, table


def test_a_code_is_kept_only_as_a_mac() -> None:
    registration = people.registration(people.data())
    opening.send_code(registration, device=HERE)
    code = people.newest_code()
    assert code.encode() not in bytes(Passcode.objects.get().code_mac)


def test_a_second_account_for_a_number_is_refused_by_the_database() -> None:
    person = people.data()
    people.account(person)
    with pytest.raises(founding.AlreadyHasAccount):
        people.account(people.data(number=person.citizen_id.value))


def resumed_name(person: people.PersonData) -> str:
    found = opening.resume(citizen_id=person.citizen_id, phone=person.phone, browser="may-khac")
    return opening.data_of(found).full_name.value


def test_what_a_stranger_types_later_is_not_resumed() -> None:
    person = people.data()
    people.registration(person)
    strange = people.data(number=person.citizen_id.value, phone=person.phone.local, name="Người Lạ Khác")
    people.registration(strange, "la")
    assert resumed_name(person) == person.full_name.value


def test_what_was_proved_is_resumed_before_what_was_only_typed() -> None:
    person = people.data()
    strange = people.data(number=person.citizen_id.value, phone=person.phone.local, name="Người Lạ Khác")
    people.registration(strange, "la")
    proved(person)
    assert resumed_name(person) == person.full_name.value
