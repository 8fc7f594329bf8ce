"""“Không phải tôi”: an owner says no to a merge or a parting that rests; it is not done, and the officers see why.

Said after a merge was done, it ends what the account that stayed can be reached by; two officers part the two.
"""

import uuid

from django.db import transaction
from django.db.models import Q

from motcua import journal
from motcua.accounts import merge_state
from motcua.accounts.models import Account, Merge
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.refusal import NotFound
from motcua.kernel.visitor import Visitor

State = Merge.State


def resting_of(viewer: Visitor) -> list[Merge]:
    """What the owner who is signed in may still stop."""
    mine = Q(survivor=viewer.account_id) | Q(absorbed=viewer.account_id)
    return list(Merge.objects.filter(mine, state=State.AGREED).order_by("due_at", "pk"))


@transaction.atomic
def object_signed_in(viewer: Visitor, public_id: uuid.UUID) -> None:
    """From the own page. Raises NotFound, also when it was done or stopped meanwhile."""
    row = next((row for row in resting_of(viewer) if row.public_id == public_id), None)
    if row is None or not object_to(row, f"account:{viewer.account_id}"):
        raise NotFound


def object_to(row: Merge, actor: str) -> bool:
    """In the caller's transaction; False when it rests no more."""
    stopped = Merge.objects.filter(pk=row.pk, state=State.AGREED).update(
        state=State.OBJECTED, settled_at=ClockTimestamp()
    )
    if stopped:
        merge_state.keep_scan(row, merge_state.CLOSED_KEPT)
        note(row, actor)
    return bool(stopped)


def note(row: Merge, actor: str) -> None:
    """An owner said no, before it was done or after."""
    journal.record(
        "accounts.merge.objected",
        subject=f"merge:{row.public_id}",
        actor=actor,
        unit_code=row.unit_code,
    )


def contestable(account: Account, merge: Merge) -> bool:
    """Whether saying no still has something to undo: the two are joined by this merge."""
    return account.pk in (merge.survivor_id, merge.absorbed_id) and merge_state.stands(merge)
