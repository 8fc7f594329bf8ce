"""Tệp kết quả: a draft or a signed result, and the letters of other agencies, read by who may."""

import uuid

from motcua import journal
from motcua.desk import results
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.files.ports import Antivirus
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound


def check(data: bytes, *, name: str, antivirus: Antivirus) -> CheckedFile:
    """A PDF, inspected and scanned; call it before any transaction. Raises the reasons of the files room."""
    return keeping.check(data, name=name, antivirus=antivirus, kinds=(StoredFile.Kind.PDF,))


def read(authority: Authority, dossier_id: uuid.UUID) -> tuple[bytes, str]:
    """The standing result: signed when it is, else the draft; journalled. Raises NotFound."""
    result = results.result_for_officer(authority, dossier_id)
    stored = result.signed or result.draft
    data = keeping.read(stored)
    journal.record(
        "desk.result.opened",
        subject=f"dossier:{dossier_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"signed": result.signed_at is not None},
    )
    return data, keeping.name_of(stored)


def read_own(subject: str, dossier_id: uuid.UUID) -> tuple[bytes, str]:
    """The owner's own result, once it was handed out. Raises NotFound."""
    result = results.result_of_owner(subject, dossier_id)
    if result.signed is None:
        raise NotFound
    return keeping.read(result.signed), keeping.name_of(result.signed)
