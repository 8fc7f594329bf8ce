"""Tài liệu chứng minh của đề nghị sửa chủ hồ sơ: read by who asks and who decides, counted and written down."""

import uuid

from motcua import journal
from motcua.desk import misfiled, moving, seeing
from motcua.desk.models import OwnerCorrection
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound


def may_see(authority: Authority, asked: OwnerCorrection) -> bool:
    """Neither owner, nor who filed for one, reads what was brought against or for them, but who brought it does."""
    if authority.subject != asked.asked_by and moving.is_filed_by(asked.dossier, authority.subject):
        return False
    return authority.subject not in {asked.from_subject, asked.to_subject} - {asked.asked_by}


def opened(authority: Authority, correction_id: uuid.UUID) -> tuple[StoredFile, bytes, str]:
    """The file with its bytes and name: counted first (L18), journalled.

    Raises OwnDossier, NotFound, NotAuthorised, FileUnreadable, TooManyAttempts.
    """
    asked, proof = _proof_of(authority, correction_id)
    seeing.count_paper(authority, asked.dossier)
    data = keeping.read(proof)
    journal.record(
        "desk.owner_evidence.opened",
        subject=f"owner_correction:{asked.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )
    return proof, data, keeping.name_of(proof)


def page_opened(*, authority: Authority, correction_id: uuid.UUID, page: int) -> tuple[bytes, str]:
    """Bytes and kind, for one look at one of its pages: counted first (L18), then journalled. Raises the same."""
    asked, proof = _proof_of(authority, correction_id)
    if not 1 <= page <= (proof.page_count or 0):
        raise NotFound
    seeing.count_paper(authority, asked.dossier)
    data = keeping.read(proof)
    journal.record(
        "desk.owner_evidence.viewed",
        subject=f"owner_correction:{asked.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"page": page},
    )
    return data, str(proof.kind)


def _proof_of(authority: Authority, correction_id: uuid.UUID) -> tuple[OwnerCorrection, StoredFile]:
    asked = misfiled.correction_seen_by(authority, correction_id)
    proof = asked.evidence
    if proof is None or proof.purged_at is not None:
        raise NotFound
    if not may_see(authority, asked):
        raise moving.OwnDossier
    return asked, proof
