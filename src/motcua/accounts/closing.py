"""Đóng tài khoản: nobody signs in any more and the phone is free, at once; thirty days later who it was is forgotten.

What the law keeps stays in other rooms for its own time: dossiers, the journal, who looked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from motcua import journal
from motcua.accounts import authenticators, merge_state, notices, passkeys, recovery_codes, sessions
from motcua.accounts.models import (
    Account,
    Closure,
    Guardianship,
    IdentityDocument,
    Merge,
    Person,
    PhoneBinding,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.refusal import Refusal

#: Closing is not taken back; a new account may be opened at once (migration 0038 judges the day of forgetting).
FORGOTTEN_AFTER_DAYS: Final = 30
#: As long as the link “không phải tôi” of the merge can be used.
PARTED_WITHIN: Final = timedelta(days=10)
_NOBODY: Final = b"\0" * 32


class MayBeParted(Refusal):
    code = "closing_waits_for_parting"
    status = 409
    message = (
        "Tài khoản vừa được gộp với tài khoản khác chưa quá 10 ngày, hoặc đang có đề nghị tách, nên chưa đóng được. "
        "Đề nghị ông/bà thực hiện sau khi hết thời hạn đó."
    )


@transaction.atomic
def close(account: Account, *, how: str, text_version: str = "") -> bool:
    """In the caller's transaction, after the owner was told. False when it was closed before. Raises MayBeParted."""
    _hold(account)
    # Asked for again under the locks: a merge that was faster has pointed another one here meanwhile.
    joined = list(Account.objects.filter(merged_into=account).order_by("pk"))
    if joined:
        _refuse_while_it_may_be_parted(account)
    if not _shut(account):
        return False
    Closure.objects.create(account=account, how=how, text_version=text_version)
    for each in joined:
        if _shut(each):
            Closure.objects.create(account=each, how=how, text_version=text_version)
    return True


def _refuse_while_it_may_be_parted(account: Account) -> None:
    """Closing is not taken back: whoever was merged into it by mistake must be heard first."""
    mine = Merge.objects.filter(survivor=account)
    parting = Q(kind=Merge.Kind.UNDO, state__in=(Merge.State.WAITING, Merge.State.AGREED))
    fresh = Q(
        kind=Merge.Kind.MERGE,
        state=Merge.State.DONE,
        absorbed__merged_into=account,
        settled_at__gt=ClockTimestamp() - PARTED_WITHIN,
    )
    if mine.filter(parting | fresh).exists():
        raise MayBeParted


def close_again(account: Account, closed_at: datetime) -> None:
    """After a restore: as of the day that the ledger knows. Only the database's owner may (migration 0038).

    Never another account with it: the ledger names every account that was closed, the one that stayed before those
    that were joined to it (protection/erasing.py).
    """
    _shut(account)
    Closure.objects.get_or_create(
        account=account, defaults={"how": Closure.How.REPLAY, "closed_at": closed_at}
    )


def part_again(account: Account) -> None:
    """After a restore of a day on which it was joined to an account that nobody closed: by itself, and closed.

    Only the database's owner may (migration 0045).
    """
    Account.objects.filter(pk=account.pk).update(status=Account.Status.CLOSED, merged_into=None)
    IdentityDocument.objects.filter(came_from=account.person_id).update(
        person=account.person_id, came_from=None
    )
    _open_nothing(account)
    account.refresh_from_db()


def _hold(account: Account) -> None:
    """With those that were merged into it, which close with it; in the order in which a merge holds them."""
    both = Account.objects.select_for_update().filter(Q(pk=account.pk) | Q(merged_into=account))
    list(both.order_by("pk"))


def _shut(account: Account) -> bool:
    """No session, phone, address or second factor of it opens anything; False when that was so before.

    One that was merged closes with the account that stays, and not before.
    """
    open_elsewhere = Q(merged_into__isnull=False) & ~Q(merged_into__status=Account.Status.CLOSED)
    closed = (
        Account.objects.filter(pk=account.pk)
        .exclude(status=Account.Status.CLOSED)
        .exclude(open_elsewhere)
        .update(status=Account.Status.CLOSED)
    )
    if closed:
        _open_nothing(account)
    return bool(closed)


def _open_nothing(account: Account) -> None:
    sessions.end_all(account, why="closed")
    account.phones.exclude(status=PhoneBinding.Status.CLOSED).update(status=PhoneBinding.Status.CLOSED)
    notices.close_email(account)
    authenticators.end(account, why="closed")
    passkeys.end(account, why="closed")
    recovery_codes.void(account)


def due(limit: int) -> Sequence[Account]:
    """Closed for thirty days, and not forgotten yet; the oldest first."""
    past = RawSQL("clock_timestamp() - make_interval(days => %s)", (FORGOTTEN_AFTER_DAYS,))
    return list(
        Account.objects.filter(closure__forgotten_at__isnull=True, closure__closed_at__lte=past)
        .order_by("closure__closed_at", "pk")
        .select_related("closure")[:limit]
    )


@transaction.atomic
def forget(account: Account) -> bool:
    """Name, birth date, numbers, phones, password go; ids stay. False when somebody else did it. The database
    judges the day, and empties the person wholly or not at all (migration 0038).
    """
    won = Closure.objects.filter(account=account, forgotten_at__isnull=True).update(
        forgotten_at=F("closed_at")
    )
    if not won:
        return False
    Account.objects.filter(pk=account.pk).update(password="", password_set_at=None)
    PhoneBinding.objects.filter(account=account).update(
        phone_sealed=b"", phone_bi=_NOBODY, phone_masked="", exception=None
    )
    Guardianship.objects.filter(account=account).update(ends_on=None)
    merge_state.forget_scans(account)
    if not Account.objects.filter(person=account.person_id, status__in=Account.LIVE).exists():
        _forget_person(account.person_id)
    journal.record("accounts.account.erased", subject=f"account:{account.pk}")
    return True


def _forget_person(person_id: int) -> None:
    """The number is free for a new account of the same person."""
    IdentityDocument.objects.filter(person=person_id).update(
        status=IdentityDocument.Status.RETIRED, number_sealed=b"", number_bi=_NOBODY, last3=""
    )
    Person.objects.filter(pk=person_id).exclude(full_name="").update(full_name="")
