"""Tệp kết quả: a draft or a signed result, and the letters of other agencies, read by who may."""

import uuid

from motcua import journal
from motcua.desk import results, seeing
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.files.ports import Antivirus
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound
from motcua.kernel.scope import EVERYTHING, Scope
from motcua.limits import spending
from motcua.limits.quotas import Quota


def check(
    *, authority: Authority, counted_for: str, data: bytes, name: str, antivirus: Antivirus
) -> CheckedFile:
    """A PDF, counted (L16), then inspected and scanned: whoever may not hand it in has been refused before.

    ``counted_for``: the dossier or the opinion it belongs to. Call it outside any transaction. Raises
    TooManyAttempts and the reasons of the files room.
    """
    spending.spend((Quota.UPLOADS_TO_DOSSIER, counted_for), (Quota.UPLOADS_BY_OFFICER, authority.subject))
    return keeping.check(data, name=name, antivirus=antivirus, kinds=(StoredFile.Kind.PDF,))


def read(authority: Authority, dossier_id: uuid.UUID) -> tuple[bytes, str]:
    """The standing result: signed when it is, else the draft; counted (L18), journalled. Raises NotFound."""
    result = results.result_for_officer(authority, dossier_id)
    stored = result.signed or result.draft
    seeing.count_paper(authority, result.dossier)
    data = keeping.read(stored)
    journal.record(
        "desk.result.opened",
        subject=f"dossier:{dossier_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"signed": result.signed_at is not None},
    )
    return data, keeping.name_of(stored)


def read_own(subject: str, dossier_id: uuid.UUID, *, within: Scope = EVERYTHING) -> tuple[bytes, str]:
    """The owner's own result, once it was handed out. Raises NotFound."""
    result = results.result_of_owner(subject, dossier_id, within=within)
    if result.signed is None:
        raise NotFound
    return keeping.read(result.signed), keeping.name_of(result.signed)
