"""Lượt tiếp: what an officer comes back to between the check and the reception; read only, or asked again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from motcua.desk import catalogue, checks, dossiers
from motcua.desk.models import AccountCheck, Dossier
from motcua.desk.ports import AccountRegistry, OfferedPaper, OwnersVault, PortalUnavailable
from motcua.files.models import ClockNow
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import officers

_MOST_LOOKED_AT = 60
_MOST_SHOWN = 5


class NothingChosen(Refusal):
    code = "nothing_chosen"
    status = 409
    message = "Chưa chọn thủ tục cho lần kiểm tra này. Đề nghị ông/bà chọn thủ tục rồi bấm “Tiếp tục”."


@dataclass(frozen=True, slots=True)
class Offers:
    """What the owner's vault could lend; ``silent`` when it did not answer."""

    papers: Sequence[OfferedPaper] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A visit in which an owner was checked and no dossier was received yet."""

    check_id: uuid.UUID
    answer: str
    name_masked: str = field(repr=False)
    last3: str = field(repr=False)
    procedure_name: str
    checked_at: datetime


def check_of(authority: Authority, check_id: uuid.UUID) -> checks.CheckView:
    """The answer again, for the officer who asked."""
    authority.require(Power.RECEIVE_DOSSIER)
    return checks.view_of(checks.own_check(authority, check_id))


def number_asked(authority: Authority, check_id: uuid.UUID) -> checks.Number | None:
    """The number of a check that may be asked again, for the box on the officer's own screen."""
    row = checks.own_check(authority, check_id)
    return checks.number_of(row)[0] if row.number_sealed is not None else None


def ask_again(
    *, authority: Authority, check_id: uuid.UUID, registry: AccountRegistry, now: datetime
) -> checks.CheckView:
    """A fresh check of the same owner in the same visit: counted and journalled like the first.

    Raises CheckTooOld when the visit is of another day.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    row = checks.own_check(authority, check_id)
    over = AccountCheck.objects.filter(pk=row.pk, checked_at__lt=ClockNow() - checks.LONGEST_FORM)
    if row.number_sealed is None or over.exists():
        raise checks.CheckTooOld
    number, old_number = checks.number_of(row)
    return checks.check_owner(
        authority=authority,
        number=number,
        old_number=old_number,
        registry=registry,
        visit=row.visit,
        now=now,
    )


def chosen(*, authority: Authority, check_id: uuid.UUID, process_id: int, now: datetime) -> checks.Draft:
    """The reception form of a check whose procedure was chosen before; nothing is asked of the portal.

    A form that takes longer renews its check when it is sent; one of another day raises CheckTooOld.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    row = checks.own_check_in_time(authority, check_id)
    if row.procedure_id is None:
        raise NothingChosen
    provisional = row.answer == AccountCheck.Answer.UNKNOWN
    if not provisional:
        checks.require_receivable(row)
    process = catalogue.process_of(authority, row.procedure_id, process_id, on=timezone.localdate(now))
    return checks.Draft(
        check_id=row.public_id,
        provisional=provisional,
        process=process,
        components=catalogue.components_of(process.procedure),
        owner_name="" if provisional else checks.owner_name_of(row),
        last3=row.last3,
        owner_is_staff=not provisional and officers.is_staff(row.subject),
        renew_after_seconds=int(checks.RENEW_AFTER.total_seconds()),
        organisation=checks.of_organisation(row),
    )


def offers(authority: Authority, draft: checks.Draft, vault: OwnersVault) -> Offers:
    """The papers that need not be handed in again. A silent vault stops nobody."""
    if draft.provisional:
        return Offers()
    wanted = [component.type_code for component in draft.components if not component.not_reused]
    if not wanted:
        return Offers()
    row = checks.own_check(authority, draft.check_id)
    try:
        found = vault.offer(
            receipt=row.receipt,
            type_codes=wanted,
            procedure_code=draft.process.procedure.code,
            asked_by=authority.subject,
            unit_code=authority.unit_code,
        )
    except PortalUnavailable:
        return Offers(silent=True)
    return Offers(papers=tuple(found))


_MADE_FROM: Final = """
    WITH RECURSIVE line AS (
        SELECT id FROM desk_accountcheck
         WHERE public_id = %(check)s AND officer_subject = %(officer)s AND unit_code = %(unit)s
           AND kind <> %(recheck)s
        UNION
        SELECT n.id FROM line JOIN desk_accountcheck n ON n.renewed_from_id = line.id
    ), newest AS (SELECT max(id) AS id FROM line)
    SELECT newest.id, d.public_id FROM newest
      LEFT JOIN desk_dossier d ON newest.id IN (d.check_id, d.unknown_check_id)
     ORDER BY d.id LIMIT 1
"""


def dossier_made_from(authority: Authority, check_id: uuid.UUID) -> uuid.UUID | None:
    """The dossier that spent this check or the one that renewed it; for the Back button. One query."""
    asked: dict[str, str | uuid.UUID] = {
        "check": check_id,
        "officer": authority.subject,
        "unit": authority.unit_code,
        "recheck": AccountCheck.Kind.RECHECK.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MADE_FROM, asked)
        newest, dossier = cursor.fetchone()
    if newest is None:
        raise NotFound
    made: uuid.UUID | None = dossier
    return made


def further_from(authority: Authority, dossier: Dossier) -> uuid.UUID | None:
    """The check from which a further dossier of the same visit may be begun, if it is this officer's."""
    row = dossier.account_check or dossier.unknown_check
    mine = row is not None and row.officer_subject == authority.subject
    if row is None or not mine or row.kind == AccountCheck.Kind.RECHECK:
        return None
    return row.public_id


def joint_receipt_of(authority: Authority, dossier: Dossier) -> uuid.UUID | None:
    """The visit whose receipt lists several dossiers; None while this one is the only one that has a code."""
    check = dossier.account_check
    if check is None or not authority.works_for(dossier.unit_id):
        return None
    same = dossiers.seen_by(authority).filter(
        account_check__visit=check.visit, unit_id__in=authority.units, code__isnull=False
    )
    return check.visit if same[:2].count() > 1 else None


def open_visits(authority: Authority, *, now: datetime) -> list[OpenVisit]:
    """Begun today and not finished, newest first; one query."""
    rows = (
        AccountCheck.objects.select_related("procedure")
        .filter(
            officer_subject=authority.subject,
            unit_code=authority.unit_code,
            kind=AccountCheck.Kind.COUNTER,
            checked_at__gt=now - checks.LONGEST_FORM,
            group_rows=None,  # a class has a page of its own
        )
        .order_by("-checked_at", "-id")[:_MOST_LOOKED_AT]
    )
    newest: dict[uuid.UUID, AccountCheck] = {}
    finished: set[uuid.UUID] = set()
    for row in rows:
        newest.setdefault(row.visit, row)
        if row.spent_at is not None:
            finished.add(row.visit)
    waiting = [row for visit, row in newest.items() if visit not in finished and _can_go_on(row)]
    return [
        OpenVisit(
            check_id=row.public_id,
            answer=row.answer,
            name_masked=row.name_masked,
            last3=row.last3,
            procedure_name=row.procedure.name if row.procedure else "",
            checked_at=row.checked_at,
        )
        for row in waiting[:_MOST_SHOWN]
    ]


def _can_go_on(row: AccountCheck) -> bool:
    view = checks.view_of(row)
    return view.can_receive or view.can_receive_provisionally
