"""Xin ý kiến: what another agency is asked, until when, and what it answered (NĐ 61/2018, điều 19.5)."""

import uuid
from datetime import datetime

from motcua.desk import dossiers, moving
from motcua.desk.models import Opinion
from motcua.desk.moving import noted_by, require_state
from motcua.desk.states import State
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Unit

_LONGEST = 4000


class AgencyWanted(Refusal):
    code = "agency_wanted"
    message = "Đề nghị ông/bà ghi cơ quan, đơn vị được xin ý kiến và thời hạn trả lời sau thời điểm này."


class AlreadyAnswered(Refusal):
    code = "opinion_already_answered"
    status = 409
    message = "Ý kiến này đã được ghi nhận. Đề nghị ông/bà tải lại trang."


def ask(
    *,
    authority: Authority,
    dossier_id: uuid.UUID,
    asked_of: str,
    asked_unit: Unit | None = None,
    content: str,
    due_at: datetime,
    now: datetime,
) -> Opinion:
    """Raises AgencyWanted, ReasonWanted, NotInThisState, NotFound, NotAuthorised."""
    authority.require(Power.PROCESS)
    name = plain_text.clean(asked_of, max_length=200) or (asked_unit.name if asked_unit else "")
    if not name or due_at <= now:
        raise AgencyWanted
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.RECEIVED, State.PROCESSING)
        moving.require_here(dossier, authority)
        asked = Opinion.objects.create(
            dossier=dossier,
            asked_of=name,
            asked_unit=asked_unit,
            content=moving.reason_of(content),
            asked_by=authority.subject,
            due_at=due_at,
        )
        noted_by(dossier, "opinion_asked", f"Xin ý kiến {name}.", authority)
        return asked


def require_may_answer(*, authority: Authority, opinion_id: uuid.UUID) -> None:
    """Asked before anybody opens the file; ``answer`` asks again. Raises AlreadyAnswered, NotFound, NotAuthorised."""
    if not authority.powers & {Power.PROCESS, Power.SIGN}:
        raise NotAuthorised
    if opinion_for_officer(authority, opinion_id).answered_at is not None:
        raise AlreadyAnswered


def answer(
    *,
    authority: Authority,
    opinion_id: uuid.UUID,
    words: str,
    file: CheckedFile | None = None,
    now: datetime,
) -> Opinion:
    """By the unit that was asked, or written down by the specialist who got a letter.

    Raises AlreadyAnswered, ReasonWanted, NotFound, NotAuthorised.
    """
    if not authority.powers & {Power.PROCESS, Power.SIGN}:
        raise NotAuthorised
    text = moving.reason_of(words)
    opinion = opinion_for_officer(authority, opinion_id)
    with moving.held(opinion.dossier_id) as dossier:
        stored = _keep(file, now)
        answered = Opinion.objects.filter(pk=opinion.pk, answered_at=None).update(
            answer=text, answered_by=authority.subject, answered_at=now, file=stored
        )
        if not answered:
            raise AlreadyAnswered
        noted_by(dossier, "opinion_answered", f"{opinion.asked_of} đã trả lời.", authority)
    opinion.refresh_from_db()
    return opinion


def opinion_for_officer(authority: Authority, opinion_id: uuid.UUID) -> Opinion:
    """Asked of this officer's unit, or about a dossier the officer may open. Raises NotFound."""
    found = Opinion.objects.select_related("dossier__procedure").filter(public_id=opinion_id).first()
    if found is None:
        raise NotFound
    moving.refuse_own(found.dossier, authority)
    if found.asked_unit_id != authority.unit_id:
        seen = dossiers.seen_by(authority).filter(pk=found.dossier_id)
        if not seen.exists():
            raise NotFound
    return found


def waiting_for(authority: Authority) -> list[Opinion]:
    """What this unit was asked and has not answered, the most urgent first."""
    rows = Opinion.objects.filter(asked_unit_id=authority.unit_id, answered_at=None)
    return list(rows.select_related("dossier__procedure").order_by("due_at")[:200])


def _keep(file: CheckedFile | None, now: datetime) -> StoredFile | None:
    if file is None:
        return None
    return keeping.keep_checked(
        file, purpose=StoredFile.Purpose.EVIDENCE, purge_after=now + moving.RESULTS_KEPT_FOR
    )
