"""Điều tôi đã đồng ý: which desk may use which papers for which dossier, as the owner sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from motcua import journal
from motcua.accounts.identity import with_merged
from motcua.accounts.models import Account
from motcua.units import tree
from motcua.vault.models import Consent

PAGE = 20


@dataclass(frozen=True, slots=True)
class Agreement:
    """One consent, with the papers that were lent by it."""

    number: int
    consent_id: UUID
    unit_name: str
    dossier_code: str
    purpose: str
    given_at: datetime
    given_how: Consent.How
    withdrawn_at: datetime | None
    ended_by_move: bool
    papers: Sequence[str] = field(repr=False, default=())


def agreements_of(viewer: Account, *, before: int | None = None, limit: int = PAGE) -> list[Agreement]:
    """Newest first, withdrawn ones included; ``before`` is the last number of the page above."""
    mine = Consent.objects.filter(owner__in=with_merged(viewer.pk))
    rows = mine.prefetch_related("loans__paper").order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    page = list(rows[:limit])
    names = tree.names_of([row.recipient_unit_code for row in page])
    return [
        Agreement(
            number=row.pk,
            consent_id=row.public_id,
            unit_name=names.get(row.recipient_unit_code, row.recipient_unit_code),
            dossier_code=row.dossier_code,
            purpose=row.purpose,
            given_at=row.given_at,
            given_how=Consent.How(row.given_how),
            withdrawn_at=row.withdrawn_at,
            ended_by_move=row.ended_by_move,
            papers=[loan.paper.title for loan in row.loans.all()],
        )
        for row in page
    ]


def end_with_move(*, owner: Account, audience: str, dossier_code: str, by: str, unit_code: str) -> int:
    """The dossier is somebody else's: what its former owner agreed to for it is over; how many consents it was.

    In the caller's transaction. The owner reads why beside each of them (``agreements_of``).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_consent SET withdrawn_at = clock_timestamp(), ended_by_move = true WHERE owner_id = ANY(%s)"
            " AND recipient_audience = %s AND dossier_code = %s AND withdrawn_at IS NULL RETURNING id",
            [list(with_merged(owner.pk)), audience, dossier_code],
        )
        ended = [row[0] for row in cursor.fetchall()]
    for pk in ended:
        journal.record(
            "vault.consent.ended",
            subject=f"consent:{pk}",
            actor=by,
            unit_code=unit_code,
            facts={"dossier": dossier_code},
        )
    return len(ended)
