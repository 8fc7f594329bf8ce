"""Xin ý kiến: what another agency is asked, until when, and what it answered (NĐ 61/2018, điều 19.5)."""

import uuid
from datetime import datetime
from typing import Final

from motcua.desk import dossiers, moving
from motcua.desk.models import Dossier, Hop, Opinion
from motcua.desk.moving import noted_by, require_state
from motcua.desk.states import State
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Unit

#: Who answers for a unit that was asked, and writes down a letter that came.
ANSWERERS: Final = frozenset({Power.PROCESS, Power.SIGN})


class AgencyWanted(Refusal):
    code = "agency_wanted"
    message = "Đề nghị ông/bà ghi cơ quan, đơn vị được xin ý kiến và thời hạn trả lời sau thời điểm này."


class AskedOfOwnUnit(Refusal):
    code = "opinion_asked_of_own_unit"
    message = "Hồ sơ đang ở chính đơn vị này. Đề nghị ông/bà chọn đơn vị khác để xin ý kiến."


class AnsweredByTheUnitAsked(Refusal):
    code = "opinion_answered_by_the_unit_asked"
    status = 403
    message = "Đơn vị được xin ý kiến tự trả lời trên hệ thống. Đề nghị ông/bà chờ hoặc liên hệ đơn vị đó."


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
    """``asked_unit``: a unit of the system, which answers itself; without it an agency that answers by letter.

    Raises AgencyWanted, AskedOfOwnUnit, ReasonWanted, NotInThisState, NotFound, NotAuthorised.
    """
    authority.require(Power.PROCESS)
    name = plain_text.clean(asked_of, max_length=200) or (asked_unit.name if asked_unit else "")
    if not name or due_at <= now:
        raise AgencyWanted
    if asked_unit is not None and authority.works_for(asked_unit.pk):
        raise AskedOfOwnUnit
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
    """Asked before anybody opens the file; ``answer`` asks again, with the dossier held.

    Raises AlreadyAnswered, AnsweredByTheUnitAsked, NotInThisState, NotWhereItLies, HeldByAnother, NotFound,
    NotAuthorised.
    """
    opinion = _answerable(authority, opinion_id)
    if opinion.answered_at is not None:
        raise AlreadyAnswered
    _require_turn(opinion, opinion.dossier, authority)


def may_write_down(authority: Authority, dossier: Dossier, hop: Hop | None) -> bool:
    """Whether the links beside the letters that are waited for are drawn; for showing, never for deciding."""
    return (
        bool(authority.powers & ANSWERERS)
        and State(dossier.state) in moving.OPEN
        and moving.lies_with(dossier, hop, authority)
        and moving.in_hands_of(hop, authority, or_leader=True)
    )


def answer(
    *,
    authority: Authority,
    opinion_id: uuid.UUID,
    words: str,
    file: CheckedFile | None = None,
    now: datetime,
) -> Opinion:
    """By the unit that was asked; of an agency outside, written down by whoever holds the dossier's step.

    Only while the dossier is worked on: what was decided does not rest on a letter that is written down afterwards.
    Raises AlreadyAnswered, AnsweredByTheUnitAsked, NotInThisState, NotWhereItLies, HeldByAnother, ReasonWanted,
    NotFound, NotAuthorised.
    """
    opinion = _answerable(authority, opinion_id)
    text = moving.reason_of(words)
    with moving.held(opinion.dossier_id) as dossier:
        moving.refuse_own(dossier, authority)  # whose it is may have been put right while this one waited
        if Opinion.objects.filter(pk=opinion.pk, answered_at__isnull=False).exists():
            raise AlreadyAnswered
        _require_turn(opinion, dossier, authority)
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
    found = (
        Opinion.objects.select_related("dossier__procedure", "dossier__representation")
        .filter(public_id=opinion_id)
        .first()
    )
    if found is None:
        raise NotFound
    moving.refuse_own(found.dossier, authority)
    if not authority.works_for(found.asked_unit_id):
        seen = dossiers.seen_by(authority).filter(pk=found.dossier_id)
        if not seen.exists():
            raise NotFound
    return found


def _answerable(authority: Authority, opinion_id: uuid.UUID) -> Opinion:
    if not authority.powers & ANSWERERS:
        raise NotAuthorised
    opinion = opinion_for_officer(authority, opinion_id)
    if opinion.asked_unit_id is not None and not authority.works_for(opinion.asked_unit_id):
        raise AnsweredByTheUnitAsked
    return opinion


def _require_turn(opinion: Opinion, dossier: Dossier, authority: Authority) -> None:
    """Open, and of an outside agency's letter also: here, in this officer's hands or under this leader."""
    require_state(dossier, *moving.OPEN)
    if opinion.asked_unit_id is None:
        moving.require_holder(dossier, authority, or_leader=True)


def _keep(file: CheckedFile | None, now: datetime) -> StoredFile | None:
    if file is None:
        return None
    return keeping.keep_checked(
        file, purpose=StoredFile.Purpose.EVIDENCE, purge_after=now + moving.RESULTS_KEPT_FOR
    )
