"""“Không phải tôi”: an owner says no to a merge that rests; it is not done, and the officers see why."""

from django.db.models import Q

from motcua import journal
from motcua.accounts.models import Account, Merge
from motcua.accounts.models.columns import ClockTimestamp


def object_to(account: Account) -> int:
    """Every merge of this account that was agreed to and not done; in the caller's transaction."""
    resting = Merge.objects.filter(
        Q(survivor=account) | Q(absorbed=account), state=Merge.State.AGREED, kind=Merge.Kind.MERGE
    )
    stopped = 0
    for row in resting.select_for_update().order_by("pk"):
        stopped += Merge.objects.filter(pk=row.pk, state=Merge.State.AGREED).update(
            state=Merge.State.OBJECTED, settled_at=ClockTimestamp()
        )
        journal.record(
            "accounts.merge.objected",
            subject=f"merge:{row.public_id}",
            actor=f"account:{account.pk}",
            unit_code=row.unit_code,
        )
    return stopped
