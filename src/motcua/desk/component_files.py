"""Tệp thành phần hồ sơ: kept while the form is still open, found again by its ticket, read by who may."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from motcua import journal
from motcua.desk import deliveries, dossiers, seeing
from motcua.files import keeping, tickets
from motcua.files.models import StoredFile
from motcua.files.ports import Antivirus
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.limits import spending
from motcua.limits.quotas import Quota

#: A file of a form that was never sent is forgotten after this long.
UNSENT_KEPT_FOR = timedelta(days=1)

_READERS = frozenset({Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN})


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that came with a form. ``token`` names it in that form, for that officer, and nowhere else."""

    token: str
    name: str = field(repr=False)
    size: int
    stored: StoredFile


def keep(
    *,
    authority: Authority,
    form_key: uuid.UUID,
    counted_for: str,
    data: bytes,
    name: str,
    antivirus: Antivirus,
    now: datetime,
) -> KeptFile:
    """Count (L16), inspect and keep one upload; call it outside any transaction.

    ``counted_for``: what the dossier is received from (a check, an exception); a form's own key would be the
    sender's to choose. Raises TooManyAttempts and the reasons of the files room.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    spending.spend((Quota.UPLOADS_TO_DOSSIER, counted_for), (Quota.UPLOADS_BY_OFFICER, authority.subject))
    stored = keeping.keep(
        data,
        name=name,
        purpose=StoredFile.Purpose.DOSSIER_COMPONENT,
        purge_after=now + UNSENT_KEPT_FOR,
        antivirus=antivirus,
    )
    return _kept(authority, form_key, stored)


def find(*, authority: Authority, form_key: uuid.UUID, token: str) -> KeptFile | None:
    """The file a form kept earlier; None for any other word."""
    stored = tickets.redeem(
        token,
        purpose=StoredFile.Purpose.DOSSIER_COMPONENT,
        holder=authority.subject,
        form=str(form_key),
    )
    return _kept(authority, form_key, stored) if stored is not None else None


def may_read(authority: Authority) -> bool:
    """Whether the links to the files are drawn at all."""
    return bool(authority.powers & _READERS)


def read(*, authority: Authority, dossier_id: uuid.UUID, order: int) -> tuple[StoredFile, bytes, str]:
    """The file of one component with its bytes and name: counted (L18), journalled, told to the owner (SPEC 8)."""
    if not may_read(authority):
        raise NotAuthorised
    line = dossiers.component_for_officer(authority, dossier_id, order)
    if line.file is None:
        raise NotFound
    seeing.count_paper(authority, line.dossier)
    data = keeping.read(line.file)
    with transaction.atomic():
        journal.record(
            "desk.component.opened",
            subject=f"dossier:{dossier_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
            facts={"order": order},
        )
        deliveries.promise_look(line, dossier_id, by=authority.subject, unit_code=authority.unit_code)
    return line.file, data, keeping.name_of(line.file)


def _kept(authority: Authority, form_key: uuid.UUID, stored: StoredFile) -> KeptFile:
    token = tickets.ticket_for(stored, holder=authority.subject, form=str(form_key))
    return KeptFile(token, keeping.name_of(stored), stored.size, stored)
