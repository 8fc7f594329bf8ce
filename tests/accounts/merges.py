"""Builders: two accounts of one person, and the officers who join and part them."""

import secrets

from django.db import connection, transaction

from motcua.accounts import merging
from motcua.accounts.models import Account, Merge
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from tests.accounts import desk, people

UNIT = "so-gop-mau"
REASON = "đã xem thẻ CCCD và giấy xác nhận số CMND"


def officer() -> Authority:
    return desk.authority_at(UNIT, Power.OPEN_ACCOUNT)


def scan() -> StoredFile:
    return desk.scan_of(secrets.token_hex(8))


def pair() -> tuple[Account, Account]:
    """Of one person, each with a number and a phone of its own."""
    return people.account(), people.account()


def asked(survivor: Account, absorbed: Account) -> Merge:
    return merging.ask(
        authority=officer(), survivor=survivor, absorbed=absorbed, reason=REASON, evidence=scan()
    )


def agreed(survivor: Account, absorbed: Account) -> Merge:
    """By another officer; it rests."""
    return merging.approve(authority=officer(), public_id=asked(survivor, absorbed).public_id)


def rested(merge: Merge) -> None:
    """Eight days later, as far as this merge is concerned."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_merge SET due_at = due_at - interval '8 days' WHERE id = %s", [merge.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def long_ago(*merges: Merge) -> None:
    """Done, and the owners' links are over."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_merge SET settled_at = settled_at - interval '11 days' WHERE id = ANY(%s)",
            [[merge.pk for merge in merges]],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def made_by(account: Account, creator: str, unit_code: str = UNIT, unit_id: int | None = None) -> None:
    """As if this officer had created the account; how it came to be is never changed, so past that rule."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Account.objects.filter(pk=account.pk).update(
            origin="ASSISTED", vouched_by=creator, vouching_unit_code=unit_code, vouching_unit_id=unit_id
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def joined(survivor: Account, absorbed: Account) -> Merge:
    """Agreed, rested and done."""
    merge = agreed(survivor, absorbed)
    rested(merge)
    assert merging.settle_due() == 1
    return fresh(merge, survivor, absorbed)


def parted(merge: Merge, *accounts: Account) -> Merge:
    """The merge undone, by two other officers."""
    asked_back = merging.ask_undo(authority=officer(), merge=merge.public_id, reason=REASON)
    merging.approve(authority=officer(), public_id=asked_back.public_id)
    rested(asked_back)
    assert merging.settle_due() == 1
    return fresh(asked_back, *accounts)


def fresh(merge: Merge, *accounts: Account) -> Merge:
    """The row as it is now; the accounts are read again."""
    for account in accounts:
        account.refresh_from_db()
    return Merge.objects.select_related("survivor__person", "absorbed__person").get(pk=merge.pk)
