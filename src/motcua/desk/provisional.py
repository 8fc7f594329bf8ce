"""Tiếp nhận tạm: the portal was silent; the papers wait, nothing advances until it answers (threats T-39)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from motcua.desk import (
    asking,
    catalogue,
    checks,
    contact_texts,
    database_rules,
    deadlines,
    deliveries,
    name_doubts,
    numbering,
    reception,
    relations,
    submission,
)
from motcua.desk.models import AccountCheck, Dossier, DossierComponent
from motcua.desk.ports import (
    PURPOSE_RECEPTION,
    RECEIVABLE,
    AccountRegistry,
    NotARepresentative,
    NotOffered,
    OwnerStatus,
    PortalUnavailable,
)
from motcua.desk.reception import Owner
from motcua.desk.states import State
from motcua.desk.submission import Submission
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import NameMatch, PersonName, fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import errands, texts

CLOSED_AFTER_WORKING_DAYS = 10
ARRIVED_WORDS = "Tiếp nhận tạm, chờ kiểm tra tài khoản của chủ hồ sơ."
CONFIRMED_WORDS = "Đã kiểm tra được tài khoản của chủ hồ sơ; tiếp nhận chính thức."
MARKS_WORDS = (
    "Đã kiểm tra được tài khoản của chủ hồ sơ, tên khác dấu so với tên đã ghi; tiếp nhận chính thức."
)
CLOSED_WORDS = "Quá 10 ngày làm việc chủ hồ sơ chưa có tài khoản; đóng tiếp nhận tạm và trả lại giấy tờ."

_SHORTEST_PAUSE, _LONGEST_PAUSE = 30, 900
_NOT_FOUND_PAUSE = 4 * 3600


#: What an answer of the portal cannot mend by itself.
_FOR_PEOPLE = (
    database_rules.DeskRule,
    NotARepresentative,
    NotOffered,
    relations.NotWhoMayAsk,
    relations.OutOfScope,
    relations.RightOver,
)


class NotUnknown(Refusal):
    code = "not_unknown"
    status = 409
    message = (
        "Chỉ tiếp nhận tạm khi Cổng DVCQG không trả lời. Đề nghị ông/bà kiểm tra lại tài khoản của chủ hồ sơ."
    )


class OrganisationNameWanted(Refusal):
    code = "organisation_name_wanted"
    message = "Đề nghị ông/bà nhập tên tổ chức đúng như trên giấy chứng nhận đăng ký."


class Outcome(StrEnum):
    """How a recheck ended."""

    CONFIRMED = "CONFIRMED"
    NOT_FOUND = "NOT_FOUND"
    NOT_USABLE = "NOT_USABLE"
    #: The account has another name: an officer decides (name_doubts).
    NAME_DIFFERS = "NAME_DIFFERS"
    #: The account counts once its owner has signed in with VNeID (NĐ 69/2024).
    NOT_LINKED = "NOT_LINKED"
    UNKNOWN = "UNKNOWN"
    CLOSED = "CLOSED"
    OVER = "OVER"


@dataclass(frozen=True, slots=True)
class _Question:
    dossier: Dossier
    row: AccountCheck


def receive_provisionally(
    *, authority: Authority, check_id: uuid.UUID, owner_name: str, form: Submission, now: datetime
) -> Dossier:
    """Take the papers under a number of their own. Only for the officer who has just heard no answer.

    The procedure is chosen before (``checks.choose_procedure``). Of an organisation the number of its
    representative is kept, and the portal asked about the mandate when it answers. Raises NotUnknown, CheckTooOld,
    CheckAlreadySpent, PapersIncomplete, NecessaryPaperMissing, MandateWanted, OrganisationNameWanted,
    SubmittedDifferently, NumbersUsedUp, DeskRule.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    asked = checks.own_check(authority, check_id)
    organisation, visit = checks.of_organisation(asked), asked.visit
    name = _organisation_name(owner_name) if organisation else PersonName.parse(owner_name).value
    if organisation and form.representative is None:
        raise relations.MandateWanted
    mac = form.mac(str(authority.unit_id), str(visit), name)
    if done := reception.already(authority, form, mac):
        return done
    process = catalogue.process_of(
        authority, form.procedure_code, form.process_id, on=timezone.localdate(now)
    )
    lines = submission.whole_checklist(catalogue.components_of(process.procedure), form.papers)
    officer_name = reception.name_of_officer(authority)
    check = checks.own_check(authority, check_id)
    if check.answer != AccountCheck.Answer.UNKNOWN:
        raise NotUnknown
    number, _ = checks.number_of(check)
    owner = Owner(
        subject="",
        name=name,
        last3=number.value[-3:],
        number_bi=bytes(check.number_bi),
        number=number.value,
        organisation=organisation,
        representative=form.representative if organisation else None,
    )
    try:
        with database_rules.spoken(), transaction.atomic():
            reception.spend(check, authority, process, AccountCheck.Answer.UNKNOWN)
            dossier = Dossier(unknown_check_id=check.pk, state=State.PROVISIONAL)
            reception.fill(dossier, authority, process, owner, form, officer_name, mac, now)
            dossier.due_words = "Tính từ khi kiểm tra được tài khoản"
            dossier.provisional_number = numbering.draw_provisional_number(authority.unit_id, now)
            reception.write(dossier, lines)
            reception.note(dossier, "provisionally_received", ARRIVED_WORDS, by=authority.subject)
            contact_texts.tell(
                dossier, texts.provisionally_received(number=dossier.provisional_number), "provisional"
            )
            deliveries.promise_recheck(dossier)
            return dossier
    except (checks.CheckAlreadySpent, checks.CheckTooOld):
        if done := reception.already(authority, form, mac):
            return done
        raise


def recheck(*, dossier_id: uuid.UUID, registry: AccountRegistry, now: datetime) -> Outcome:
    """Ask again for one provisional dossier; found confirms it. No transaction is open meanwhile.

    An account of another name confirms nothing: an officer decides first, and until then nobody is asked. Raises
    NumbersUsedUp: nothing is said of the owner then, and the dossier waits for the unit's next day.
    """
    question = _question(dossier_id)
    if question is None:
        return Outcome.OVER
    dossier, row = question.dossier, question.row
    if name_doubts.is_waiting(dossier.pk):
        return _still_doubted(dossier.pk, now)
    numbering.require_left(dossier.unit_id, now)
    number, old_number = checks.number_of(row)
    asking.ask(row, number, old_number, registry, now)
    match row.answer:
        case AccountCheck.Answer.FOUND if row.status in RECEIVABLE:
            return _confirm(dossier, row, registry, now)
        case AccountCheck.Answer.FOUND if row.status == OwnerStatus.UNLINKED:
            return _wait(dossier, row, Outcome.NOT_LINKED, now)
        case AccountCheck.Answer.FOUND:
            return _wait(dossier, row, Outcome.NOT_USABLE, now)
        case AccountCheck.Answer.NOT_FOUND:
            return _wait(dossier, row, Outcome.NOT_FOUND, now)
        case _:
            Dossier.objects.filter(pk=dossier.pk).update(
                recheck_answer=AccountCheck.Answer.UNKNOWN, rechecked_at=now
            )
            return Outcome.UNKNOWN


def handle_recheck(
    data: Mapping[str, errands.Fact], *, registry: AccountRegistry, now: datetime | None = None
) -> None:
    """Handler of RECHECK: silent portals are asked again soon, missing accounts a few times a day."""
    moment = now or timezone.now()
    public_id = uuid.UUID(str(data["dossier"]))
    try:
        outcome = recheck(dossier_id=public_id, registry=registry, now=moment)
    except numbering.NumbersUsedUp:
        raise errands.TryLater(_NOT_FOUND_PAUSE) from None
    if outcome in {Outcome.CONFIRMED, Outcome.CLOSED, Outcome.OVER}:
        return
    if outcome == Outcome.UNKNOWN:
        arrived = Dossier.objects.values_list("arrived_at", flat=True).get(public_id=public_id)
        raise errands.Silence(_pause(moment - arrived))
    raise errands.TryLater(_NOT_FOUND_PAUSE)


def recheck_at_desk(
    *, authority: Authority, dossier_id: uuid.UUID, registry: AccountRegistry, now: datetime
) -> Outcome:
    """An officer of the unit asks at once instead of waiting for the errand. Raises NumbersUsedUp."""
    authority.require(Power.RECEIVE_DOSSIER)
    if not Dossier.objects.filter(public_id=dossier_id, unit_id__in=authority.units).exists():
        raise NotFound
    return recheck(dossier_id=dossier_id, registry=registry, now=now)


def _organisation_name(typed: str) -> str:
    name = plain_text.clean(typed, max_length=200)
    if len(name) < 3:
        raise OrganisationNameWanted
    return name


def _pause(waited: timedelta) -> int:
    return int(min(max(waited.total_seconds() / 10, _SHORTEST_PAUSE), _LONGEST_PAUSE))


def _question(dossier_id: uuid.UUID) -> _Question | None:
    dossier = (
        Dossier.objects.select_related("procedure", "unknown_check")
        .filter(public_id=dossier_id, state=State.PROVISIONAL)
        .first()
    )
    if dossier is None or dossier.unknown_check is None:
        return None
    asked = dossier.unknown_check
    number, old_number = checks.number_of(asked)
    if bytes(asked.number_bi) != bytes(dossier.owner_number_bi or b""):
        number, old_number = name_doubts.number_of(dossier), None
    row = AccountCheck(
        public_id=uuid.uuid4(),
        kind=AccountCheck.Kind.RECHECK,
        officer_subject=dossier.received_by,
        unit_code=dossier.unit_code,
        purpose=PURPOSE_RECEPTION,
        procedure_id=dossier.procedure_id,
        number_bi=dossier.owner_number_bi,
        for_dossier=dossier.public_id,
        visit=asked.visit,
    )
    row.number_sealed = asking.seal_number(row, number, old_number)
    return _Question(dossier=dossier, row=row)


def _confirm(dossier: Dossier, row: AccountCheck, registry: AccountRegistry, now: datetime) -> Outcome:
    try:
        card = registry.owner_card(
            receipt=row.receipt,
            procedure_code=dossier.procedure.code,
            asked_by=dossier.received_by,
            unit_code=dossier.unit_code,
        )
        right = _right_of(dossier, row, registry)
        with database_rules.spoken(), transaction.atomic():
            return _advance(dossier.pk, row, card.full_name, right, now)
    except PortalUnavailable:
        return Outcome.UNKNOWN
    except _FOR_PEOPLE as no:
        return _told(dossier.pk, no, now)


def _told(dossier_pk: int, no: Refusal, now: datetime) -> Outcome:
    """The owner is an officer, a mandate does not stand: for people, who see it in the list of what is owed."""
    with transaction.atomic():
        dossier = (
            Dossier.objects.select_for_update(of=("self",)).select_related("procedure").get(pk=dossier_pk)
        )
        if dossier.state != State.PROVISIONAL:
            return Outcome.OVER
        dossier.recheck_answer, dossier.rechecked_at = "RULE", now
        if _is_over(dossier, now):
            _close(dossier)
            return Outcome.CLOSED
        dossier.closed_reason = no.text
        dossier.save()
    return Outcome.NOT_USABLE


def _right_of(dossier: Dossier, row: AccountCheck, registry: AccountRegistry) -> relations.Right | None:
    """The mandate of who brought an organisation's papers, asked now; none for a person. No transaction is open."""
    number = relations.waiting_representative(dossier)
    if number is None:
        return None
    return relations.right_at_the_desk(
        check=row,
        number=number,
        procedure_code=dossier.procedure.code,
        asked_by=dossier.received_by,
        unit_code=dossier.unit_code,
        registry=registry,
    )


def _advance(
    dossier_pk: int, row: AccountCheck, owner_name: str, right: relations.Right | None, now: datetime
) -> Outcome:
    dossier = Dossier.objects.select_for_update(of=("self",)).select_related("procedure").get(pk=dossier_pk)
    if dossier.state != State.PROVISIONAL:
        return Outcome.OVER
    if name_doubts.is_waiting(dossier.pk):
        return (
            Outcome.NAME_DIFFERS
        )  # another recheck was first; an answer to the same question is not kept twice
    if bytes(dossier.owner_number_bi or b"") != bytes(row.number_bi):
        return Outcome.UNKNOWN  # the number was put right meanwhile: this was an answer about another one
    match = name_doubts.compare(dossier.owner_name, owner_name)
    if match == NameMatch.DIFFERENT and not name_doubts.is_settled(dossier, row):
        return _doubt(dossier, row, owner_name, now)
    asking.keep(row)
    AccountCheck.objects.filter(pk=row.pk, spent_at=None).update(spent_at=now)
    dossier.account_check_id = row.pk
    dossier.owner_subject, dossier.owner_last3 = row.subject, row.last3
    dossier.owner_name, dossier.owner_folded = owner_name, fold(owner_name).lower()
    dossier.state = State.RECEIVED
    dossier.received_at = now
    dossier.due_at = deadlines.due_at(dossier.procedure, now, unit_id=dossier.unit_id)
    dossier.due_words = deadlines.due_words(dossier.due_at)
    dossier.code = numbering.draw_code(dossier.unit_id, now)
    dossier.recheck_answer, dossier.rechecked_at = row.answer, now
    dossier.closed_reason = ""
    dossier.version += 1
    if right is not None:
        relations.hold(dossier, right, procedure=dossier.procedure, organisation=True, now=now)
        dossier.waiting_representative_sealed = None
    dossier.save()
    words = MARKS_WORDS if match == NameMatch.MARKS else CONFIRMED_WORDS
    scanned = dossier.components.filter(how=DossierComponent.How.UPLOADED).count()
    reception.note(dossier, "confirmed", words, from_state=State.PROVISIONAL, counted={"scanned": scanned})
    deliveries.promise_confirmed(dossier)
    deliveries.keep_recheck(dossier)
    # The slip promised the code to the phone left at the desk, which need not be the account's.
    told = texts.provisional_confirmed(number=dossier.provisional_number or "", dossier=dossier.code)
    contact_texts.tell(dossier, told, "provisional_confirmed")
    return Outcome.CONFIRMED


def _doubt(dossier: Dossier, row: AccountCheck, owner_name: str, now: datetime) -> Outcome:
    """The other name is sealed with the answer that gave it, and goes when that goes."""
    row.owner_name_sealed = checks.seal_name(row, owner_name)
    asking.keep(row)
    if _is_over(dossier, now):
        dossier.recheck_answer, dossier.rechecked_at = row.answer, now
        _close(dossier)
        return Outcome.CLOSED
    name_doubts.begin(dossier, row)
    dossier.rechecked_at = now
    dossier.save()
    return Outcome.NAME_DIFFERS


def _still_doubted(dossier_pk: int, now: datetime) -> Outcome:
    """Waits for an officer, and no longer than any other."""
    with transaction.atomic():
        dossier = (
            Dossier.objects.select_for_update(of=("self",)).select_related("procedure").get(pk=dossier_pk)
        )
        if dossier.state != State.PROVISIONAL:
            return Outcome.OVER
        if _is_over(dossier, now):
            _close(dossier)
            return Outcome.CLOSED
    return Outcome.NAME_DIFFERS


def _wait(dossier: Dossier, row: AccountCheck, outcome: Outcome, now: datetime) -> Outcome:
    """Kept, listed, the owner asked once to get an account or to link it; after ten working days closed with notice."""
    with transaction.atomic():
        locked = (
            Dossier.objects.select_for_update(of=("self",)).select_related("procedure").get(pk=dossier.pk)
        )
        if locked.state != State.PROVISIONAL:
            return Outcome.OVER
        asking.keep(row)
        unlinked = outcome == Outcome.NOT_LINKED
        locked.recheck_answer = OwnerStatus.UNLINKED.value if unlinked else row.answer
        locked.rechecked_at = now
        if _is_over(locked, now):
            _close(locked)
            return Outcome.CLOSED
        if locked.owner_asked_at is None and outcome in {Outcome.NOT_FOUND, Outcome.NOT_LINKED}:
            locked.owner_asked_at = now
            calendar = deadlines.calendar_of(locked.unit_id)
            until = deadlines.closing_day(locked.arrived_at, CLOSED_AFTER_WORKING_DAYS, calendar)
            number = locked.provisional_number or ""
            wanted = texts.provisional_needs_vneid if unlinked else texts.provisional_needs_account
            contact_texts.tell(locked, wanted(number=number, until=until), "account_wanted")
        locked.save()
    return outcome


def _is_over(dossier: Dossier, now: datetime) -> bool:
    calendar = deadlines.calendar_of(dossier.unit_id)
    return deadlines.working_days_since(dossier.arrived_at, now, calendar) > CLOSED_AFTER_WORKING_DAYS


def _close(dossier: Dossier) -> None:
    dossier.state = State.NOT_ACCEPTED
    dossier.closed_reason = CLOSED_WORDS
    dossier.waiting_representative_sealed = None
    dossier.version += 1
    dossier.save()
    deliveries.keep_recheck(dossier)
    reception.note(dossier, "closed", CLOSED_WORDS, from_state=State.PROVISIONAL)
    contact_texts.tell(
        dossier, texts.provisional_closed(number=dossier.provisional_number or ""), "provisional_closed"
    )
