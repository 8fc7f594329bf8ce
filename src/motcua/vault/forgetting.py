"""The vault of somebody forgotten: the keys of the files are destroyed, the papers say nothing any more."""

from django.db import transaction
from django.utils import timezone

from motcua import journal
from motcua.files import keeping
from motcua.vault.models import Paper


@transaction.atomic
def forget(account_id: int) -> int:
    """In the transaction that forgets the owner, after it: a trigger asks whether that was done (migration 0038).

    The bytes go with the next round of ``files.keeping``; dossiers keep the copies that they were decided on.
    """
    papers = list(Paper.objects.filter(owner=account_id).exclude(title="").select_related("file"))
    for paper in papers:
        if paper.file is not None:
            keeping.keep_until(paper.file, timezone.now())
    gone = Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(title="")
    if gone:
        journal.record("vault.owner.erased", subject=f"account:{account_id}", facts={"papers": gone})
    return gone
