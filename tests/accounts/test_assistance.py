from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pypdfium2 import PdfDocument

from motcua.accounts import (
    activation,
    application_rows,
    assistance,
    creation,
    founding,
    identity,
    passcodes,
    registers,
    signing_in,
)
from motcua.accounts.assistance import Filled
from motcua.accounts.models import Account, AssistApplication, TempCredential
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.outbox.models import Message
from motcua.units import officers
from tests.accounts import people
from tests.accounts.desk import authority_at, scan_of
from tests.fakes import FakeOperator

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Authority:
    return authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)


def begun(officer: Authority, person: people.PersonData | None = None) -> AssistApplication:
    filled = Filled(person or people.data(), "PHONE_MISMATCH")
    application = assistance.start(authority=officer, filled=filled)
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("a"), qr_text=None)
    return assistance.application_for(officer, application.public_id)


def ready(officer: Authority, person: people.PersonData | None = None) -> tuple[AssistApplication, str]:
    application = begun(officer, person)
    creation.paper(authority=officer, application=application, now=timezone.now())
    creation.send_code(authority=officer, application=application)
    return assistance.application_for(officer, application.public_id), people.newest_code("otp_assist")


def test_an_officer_opens_an_account_and_the_citizen_sets_the_own_password(officer: Authority) -> None:
    person = people.data()
    application, code = ready(officer, person)

    account = creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    assert account.status == Account.Status.PENDING
    assert (account.vouched_by, account.vouching_unit_code) == (officer.subject, "binhdinh-sgddt")
    one_time = people.newest_text("one_time_password").split(": ", 1)[1].split(" ")[0]

    with pytest.raises(signing_in.MustActivate):
        signing_in.sign_in(
            number=person.citizen_id, password=one_time, device="d", device_words="", address="10.0.0.1"
        )
    activation.activate(
        number=person.citizen_id,
        one_time=one_time,
        born_on=person.born_on,
        password=people.STRONG,
        device="dien-thoai",
        officer_is_here=False,
    )
    signed = signing_in.sign_in(
        number=person.citizen_id, password=people.STRONG, device="d", device_words="", address="10.0.0.1"
    )
    assert signed.audience == "CITIZEN"


def test_the_one_time_password_works_once_and_only_with_the_birth_date(officer: Authority) -> None:
    person = people.data()
    application, code = ready(officer, person)
    creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    one_time = people.newest_text("one_time_password").split(": ", 1)[1].split(" ")[0]

    def use(born: BirthDate) -> None:
        activation.activate(
            number=person.citizen_id,
            one_time=one_time,
            born_on=born,
            password=people.STRONG,
            device="dien-thoai",
            officer_is_here=False,
        )

    with pytest.raises(activation.ActivationRefused):
        use(BirthDate.parse("02/02/1990"))
    use(person.born_on)
    with pytest.raises(activation.ActivationRefused):
        use(person.born_on)


def test_the_one_time_password_of_yesterday_is_dead(officer: Authority) -> None:
    person = people.data()
    application, code = ready(officer, person)
    account = creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    one_time = people.newest_text("one_time_password").split(": ", 1)[1].split(" ")[0]
    TempCredential.objects.filter(account=account).update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(activation.ActivationRefused):
        activation.activate(
            number=person.citizen_id,
            one_time=one_time,
            born_on=person.born_on,
            password=people.STRONG,
            device="x",
            officer_is_here=False,
        )


def test_nobody_without_the_right_creates_accounts() -> None:
    clerk = authority_at("binhdinh-sgddt", Power.RECEIVE_DOSSIER)
    with pytest.raises(NotAuthorised):
        assistance.start(authority=clerk, filled=Filled(people.data(), "PHONE_MISMATCH"))


def test_an_existing_account_ends_the_matter_and_the_refused_request_is_kept(officer: Authority) -> None:
    person = people.data()
    people.account(person)
    assert assistance.look_up(authority=officer, number=person.citizen_id, old_number=None).exists
    with pytest.raises(founding.AlreadyHasAccount):
        assistance.start(authority=officer, filled=Filled(person, "PHONE_MISMATCH"))
    assert AssistApplication.objects.get().refused_code == "account_exists"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Nguyễn Văn Khác"},
        {"born": "02/02/1990"},
        {"phone": "0913888888"},
        {"number": "052090888888"},
    ],
)
def test_any_change_after_paper_and_code_voids_both(officer: Authority, change: dict[str, str]) -> None:
    """T-03: the code was right, but for other data; nothing is sent to the new phone."""
    person = people.data()
    application, code = ready(officer, person)
    given = {
        "number": person.citizen_id.value,
        "phone": person.phone.local,
        "name": person.full_name.value,
        "born": person.born_on.shown,
    }
    other = people.data(**{**given, **change})
    sent = Message.objects.count()

    application = assistance.change(
        authority=officer, application=application, filled=Filled(other, "PHONE_MISMATCH")
    )
    with pytest.raises(creation.PaperMissing):
        creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    creation.paper(authority=officer, application=application, now=timezone.now())
    application.refresh_from_db()
    with pytest.raises(passcodes.CodeRefused):
        creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    assert Message.objects.count() == sent
    assert Account.objects.count() == 0


def test_another_scan_voids_paper_and_code(officer: Authority) -> None:
    application, code = ready(officer)
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("b"), qr_text=None)
    application.refresh_from_db()
    with pytest.raises(creation.PaperMissing):
        creation.create(authority=officer, application=application, code=code, registry=FakeOperator())


def test_the_database_itself_binds_code_paper_and_form(officer: Authority) -> None:
    application, _ = ready(officer)
    with pytest.raises(IntegrityError, match="application_code_binds_form"):
        AssistApplication.objects.filter(pk=application.pk).update(
            status="otp_ok", code_hash=b"x" * 32, form_hash=b"y" * 32
        )


def test_a_scan_that_is_not_clean_stops_the_request_in_the_database(officer: Authority) -> None:
    application, _ = ready(officer)
    StoredFile.objects.filter(pk=application.scan_id).update(scan_status="PENDING")
    with pytest.raises(IntegrityError, match=r"Bản quét"):
        AssistApplication.objects.filter(pk=application.pk).update(
            status="otp_ok", code_hash=application.form_hash, paper_hash=application.form_hash
        )


def test_a_code_that_one_officer_asked_for_is_nothing_to_another(officer: Authority) -> None:
    application, code = ready(officer)
    colleague = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    with pytest.raises(passcodes.CodeNeverSent):
        creation.create(authority=colleague, application=application, code=code, registry=FakeOperator())


def test_a_staff_phone_is_refused_for_a_citizen(officer: Authority) -> None:
    person = people.data(phone="0905123456")
    colleague = people.account(people.data())
    officers.register(
        subject=identity.subject_of(colleague.public_id, "binh-dinh"),
        full_name=person.full_name,
        phone=Phone.parse("0905123456"),
    )
    with pytest.raises(founding.StaffPhone):
        assistance.start(authority=officer, filled=Filled(person, "PHONE_MISMATCH"))


def test_a_number_is_prepared_at_one_desk_at_a_time(officer: Authority) -> None:
    person = people.data()
    begun(officer, person)
    elsewhere = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    with pytest.raises(assistance.BeingCreated):
        assistance.start(authority=elsewhere, filled=Filled(person, "PHONE_MISMATCH"))
    AssistApplication.objects.update(last_act_at=timezone.now() - timedelta(minutes=31))
    assert assistance.start(authority=elsewhere, filled=Filled(person, "PHONE_MISMATCH")).status == "draft"


def test_pressing_create_twice_gives_one_account_and_one_password(officer: Authority) -> None:
    application, code = ready(officer)
    first = creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    again = assistance.application_for(officer, application.public_id)
    second = creation.create(authority=officer, application=again, code=code, registry=FakeOperator())
    assert first == second
    assert Message.objects.filter(purpose="one_time_password").count() == 1


def test_the_list_finds_names_with_and_without_marks_and_stays_in_its_units(officer: Authority) -> None:
    application, code = ready(officer, people.data(name="Đặng Thị Hoà"))
    creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
    stranger = authority_at("phong-540", Power.OPEN_ACCOUNT, parent="")

    for name in ("dang hoa", "Đặng Thị Hòa", "HOA"):
        assert len(registers.assisted_accounts(officer, registers.Wanted(name=name)).rows) == 1
    assert registers.assisted_accounts(officer, registers.Wanted(name="Đặng Lan")).rows == []
    assert registers.assisted_accounts(stranger, registers.Wanted()).rows == []


def test_a_request_of_another_unit_is_not_there(officer: Authority) -> None:
    application = begun(officer)
    stranger = authority_at("phong-540", Power.OPEN_ACCOUNT, parent="")
    with pytest.raises(NotFound):
        assistance.application_for(stranger, application.public_id)


def test_the_lost_phone_is_replaced_at_the_desk(officer: Authority) -> None:
    person = people.data()
    account = people.account(person)
    new = people.data(number=person.citizen_id.value)
    application = assistance.start(
        authority=officer, filled=Filled(new, "CANNOT_ALONE"), kind=AssistApplication.Kind.PHONE
    )
    assistance.attach_scan(authority=officer, application=application, scan=scan_of("c"), qr_text=None)
    application = assistance.application_for(officer, application.public_id)
    paper = creation.paper(authority=officer, application=application, now=timezone.now())
    words = " ".join(PdfDocument(paper)[0].get_textpage().get_text_range().split()).upper()
    assert "ĐỔI SỐ ĐIỆN THOẠI CỦA TÀI KHOẢN" in words and "TẠO TÀI KHOẢN" not in words
    creation.send_code(authority=officer, application=application)
    application = assistance.application_for(officer, application.public_id)
    creation.create(
        authority=officer,
        application=application,
        code=people.newest_code("otp_assist"),
        registry=FakeOperator(),
    )
    assert identity.primary_phone(account) == new.phone
    assert application_rows.data_of(application) == new
