"""Chủ hồ sơ làm tiếp: what owners see of an own dossier, and what they may still do about it themselves."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from motcua.desk import (
    acting_for_owner,
    database_rules,
    deliveries,
    dossiers,
    handling,
    notices,
    numbering,
    steps,
    supplementing,
)
from motcua.desk.models import Charge, Dossier, HandOut, Hop, Notice, ProcessStep, Rating, Result
from motcua.desk.moving import OPEN, move, note, reason_of, require_state
from motcua.desk.ports import Representative
from motcua.desk.states import State
from motcua.desk.submission import How
from motcua.desk.supplementing import Handed
from motcua.files import keeping, tickets
from motcua.files.models import StoredFile
from motcua.files.ports import Antivirus
from motcua.kernel.refusal import NotFound
from motcua.kernel.scope import EVERYTHING, Scope
from motcua.limits import spending
from motcua.limits.quotas import Quota

#: A file of a supplement that is not sent is forgotten after this long.
UNSENT_KEPT_FOR = timedelta(days=7)
_WITHDRAWABLE = frozenset({State.NEW, *OPEN})


class OwnDeed(StrEnum):
    """The last part of the address under which the owner does it."""

    SUPPLEMENT = "bo-sung"
    RESULT = "ket-qua.pdf"
    RATE = "danh-gia"
    WITHDRAW = "rut"


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """How far an own dossier is. Six queries, however long its life."""

    way: Sequence[ProcessStep]
    here: int
    at_step: str
    at_unit: str
    notices: Sequence[Notice]
    charges: Sequence[Charge]
    result: Result | None
    hand_out: HandOut | None
    rating: Rating | None
    deeds: Sequence[OwnDeed]

    @property
    def asked(self) -> Notice | None:
        """The supplement that is waited for."""
        return next((n for n in self.notices if n.kind == Notice.Kind.SUPPLEMENT and not n.answered_at), None)

    @property
    def owed(self) -> Sequence[Charge]:
        return [charge for charge in self.charges if charge.owed]


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a supplement; ``token`` names it in this dossier, for this owner, and nowhere else."""

    token: str
    name: str = field(repr=False)
    size: int
    stored: StoredFile = field(repr=False)


def standing_of(dossier: Dossier) -> OwnStanding:
    """For the owner's page."""
    hop = Hop.objects.select_related("unit").filter(dossier=dossier, left_at=None).first()
    way = steps.steps_of(dossier) if dossier.received_at else []
    result = Result.objects.filter(dossier=dossier, withdrawn_at=None, signed_at__isnull=False).first()
    hand_out = HandOut.objects.filter(dossier=dossier).first()
    rating = Rating.objects.filter(dossier=dossier).first()
    return OwnStanding(
        way=way,
        here=_place(dossier, way, hop),
        at_step=hop.step_name if hop else "",
        at_unit=hop.unit.name if hop else "",
        notices=list(Notice.objects.filter(dossier=dossier).order_by("id")),
        charges=list(Charge.objects.filter(dossier=dossier).order_by("id")),
        result=result,
        hand_out=hand_out,
        rating=rating,
        deeds=list(_deeds(State(dossier.state), result, rating)),
    )


def withdraw(
    *,
    subject: str,
    dossier_id: uuid.UUID,
    reason: str,
    now: datetime,
    within: Scope = EVERYTHING,
    acting: Representative | None = None,
) -> Notice:
    """The owner takes it back: before it was accepted, or while it is worked on.

    ``acting``: for an organisation, whom ``acting_for_owner.asked_about`` found. Raises ReasonWanted, MandateWanted,
    NotInThisState, NotFound.
    """
    with _own(subject, dossier_id, within, acting) as dossier:
        require_state(dossier, *_WITHDRAWABLE)
        issued = Notice.objects.create(
            dossier=dossier,
            kind=Notice.Kind.WITHDRAWAL,
            number=numbering.draw_in_year(dossier.unit_id, notices.SERIES[Notice.Kind.WITHDRAWAL], now),
            issued_by=subject,
            issued_by_name=acting.full_name if acting else dossier.owner_name,
            issued_unit_id=dossier.unit_id,
            reason=reason_of(reason),
        )
        handling.end(dossier, issued.reason)
        to = State.NOT_ACCEPTED if dossier.state == State.NEW else State.WITHDRAWN
        came_from = move(dossier, to, closed_reason=issued.reason)
        note(
            dossier,
            "withdrawal_issued",
            f"{acting_for_owner.words_of(acting)} rút hồ sơ trực tuyến. Phiếu số {issued.number}.",
            by=subject,
            unit_code=dossier.unit_code,
            from_state=came_from,
            **acting_for_owner.facts_of(acting),
        )
        deliveries.promise_moved(dossier, "dossier_withdrawn")
        return issued


def keep_file(
    *,
    subject: str,
    dossier_id: uuid.UUID,
    data: bytes,
    name: str,
    antivirus: Antivirus,
    now: datetime,
    within: Scope = EVERYTHING,
) -> KeptFile:
    """Count (L16), inspect and keep one paper of a supplement; call it outside any transaction."""
    if not dossiers.of_owner(subject, within).filter(public_id=dossier_id).exists():
        raise NotFound
    spending.spend((Quota.UPLOADS_TO_DOSSIER, str(dossier_id)), (Quota.UPLOADS_BY_OWNER, subject))
    stored = keeping.keep(
        data,
        name=name,
        purpose=StoredFile.Purpose.DOSSIER_COMPONENT,
        purge_after=now + UNSENT_KEPT_FOR,
        antivirus=antivirus,
    )
    return _kept(subject, dossier_id, stored)


def find_file(*, subject: str, dossier_id: uuid.UUID, token: str) -> KeptFile | None:
    """The file a form kept earlier; None for any other word."""
    stored = tickets.redeem(
        token, purpose=StoredFile.Purpose.DOSSIER_COMPONENT, holder=subject, form=str(dossier_id)
    )
    return _kept(subject, dossier_id, stored) if stored is not None else None


def supplement(
    *,
    subject: str,
    dossier_id: uuid.UUID,
    files: Mapping[str, StoredFile],
    now: datetime,
    within: Scope = EVERYTHING,
    acting: Representative | None = None,
) -> Dossier:
    """Everything that form 02 asks for, as files, at once; ``files`` by the notice's lines, ``acting`` as above.

    Raises SupplementIncomplete, MandateWanted, NotInThisState, NotFound.
    """
    with _own(subject, dossier_id, within, acting) as dossier:
        require_state(dossier, State.SUPPLEMENT)
        papers = [Handed(name=name, how=How.UPLOADED, file=file) for name, file in files.items()]
        supplementing.complete(dossier, papers, now)
        note(
            dossier,
            "supplement_received",
            f"{acting_for_owner.words_of(acting)} bổ sung đủ giấy tờ trực tuyến.",
            by=subject,
            unit_code=dossier.unit_code,
            from_state=State.SUPPLEMENT,
            **acting_for_owner.facts_of(acting),
        )
        deliveries.promise_moved(dossier)
        return dossier


@contextmanager
def _own(
    subject: str, dossier_id: uuid.UUID, within: Scope, acting: Representative | None
) -> Iterator[Dossier]:
    """The owner's dossier, held until the end of the transaction that this opens. Raises NotFound, MandateWanted."""
    with database_rules.spoken(), transaction.atomic():
        dossier = (
            dossiers.of_owner(subject, within)
            .select_related("representation")
            .filter(public_id=dossier_id)
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if dossier is None:
            raise NotFound
        acting_for_owner.require(dossier, acting)
        yield dossier


def _deeds(state: State, result: Result | None, rating: Rating | None) -> Iterator[OwnDeed]:
    if state == State.SUPPLEMENT:
        yield OwnDeed.SUPPLEMENT
    if state == State.RETURNED and result is not None:
        yield OwnDeed.RESULT
    if state == State.RETURNED and rating is None:
        yield OwnDeed.RATE
    if state in _WITHDRAWABLE:
        yield OwnDeed.WITHDRAW


def _place(dossier: Dossier, way: Sequence[ProcessStep], hop: Hop | None) -> int:
    """At which of its steps the dossier is, from 1."""
    if dossier.state == State.RETURNED:
        return len(way) + 1
    if dossier.state == State.DONE:
        return len(way)
    order = hop.step_order if hop else 1
    return next((n for n, step in enumerate(way, start=1) if step.order == order), 1)


def _kept(subject: str, dossier_id: uuid.UUID, stored: StoredFile) -> KeptFile:
    token = tickets.ticket_for(stored, holder=subject, form=str(dossier_id))
    return KeptFile(token, keeping.name_of(stored), stored.size, stored)
