"""Nhận tài khoản khi đủ 18 tuổi: the owner, at the desk with the own card and the own phone, takes the account over.

Everything that a parent or guardian held ends with it: phone, password, sessions, second step, e-mail, mandates. What
was done in the owner's name stays where it is, and is shown to them at the first sign-in (``before_own``).
"""

from typing import Final

from django.db import transaction

from motcua import journal
from motcua.accounts import application_rows as rows
from motcua.accounts import (
    authenticators,
    founding,
    guardianships,
    identity,
    notices,
    organisations,
    passkeys,
    recovery_codes,
    request_ends,
    sessions,
)
from motcua.accounts.models import (
    Account,
    AssistApplication,
    Disavowal,
    Guardianship,
    Mandate,
    PhoneBinding,
    Recovery,
    RestingReset,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import PersonData, phone_fingerprint
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import texts

_REVOKED: Final = "Người đại diện đủ 18 tuổi và nhận tài khoản"


class PhoneStillGuardians(Refusal):
    code = "of_age_phone_of_guardian"
    status = 409
    message = (
        "Đây là số điện thoại của cha, mẹ hoặc người giám hộ. Đề nghị nhập số của chính công dân; "
        "nếu đã sang tên cho công dân, số này chỉ dùng được khi nhà mạng xác nhận chính chủ."
    )


class TakenOverMeanwhile(Refusal):
    code = "of_age_taken_over_meanwhile"
    status = 409
    message = "Tài khoản vừa được nhận tại một quầy khác. Đề nghị ông/bà tải lại danh sách."


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

    Raises CodeVoid, NotFound, and as ``take_over``.
    """
    locked = AssistApplication.objects.select_for_update().get(pk=application.pk)
    if locked.status == AssistApplication.Status.CREATED and locked.account is not None:
        return locked.account
    if bytes(locked.form_hash or b"") != bytes(application.form_hash or b""):
        raise rows.CodeVoid
    account = identity.account_by_number(data.citizen_id)
    if account is None:
        raise NotFound
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
    request_ends.close(locked, account, verdict, operator)
    request_ends.give_password(account, locked, data.phone, one_time, hashed)
    request_ends.forgive(account, data)
    return account


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
    held = guardianships.require_waiting(account)
    old = account.phones.filter(role="primary", status=PhoneBinding.Status.ACTIVE).first()
    if old is not None and bytes(old.phone_bi) == phone_fingerprint(data.phone) and verdict != "MATCH":
        raise PhoneStillGuardians
    won = Guardianship.objects.filter(pk=held.pk, settled_at=None).update(
        settled_at=ClockTimestamp(),
        settled_by=authority.subject,
        request_number=application.request_number,
    )
    if not won:
        raise TakenOverMeanwhile
    _end_what_was_held(account)
    founding.bind_phone(account, data.phone, verdict=verdict, operator=operator)
    Account.objects.filter(pk=account.pk).update(
        status=Account.Status.PENDING, password="", password_set_at=None, activated_at=None
    )
    _end_mandates(account, authority)
    journal.record(
        "accounts.account.taken_over",
        subject=f"account:{account.pk}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"application": application.pk, "operator": verdict},
    )
    if old is not None:
        # No link: whoever ran the account does not lock it any more. The text says where to go.
        notices.tell(
            account=account,
            to=identity.phone_of(old),
            text=texts.account_taken_over(host=notices.public_host()),
            purpose="account_taken_over",
            key=str(held.pk),
        )


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
