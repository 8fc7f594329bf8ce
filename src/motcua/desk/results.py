"""Kết quả: a specialist attaches it, a leader signs it; from then on its bytes never change."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from motcua.desk import dossiers, moving
from motcua.desk.models import Dossier, Result
from motcua.desk.moving import noted_by, require_state
from motcua.desk.states import State
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.scope import EVERYTHING, Scope


class NoDraft(Refusal):
    code = "no_result_draft"
    status = 409
    message = "Chưa có dự thảo kết quả để ký. Đề nghị chuyên viên đính kèm dự thảo trước."


class AlreadySigned(Refusal):
    code = "result_already_signed"
    status = 409
    message = "Kết quả này đã được ký. Đề nghị ông/bà tải lại trang."


class OneMayNotSignOwnDraft(Refusal):
    code = "signer_made_the_draft"
    status = 403
    message = "Người ký phải là người khác người soạn kết quả. Đề nghị trình lãnh đạo ký."


class AnotherDraft(Refusal):
    code = "another_draft_now"
    status = 409
    message = "Dự thảo kết quả vừa được thay bằng bản khác. Đề nghị ông/bà mở lại, đọc bản mới rồi mới ký."


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is printed on the result: its number, the day it was issued, until when it is valid."""

    number: str = field(default="", repr=False)
    issued_on: date | None = None
    valid_until: date | None = None


#: Bytes of the draft in, bytes of the signed PDF out (PAdES); given by the edge, where the keys are.
Signer = Callable[[bytes], bytes]


def require_may_attach(*, authority: Authority, dossier_id: uuid.UUID) -> None:
    """Asked before anybody opens the file; ``attach`` asks again when it writes.

    Raises NotWhereItLies, HeldByAnother, NotInThisState, NotFound, NotAuthorised.
    """
    authority.require(Power.PROCESS)
    with moving.locked(authority, dossier_id) as dossier:
        _require_attachable(dossier, authority)


def attach(*, authority: Authority, dossier_id: uuid.UUID, file: CheckedFile, now: datetime) -> Result:
    """The draft, a PDF already inspected and scanned. Another one first needs ``withdraw_draft``.

    Raises NotWhereItLies, NotInThisState, NotAuthorised, DeskRule.
    """
    authority.require(Power.PROCESS)
    with moving.locked(authority, dossier_id) as dossier:
        _require_attachable(dossier, authority)
        stored = keeping.keep_checked(
            file, purpose=StoredFile.Purpose.RESULT, purge_after=now + moving.RESULTS_KEPT_FOR
        )
        procedure = dossier.procedure
        made = Result.objects.create(
            dossier=dossier,
            name=procedure.result or f"Kết quả: {procedure.name}",
            type_code=procedure.result_type_code or "ket-qua",
            draft=stored,
            attached_by=authority.subject,
        )
        noted_by(dossier, "result_attached", "Đính kèm dự thảo kết quả.", authority)
        return made


def withdraw_draft(*, authority: Authority, dossier_id: uuid.UUID, reason: str, now: datetime) -> None:
    """Take the standing result back while the dossier is worked on; a signed one only a leader. It stays readable."""
    if not authority.may(Power.SIGN):
        authority.require(Power.PROCESS)
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.RECEIVED, State.PROCESSING)
        moving.require_holder(dossier, authority, or_leader=True)
        if Result.objects.filter(dossier=dossier, withdrawn_at=None, signed_at__isnull=False).exists():
            authority.require(Power.SIGN)
        words = moving.reason_of(reason)
        if not Result.objects.filter(dossier=dossier, withdrawn_at=None).update(withdrawn_at=now):
            raise NoDraft
        noted_by(dossier, "result_withdrawn", f"Thu hồi kết quả: {words}", authority)


def sign(
    *,
    authority: Authority,
    dossier_id: uuid.UUID,
    result_id: uuid.UUID | None = None,
    particulars: Particulars,
    signer: Signer,
    now: datetime,
) -> Result:
    """The leader's signature over the draft that was read; from here on the file is what the owner gets.

    ``result_id``: the draft the page showed, so that no other is signed in its place. Raises AnotherDraft,
    NoDraft, AlreadySigned, OneMayNotSignOwnDraft, HeldByAnother, NotWhereItLies, NotInThisState, NotAuthorised.
    """
    authority.require(Power.SIGN)
    draft = _standing_draft(authority, dossier_id)
    if result_id is not None and draft.public_id != result_id:
        raise AnotherDraft
    # Outside the transaction: a signature may take its time, and hold no row.
    checked = keeping.resigned(draft.draft, signer(keeping.read(draft.draft)), name="ket-qua-da-ky.pdf")
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.RECEIVED, State.PROCESSING)
        moving.require_turn(dossier, authority, Power.SIGN)
        stored = keeping.keep_checked(
            checked, purpose=StoredFile.Purpose.RESULT, purge_after=now + moving.RESULTS_KEPT_FOR
        )
        signed = Result.objects.filter(pk=draft.pk, signed_at=None, withdrawn_at=None).update(
            signed=stored,
            signed_at=now,
            signed_by=authority.subject,
            signed_by_name=moving.name_of(authority),
            number=plain_text.clean(particulars.number, max_length=80),
            issued_on=particulars.issued_on or now.date(),
            valid_until=particulars.valid_until,
        )
        if not signed:
            raise AlreadySigned
        noted_by(dossier, "result_signed", "Ký kết quả.", authority)
        draft.refresh_from_db()
        return draft


def signer_name(authority: Authority) -> str:
    """As the signature shows it."""
    return moving.name_of(authority)


def result_for_officer(authority: Authority, dossier_id: uuid.UUID) -> Result:
    """The standing result of a dossier the officer may open. Raises NotFound."""
    seen = dossiers.seen_by(authority).filter(public_id=dossier_id).order_by()
    found = (
        Result.objects.select_related("draft", "signed", "dossier__representation")
        .filter(dossier__in=seen, withdrawn_at=None)
        .first()
    )
    if found is None:
        raise NotFound
    moving.refuse_own(found.dossier, authority)
    return found


def standing_id(dossier: Dossier) -> uuid.UUID | None:
    """The draft that a page about to be signed shows."""
    return (
        Result.objects.filter(dossier=dossier, withdrawn_at=None).values_list("public_id", flat=True).first()
    )


def result_of_owner(subject: str, dossier_id: uuid.UUID, *, within: Scope = EVERYTHING) -> Result:
    """The owner's own result, once it was handed out. Raises NotFound."""
    own = dossiers.of_owner(subject, within).filter(public_id=dossier_id, state=State.RETURNED)
    found = (
        Result.objects.select_related("signed", "dossier")
        .filter(dossier__in=own, withdrawn_at=None, signed_at__isnull=False)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _standing_draft(authority: Authority, dossier_id: uuid.UUID) -> Result:
    try:
        found = result_for_officer(authority, dossier_id)
    except NotFound as nothing:
        if dossiers.seen_by(authority).filter(public_id=dossier_id).exists():
            raise NoDraft from nothing
        raise
    if found.signed_at is not None:
        raise AlreadySigned
    if found.attached_by == authority.subject:
        raise OneMayNotSignOwnDraft
    return found


def _require_attachable(dossier: Dossier, authority: Authority) -> None:
    require_state(dossier, State.RECEIVED, State.PROCESSING)
    moving.require_turn(dossier, authority, Power.PROCESS)
