"""Whether a merge stands, which of them owners contest, and how long its scan is kept."""

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from motcua.accounts.models import Account, Disavowal, Merge
from motcua.files import keeping

#: Of the scan, for parting the two again; and of one that came to nothing (docs/data-protection.md, DP-10).
KEPT: Final = timedelta(days=90)
CLOSED_KEPT: Final = timedelta(days=7)


def stands(merge: Merge | None) -> bool:
    """Whether the two are joined now, by this very merge."""
    if merge is None or merge.state != Merge.State.DONE or merge.kind != Merge.Kind.MERGE:
        return False
    joined = Account.objects.filter(
        pk=merge.absorbed_id,
        status=Account.Status.MERGED,
        merged_into=merge.survivor_id,
        merged_into__status__in=Account.LIVE,
    )
    newer = Merge.objects.filter(
        absorbed=merge.absorbed_id, kind=Merge.Kind.MERGE, state=Merge.State.DONE, pk__gt=merge.pk
    )
    return joined.exists() and not newer.exists()


def with_contest(rows: QuerySet[Merge], *, only: bool = False) -> QuerySet[Merge]:
    """Each with ``contested``: an owner said “không phải tôi” after it was done, and the two are joined still.

    ``only``: nothing else.
    """
    said_no = Disavowal.objects.filter(merge=OuterRef("pk"), used_at__isnull=False)
    joined = Account.objects.filter(
        pk=OuterRef("absorbed"), status=Account.Status.MERGED, merged_into=OuterRef("survivor")
    )
    newest = ~Exists(
        Merge.objects.filter(
            absorbed=OuterRef("absorbed"), state=Merge.State.DONE, settled_at__gt=OuterRef("settled_at")
        )
    )
    done = Exists(Merge.objects.filter(pk=OuterRef("pk"), kind=Merge.Kind.MERGE, state=Merge.State.DONE))
    told = rows.annotate(contested=Exists(said_no) & Exists(joined) & newest & done)
    return told.filter(contested=True) if only else told


def keep_scan(row: Merge, how_long: timedelta) -> None:
    """Another last day of the scan, counted from now; in the caller's transaction."""
    if row.evidence is not None:
        keeping.keep_until(row.evidence, timezone.now() + how_long)


def forget_scans(account: Account) -> None:
    """Whoever is forgotten is not to be seen on a scan either."""
    rows = Merge.objects.filter(survivor=account) | Merge.objects.filter(absorbed=account)
    for row in rows.select_related("evidence"):
        keep_scan(row, timedelta(0))
