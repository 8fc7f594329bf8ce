"""A stranger's tries are the stranger's: they close nothing for the owner."""

import dataclasses

import pytest

from motcua.accounts import creation, opening, recovery
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.authority import Power
from motcua.kernel.birth_date import BirthDate
from motcua.limits.spending import TooManyAttempts
from tests.accounts import flow, people
from tests.accounts.desk import authority_at

pytestmark = pytest.mark.django_db


def register(person: PersonData, browser: str) -> None:
    opening.send_code(people.registration(person, browser), device=browser)


def recover(person: PersonData, born: str, browser: str) -> recovery.Recovery:
    return recovery.ask_reset(
        number=person.citizen_id, born_on=BirthDate.parse(born), browser=browser, device=browser
    )


def test_registering_with_somebody_s_number_does_not_stop_the_desk_or_a_recovery() -> None:
    person = people.data()
    account = people.account(person)
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    other = people.data()
    application = flow.papered(officer, flow.begun(officer, other))
    for victim in (person, other):
        for nth in range(5):
            register(dataclasses.replace(victim, phone=people.data().phone), f"la-{nth}")
        with pytest.raises(TooManyAttempts):
            register(dataclasses.replace(victim, phone=people.data().phone), "la-6")

    creation.send_code(authority=officer, application=application)
    assert recover(person, person.born_on.shown, "cua-toi").account == account


def test_wrong_birth_dates_do_not_close_the_recovery_of_the_owner() -> None:
    person = people.data()
    account = people.account(person)
    for nth in range(10):
        recover(person, f"{nth + 2:02d}/02/1990", f"la-{nth}")
    assert recover(person, person.born_on.shown, "cua-toi").account == account


def test_all_recoveries_of_one_number_have_an_end() -> None:
    person = people.data()
    with pytest.raises(TooManyAttempts):
        for nth in range(61):
            recover(person, f"{nth % 28 + 1:02d}/{nth // 28 + 3:02d}/1990", f"la-{nth}")


def test_the_pause_after_a_code_for_one_purpose_is_not_seen_at_another() -> None:
    """Registering with a phone right after its owner's recovery must not tell whose phone it is."""
    person = people.data()
    people.account(person)
    recover(person, person.born_on.shown, "cua-toi")
    register(dataclasses.replace(people.data(), phone=person.phone), "la")


def test_the_hour_of_a_phone_counts_all_purposes() -> None:
    person = people.data()
    people.account(person)
    for nth in range(2):
        register(dataclasses.replace(people.data(), phone=person.phone), f"la-{nth}")
        pass_pauses()
    for nth in range(3):
        recover(person, person.born_on.shown, f"toi-{nth}")
        pass_pauses()
    with pytest.raises(TooManyAttempts):
        register(dataclasses.replace(people.data(), phone=person.phone), "la-3")


def pass_pauses() -> None:
    """Ten minutes go by; the hour does not."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE limits_bucket SET window_ends_at = clock_timestamp() - interval '1 second'"
            " WHERE window_ends_at < clock_timestamp() + interval '11 minutes'"
        )
