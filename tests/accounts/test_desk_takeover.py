"""One officer alone must not become the way into somebody else's account."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from motcua.accounts import application_rows, assistance, creation, identity, recovery
from motcua.accounts.assistance import Filled
from motcua.accounts.models import Account, AssistApplication, PhoneBinding, Recovery
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.units import officers, posts
from motcua.units.models import Unit
from tests.accounts import flow, people
from tests.accounts.desk import authority_at, scan_of
from tests.fakes import FakeOperator

pytestmark = pytest.mark.django_db
UNIT = "binhdinh-sgddt"
KIND = AssistApplication.Kind


@pytest.fixture
def officer() -> Authority:
    return authority_at(UNIT, Power.OPEN_ACCOUNT)


def other_phone(person: PersonData) -> PersonData:
    return dataclasses.replace(person, phone=people.data().phone)


def ready(officer: Authority, person: PersonData) -> tuple[AssistApplication, str]:
    """The change of a phone with paper and code: only the last press is missing."""
    application = assistance.start(authority=officer, filled=Filled(person, "CANNOT_ALONE"), kind=KIND.PHONE)
    assistance.attach_scan(
        authority=officer, application=application, scan=scan_of(person.phone.value), qr_text=None
    )
    application = flow.papered(officer, assistance.application_for(officer, application.public_id))
    flow.forget_budgets()
    creation.send_code(authority=officer, application=application)
    return application, people.newest_code("otp_assist")


def moved(officer: Authority, person: PersonData) -> Account:
    application, code = ready(officer, person)
    application = assistance.application_for(officer, application.public_id)
    return creation.create(authority=officer, application=application, code=code, registry=FakeOperator())


def hire(account: Account) -> None:
    officers.register(
        subject=identity.subject_of(account.public_id, "binh-dinh"),
        full_name=PersonName.parse("Cán Bộ Khác"),
        phone=Phone.parse("0905333444"),
    )


def reset_of(person: PersonData) -> Recovery:
    flow.forget_budgets()
    return recovery.ask_reset(
        number=person.citizen_id, born_on=person.born_on, browser="la", device="la", address="10.0.0.1"
    )


def test_the_phone_of_a_colleague_is_not_changed_at_the_desk(officer: Authority) -> None:
    person = people.data()
    hire(people.account(person))
    with pytest.raises(application_rows.StaffAccount):
        ready(officer, other_phone(person))


def test_nor_when_the_citizen_became_a_colleague_meanwhile(officer: Authority) -> None:
    person = people.data()
    account = people.account(person)
    application, code = ready(officer, other_phone(person))
    hire(account)
    with pytest.raises(application_rows.StaffAccount):
        creation.create(
            authority=officer,
            application=assistance.application_for(officer, application.public_id),
            code=code,
            registry=FakeOperator(),
        )
    assert identity.primary_phone(account) == person.phone


def test_for_a_day_the_phone_bound_at_the_desk_resets_no_password(officer: Authority) -> None:
    person = people.data()
    account = people.account(person)
    assert reset_of(person).account == account
    moved(officer, other_phone(person))

    assert reset_of(person).account is None

    PhoneBinding.objects.filter(account=account, status="active").update(verified_at=_a_day_ago())
    assert reset_of(person).account == account


def test_where_no_old_phone_could_answer_nothing_is_waited_for(officer: Authority) -> None:
    person = people.data()
    account = people.account(person)
    account.phones.update(status=PhoneBinding.Status.FROZEN)
    moved(officer, other_phone(person))
    assert reset_of(person).account == account


def test_a_phone_two_officers_let_be_shared_is_bound_at_the_desk_too(officer: Authority) -> None:
    """The approval is used, not only asked for."""
    mother, child = people.data(), people.data()
    people.account(mother)
    account = people.account(child)
    shared = dataclasses.replace(child, phone=mother.phone)
    application = assistance.start(authority=officer, filled=Filled(shared, "CANNOT_ALONE"), kind=KIND.PHONE)
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("con"), qr_text=None)
    creation.request_shared_phone(authority=officer, application=application, reason="mẹ giám hộ con")
    application.refresh_from_db()
    supervisor = authority_at(UNIT, Power.APPROVE_EXCEPTION)
    creation.approve_shared_phone(authority=supervisor, application=application)
    application = flow.papered(officer, assistance.application_for(officer, application.public_id))
    creation.send_code(authority=officer, application=application)

    creation.create(
        authority=officer,
        application=assistance.application_for(officer, application.public_id),
        code=people.newest_code("otp_assist"),
        registry=FakeOperator(),
    )

    assert identity.primary_phone(account) == mother.phone


@pytest.mark.parametrize(
    "changed",
    [
        {"reason": "OTHER", "reason_words": "lý do khác"},
        {"reason_words": "thêm lời"},
        {"override_reason": "giấy tờ gốc đúng như vậy"},
    ],
)
def test_other_reasons_void_paper_and_code(officer: Authority, changed: dict[str, str]) -> None:
    person = people.data()
    application, code = flow.ready(officer, person)
    filled = dataclasses.replace(Filled(person, "PHONE_MISMATCH"), **changed)
    assistance.change(authority=officer, application=application, filled=filled)
    with pytest.raises(creation.PaperMissing):
        creation.create(
            authority=officer,
            application=assistance.application_for(officer, application.public_id),
            code=code,
            registry=FakeOperator(),
        )


def _a_day_ago() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - interval '24 hours 1 minute'")
        return cursor.fetchone()[0]


def test_one_scan_is_the_evidence_of_one_request(officer: Authority) -> None:
    first = flow.begun(officer)
    second = assistance.start(authority=officer, filled=Filled(people.data(), "CANNOT_ALONE"))
    assert first.scan is not None
    with pytest.raises(application_rows.FileElsewhere):
        assistance.attach_scan(authority=officer, application=second, scan=first.scan, qr_text=None)
    assert assistance.application_for(officer, second.public_id).scan is None


def test_a_request_in_hand_is_finished_by_the_unit_that_follows() -> None:
    beginner, at_heir = (
        authority_at("phong-cu", Power.OPEN_ACCOUNT),
        authority_at("phong-moi", Power.OPEN_ACCOUNT),
    )
    stranger = authority_at("phong-ben", Power.OPEN_ACCOUNT)
    application, code = flow.ready(beginner)
    with pytest.raises(NotFound):
        assistance.application_for(at_heir, application.public_id)
    yesterday = timezone.localdate() - timedelta(days=1)
    heir = Unit.objects.get(code="phong-moi")
    Unit.objects.filter(code="phong-cu").update(valid_to=yesterday, successor=heir)
    posts.bootstrap(
        officer_id=beginner.officer_id,
        unit_code="phong-moi",
        powers=[Power.OPEN_ACCOUNT],
        valid_from=timezone.localdate(),
        reason="chuyển theo đơn vị",
    )
    carried, colleague = (
        posts.authority_of(who.subject, on=timezone.localdate()) for who in (beginner, at_heir)
    )
    application_rows.require_may_act(carried, application)
    with pytest.raises(application_rows.NotYours):
        application_rows.require_may_act(stranger, application)

    account = creation.create(
        authority=colleague,
        application=assistance.application_for(colleague, application.public_id),
        code=_asked_again(colleague, application),
        registry=FakeOperator(),
    )
    assert account.vouched_by == colleague.subject and code


def _asked_again(officer: Authority, application: AssistApplication) -> str:
    """A code is good in the hands of who asked for it only."""
    flow.forget_budgets()
    creation.send_code(
        authority=officer, application=assistance.application_for(officer, application.public_id)
    )
    return people.newest_code("otp_assist")
