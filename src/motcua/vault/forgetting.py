"""The vault of somebody forgotten: the keys of the files are destroyed, the papers say nothing any more.

Two kinds of papers wait. One about somebody else (a minor) is that person's: it lies there until it comes into the
right vault. One that waits to be corrected may be another owner's. Afterwards ``due`` names the owner again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from motcua import journal
from motcua.accounts.models import Closure
from motcua.files import keeping
from motcua.vault.models import Correction, Paper, PaperCorrection, PaperReport

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: The file of a paper that a dossier was decided on stays this long after its last loan: ten years, as long as the
#: desk keeps the components it scanned itself (``desk.deliveries.COMPONENTS_KEPT_FOR``). A lent one has no other bytes.
LENT_KEPT_FOR: Final = timedelta(days=3650)


@transaction.atomic
def forget(account_id: int, *, waiting: Collection[str] = ()) -> int:
    """In the transaction that forgets the owner, after it: a trigger asks whether that was done (migration 0038).

    ``waiting``: dossiers that may turn out to be another owner's; the desk knows them. The bytes go with the next
    round of ``files.keeping``; of what was lent, ten years after the last loan.
    """
    papers = _ripe(waiting).filter(owner=account_id).select_related("file")
    gone = [_emptied(paper) for paper in papers.annotate(lent=Max("loans__lent_at"))]
    if gone:
        Paper.objects.filter(pk__in=gone).update(title="")
        journal.record("vault.owner.erased", subject=f"account:{account_id}", facts={"papers": len(gone)})
    return len(gone)


def due(limit: int, *, waiting: Collection[str] = ()) -> Sequence[int]:
    """Owners forgotten already whose vault says something again: it came late, or does not wait any more."""
    forgotten = Closure.objects.filter(account=OuterRef("owner"), forgotten_at__isnull=False)
    owners = _ripe(waiting).filter(Exists(forgotten)).order_by("owner").values_list("owner", flat=True)
    return list(owners.distinct()[:limit])


def _emptied(paper: Paper) -> int:
    lent: datetime | None = getattr(paper, "lent", None)
    if paper.file is not None:
        keeping.keep_until(paper.file, lent + LENT_KEPT_FOR if lent else timezone.now())
    return paper.pk


def _ripe(waiting: Collection[str]) -> "QuerySet[Paper]":
    moved = Q(state=Paper.State.MOVED)  # lies in the right vault already
    own = Q(subject_name_sealed=b"")
    this = {"paper": OuterRef("pk")}
    asked = PaperCorrection.objects.filter(**this, decision=PaperCorrection.Decision.WAITING)
    return Paper.objects.exclude(title="").filter(
        own | moved,
        ~Q(source_dossier_code__in=waiting),
        ~Exists(asked),
        ~Exists(Correction.objects.filter(**this, approved_at=None)),
        ~Exists(PaperReport.objects.filter(**this, answered_at=None)),
    )
