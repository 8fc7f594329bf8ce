"""Telling the owner what happened to the account, with a link to say "không phải tôi"."""

import secrets
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from motcua import journal
from motcua.accounts import merge_objections, sessions, vneid_unlinking
from motcua.accounts.models import (
    Account,
    Disavowal,
    EmailBinding,
    Guardianship,
    Merge,
    PhoneBinding,
    RestingReset,
    TempCredential,
    VneidLink,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import mac
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import sending, texts
from motcua.units import officers

PHONE_CHANGED: Final = "phone_changed"
EMAIL_CHANGED: Final = "email_changed"
RESET_RESTING: Final = "reset_resting"
TAKEN_OVER: Final = "taken_over"
MERGE_RESTS: Final = "merge_rests"
MERGED: Final = "accounts_merged"
UNLINK_ASKED: Final = "unlink_asked"
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class Meaning(StrEnum):
    """What a link does when its owner confirms: the page says it before and after."""

    LOCKS = "LOCKS"
    STOPS_MERGE = "STOPS_MERGE"
    STOPS_PARTING = "STOPS_PARTING"
    CONTESTS_MERGE = "CONTESTS_MERGE"
    STOPS_TAKE_OVER = "STOPS_TAKE_OVER"
    STOPS_UNLINKING = "STOPS_UNLINKING"


class LinkNotValid(Refusal):
    code = "disavowal_not_valid"
    status = 404
    message = (
        "Liên kết này không còn hiệu lực hoặc đã được sử dụng. "
        "Nếu cần khóa tài khoản, đề nghị ông/bà gọi tổng đài hoặc đến Bộ phận một cửa gần nhất."
    )


def tell(*, account: Account, to: Phone, text: str, purpose: str, key: str) -> None:
    """Text the owner; ``key`` is ours and stable, so a retry does not text twice."""
    sending.enqueue(to=to, text=text, purpose=purpose, dedupe_key=f"{purpose}:{account.pk}:{key}")


def disavowal_link(account: Account, about: str, *, merge: Merge | None = None) -> str:
    """A short address that ends all sessions when its owner confirms; ten days, once (threats T-14)."""
    token = "".join(secrets.choice(_ALPHABET) for _ in range(14))
    Disavowal.objects.create(account=account, token_hash=_hash(token), about=about, merge=merge)
    return f"{settings.PUBLIC_URL}/k/{token}"


def disavowal(token: str) -> Disavowal:
    """The notice a link belongs to, still valid; LinkNotValid otherwise."""
    found = (
        Disavowal.objects.select_related("account", "merge")
        .filter(token_hash=_hash(token), used_at__isnull=True, expires_at__gt=ClockTimestamp())
        .first()
    )
    if found is None:
        raise LinkNotValid
    return found


def meaning(notice: Disavowal) -> Meaning:
    """What it does now; LinkNotValid when what it told of is over. A merge that was done meanwhile is contested."""
    merge = notice.merge
    if merge is None:
        if notice.about == UNLINK_ASKED:
            if not vneid_unlinking.waiting(vneid_unlinking.of(notice.account)).exists():
                raise LinkNotValid  # decided, lapsed or taken back: there is nothing to stop
            return Meaning.STOPS_UNLINKING
        if notice.about == TAKEN_OVER and not _still_rests(notice.account):
            raise LinkNotValid  # the day of rest is over: whoever ran the account locks it no more
        return Meaning.STOPS_TAKE_OVER if notice.about == TAKEN_OVER else Meaning.LOCKS
    if notice.about == MERGE_RESTS and merge.state == Merge.State.AGREED:
        return Meaning.STOPS_MERGE if merge.kind == Merge.Kind.MERGE else Meaning.STOPS_PARTING
    if merge_objections.contestable(notice.account, merge):
        return Meaning.CONTESTS_MERGE
    raise LinkNotValid


def _still_rests(account: Account) -> bool:
    return Guardianship.objects.filter(account=account, rests_until__gt=ClockTimestamp()).exists()


@transaction.atomic
def disavow(*, token: str) -> Meaning:
    """The owner says "it was not me": every session ends and the password no longer opens the account.

    Of a merge: see ``Meaning``. Raises LinkNotValid.
    """
    won = Disavowal.objects.filter(
        token_hash=_hash(token), used_at__isnull=True, expires_at__gt=ClockTimestamp()
    ).update(used_at=ClockTimestamp())
    if not won:
        raise LinkNotValid
    notice = Disavowal.objects.select_related("account", "merge__evidence").get(token_hash=_hash(token))
    does = meaning(notice)
    if notice.merge is not None:
        _say_no_to(notice.merge, does, notice.account)
    elif does == Meaning.STOPS_UNLINKING:
        stopped = vneid_unlinking.stop(notice.account)
        if not stopped:
            raise LinkNotValid
        for link in stopped:
            _tell_who_asked(link)
    else:
        _lock(notice)
    return does


def _tell_who_asked(link: VneidLink) -> None:
    """The officer whose request the owner stopped; who is none any more hears nothing."""
    try:
        phone = officers.phone_of(link.asked_by)
    except NotFound:
        return
    sending.enqueue(
        to=phone,
        text=texts.vneid_unlink_stopped(host=public_host()),
        purpose="vneid_unlink_stopped",
        dedupe_key=f"vneid_unlink_stopped:{link.public_id}:{link.asked_at:%Y%m%d%H%M%S%f}",
    )


def _say_no_to(merge: Merge, does: Meaning, account: Account) -> None:
    actor = f"account:{account.pk}"
    if does != Meaning.CONTESTS_MERGE:
        # Nobody got in: it is stopped, and both accounts go on as before.
        if not merge_objections.object_to(merge, actor):
            raise LinkNotValid
        return
    # The account that stayed may be a stranger's: neither its password nor its phone opens it before the desk does.
    stayed = merge.survivor
    sessions.end_all(stayed, why="disavowed")
    stayed.phones.filter(status=PhoneBinding.Status.ACTIVE).update(status=PhoneBinding.Status.FROZEN)
    Account.objects.filter(pk=stayed.pk, status=Account.Status.ACTIVE).update(status=Account.Status.LOCKED)
    RestingReset.objects.filter(account=stayed, state=RestingReset.State.WAITING).update(
        state=RestingReset.State.CANCELLED, password="", settled_at=ClockTimestamp()
    )
    merge_objections.note(merge, actor)
    journal.record("accounts.account.disavowed", subject=f"account:{stayed.pk}")


def _lock(notice: Disavowal) -> None:
    account = notice.account
    sessions.end_all(account, why="disavowed")
    if notice.about in (PHONE_CHANGED, TAKEN_OVER):
        # The phone bound now is the thief's: it must not reset the password. The owner goes to the desk.
        account.phones.filter(status=PhoneBinding.Status.ACTIVE).update(status=PhoneBinding.Status.FROZEN)
    if notice.about == EMAIL_CHANGED:
        close_email(account)  # the thief's own mailbox
    # A new password that waits for its day is the stranger's: the owner says no to that as well.
    RestingReset.objects.filter(account=account, state=RestingReset.State.WAITING).update(
        state=RestingReset.State.CANCELLED, password="", settled_at=ClockTimestamp()
    )
    if notice.about == RESET_RESTING:
        # Whoever asked holds the phone: the owner goes to the desk, the old password goes on opening the account.
        account.phones.filter(status=PhoneBinding.Status.ACTIVE).update(status=PhoneBinding.Status.FROZEN)
        journal.record("accounts.account.disavowed", subject=f"account:{account.pk}")
        return
    if notice.about == TAKEN_OVER:
        # Nobody has a password yet: none goes to the phone that a stranger may have brought.
        TempCredential.objects.filter(account=account, used_at=None, voided_at=None).update(
            voided_at=ClockTimestamp()
        )
    Account.objects.filter(pk=account.pk, status=Account.Status.ACTIVE).update(status=Account.Status.LOCKED)
    journal.record("accounts.account.disavowed", subject=f"account:{account.pk}")


def close_email(account: Account) -> int | None:
    """Erase the address that notices go to; the row's number, None when there was none."""
    bound = EmailBinding.objects.filter(account=account, status=EmailBinding.Status.ACTIVE).first()
    if bound is None:
        return None
    EmailBinding.objects.filter(pk=bound.pk).update(
        status=EmailBinding.Status.CLOSED,
        email_sealed=None,
        email_bi=None,
        email_masked="",
        closed_at=ClockTimestamp(),
    )
    return bound.pk


def public_host() -> str:
    """The portal's host as people type it."""
    return urlsplit(settings.PUBLIC_URL).netloc


def _hash(token: str) -> bytes:
    return mac("disavowal", token)
