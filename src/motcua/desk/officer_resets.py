"""Đặt lại xác thực hai bước cho cán bộ của một cửa nơi khác: asked by one, agreed by another, done by the portal.

Officers of a desk apart prove their second factor at the portal. Who lost app, key and recovery codes is recognised
here, by two administrators; the portal is told, and the officer alone enrols anew there.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.expressions import RawSQL

from motcua import journal
from motcua.desk import database_rules
from motcua.desk.officer_reset_tables import OfficerReset
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_officers import OfficerResets, ResetRefused
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound
from motcua.outbox import errands
from motcua.units import resetting, staff
from motcua.units.resetting import ResetAlreadyAsked, ResetAlreadyDecided, ResetSecondPersonNeeded

TELL: Final = "desk.reset_officer"
PAGE: Final = 20
_PAUSE: Final = 20
#: A yes is told within so long, as an approved reset is good for at the portal; a question waits so long for it.
_GOOD_FOR: Final = timedelta(hours=24)
_WAITS_FOR: Final = timedelta(days=30)
_NOW: Final = RawSQL("clock_timestamp()", ())
Decision = OfficerReset.Decision


@dataclass(frozen=True, slots=True)
class Line:
    """A reset as administrators see it."""

    row: OfficerReset
    full_name: str = field(repr=False)
    asked_by: str = field(repr=False)
    decided_by: str = field(repr=False)
    mine: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What waits stands on the first page only."""

    lines: list[Line]
    number: int
    more: bool


def ask(*, authority: Authority, subject: str, reason: str, on: date) -> OfficerReset:
    """Raises ResetForYourself, ResetReasonMissing, ResetAlreadyAsked, NotFound, NotAuthorised."""
    authority.require(Power.GRANT)
    resetting.require_reach(authority, subject, on=on)
    words = resetting.reason_of(reason)
    _let_lapse(subject)
    try:
        with transaction.atomic():
            row = OfficerReset.objects.create(
                officer_subject=subject,
                unit_code=authority.unit_code,
                reason=words,
                asked_by=authority.subject,
            )
            _note(row, "requested", authority)
    except IntegrityError as taken:
        if database_rules.name_of(taken) != "officer_reset_one_waiting":
            raise
        raise ResetAlreadyAsked from None
    return row


@transaction.atomic
def approve(*, authority: Authority, public_id: uuid.UUID, on: date) -> None:
    """The second administrator. The portal is told by an errand; the heads of the officer's units hear of it."""
    row = _waiting(authority, public_id, on=on)
    if row.asked_by == authority.subject:
        raise ResetSecondPersonNeeded
    _decide(row, Decision.APPROVED, authority)
    errands.promise(TELL, f"{TELL}:{row.public_id}", {"reset": str(row.public_id)})
    resetting.tell_heads(row.officer_subject, key=str(row.public_id), on=on)


@transaction.atomic
def decline(*, authority: Authority, public_id: uuid.UUID, on: date) -> None:
    """No; who asked takes it back in the same way."""
    row = _waiting(authority, public_id, on=on)
    mine = row.asked_by == authority.subject
    _decide(row, Decision.WITHDRAWN if mine else Decision.DECLINED, authority)


def listing(viewer: Authority, *, on: date, page: int = 1) -> Page:
    """Of officers who work in the viewer's unit and below: what waits first, then the decided ones, newest first."""
    viewer.require(Power.GRANT)
    names = {one.subject: one.full_name for one in staff.working_at(viewer.subtree, on=on)}
    rows = OfficerReset.objects.filter(officer_subject__in=list(names))
    waiting = list(rows.filter(decision=Decision.WAITING).order_by("pk")) if page == 1 else []
    first = (page - 1) * PAGE
    decided = list(rows.exclude(decision=Decision.WAITING).order_by("-pk")[first : first + PAGE + 1])
    shown = waiting + decided[:PAGE]
    others = staff.officers_by_subject(
        {who for row in shown for who in (row.asked_by, row.decided_by) if who}
    )

    def named(subject: str) -> str:
        return others[subject].full_name if subject in others else ""

    lines = [
        Line(
            row,
            names[row.officer_subject],
            named(row.asked_by),
            named(row.decided_by),
            row.asked_by == viewer.subject,
        )
        for row in shown
    ]
    return Page(lines, page, len(decided) > PAGE)


def tell(data: Mapping[str, errands.Fact], *, resets: OfficerResets) -> None:
    """Handler of TELL. No transaction is open while the portal is asked; saying it twice is harmless by the key."""
    row = OfficerReset.objects.filter(
        public_id=uuid.UUID(str(data["reset"])), decision=Decision.APPROVED
    ).first()
    if row is None or row.answered_at is not None:
        return
    if _is_old(row, _GOOD_FOR, "decided_at"):
        _answered(row, "lapsed")
        return
    try:
        resets.reset(
            subject=row.officer_subject,
            asked_by=row.asked_by,
            approved_by=row.decided_by,
            unit_code=row.unit_code,
            reason=row.reason,
            key=f"officer-reset:{row.public_id}",
        )
    except PortalUnavailable as silent:
        raise errands.Silence(_PAUSE) from silent
    except ResetRefused as no:
        _answered(row, no.why)
    else:
        _answered(row, "")


def _let_lapse(subject: str) -> None:
    """A question that nobody decided for thirty days is as good as taken back, and stands in nobody's way."""
    old = RawSQL("clock_timestamp() - %s", (_WAITS_FOR,))
    waiting = OfficerReset.objects.filter(
        officer_subject=subject, decision=Decision.WAITING, asked_at__lt=old
    )
    waiting.update(decision=Decision.WITHDRAWN, decided_by=F("asked_by"), decided_at=_NOW)


def _is_old(row: OfficerReset, period: timedelta, since: str) -> bool:
    """By the database clock."""
    old = RawSQL("clock_timestamp() - %s", (period,))
    return OfficerReset.objects.filter(pk=row.pk, **{f"{since}__lt": old}).exists()


def _answered(row: OfficerReset, refused: str) -> None:
    """Whoever hears the answer first writes it down; a second answer to the same key is the same."""
    with transaction.atomic():
        mine = OfficerReset.objects.filter(pk=row.pk, answered_at=None)
        if mine.update(answered_at=_NOW, refused_code=refused[:80]):
            journal.record(
                "desk.officer_reset.answered",
                subject=f"officer_reset:{row.public_id}",
                unit_code=row.unit_code,
                facts={"answer": refused[:80] or "done"},
            )


def _waiting(authority: Authority, public_id: uuid.UUID, *, on: date) -> OfficerReset:
    authority.require(Power.GRANT)
    row = OfficerReset.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    resetting.require_reach(authority, row.officer_subject, on=on)
    if row.decision == Decision.WAITING and _is_old(row, _WAITS_FOR, "asked_at"):
        raise ResetAlreadyDecided
    return row


def _decide(row: OfficerReset, decision: Decision, authority: Authority) -> None:
    """One UPDATE decides which of two administrators was first."""
    waiting = OfficerReset.objects.filter(pk=row.pk, decision=Decision.WAITING)
    if not waiting.update(decision=decision, decided_by=authority.subject, decided_at=_NOW):
        raise ResetAlreadyDecided
    row.decided_by = authority.subject
    _note(row, decision.lower(), authority)


def _note(row: OfficerReset, what: str, authority: Authority) -> None:
    journal.record(
        f"desk.officer_reset.{what}",
        subject=f"officer_reset:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )
