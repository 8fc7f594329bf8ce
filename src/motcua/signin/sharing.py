"""Đồng ý chia sẻ: asked once for a set of information, seen again by its owner, and taken back (threats T-32)."""

import uuid
from typing import Any

from django.db import transaction

from motcua import journal
from motcua.accounts.models import Account
from motcua.kernel.refusal import NotFound
from motcua.kernel.visitor import Visitor
from motcua.keys.columns import ClockTimestamp
from motcua.signin import sign_ins
from motcua.signin.entries import Entry
from motcua.signin.models import Sharing, SignIn
from motcua.signin.scopes import OF_STATE
from motcua.signin.token_tables import End


def is_needed(visitor: Visitor, entry: Entry, scopes: frozenset[str]) -> bool:
    """Whether the person has to be asked before this system learns ``scopes``."""
    free = OF_STATE if entry.sign_in.of_state else frozenset[str]()
    left = scopes - free
    if not left:
        return False
    given = _standing(visitor, entry.client.pk)
    return given is None or not left <= set(given.scopes)


@transaction.atomic
def agree(*, visitor: Visitor, entry: Entry, scopes: frozenset[str]) -> None:
    """The person agrees; what they agreed to before goes on standing with it. Two windows wait for each other."""
    Account.objects.select_for_update(no_key=True).get(pk=visitor.account_id)
    before = _standing(visitor, entry.client.pk)
    if before is not None and scopes <= set(before.scopes):
        return
    if before is not None:
        Sharing.objects.filter(pk=before.pk).update(ended_at=ClockTimestamp())
    known = scopes | set(before.scopes if before else ())
    agreed = known & set(entry.sign_in.scopes)
    made = Sharing.objects.create(account_id=visitor.account_id, client=entry.client, scopes=sorted(agreed))
    journal.record("signin.sharing.given", **_noted(made))


@transaction.atomic
def withdraw(*, viewer: Visitor, client: uuid.UUID) -> None:
    """The system learns nothing more, and what it holds is good no longer. Raises NotFound."""
    mine = SignIn.objects.filter(account_id=viewer.account_id, client__public_id=client)
    given = Sharing.objects.filter(account_id=viewer.account_id, client__public_id=client, ended_at=None)
    row = given.select_for_update().first()
    if row is None and not mine.exists():
        raise NotFound
    if row is not None:
        given.update(ended_at=ClockTimestamp())
        journal.record("signin.sharing.withdrawn", **_noted(row))
    for sign_in in mine.filter(ended_at=None):
        sign_ins.end(sign_in, End.CONSENT_WITHDRAWN)


def end_of_merged() -> int:
    """What was agreed to with an account that was merged: the person is asked anew with the one that stays."""
    over = Sharing.objects.filter(ended_at=None, account__status=Account.Status.MERGED)
    ended = 0
    for row in over.order_by("pk")[:200]:
        with transaction.atomic():
            if Sharing.objects.filter(pk=row.pk, ended_at=None).update(ended_at=ClockTimestamp()):
                journal.record("signin.sharing.withdrawn", **_noted(row))
                ended += 1
    return ended


def _standing(visitor: Visitor, client_pk: int) -> Sharing | None:
    return Sharing.objects.filter(account_id=visitor.account_id, client_id=client_pk, ended_at=None).first()


def _noted(row: Sharing) -> dict[str, Any]:
    return {"subject": f"account:{row.account_id}", "facts": {"sharing": row.pk}}
