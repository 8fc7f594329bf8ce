"""An account comes into being: person, numbers, account, phone and opaque id in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError, transaction

from motcua import journal
from motcua.accounts import identity, providers, sessions
from motcua.accounts.models import (
    Account,
    IdentityDocument,
    Person,
    PhoneBinding,
    PhoneException,
    Suspicion,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.providers import OwnAccountsOver, VneidNotOpen
from motcua.accounts.sealed_data import Number, PersonData, number_fingerprint, phone_fingerprint, seal
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.keys import refusing


class AlreadyHasAccount(Refusal):
    code = "account_exists"
    status = 409
    message = (
        "Số CMND/CCCD này đã có tài khoản trên Cổng Dịch vụ công quốc gia. "
        "Đề nghị đăng nhập hoặc chọn “Quên mật khẩu”, không tạo tài khoản mới."
    )


class PhoneTaken(Refusal):
    code = "phone_taken"
    status = 409
    message = "Số điện thoại này đã gắn với một tài khoản khác"


class StaffPhone(Refusal):
    code = "staff_phone"
    message = (
        "Số điện thoại này là số của cán bộ, không dùng cho tài khoản của công dân được. "
        "Đề nghị nhập số điện thoại của chính công dân."
    )


class NumbersOfTwoPeople(Refusal):
    """REVIEW: nothing is merged by itself (SPEC 2)."""

    code = "numbers_of_two_people"
    status = 409
    message = (
        "Số CMND cũ và số CCCD vừa nhập đang thuộc hai người khác nhau. "
        "Đề nghị đối chiếu lại giấy tờ gốc và báo đơn vị quản trị để xem xét trước khi tạo tài khoản."
    )


class KnownAsAnother(Refusal):
    """REVIEW: the number is known, but with another name or birth date (threats T-18)."""

    code = "known_as_another"
    status = 409
    message = (
        "Số CMND/CCCD này đã được ghi nhận với họ tên hoặc ngày sinh khác. "
        "Đề nghị mang giấy tờ gốc đến Bộ phận một cửa để được đối chiếu trước khi tạo tài khoản."
    )


class OldNumbersClosed(Refusal):
    code = "cmnd_closed"
    message = "Tài khoản mới chỉ đăng ký bằng số CCCD 12 số. Đề nghị ông/bà nhập số CCCD hoặc số định danh."


def refuse_closed_number(citizen_id: CitizenId, *, on: date) -> None:
    """After ``CMND_NEW_ACCOUNT_UNTIL`` (default: never) nine digits open no new account (SPEC 2)."""
    until = settings.CMND_NEW_ACCOUNT_UNTIL
    if citizen_id.kind == "CMND9" and until and on > date.fromisoformat(until):
        raise OldNumbersClosed


_BY_CONSTRAINT: dict[str, type[Refusal]] = {
    "identity_number_active_once": AlreadyHasAccount,
    "account_live_once_per_person": AlreadyHasAccount,
    "phone_primary_active_once": PhoneTaken,
    "phone_not_of_staff": StaffPhone,
    "phone_exception_fits": PhoneTaken,
    "account_own_ended": OwnAccountsOver,
    "vneid_not_open": VneidNotOpen,
}


class Who(Protocol):
    """What has to be known of somebody before an account is opened; an empty e-mail is none."""

    @property
    def citizen_id(self) -> CitizenId: ...
    @property
    def old_number(self) -> CitizenId | None: ...
    @property
    def full_name(self) -> PersonName: ...
    @property
    def born_on(self) -> BirthDate: ...
    @property
    def email(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Vouching:
    """Who opened the account for the citizen, and for which unit; empty for self-registration."""

    subject: str = ""
    unit_id: int | None = None
    unit_code: str = ""


def refusal_for(error: IntegrityError) -> Refusal | None:
    """The sentence that belongs to the constraint that said no, if it is one of ours."""
    diagnostics = getattr(error.__cause__, "diag", None)
    kind = _BY_CONSTRAINT.get(getattr(diagnostics, "constraint_name", None) or "")
    if kind is OwnAccountsOver:
        return kind(until=f"{providers.arrangement().own_until:%d/%m/%Y}")
    return kind() if kind else refusing.of(error)


def found(
    *,
    data: PersonData,
    origin: Account.Origin,
    source: IdentityDocument.Source,
    password: str,
    verdict: str,
    operator: str,
    vouching: Vouching = Vouching(),
    exception: PhoneException | None = None,
) -> Account:
    """Insert everything, or raise AlreadyHasAccount, PhoneTaken or StaffPhone as the database decides.

    Raises NumbersOfTwoPeople or KnownAsAnother when an officer has to look first.
    ``password`` is a finished hash, or empty for an account that waits for activation.
    """
    try:
        with transaction.atomic():
            person = _person(data, source)
            account = Account.objects.create(
                person=person,
                status=Account.Status.ACTIVE if password else Account.Status.PENDING,
                origin=origin,
                password=password,
                password_set_at=ClockTimestamp() if password else None,
                activated_at=ClockTimestamp() if password else None,
                vouched_by=vouching.subject,
                vouching_unit_id=vouching.unit_id,
                vouching_unit_code=vouching.unit_code,
            )
            identity.name_to(account, settings.DESK_ID)
            bind_phone(account, data.phone, verdict=verdict, operator=operator, exception=exception)
    except IntegrityError as error:
        raise (refusal_for(error) or error) from error
    _suspect_duplicates(person)
    return account


def open_by_vneid(who: Who) -> Account:
    """An account without password and phone, of somebody whom VNeID has named. Inside the caller's transaction.

    The phone comes later, proved as everybody's is: VNeID's word holds none (domain 5.1), and ours is asked of an
    operator. Raises AlreadyHasAccount, KnownAsAnother, VneidNotOpen.
    """
    try:
        with transaction.atomic():
            person = _person(who, IdentityDocument.Source.VNEID)
            account = Account.objects.create(
                person=person,
                status=Account.Status.ACTIVE,
                origin=Account.Origin.VNEID,
                without_password=True,
                activated_at=ClockTimestamp(),
            )
            identity.name_to(account, settings.DESK_ID)
    except IntegrityError as error:
        raise (refusal_for(error) or error) from error
    _suspect_duplicates(person)
    return account


def bind_phone(
    account: Account, phone: Phone, *, verdict: str, operator: str, exception: PhoneException | None = None
) -> PhoneBinding:
    """Make ``phone`` the account's phone; the earlier one is closed. Raises PhoneTaken, StaffPhone."""
    try:
        with transaction.atomic():
            account.phones.filter(status="active", role="primary").update(status=PhoneBinding.Status.CLOSED)
            binding = PhoneBinding(
                account=account,
                phone_bi=phone_fingerprint(phone),
                phone_masked=phone.masked,
                verdict=verdict,
                operator=operator,
                exception=exception,
            )
            binding.phone_sealed = seal("accounts_phonebinding.phone", str(binding.row_key), phone.value)
            binding.save(force_insert=True)
    except IntegrityError as error:
        raise (refusal_for(error) or error) from error
    return binding


def release_recycled_phone(
    phone: Phone, *, answered_at: datetime | None, but_not: Account | None = None
) -> list[Account]:
    """The operator says the phone belongs to somebody else now: old bindings freeze, sessions end (T-11).

    Bindings younger than that answer stay: the phone has found a new owner since. A phone that two officers
    let a second account share freezes there too, but only together with the first one's.
    """
    if answered_at is None:
        return []
    held = PhoneBinding.objects.filter(
        phone_bi=phone_fingerprint(phone), status="active", verified_at__lt=answered_at
    )
    if but_not is not None:
        held = held.exclude(account=but_not)
    if not held.filter(exception__isnull=True).exists():
        return []
    bindings = list(held.select_for_update().order_by("pk"))
    held.filter(pk__in=[binding.pk for binding in bindings]).update(status=PhoneBinding.Status.FROZEN)
    losers = list(Account.objects.filter(phones__in=bindings))
    for account in losers:
        sessions.end_all(account, why="phone_recycled")
        journal.record("accounts.phone.frozen", subject=f"account:{account.pk}")
    return losers


def freeze_phone(binding: PhoneBinding) -> bool:
    """The phone went to somebody else: it opens nothing, and sessions end (T-11). False when it was over already."""
    won = PhoneBinding.objects.filter(pk=binding.pk, status=PhoneBinding.Status.ACTIVE).update(
        status=PhoneBinding.Status.FROZEN
    )
    if won:
        sessions.end_all(binding.account, why="phone_recycled")
        journal.record("accounts.phone.frozen", subject=f"account:{binding.account_id}")
    return bool(won)


def link_number(person: Person, number: Number, source: IdentityDocument.Source) -> IdentityDocument:
    """One more number of the same person. Raises AlreadyHasAccount when it is somebody else's."""
    fingerprint = number_fingerprint(number)
    existing = IdentityDocument.objects.filter(number_bi=fingerprint, status="active").first()
    if existing is not None and existing.person_id == person.pk:
        return existing
    document = IdentityDocument(
        person=person,
        kind=getattr(number, "kind", "MST"),
        number_bi=fingerprint,
        last3=number.value[-3:],
        source=source,
    )
    document.number_sealed = seal("accounts_identitydocument.number", str(document.row_key), number.value)
    document.save(force_insert=True)
    return document


def _person(data: Who, source: IdentityDocument.Source) -> Person:
    """The person behind the numbers if known and without a live account, else a new one."""
    numbers = [data.citizen_id, *([data.old_number] if data.old_number else [])]
    person = known_person(data) or Person.objects.create(
        full_name=data.full_name.value,
        folded_name=data.full_name.folded,
        name_words=list(data.full_name.words),
        born_on=data.born_on.on,
        born_year_only=data.born_on.year_only,
        email=data.email,
    )
    for number in numbers:
        link_number(person, number, source)
    return person


def known_person(data: Who) -> Person | None:
    """Whoever the numbers already lead to. Raises NumbersOfTwoPeople, KnownAsAnother, AlreadyHasAccount.

    Two numbers typed side by side are a claim, not a proof: they never make one person out of two.
    """
    numbers = [data.citizen_id, *([data.old_number] if data.old_number else [])]
    known = list(
        Person.objects.filter(
            documents__status="active",
            documents__number_bi__in=[number_fingerprint(number) for number in numbers],
        )
        .distinct()
        .order_by("pk")
    )
    if len(known) > 1:
        raise NumbersOfTwoPeople
    if not known:
        return None
    person = known[0]
    if person.accounts.filter(status__in=Account.LIVE).exists():
        raise AlreadyHasAccount
    name = PersonName.parse(person.full_name)
    if person.born_on != data.born_on.on or name.compare(data.full_name) is NameMatch.DIFFERENT:
        raise KnownAsAnother
    return person


def _suspect_duplicates(person: Person) -> None:
    """Same name and birth date under another number is for an officer to look at, never merged (SPEC 2)."""
    others = Person.objects.filter(folded_name=person.folded_name, born_on=person.born_on).exclude(
        pk=person.pk
    )
    Suspicion.objects.bulk_create(
        [Suspicion(person=person, other=other) for other in others[:20]], ignore_conflicts=True
    )
