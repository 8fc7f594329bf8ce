"""Kiểm tra tài khoản: ask the portal about an owner, keep its signed answer, spend it once."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua import journal
from motcua.desk import catalogue, database_rules, private_matters, relations
from motcua.desk.answers import (
    CheckView,
    OwnerNotReceivable,
    of_organisation,
    require_receivable,
    view_of,
)
from motcua.desk.asking import (
    Number,
    ask,
    fingerprint_of,
    insert,
    keep,
    number_of,
    owner_name_of,
    question,
    seal_name,
    seal_number,
)
from motcua.desk.models import AccountCheck, Component, Process
from motcua.desk.ports import AccountRegistry
from motcua.desk.rows import Columns
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units import officers

__all__ = [
    "CheckAlreadySpent",
    "CheckTooOld",
    "CheckView",
    "Draft",
    "Number",
    "OwnerChanged",
    "OwnerNotReceivable",
    "check_owner",
    "choose_procedure",
    "fingerprint_of",
    "made_ready",
    "number_of",
    "of_organisation",
    "own_check",
    "own_check_in_time",
    "owner_name_of",
    "renew",
    "require_receivable",
    "seal_name",
    "view_of",
]

log = logging.getLogger(__name__)

#: A check is good for this long (threats C7); a form renews its check well before.
GOOD_FOR = timedelta(minutes=15)
RENEW_AFTER = timedelta(minutes=10)
LONGEST_FORM = timedelta(hours=12)

_ALARM_OVER = 20


class CheckTooOld(Refusal):
    code = "check_too_old"
    status = 409
    message = "Lần kiểm tra tài khoản đã quá 15 phút. Đề nghị ông/bà kiểm tra lại tài khoản của chủ hồ sơ."


class CheckAlreadySpent(Refusal):
    code = "check_already_spent"
    status = 409
    message = (
        "Lần kiểm tra tài khoản này đã dùng cho một hồ sơ khác. "
        "Đề nghị ông/bà chọn lại thủ tục hoặc kiểm tra lại tài khoản."
    )


class OwnerChanged(Refusal):
    code = "owner_changed"
    status = 409
    message = (
        "Kết quả kiểm tra lại không còn như lúc đầu nên hồ sơ chưa được tiếp nhận. "
        "Đề nghị ông/bà kiểm tra lại tài khoản của chủ hồ sơ."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A procedure was chosen for a check: everything the reception form is drawn from."""

    check_id: uuid.UUID
    provisional: bool
    process: Process
    components: Sequence[Component]
    owner_name: str = field(repr=False)
    last3: str = field(repr=False)
    owner_is_staff: bool
    renew_after_seconds: int
    organisation: bool = False


def check_owner(
    *,
    authority: Authority,
    number: Number,
    old_number: CitizenId | None = None,
    registry: AccountRegistry,
    visit: uuid.UUID | None = None,
    now: datetime,
) -> CheckView:
    """Ask the portal about the owner of a dossier; counted first, journalled with the answer."""
    authority.require(Power.RECEIVE_DOSSIER)
    spending.spend((Quota.CHECKS_BY_OFFICER, authority.subject))
    row = question(authority, number, old_number, visit or uuid.uuid4())
    ask(row, number, old_number, registry, now)
    keep(row)
    if row.answer == AccountCheck.Answer.NOT_FOUND:
        _look_at_misses(authority)
    return view_of(row)


def renew(
    *, authority: Authority, check_id: uuid.UUID, registry: AccountRegistry, now: datetime
) -> CheckView:
    """The same question again for a form that takes longer; not counted: the officer is in the middle."""
    authority.require(Power.RECEIVE_DOSSIER)
    old, age = _with_age(authority, check_id)
    if old.spent_at is not None:
        raise CheckAlreadySpent
    if age > LONGEST_FORM:
        raise CheckTooOld
    newer = AccountCheck.objects.filter(renewed_from=old).first()
    if newer is not None:
        return view_of(newer)
    number, old_number = number_of(old)
    row = question(authority, number, old_number, old.visit)
    row.renewed_from = old
    row.procedure_id = old.procedure_id
    ask(row, number, old_number, registry, now)
    if row.answer == AccountCheck.Answer.FOUND and row.subject == old.subject and old.owner_name_sealed:
        row.owner_name_sealed = seal_name(row, owner_name_of(old))
    try:
        keep(row)
    except IntegrityError as broken:
        if database_rules.name_of(broken) != "check_renewed_once":
            raise
        # The form renewed itself twice at once; both answers are the portal's, the first is kept.
        return view_of(AccountCheck.objects.get(renewed_from=old))
    return view_of(row)


def choose_procedure(
    *,
    authority: Authority,
    check_id: uuid.UUID,
    procedure_code: str,
    process_id: int,
    registry: AccountRegistry,
    now: datetime,
) -> Draft:
    """Bind the check to a procedure and draw the form. A further dossier of the visit gets its own row.

    Raises OwnerNotReceivable, NotForOrganisations, NotByThisOfficer, CheckTooOld, ProcedureNotOffered,
    PortalUnavailable.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    row, age = _with_age(authority, check_id)
    process = catalogue.process_of(authority, procedure_code, process_id, on=timezone.localdate(now))
    provisional = row.answer == AccountCheck.Answer.UNKNOWN
    if not provisional:
        require_receivable(row)
    if of_organisation(row):
        relations.require_for_organisations(process.procedure)
    if age > GOOD_FOR:
        raise CheckTooOld
    owner_is_staff = not provisional and officers.is_staff(row.subject)
    if owner_is_staff:
        private_matters.require_colleague(authority, row.subject, on=timezone.localdate(now))
    row = _bound_to(row, process)
    if not provisional and row.owner_name_sealed is None:
        card = registry.owner_card(
            receipt=row.receipt,
            procedure_code=procedure_code,
            asked_by=authority.subject,
            unit_code=authority.unit_code,
        )
        row.owner_name_sealed = seal_name(row, card.full_name)
    with transaction.atomic():
        _store_choice(row)
        journal.record(
            "desk.procedure.chosen",
            subject=f"check:{row.public_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
            facts={"procedure": procedure_code},
        )
    return Draft(
        check_id=row.public_id,
        provisional=provisional,
        process=process,
        components=catalogue.components_of(process.procedure),
        owner_name="" if provisional else owner_name_of(row),
        last3=row.last3,
        owner_is_staff=owner_is_staff,
        renew_after_seconds=int(RENEW_AFTER.total_seconds()),
        organisation=of_organisation(row),
    )


def made_ready(
    *, authority: Authority, check_id: uuid.UUID, registry: AccountRegistry, now: datetime
) -> AccountCheck:
    """The check a reception will spend: renewed when it grows old, its owner's state asked again (T-33).

    Runs outside any transaction. A portal that is silent now does not undo what it signed minutes ago.
    """
    row, age = _newest(authority, check_id)
    if row.spent_at is not None:
        return row  # the spending itself says whose it was
    require_receivable(row)
    if age > RENEW_AFTER:
        renewed = renew(authority=authority, check_id=row.public_id, registry=registry, now=now)
        if renewed.answer == AccountCheck.Answer.UNKNOWN:
            return row  # still signed and within its time, or the database says otherwise
        fresh = own_check(authority, renewed.public_id)
        require_receivable(fresh)
        if fresh.subject != row.subject:
            raise OwnerChanged
        return fresh
    if registry.still_usable(subject=row.subject) is False:
        raise OwnerChanged
    return row


def own_check(authority: Authority, check_id: uuid.UUID) -> AccountCheck:
    """A check of this officer at this unit; anybody else's is not there."""
    return _with_age(authority, check_id)[0]


def own_check_in_time(authority: Authority, check_id: uuid.UUID) -> AccountCheck:
    """The same, unless a form made from it would be older than any form may be: then CheckTooOld."""
    row, age = _with_age(authority, check_id)
    if age > LONGEST_FORM:
        raise CheckTooOld
    return row


_CHECK: Final = Columns(AccountCheck, "c")
_WITH_AGE: Final = (
    f"SELECT {_CHECK.sql}, clock_timestamp() - c.checked_at FROM desk_accountcheck c"  # noqa: S608 - constants
    " WHERE c.public_id = %s AND c.officer_subject = %s AND c.unit_code = %s AND c.kind <> 'RECHECK'"
)


def _with_age(authority: Authority, check_id: uuid.UUID) -> tuple[AccountCheck, timedelta]:
    """The check and its age by the database's clock: an application server's own may be minutes off."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_AGE, [check_id, authority.subject, authority.unit_code])
        found = cursor.fetchone()
    if found is None:
        raise NotFound
    return _CHECK.made(found[:-1]), found[-1]


def _newest(authority: Authority, check_id: uuid.UUID) -> tuple[AccountCheck, timedelta]:
    """The check, or the one that renewed it in the meantime (the form still holds the first id)."""
    row, age = _with_age(authority, check_id)
    while row.spent_at is None and age > RENEW_AFTER:
        newer = AccountCheck.objects.filter(renewed_from=row).first()
        if newer is None or newer.answer != row.answer:
            break
        row, age = _with_age(authority, newer.public_id)
    return row, age


def _bound_to(row: AccountCheck, process: Process) -> AccountCheck:
    """This row while it is free or already for this procedure; else a further row of the same look-up."""
    if row.spent_at is None and row.procedure_id in {None, process.procedure_id}:
        row.procedure_id = process.procedure_id
        return row
    fresh = AccountCheck.objects.get(pk=row.look_up_id or row.pk)
    first_id = fresh.pk
    number, old_number = number_of(fresh)
    fresh._state.adding = True
    fresh.public_id, fresh.spent_at = uuid.uuid4(), None
    fresh.look_up_id, fresh.renewed_from_id = first_id, None
    fresh.owner_name_sealed = None
    fresh.number_sealed = seal_number(fresh, number, old_number)
    fresh.procedure_id = process.procedure_id
    return fresh


def _store_choice(row: AccountCheck) -> None:
    if row._state.adding:
        insert(row)
        return
    row.save(update_fields=["procedure", "owner_name_sealed"])


def _look_at_misses(authority: Authority) -> None:
    """More than half of the last twenty numbers unknown: somebody may be trying numbers (L14)."""
    last = list(
        AccountCheck.objects.filter(officer_subject=authority.subject, look_up=None)
        .order_by("-checked_at")
        .values_list("answer", flat=True)[:_ALARM_OVER]
    )
    misses = last.count(AccountCheck.Answer.NOT_FOUND)
    if len(last) == _ALARM_OVER and misses * 2 > _ALARM_OVER:
        log.warning("desk.misses_alarm", extra={"unit": authority.unit_code, "misses": misses})
