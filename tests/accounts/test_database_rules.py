"""The rules of threats 1.3 stand in the database: each is seen to refuse, and seen to be what refuses."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from motcua.accounts import assistance, creation, founding, identity, opening
from motcua.accounts.assistance import Filled
from motcua.accounts.models import (
    Account,
    AssistApplication,
    IdentityDocument,
    Passcode,
    Person,
    PhoneBinding,
    PhoneException,
    TempCredential,
)
from motcua.accounts.sealed_data import phone_fingerprint
from motcua.files.models import StoredFile
from motcua.kernel.authority import Power
from motcua.kernel.phone import Phone
from motcua.units import officers
from tests.accounts import flow, people
from tests.accounts.desk import authority_at, scan_of
from tests.fakes import FakeOperator

pytestmark = pytest.mark.django_db
Write = Callable[[], object]


def stands(drop: str, write: Write, refused_as: str) -> None:
    """The write is refused with the rule and goes through without it; then everything is as before."""
    with pytest.raises(IntegrityError, match=refused_as), transaction.atomic():
        write()
        _check_now()
    _check_now()
    before = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(drop)
    write()
    transaction.savepoint_rollback(before)


def _check_now() -> None:
    """Rules that wait for the commit speak now, and no event is left that would forbid ALTER TABLE."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def constraint(table: str, name: str) -> str:
    return f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'


def index(name: str) -> str:
    return f'DROP INDEX "{name}"'


def trigger(table: str, name: str) -> str:
    return f'DROP TRIGGER "{name}" ON "{table}"'


def document(account: Account, **changed: object) -> Write:
    def write() -> None:
        first = account.person.documents.get()
        values = {
            "person_id": Person.objects.create(
                full_name="Ai đó", folded_name="ai do", name_words=["ai", "do"], born_on=date(1990, 1, 1)
            ).pk,
            "kind": "CCCD12",
            "number_sealed": b"x",
            "number_bi": first.number_bi,
            "last3": "123",
            "source": "OFFICER",
        }
        IdentityDocument.objects.create(**{**values, **changed})

    return write


def test_c1_a_number_is_active_once() -> None:
    stands(index("identity_number_active_once"), document(people.account()), "identity_number_active_once")


def test_c1_an_index_of_another_length_is_no_index() -> None:
    write = document(people.account(), number_bi=b"\x01" * 31)
    table = "accounts_identitydocument"
    stands(constraint(table, "identity_number_bi_32"), write, "identity_number_bi_32")


def test_c1_only_known_kinds_of_numbers() -> None:
    write = document(people.account(), number_bi=b"\x01" * 32, kind="HC")
    table = "accounts_identitydocument"
    stands(constraint(table, "identity_kind_known"), write, "identity_kind_known")


@pytest.mark.parametrize("status", Account.LIVE)
def test_c2_a_person_has_one_account(status: str) -> None:
    person = people.account().person

    def write() -> None:
        Account.objects.create(person=person, status=status, origin="SELF", password="x")

    stands(index("account_live_once_per_person"), write, "account_live_once_per_person")


@pytest.mark.parametrize("status", ["draft", "otp_ok"])
def test_c3_a_number_is_reserved_once(status: str) -> None:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    first = flow.papered(officer, flow.begun(officer))
    AssistApplication.objects.filter(pk=first.pk).update(status=status, code_hash=first.form_hash)

    def write() -> None:
        AssistApplication.objects.create(
            request_number="YC-2",
            officer_subject="a" * 32,
            unit_id=first.unit_id,
            unit_code=first.unit_code,
            reason="OTHER",
            number_bi=first.number_bi,
        )

    stands(index("application_number_reserved_once"), write, "application_number_reserved_once")


def bind(account: Account, phone: Phone, exception: PhoneException | None = None) -> Write:
    """Raw: as somebody would who forgot the use case."""

    def write() -> None:
        account.phones.update(status="closed")
        PhoneBinding.objects.create(
            account=account,
            phone_sealed=b"x",
            phone_bi=phone_fingerprint(phone),
            phone_masked=phone.masked,
            exception=exception,
        )

    return write


def shared(phone: Phone, **changed: str) -> PhoneException:
    values = {"requested_by": "a" * 32, "approved_by": "b" * 32, "reason": "giám hộ"}
    return PhoneException.objects.create(phone_bi=phone_fingerprint(phone), **{**values, **changed})


def test_c4_a_phone_answers_for_one_account() -> None:
    person = people.data()
    people.account(person)
    write = bind(people.account(), person.phone)
    stands(index("phone_primary_active_once"), write, "phone_primary_active_once")


def test_c4_two_officers_let_a_second_account_share_it() -> None:
    person = people.data()
    people.account(person)
    bind(people.account(), person.phone, shared(person.phone))()


@pytest.mark.parametrize("both", ["a" * 32, ""])
def test_c4_one_officer_alone_lets_nobody_share(both: str) -> None:
    phone = people.data().phone

    def write() -> None:
        shared(phone, requested_by=both, approved_by=both)

    table = "accounts_phoneexception"
    stands(constraint(table, "phone_exception_two_officers"), write, "phone_exception_two_officers")


def test_c4_what_was_approved_for_one_phone_is_nothing_for_another() -> None:
    person = people.data()
    people.account(person)
    write = bind(people.account(), person.phone, shared(people.data().phone))
    stands(trigger("accounts_phonebinding", "phone_exception_fits"), write, "dùng chung")


def test_c4_an_account_has_one_phone() -> None:
    account = people.account()

    def write() -> None:
        phone = people.data().phone
        PhoneBinding.objects.create(
            account=account, phone_sealed=b"x", phone_bi=phone_fingerprint(phone), phone_masked=phone.masked
        )

    stands(index("phone_one_primary_per_account"), write, "phone_one_primary_per_account")


def colleague_with(phone: Phone, account: Account) -> None:
    subject = identity.subject_of(account.public_id, "binh-dinh")
    officers.register(subject=subject, full_name=people.data().full_name, phone=phone)


def test_c5_a_staff_phone_is_bound_to_nobody_else() -> None:
    phone = Phone.parse("0905111222")
    colleague_with(phone, people.account())
    write = bind(people.account(), phone)
    stands(trigger("accounts_phonebinding", "phone_not_of_staff"), write, "cán bộ")


def test_c5_the_staff_member_may_have_the_own_phone() -> None:
    phone, account = Phone.parse("0905111222"), people.account()
    colleague_with(phone, account)
    bind(account, phone)()


def test_c5_no_request_goes_to_a_staff_phone() -> None:
    phone = Phone.parse("0905111222")
    colleague_with(phone, people.account())
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    application = flow.begun(officer)

    def write() -> None:
        AssistApplication.objects.filter(pk=application.pk).update(phone_bi=phone_fingerprint(phone))

    stands(trigger("accounts_assistapplication", "application_phone_not_of_staff"), write, "cán bộ")


def sent() -> Passcode:
    registration = people.registration(people.data())
    flow.forget_budgets()
    opening.send_code(registration, device="x")
    return Passcode.objects.latest("id")


def update(row: Passcode | TempCredential | StoredFile, **values: object) -> Write:
    return lambda: type(row)._default_manager.filter(pk=row.pk).update(**values)


def test_c6_a_code_has_five_tries() -> None:
    code = sent()
    stands(constraint("accounts_passcode", "passcode_five_tries"), update(code, attempts=6), "five_tries")


def test_c6_a_code_lives_120_seconds() -> None:
    code = sent()

    def write() -> None:
        # The trigger that keeps a code fixed would speak first; this is about a new row.
        Passcode.objects.create(
            **{
                name: getattr(code, name)
                for name in ("purpose", "phone_bi", "session_hash", "payload_hash", "code_mac")
            },
            subject_bi=b"\x02" * 32,
            expires_at=timezone.now() + timedelta(seconds=300),
        )

    name = "passcode_lives_120_seconds"
    stands(constraint("accounts_passcode", name), write, name)


def test_c6_only_the_newest_code_is_alive() -> None:
    code = sent()

    def write() -> None:
        code.pk, code.public_id = None, uuid.uuid4()
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO accounts_passcode (public_id, purpose, subject_bi, phone_bi, phone_masked,
                       session_hash, payload_hash, code_mac, series, attempts)
                VALUES (%s, %s, %s, %s, '', %s, %s, %s, 1, 0)
                """,
                [
                    code.public_id,
                    code.purpose,
                    code.subject_bi,
                    code.phone_bi,
                    code.session_hash,
                    code.payload_hash,
                    code.code_mac,
                ],
            )

    stands(index("passcode_newest_only"), write, "passcode_newest_only")


@pytest.mark.parametrize(
    "change",
    [{"attempts": 0}, {"code_mac": b"\x01" * 32}, {"purpose": "RESET"}, {"session_hash": b"\x01" * 32}],
)
def test_c6_a_code_that_was_sent_stays_as_it_is(change: dict[str, object]) -> None:
    code = sent()
    Passcode.objects.filter(pk=code.pk).update(attempts=3)
    stands(trigger("accounts_passcode", "passcode_fixed"), update(code, **change), "không sửa được")


@pytest.mark.parametrize("size", [0, 5_242_881])
def test_c11_a_file_has_bytes_but_not_too_many(size: int) -> None:
    write = update(scan_of("a"), size=size)
    stands(
        constraint("files_storedfile", "stored_file_size_up_to_5_mib"), write, "stored_file_size_up_to_5_mib"
    )


@pytest.mark.parametrize("column", ["purge_after", "sha256"])
def test_c11_a_file_has_a_last_day_and_a_hash(column: str) -> None:
    write = update(scan_of("a"), **{column: None})
    stands(f'ALTER TABLE files_storedfile ALTER COLUMN "{column}" DROP NOT NULL', write, column)


@pytest.mark.parametrize("scan_status", ["PENDING", "REFUSED"])
def test_c11_no_request_goes_on_with_a_scan_that_is_not_clean(scan_status: str) -> None:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    application = flow.papered(officer, flow.begun(officer))
    StoredFile.objects.filter(pk=application.scan_id).update(scan_status=scan_status)

    def write() -> None:
        AssistApplication.objects.filter(pk=application.pk).update(
            status="otp_ok", code_hash=application.form_hash
        )

    stands(trigger("accounts_assistapplication", "application_scan_is_clean"), write, "Bản quét")


@pytest.mark.parametrize("column", ["code_hash", "paper_hash"])
def test_t03_code_and_paper_belong_to_the_form(column: str) -> None:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    application = flow.papered(officer, flow.begun(officer))
    hashes = {"code_hash": application.form_hash, "paper_hash": application.form_hash, column: b"\x01" * 32}

    def write() -> None:
        AssistApplication.objects.filter(pk=application.pk).update(status="otp_ok", **hashes)

    name = "application_code_binds_form"
    stands(constraint("accounts_assistapplication", name), write, name)


@pytest.fixture
def temporary() -> TempCredential:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    flow.waiting_account(officer, people.data())
    return TempCredential.objects.get()


def test_c15_a_one_time_password_lives_24_hours(temporary: TempCredential) -> None:
    def write() -> None:
        TempCredential.objects.filter(pk=temporary.pk).update(voided_at=timezone.now())
        TempCredential.objects.create(
            account=temporary.account,
            password="x",
            expires_at=timezone.now() + timedelta(hours=24, minutes=1),
        )

    name = "temp_credential_24_hours"
    stands(constraint("accounts_tempcredential", name), write, name)


def test_c15_what_was_used_stays_used(temporary: TempCredential) -> None:
    TempCredential.objects.filter(pk=temporary.pk).update(used_at=timezone.now())
    name = "temp_credential_used_once"
    stands(trigger("accounts_tempcredential", name), update(temporary, used_at=None), "đã dùng")


def test_c15_it_is_neither_lengthened_nor_exchanged(temporary: TempCredential) -> None:
    TempCredential.objects.filter(pk=temporary.pk).update(expires_at=F("expires_at") - timedelta(hours=1))
    name = "temp_credential_used_once"
    for change in ({"password": "y"}, {"expires_at": F("expires_at") + timedelta(minutes=1)}):
        stands(trigger("accounts_tempcredential", name), update(temporary, **change), "không sửa được")


def test_c15_five_tries_and_the_newest_only(temporary: TempCredential) -> None:
    name = "temp_credential_five_tries"
    stands(constraint("accounts_tempcredential", name), update(temporary, attempts=6), name)

    def write() -> None:
        TempCredential.objects.create(account=temporary.account, password="x")

    stands(index("temp_credential_newest_only"), write, "temp_credential_newest_only")


SPELLINGS = [
    "0905111222", "84905111222", "+84905111222", "+84 905 111 222", "0905 111 222", "0905.111.222",
    "0905-111-222", " 0905111222 ", "\t0905111222\n", "0 9 0 5 1 1 1 2 2 2", "+84-905-111-222", "84 905111222",
    "+84.905.111.222", "(+84) 905111222", "+84 (0) 905111222", "0084905111222", "00 84 905 111 222",
    "٠٩٠٥١١١٢٢٢", "０９０５１１１２２２", "०९०५१११२२२", "0905111222\u200b", "\u200b0905111222",
    "0905\u00a0111\u00a0222", "\ufeff0905111222", "+84905111222\u202c", "0905111222 ext 1", "tel:0905111222",
    "tel:+84905111222", "sip:0905111222", "0905_111_222", "0905/111/222", "0905,111,222", "+840905111222",
    "840905111222", "O905111222", "0905lll222", "0905111222x", "x0905111222", "0905 111 222 ", "+84\n905111222",
]  # fmt: skip


def test_t01_no_spelling_of_a_staff_phone_gets_through() -> None:
    """Forty ways to write one number: refused as unreadable, or recognised."""
    colleague_with(Phone.parse("0905111222"), people.account())
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    assert len(SPELLINGS) == 40
    for spelling in SPELLINGS:
        try:
            person = people.data(phone=spelling)
        except Exception as unreadable:
            assert type(unreadable).__module__ == "motcua.kernel.phone", spelling
            continue
        with pytest.raises(founding.StaffPhone):
            assistance.start(authority=officer, filled=Filled(person, "PHONE_MISMATCH"))
    assert not AssistApplication.objects.filter(status="draft").exists()


def test_pressing_create_after_the_reservation_went_to_another_desk_is_refused() -> None:
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    application, code = flow.ready(officer)
    AssistApplication.objects.filter(pk=application.pk).update(status="lapsed")
    with pytest.raises(creation.NotReady):
        creation.create(authority=officer, application=application, code=code, registry=FakeOperator())
