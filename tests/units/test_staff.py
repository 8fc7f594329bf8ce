"""Who works here, and whose phone is never good for a citizen."""

import pytest
from django.db import connection
from tests.units import people
from tests.units.people import TODAY

from motcua.kernel.authority import Power
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.units import officers, staff
from motcua.units.models import Officer

pytestmark = pytest.mark.django_db
SUBJECT, OTHER = "a" * 32, "b" * 32
PHONE = "0900 000 041"


def register(subject: str = SUBJECT, phone: str = PHONE) -> Officer:
    return officers.register(
        subject=subject, full_name=PersonName.parse("Lê Thị Mẫu"), phone=Phone.parse(phone)
    )


@pytest.mark.parametrize("typed", ["0900000041", "84900000041", "+84 900.000.041", " 0900-000-041 "])
def test_a_staff_phone_is_known_however_it_is_typed(typed: str) -> None:
    officer = register()
    assert staff.is_staff_phone(Phone.parse(typed)) == officer.pk
    assert staff.is_staff_phone(Phone.parse("0900000042")) is None


def test_the_number_is_kept_sealed_and_reads_back_for_the_officer() -> None:
    officer = register()
    assert b"900000041" not in bytes(officer.phone_sealed)
    assert officer.phone_masked == Phone.parse(PHONE).masked
    assert officers.phone_of(SUBJECT) == Phone.parse(PHONE)


def test_one_phone_or_one_account_is_one_officer() -> None:
    register()
    with pytest.raises(officers.PhoneOfAnotherOfficer):
        register(OTHER)
    with pytest.raises(officers.OfficerAlreadyRegistered):
        register(SUBJECT, "0900 000 043")
    assert Officer.objects.count() == 1


def test_a_departed_officer_is_no_staff_and_frees_the_phone() -> None:
    register()
    officers.deactivate(subject=SUBJECT, by="system")

    assert not staff.is_staff_subject(SUBJECT)
    assert staff.officer_of(SUBJECT) is None
    assert staff.is_staff_phone(Phone.parse(PHONE)) is None
    assert register(OTHER)
    with pytest.raises(NotFound):
        officers.deactivate(subject=SUBJECT, by="system")


def test_a_new_phone_takes_the_place_of_the_old() -> None:
    officer = register()
    officers.change_phone(subject=SUBJECT, phone=Phone.parse("0900 000 044"), by=SUBJECT)

    assert staff.is_staff_phone(Phone.parse("0900 000 044")) == officer.pk
    assert officers.phone_of(SUBJECT) == Phone.parse("0900 000 044")
    assert officers.release_replaced() == 0
    assert staff.is_staff_phone(Phone.parse(PHONE)) == officer.pk


def test_a_replaced_phone_is_free_when_the_new_one_has_stood_for_thirty_days() -> None:
    officer = register()
    officers.change_phone(subject=SUBJECT, phone=Phone.parse("0900 000 044"), by=SUBJECT)
    _aged("30 days")

    assert officers.release_replaced() == 1
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the database agrees
    assert staff.is_staff_phone(Phone.parse(PHONE)) is None
    assert staff.is_staff_phone(Phone.parse("0900 000 044")) == officer.pk


def _aged(by: str) -> None:
    """As a superuser who steps around every rule."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE units_staffphone SET added_at = added_at - %s::interval", [by])
        cursor.execute("SET session_replication_role = origin")


def test_colleagues_are_the_others_at_the_same_desk_today() -> None:
    so, other = people.unit("so"), people.unit("khac")
    me, beside, elsewhere, signer = (people.officer() for _ in range(4))
    for who, where in ((me, so), (beside, so), (elsewhere, other)):
        people.post(who, where, Power.RECEIVE_DOSSIER)
    people.post(signer, so, Power.SIGN)

    def found(**more: Power) -> set[int]:
        return {colleague.officer_id for colleague in staff.colleagues_of(me.subject, "so", on=TODAY, **more)}

    assert found() == {beside.pk, signer.pk}
    assert found(power=Power.RECEIVE_DOSSIER) == {beside.pk}
    assert set(staff.officers_by_subject([me.subject, "f" * 32])) == {me.subject}


def test_a_colleague_prints_as_an_id() -> None:
    register()
    assert "Mẫu" not in repr(staff.officer_of(SUBJECT))
