"""Who closed an account is forgotten in every room, written down outside of the database first, and again after
a restore (threats DP-17, DP-23)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.accounts import closing
from motcua.accounts.models import Account, Closure
from motcua.protection import ledger
from motcua.signin import desk_dossiers
from motcua.vault import forgetting

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: forgotten again now, forgotten already, not in this database."""

    again: int
    already: int
    unknown: int


def forget_due() -> int:
    """Everybody whose thirty days are over, and vaults of earlier ones that something came into; how many.

    A crash between ledger and database repeats the line. One that cannot be forgotten keeps nobody else; what
    went wrong is raised at the end.
    """
    forgotten, failures = 0, list[Exception]()
    waiting = _waiting()
    for account in closing.due(_AT_ONCE):
        try:
            ledger.write_down(account.public_id, account.closure.closed_at)
            forgotten += _forget(account, waiting)
        except Exception as failure:
            failures.append(failure)
    for owner in forgetting.due(_AT_ONCE, waiting=waiting):
        forgotten += bool(forgetting.forget(owner, waiting=waiting))
    if failures:
        raise failures[0]
    return forgotten


def overdue(at_most: int) -> int:
    """How many are past their thirty days, or forgotten, and still say something here."""
    return min(at_most, len(closing.due(at_most)) + len(forgetting.due(at_most, waiting=_waiting())))


def replay() -> Replayed:
    """After a restore, with the rights of the database's owner, before anybody is let in. Twice is once.

    Raises ledger.LedgerBroken: ledgers that were tampered with, or do not say the same, forget nobody.
    """
    known = ledger.agreed()
    again = already = 0
    for public_id, closed_at in known.items():
        account = Account.objects.filter(public_id=public_id).first()
        if account is None:
            continue
        if Closure.objects.filter(account=account, forgotten_at__isnull=False).exists():
            already += 1
            continue
        again += _again(account, closed_at, known)
    return Replayed(again, already, len(known) - again - already)


@transaction.atomic
def _again(account: Account, closed_at: datetime, known: Mapping[UUID, datetime]) -> bool:
    """The backup may be from before the account was closed: it is closed as of the day that the ledger knows.

    It may be from a day on which the account was joined to another. That one is closed only by a line of its own.
    """
    stays = account.merged_into
    if stays is not None and account.status == Account.Status.MERGED:
        if stays.public_id in known:
            closing.close_again(stays, known[stays.public_id])
        else:
            closing.part_again(account)
    closing.close_again(account, closed_at)
    return _forget(account, _waiting())


@transaction.atomic
def _forget(account: Account, waiting: Collection[str]) -> bool:
    if not closing.forget(account):
        return False
    forgetting.forget(account.pk, waiting=waiting)
    desk_dossiers.forget(account.pk)
    return True


def _waiting() -> Collection[str]:
    """Dossiers here that may turn out to be another owner's; a desk apart keeps its own copies of what it delivered."""
    if not settings.HOSTS_DESK:
        return ()
    codes: Collection[str] = import_module("motcua.desk.owner_corrections").waiting_dossiers()
    return codes
