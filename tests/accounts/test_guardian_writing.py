"""An officer writes down that a phone is a guardian's, and takes a mistake back before the day (rules seen red)."""

from collections.abc import Callable

import pytest
from django.db import connection

from motcua.accounts import assistance, creation, founding, guardian_writing, guardianships
from motcua.accounts.assistance import Filled
from motcua.accounts.models import Account, AssistApplication, Guardianship, PhoneException
from motcua.accounts.sealed_data import phone_fingerprint
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from tests.accounts import flow, guards, people
from tests.accounts.desk import authority_at, scan_of
from tests.fakes import FakeOperator
from tests.rule_by_rule import only_by_trigger

pytestmark = pytest.mark.django_db
TABLE = "accounts_guardianship"
WHY = "Mẹ cho xem thẻ căn cước và SIM"


def officer() -> Authority:
    return authority_at(guards.UNIT, Power.OPEN_ACCOUNT)


def written(account: Account, *, kind: str = "PARENT", reason: str = WHY) -> None:
    guardian_writing.write_down(authority=officer(), account=account, kind=kind, reason=reason)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def by_the_moves(rule: str, act: Callable[[], object]) -> None:
    only_by_trigger("guardianship_moves", TABLE, act, rule=rule)


def taken_back(account: Account) -> Callable[[], object]:
    """Past the use case."""
    return lambda: sql(
        f"UPDATE {TABLE} SET taken_back_at = now(), taken_back_by = 'b', taken_back_unit_code = 'u',"
        f" taken_back_reason = 'ghi nhầm' WHERE account_id = {account.pk}"
    )


def changed_to_own_phone(person: people.PersonData) -> None:
    """“Đổi số điện thoại” at the desk with “Chính công dân”, explained by the officer; the operator knows nobody."""
    by = officer()
    filled = Filled(person, "PHONE_LOST", override_reason="SIM đứng tên con", held_by="SELF")
    application = assistance.start(authority=by, filled=filled, kind=AssistApplication.Kind.PHONE)
    assistance.attach_scan(
        authority=by, application=application, scan=scan_of(person.phone.value), qr_text=None
    )
    application = flow.papered(by, assistance.application_for(by, application.public_id))
    flow.forget_budgets()
    creation.send_code(authority=by, application=application)
    creation.create(
        authority=by,
        application=assistance.application_for(by, application.public_id),
        code=people.newest_code("otp_assist"),
        registry=FakeOperator(),
    )


def test_it_is_written_with_who_and_why_and_the_phone_is_told() -> None:
    person = guards.child(of_age_in=30)
    account = people.account(person)
    written(account, kind="GUARDIAN")
    row = Guardianship.objects.get(account=account)
    assert (row.kind, row.reason, row.unit_code) == ("GUARDIAN", WHY, guards.UNIT)
    line = Event.objects.filter(event="accounts.guardianship.begun").latest("id")
    assert (line.subject, line.facts) == (f"account:{account.pk}", {"kind": "GUARDIAN"})
    assert person.citizen_id.last3 in people.newest_text("guardian_written")
    with pytest.raises(guardian_writing.GuardianWritten):
        written(account)


@pytest.mark.parametrize("reason", ["", "  mẹ "], ids=["none", "short"])
def test_a_reason_is_wanted(reason: str) -> None:
    account = people.account(guards.child(of_age_in=30))
    with pytest.raises(guardian_writing.GuardianReasonWanted):
        written(account, reason=reason)
    assert not Guardianship.objects.exists()


def test_only_of_a_minor_and_by_who_may_open_accounts() -> None:
    with pytest.raises(guardianships.NotOfMinor):
        written(people.account())
    account = people.account(guards.child(of_age_in=30))
    with pytest.raises(NotAuthorised):
        guardian_writing.write_down(
            authority=authority_at(guards.UNIT, Power.RECEIVE_DOSSIER),
            account=account,
            kind="PARENT",
            reason=WHY,
        )
    Account.objects.filter(pk=account.pk).update(status=Account.Status.LOCKED)
    with pytest.raises(guardian_writing.GuardianNotNow):
        written(account)


def test_a_line_taken_back_counts_no_more_and_another_may_be_written() -> None:
    person = guards.child(of_age_in=30)
    account = people.account(person)
    written(account)
    guardian_writing.take_back(authority=officer(), account=account, reason="SIM đứng tên con")
    assert guardianships.open_of(account) is None
    assert "chinh chu" in people.newest_text("guardian_taken_back")
    assert Event.objects.filter(event="accounts.guardianship.taken_back").count() == 1
    with pytest.raises(guardian_writing.NoGuardianWritten):
        guardian_writing.take_back(authority=officer(), account=account, reason="lần nữa")
    by_the_moves(
        "guardianship_written_once",
        lambda: sql(f"UPDATE {TABLE} SET taken_back_reason = 'khác đi' WHERE account_id = {account.pk}"),
    )
    guards.born_on(account, guards.child(of_age_in=-1).born_on)
    assert not guardianships.waits(account.pk)
    assert Guardianship.objects.get(account=account).ends_on is not None
    guards.born_on(account, person.born_on)
    written(account)
    guards.born_on(account, guards.child(of_age_in=-1).born_on)
    assert guardianships.waits(account.pk)


def test_from_the_day_on_nothing_is_taken_back() -> None:
    account = guards.guarded(guards.child(of_age_in=0))
    with pytest.raises(guardianships.TakeOverFirst):
        guardian_writing.take_back(authority=officer(), account=account, reason="SIM đứng tên con")
    by_the_moves("guardianship_taken_back_in_time", taken_back(account))


def test_a_shared_phone_is_the_guardians_as_long_as_it_is_bound() -> None:
    mother, person = people.data(), guards.child(of_age_in=20)
    people.account(mother)
    approved = PhoneException.objects.create(
        phone_bi=phone_fingerprint(mother.phone), reason="mẹ", requested_by="a" * 32, approved_by="b" * 32
    )
    account = people.account(person)
    account.phones.update(status="closed")
    founding.bind_phone(account, mother.phone, verdict="MISMATCH", operator="", exception=approved)
    with pytest.raises(guardian_writing.GuardianOfSharedPhone):
        guardian_writing.take_back(authority=officer(), account=account, reason="SIM đứng tên con")
    by_the_moves("guardianship_of_shared_phone", taken_back(account))


def test_one_officers_word_about_the_phone_is_not_enough() -> None:
    person = guards.child(of_age_in=1)
    account = people.account(person)
    account.phones.update(verdict="MISMATCH")
    written(account)
    with pytest.raises(guardian_writing.GuardianPhoneNotProved):
        guardian_writing.take_back(authority=officer(), account=account, reason="SIM đứng tên con")
    by_the_moves("guardianship_of_unproved_phone", taken_back(account))
    # Bound again, but by no request that says whose phone it is.
    founding.bind_phone(account, people.data().phone, verdict="MISMATCH", operator="")
    by_the_moves("guardianship_of_unproved_phone", taken_back(account))
    changed_to_own_phone(guards.own_phone(person))
    guardian_writing.take_back(authority=officer(), account=account, reason="SIM đứng tên con")
    assert guardianships.open_of(account) is None


def test_nobody_is_born_taken_back() -> None:
    account = people.account(guards.child(of_age_in=20))
    by_the_moves(
        "guardianship_of_minor",
        lambda: Guardianship.objects.create(
            account=account,
            kind="PARENT",
            taken_back_at="2026-01-01T00:00:00Z",
            taken_back_by="b",
            taken_back_unit_code="u",
            taken_back_reason="ghi nhầm",
        ),
    )
