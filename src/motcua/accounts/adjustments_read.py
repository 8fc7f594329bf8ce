"""What officers and owners read of adjustments: the list of a unit, the scan, the owner's own history."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from motcua import journal
from motcua.accounts import adjusting, identity
from motcua.accounts.models import Adjustment
from motcua.accounts.sealed_data import number_fingerprint
from motcua.files import keeping
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound
from motcua.kernel.visitor import Visitor
from motcua.limits import spending
from motcua.limits.quotas import Quota

PAGE: Final = 20
_CURSOR: Final = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; empty means any."""

    kind: str = ""
    decision: str = ""
    oldest_first: bool = False
    number: CitizenId | None = None


@dataclass(frozen=True, slots=True)
class OwnLine:
    """What the owner reads: what was done, when, where and why."""

    at: datetime
    what: str
    result: str
    unit_code: str
    reason: str = field(repr=False)


def listing(viewer: Authority, wanted: Wanted, *, after: str = "") -> tuple[list[Adjustment], str]:
    """Asked for in the viewer's unit and below; a page and where the next one begins."""
    viewer.require(Power.OPEN_ACCOUNT)
    rows = Adjustment.objects.filter(unit_id__in=viewer.subtree).select_related("account__person")
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.decision:
        rows = rows.filter(decision=wanted.decision)
    if wanted.number is not None:
        rows = rows.filter(account__person__documents__number_bi=number_fingerprint(wanted.number))
    if _CURSOR.fullmatch(after):
        rows = rows.filter(pk__gt=after) if wanted.oldest_first else rows.filter(pk__lt=after)
    found = list(rows.order_by("pk" if wanted.oldest_first else "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return shown, str(shown[-1].pk) if len(found) > PAGE else ""


def waiting(viewer: Authority) -> int:
    """How many wait for a second officer; for the dashboard."""
    return Adjustment.objects.filter(unit_id__in=viewer.subtree, decision="WAITING").count()


def evidence(viewer: Authority, public_id: uuid.UUID) -> tuple[bytes, str, str]:
    """The scan, its kind and its name; counted and written down (L18). Raises NotFound, TooManyAttempts."""
    row = adjusting.one(viewer, public_id)
    if row.evidence is None:
        raise NotFound
    spending.spend((Quota.PAPERS_OPENED_BY_OFFICER, viewer.subject))
    journal.record(
        "accounts.adjustment.evidence_opened",
        subject=f"adjustment:{row.public_id}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
    )
    return keeping.read(row.evidence), row.evidence.kind, keeping.name_of(row.evidence)


def own(viewer: Visitor) -> Sequence[OwnLine]:
    """The owner's own history, newest first."""
    mine = Adjustment.objects.filter(account__in=identity.with_merged(viewer.account_id))
    rows = mine.order_by("-pk")[:50]
    return [
        OwnLine(
            row.decided_at or row.asked_at,
            row.get_kind_display(),
            row.get_decision_display(),
            row.unit_code,
            row.reason,
        )
        for row in rows
    ]
