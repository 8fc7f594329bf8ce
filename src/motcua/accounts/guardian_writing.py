"""Ghi người giữ tài khoản: an officer writes down whose phone a minor's account has, or takes a mistake back.

Until the day only (migration 0101): after it, the account is the owner's to take over, and one officer's word lets
nobody in again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import IntegrityError, transaction

from motcua import journal
from motcua.accounts import application_rows as rows
from motcua.accounts import guardianships, identity, notices
from motcua.accounts.models import HELD, Account, Guardianship, PhoneBinding
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import birth_date_of
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.outbox import texts

SHORTEST: Final = 5
LONGEST: Final = 300


class GuardianReasonWanted(Refusal):
    code = "guardianship_reason_wanted"
    message = "Đề nghị ông/bà ghi căn cứ và giấy tờ đã xem, ít nhất 5 ký tự."


class GuardianWritten(Refusal):
    code = "guardianship_already_written"
    status = 409
    message = "Tài khoản này đã ghi người giữ. Nếu ghi nhầm, đề nghị ông/bà bỏ ghi trước rồi ghi lại."


class NoGuardianWritten(Refusal):
    code = "guardianship_not_written"
    status = 409
    message = "Tài khoản này không ghi người giữ, hoặc cán bộ khác vừa bỏ ghi. Đề nghị ông/bà tải lại trang."


class GuardianOfSharedPhone(Refusal):
    code = "guardianship_of_shared_phone"
    status = 409
    message = (
        "Số điện thoại này dùng chung theo đề nghị hai cán bộ đã duyệt nên là số của người giữ. Đề nghị ông/bà "
        "“Đổi số điện thoại” sang số của chính công dân trước, rồi bỏ ghi."
    )


class GuardianPhoneNotProved(Refusal):
    """Nothing but this officer's word says that the phone is the child's."""

    code = "guardianship_of_unproved_phone"
    status = 409
    message = (
        "Nhà mạng chưa xác nhận số điện thoại này là của chính công dân. Đề nghị ông/bà làm “Đổi số điện thoại” và "
        "chọn “Chính công dân” ở ô “Người dùng số này” trước, rồi bỏ ghi."
    )


class GuardianNotNow(Refusal):
    code = "guardianship_account_not_open"
    status = 409
    message = (
        "Tài khoản đang khóa, đã đóng hoặc không có số điện thoại đang dùng, nên chưa ghi hay bỏ ghi người giữ được. "
        "Đề nghị ông/bà xử lý tại “Điều chỉnh tài khoản” hoặc “Đổi số điện thoại” trước."
    )


#: Of the database, which has the last word.
_RULES: Final[dict[str, type[Refusal]]] = {
    "guardianship_one_open": GuardianWritten,
    "guardianship_of_minor": guardianships.NotOfMinor,
    "guardianship_taken_back_in_time": guardianships.TakeOverFirst,
    "guardianship_of_shared_phone": GuardianOfSharedPhone,
    "guardianship_of_unproved_phone": GuardianPhoneNotProved,
}


@transaction.atomic
def write_down(*, authority: Authority, account: Account, kind: str, reason: str) -> None:
    """The phone of this account, which its officers know, is a parent's or guardian's until the eighteenth birthday.

    Of two officers at once the index lets one through. The phone is told. Raises GuardianReasonWanted, NotOfMinor,
    GuardianWritten, TakeOverFirst, GuardianNotNow, OwnAccount, StaffAccount.
    """
    why = _reason(reason)
    held, phone = _held(authority, account)
    if is_grown_up(held):
        raise guardianships.NotOfMinor
    row = Guardianship(
        account=held,
        kind=guardianships.Kind(kind).value,
        recorded_by=authority.subject,
        unit_id=authority.unit_id,
        unit_code=authority.unit_code,
        reason=why,
    )
    with _said():
        row.save(force_insert=True)
    row.refresh_from_db()
    journal.record(
        "accounts.guardianship.begun",
        subject=f"account:{held.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"kind": row.kind},
    )
    day = row.ends_on
    if day is not None:
        text = texts.guardian_written(last3=_last3(held), day=day)
        notices.tell(account=held, to=phone, text=text, purpose="guardian_written", key=str(row.public_id))


@transaction.atomic
def take_back(*, authority: Authority, account: Account, reason: str) -> None:
    """It was written down by mistake: the phone is the owner's. One UPDATE decides, and the database judges the day,
    and whether the operator or a change of phone at a desk says that it is.

    Raises GuardianReasonWanted, NoGuardianWritten, TakeOverFirst, GuardianOfSharedPhone, GuardianPhoneNotProved,
    GuardianNotNow, OwnAccount, StaffAccount.
    """
    why = _reason(reason)
    held, phone = _held(authority, account)
    row = guardianships.open_of(held)
    if row is None:
        raise NoGuardianWritten
    if is_shared(held):
        raise GuardianOfSharedPhone
    with _said():
        won = Guardianship.objects.filter(HELD, pk=row.pk).update(
            taken_back_at=ClockTimestamp(),
            taken_back_by=authority.subject,
            taken_back_unit_code=authority.unit_code,
            taken_back_reason=why,
        )
    if not won:
        raise NoGuardianWritten
    journal.record(
        "accounts.guardianship.taken_back",
        subject=f"account:{held.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )
    text = texts.guardian_taken_back(last3=_last3(held))
    notices.tell(account=held, to=phone, text=text, purpose="guardian_taken_back", key=str(row.public_id))


def is_grown_up(account: Account) -> bool:
    """Whoever has no birth date (an organisation, somebody forgotten) is nobody's ward."""
    person = account.person
    if person.born_on is None:
        return True
    return guardianships.is_of_age(birth_date_of(person.born_on, person.born_year_only))


def is_shared(account: Account) -> bool:
    """Whether two officers let the phone serve another account as well."""
    bound = account.phones.filter(status__in=(PhoneBinding.Status.ACTIVE, PhoneBinding.Status.FROZEN))
    return bound.filter(exception__isnull=False).exists()


def _reason(typed: str) -> str:
    why = plain_text.clean(typed, max_length=LONGEST, lines=True)
    if len(why) < SHORTEST:
        raise GuardianReasonWanted
    return why


def _held(authority: Authority, account: Account) -> tuple[Account, Phone]:
    """The account's row first, as whoever adjusts, closes or hands it over holds it."""
    authority.require(Power.OPEN_ACCOUNT)
    held = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
    rows.require_anothers(authority, held)
    rows.require_citizens(held)
    phone = identity.primary_phone(held)
    if guardianships.waits(held.pk):
        raise guardianships.TakeOverFirst
    if held.status not in guardianships.OPEN or phone is None:
        raise GuardianNotNow
    return held, phone


@contextmanager
def _said() -> Iterator[None]:
    """The sentence of the rule that refused, where midnight or another officer came between."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        rule = str(getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "") or "")
        raise (_RULES[rule]() if rule in _RULES else broken) from broken


def _last3(account: Account) -> str:
    document = identity.own_documents(account).filter(status="active").order_by("kind").first()
    return document.last3 if document else ""
