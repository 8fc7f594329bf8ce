"""Nhận tài khoản khi đủ 18 tuổi: the owner, at the desk with the own card and the own phone, takes the account over.

Everything that a parent or guardian held ends with it: phone, password, sessions, second step, e-mail, mandates. What
was done in the owner's name stays where it is, and is shown to them at the first sign-in (``before_own``).
"""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from motcua import journal
from motcua.accounts import application_rows as rows
from motcua.accounts import (
    authenticators,
    founding,
    guardianships,
    hashing,
    holder,
    identity,
    notices,
    of_age_ends,
    organisations,
    passkeys,
    recovery_codes,
    request_ends,
    sessions,
)
from motcua.accounts.models import (
    HELD,
    Account,
    AssistApplication,
    Disavowal,
    Guardianship,
    Mandate,
    Person,
    PhoneBinding,
    Recovery,
    RestingReset,
    TempCredential,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.of_age_reading import database_day
from motcua.accounts.sealed_data import PersonData, phone_fingerprint
from motcua.kernel.authority import Authority
from motcua.kernel.password_rule import new_one_time_password
from motcua.kernel.refusal import Refusal
from motcua.outbox import texts

_log = logging.getLogger(__name__)

#: So long the old phone may say no, where no operator says that the new one is the owner's (threats C4).
RESTS: Final = timedelta(hours=24)
_AT_ONCE: Final = 200
_REVOKED: Final = "Người đại diện đủ 18 tuổi và nhận tài khoản"


class PhoneStillGuardians(Refusal):
    code = "of_age_phone_of_guardian"
    status = 409
    message = (
        "Đây là số điện thoại của cha, mẹ hoặc người giám hộ. Đề nghị nhập số của chính công dân; "
        "nếu đã sang tên cho công dân, số này chỉ dùng được khi nhà mạng xác nhận chính chủ."
    )


class PhoneUnexplained(Refusal):
    """Before a code goes to whoever ran the account until now."""

    code = "of_age_phone_unexplained"
    status = 409
    message = (
        "Đây là số điện thoại của cha, mẹ hoặc người giám hộ nên chưa gửi mã OTP. Đề nghị nhập số của chính công dân. "
        "Nếu số này đã sang tên cho công dân: đề nghị ghi căn cứ ở ô “Lý do xác nhận khác biệt” rồi bấm “Gửi mã OTP”; "
        "khi nhà mạng không xác nhận chính chủ thì số này không dùng được."
    )


class TakenOverMeanwhile(Refusal):
    code = "of_age_taken_over_meanwhile"
    status = 409
    message = "Tài khoản vừa được nhận tại một quầy khác. Đề nghị ông/bà tải lại danh sách."


def refuse_unexplained(application: AssistApplication, data: PersonData) -> None:
    """Raises PhoneUnexplained for the phone of whoever ran the account, unless the officer says why."""
    account = identity.account_by_number(data.citizen_id)
    if account is None or application.override_reason:
        return
    if _is_bound(account, data):
        raise PhoneUnexplained


def _is_bound(account: Account, data: PersonData) -> bool:
    bound = account.phones.filter(role="primary", status=PhoneBinding.Status.ACTIVE)
    return bound.filter(phone_bi=phone_fingerprint(data.phone)).exists()


@transaction.atomic
def hand_over(
    *,
    authority: Authority,
    application: AssistApplication,
    data: PersonData,
    one_time: str,
    hashed: str,
    verdict: str,
    operator: str,
) -> Account:
    """The owner came of age: the account is theirs, with their own phone and a password that only they will know.

    Without the operator's word for the phone the password follows a day later (``give_rested``). Raises CodeVoid,
    NotFound, NotTheHolder, NotToBeTakenOver, and as ``take_over``.
    """
    locked = AssistApplication.objects.select_for_update().get(pk=application.pk)
    if locked.status == AssistApplication.Status.CREATED and locked.account is not None:
        return locked.account
    if bytes(locked.form_hash or b"") != bytes(application.form_hash or b""):
        raise rows.CodeVoid
    of_age_ends.hold_phone_changes(data.citizen_id)
    account = holder.lock(data.citizen_id)
    holder.require(account, data)
    guardianships.refuse_state(account)
    rows.require_anothers(authority, account)
    rows.require_citizens(account)
    take_over(
        authority=authority,
        application=locked,
        account=account,
        data=data,
        verdict=verdict,
        operator=operator,
    )
    Person.objects.filter(pk=account.person_id).update(email=data.email)  # not the guardian's any more
    request_ends.close(locked, account, verdict, operator)
    if verdict == "MATCH":
        request_ends.give_password(account, locked, data.phone, one_time, hashed)
    request_ends.forgive(account, data)
    return account


def give_rested() -> int:
    """The one-time passwords of those whose day of rest is over; how many. What the old phone stopped stays stopped."""
    given = TempCredential.objects.filter(account=OuterRef("account"), created_at__gte=OuterRef("settled_at"))
    due = Guardianship.objects.filter(
        rests_until__lte=ClockTimestamp(), account__status=Account.Status.PENDING, account__password=""
    ).exclude(Exists(given))
    keys = list(due.order_by("rests_until", "pk").values_list("account", flat=True)[:_AT_ONCE])
    return sum(_give(key) for key in keys)


def _give(key: int) -> int:
    one_time = new_one_time_password()
    hashed = hashing.hashed(one_time)
    try:
        with transaction.atomic():
            account = Account.objects.select_for_update().get(pk=key)
            phone = identity.primary_phone(account)
            given = TempCredential.objects.filter(account=account, used_at=None, voided_at=None).exists()
            if phone is None or given or account.status != Account.Status.PENDING:
                return 0
            request_ends.give_password(account, None, phone, one_time, hashed)
            journal.record("accounts.password.sent_rested", subject=f"account:{key}")
    except Exception:  # one that cannot be unsealed holds up nobody behind it
        _log.exception("accounts.of_age_not_given")
        return 0
    return 1


@transaction.atomic
def take_over(
    *,
    authority: Authority,
    application: AssistApplication,
    account: Account,
    data: PersonData,
    verdict: str,
    operator: str,
) -> None:
    """Of two desks one wins, by one UPDATE. The account waits for activation; ``hand_over`` sends the password.

    Raises NothingToTakeOver, StillMinor, TakenOverMeanwhile, PhoneStillGuardians, PhoneTaken, StaffPhone.
    """
    held, rests = guardianships.require_waiting(account), verdict != "MATCH"
    old = account.phones.filter(role="primary", status=PhoneBinding.Status.ACTIVE).first()
    if rests and _is_bound(account, data):
        raise PhoneStillGuardians
    won = Guardianship.objects.filter(HELD, pk=held.pk).update(
        settled_at=ClockTimestamp(),
        settled_by=authority.subject,
        settled_unit_id=authority.unit_id,
        settled_unit_code=authority.unit_code,
        rests_until=ClockTimestamp() + RESTS if rests else None,
        request_number=application.request_number,
    )
    if not won:
        raise TakenOverMeanwhile
    of_age_ends.end_requests(
        account,
        day=held.ends_on or database_day(),
        guardian=identity.phone_of(old) if old is not None else None,
        last3=data.citizen_id.last3,
    )
    _end_what_was_held(account)
    founding.bind_phone(account, data.phone, verdict=verdict, operator=operator)
    opened = Account.objects.filter(pk=account.pk, status__in=guardianships.OPEN).update(
        status=Account.Status.PENDING, password="", password_set_at=None, activated_at=None
    )
    if not opened:
        raise TakenOverMeanwhile
    _end_mandates(account, authority)
    journal.record(
        "accounts.account.taken_over",
        subject=f"account:{account.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"application": application.pk, "operator": verdict},
    )
    if old is not None:
        _tell_old_phone(account, old, key=str(held.pk), rests=rests)


def _tell_old_phone(account: Account, old: PhoneBinding, *, key: str, rests: bool) -> None:
    """A link only where nobody but one officer vouches for the new phone; else whoever ran the account locks it not."""
    text = (
        texts.account_taken_over_rests(link=notices.disavowal_link(account, notices.TAKEN_OVER))
        if rests
        else texts.account_taken_over(host=notices.public_host())
    )
    notices.tell(account=account, to=identity.phone_of(old), text=text, purpose="account_taken_over", key=key)


def _end_what_was_held(account: Account) -> None:
    """Whatever a guardian could still enter, reset or lock the account with."""
    sessions.end_all(account, why="taken_over")
    sessions.end_under_mandates_of(account, why="taken_over")
    notices.close_email(account)
    authenticators.end(account, why="taken_over")
    passkeys.end(account, why="taken_over")
    recovery_codes.void(account)
    Disavowal.objects.filter(account=account, used_at=None).update(used_at=ClockTimestamp())
    Recovery.objects.filter(account=account).exclude(state=Recovery.State.DONE).update(
        state=Recovery.State.DONE
    )
    RestingReset.objects.filter(account=account, state=RestingReset.State.WAITING).update(
        state=RestingReset.State.CANCELLED, password="", settled_at=ClockTimestamp()
    )


def _end_mandates(account: Account, authority: Authority) -> None:
    """Of organisations, taken up while somebody else had the account: the owner is recorded anew if it is right."""
    held = Mandate.objects.select_related("organisation").filter(representative=account, revoked_at=None)
    for mandate in held.order_by("pk"):
        organisations.revoke(
            authority=authority,
            organisation=mandate.organisation.public_id,
            mandate=mandate.public_id,
            why=_REVOKED,
        )
