"""Who closed an account is forgotten in every room, written down outside of the database first, and again after
a restore (threats DP-17, DP-23)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from motcua.accounts import closing
from motcua.accounts.models import Account, Closure
from motcua.protection import ledger
from motcua.vault import forgetting

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: forgotten again now, forgotten already, not in this database."""

    again: int
    already: int
    unknown: int


def forget_due() -> int:
    """Everybody whose thirty days are over; how many. A crash between ledger and database repeats the line."""
    forgotten = 0
    for account in closing.due(_AT_ONCE):
        ledger.write_down(account.public_id, account.closure.closed_at)
        forgotten += _forget(account)
    return forgotten


def overdue(at_most: int) -> int:
    """How many are past their thirty days and still here."""
    return len(closing.due(at_most))


def replay() -> Replayed:
    """After a restore, with the rights of the database's owner, before anybody is let in. Twice is once.

    Raises ledger.LedgerBroken: a ledger that was tampered with forgets nobody.
    """
    known: dict[uuid.UUID, datetime] = {}
    for each in ledger.configured():
        known.update({erasure.account: erasure.closed_at for erasure in each.erasures()})
    again = already = 0
    for public_id, closed_at in known.items():
        account = Account.objects.filter(public_id=public_id).first()
        if account is None:
            continue
        if Closure.objects.filter(account=account, forgotten_at__isnull=False).exists():
            already += 1
            continue
        again += _again(account, closed_at)
    return Replayed(again, already, len(known) - again - already)


@transaction.atomic
def _again(account: Account, closed_at: datetime) -> bool:
    """The backup may be from before the account was closed: it is closed as of the day that the ledger knows."""
    closing.close_again(account, closed_at)
    return _forget(account)


@transaction.atomic
def _forget(account: Account) -> bool:
    if not closing.forget(account):
        return False
    forgetting.forget(account.pk)
    return True
