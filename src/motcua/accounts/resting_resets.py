"""Mật khẩu mới chờ hiệu lực: where nobody can say whether the SIM was swapped, the owner has a day to say no.

A new password for an account with papers rests for 24 hours. Phone and e-mail are told at once, with a link that
stops it; so does whoever signs in with the old password meanwhile, and a phone that is no longer the account's.
"""

from django.db import transaction

from motcua import journal
from motcua.accounts import emails, identity, notices, passwords
from motcua.accounts.models import Account, PhoneBinding, RestingReset, Session
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.refusal import NotFound
from motcua.outbox import letters, mailing, sending, texts

State = RestingReset.State
_AT_ONCE = 50


def promise(account: Account, hashed: str, *, phone_bi: bytes) -> RestingReset:
    """Inside the caller's transaction. A later one takes the place of an earlier one."""
    RestingReset.objects.filter(account=account, state=State.WAITING).update(
        state=State.CANCELLED, password="", settled_at=ClockTimestamp()
    )
    resting = RestingReset.objects.create(account=account, password=hashed, phone_bi=phone_bi)
    journal.record("accounts.reset.asked", subject=f"account:{account.pk}")
    link = notices.disavowal_link(account, notices.RESET_RESTING)
    phone, email = identity.primary_phone(account), emails.email_of(account)
    if phone is not None:
        sending.enqueue(
            to=phone,
            text=texts.reset_rests(link=link),
            purpose="reset_rests",
            dedupe_key=f"reset_rests:{resting.pk}",
        )
    if email is not None:
        said = letters.reset_rests(link=link)
        mailing.enqueue(
            to=email,
            subject=said.subject,
            text=said.text,
            purpose="reset_rests",
            dedupe_key=f"reset_rests:{resting.pk}",
        )
    return resting


def settle_due() -> int:
    """What has rested long enough takes effect, or is called off; returns how many were settled."""
    due = RestingReset.objects.filter(state=State.WAITING, effective_at__lte=ClockTimestamp())
    keys = list(due.order_by("id").values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_settle(key) for key in keys)


@transaction.atomic
def _settle(key: int) -> bool:
    resting = (
        RestingReset.objects.select_for_update(skip_locked=True).filter(pk=key, state=State.WAITING).first()
    )
    if resting is None:
        return False
    applied = _still_right(resting) and _applied(resting)
    RestingReset.objects.filter(pk=key).update(
        state=State.DONE if applied else State.CANCELLED, password="", settled_at=ClockTimestamp()
    )
    if not applied:
        journal.record("accounts.reset.cancelled", subject=f"account:{resting.account_id}")
    return True


def _applied(resting: RestingReset) -> bool:
    try:
        with transaction.atomic():
            passwords.set_password(resting.account, resting.password, why="password_reset")
    except NotFound:  # frozen or closed meanwhile: a password does not bring it back
        return False
    return True


def _still_right(resting: RestingReset) -> bool:
    """The phone is still the account's, and nobody has signed in, who would know the old password."""
    bound = PhoneBinding.objects.select_for_update().filter(
        account_id=resting.account_id,
        role="primary",
        status=PhoneBinding.Status.ACTIVE,
        phone_bi=resting.phone_bi,
    )
    entered = Session.objects.filter(account_id=resting.account_id, created_at__gt=resting.asked_at)
    return bool(list(bound)) and not entered.exists()
