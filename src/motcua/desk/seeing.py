"""Xem và tìm hồ sơ: opening a dossier's page, or asking by a number or a phone, is counted and journalled (T-44)."""

import uuid
from datetime import datetime

from motcua import journal
from motcua.desk import dossiers
from motcua.desk.dossiers import Page, Search
from motcua.desk.models import Dossier
from motcua.kernel.authority import Authority
from motcua.limits import spending
from motcua.limits.quotas import Quota


def open_page(authority: Authority, public_id: uuid.UUID) -> tuple[Dossier, bool]:
    """The dossier with its checklist and history, and whether it is open to this officer now.

    False: the unit only had it once, and is shown how far it is. Raises NotFound, NotAuthorised, TooManyAttempts.
    """
    dossier, now = dossiers.known_dossier(authority, public_id)
    seen(authority, public_id, whole=now)
    return dossier, now


def seen(authority: Authority, public_id: uuid.UUID, *, whole: bool = True) -> None:
    """Count and write down that a page of this dossier is about to be shown. Raises TooManyAttempts."""
    spending.spend((Quota.DOSSIERS_OPENED_BY_OFFICER, authority.subject))
    journal.record(
        "desk.dossier.seen",
        subject=f"dossier:{public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"whole": whole},
    )


def count_paper(authority: Authority, dossier: Dossier) -> None:
    """Count that a file of somebody else is about to be opened (L18). Raises TooManyAttempts."""
    spending.spend(
        (Quota.PAPERS_OPENED_BY_OFFICER, authority.subject),
        (Quota.OWNERS_OPENED_BY_OFFICER, authority.subject, dossier.owner_subject or str(dossier.public_id)),
    )


def search(
    authority: Authority, wanted: Search, *, cursor: str | None = None, now: datetime, limit: int
) -> Page:
    """A page of the list. Asking for one person by number or phone is a look at that person's affairs.

    Raises BadCursor, NotAuthorised, TooManyAttempts.
    """
    by = "number" if wanted.number is not None else "phone" if wanted.phone is not None else ""
    if not by:
        return dossiers.list_for_officer(authority, wanted, cursor=cursor, now=now, limit=limit)
    spending.spend((Quota.PEOPLE_SEARCHED_BY_OFFICER, authority.subject))
    page = dossiers.list_for_officer(authority, wanted, cursor=cursor, now=now, limit=limit)
    journal.record(
        "desk.person.searched",
        subject=f"officer:{authority.subject}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"by": by, "found": len(page.rows)},
    )
    return page
