"""Tiếp nhận: a checked owner's papers become a dossier, in one transaction."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from motcua import journal
from motcua.desk import (
    catalogue,
    checks,
    database_rules,
    deadlines,
    deliveries,
    national_owing,
    numbering,
    relations,
    submission,
)
from motcua.desk.models import AccountCheck, Dossier, DossierComponent, Process
from motcua.desk.ports import AccountRegistry, OwnersVault, PaperValidity
from motcua.desk.states import State
from motcua.desk.submission import How, Submission
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.units import officers

RECEIVED_WORDS = "Tiếp nhận hồ sơ."


class SubmittedDifferently(Refusal):
    code = "submitted_differently"
    status = 409
    message = (
        "Biểu mẫu này đã được gửi trước đó với nội dung khác. "
        "Đề nghị ông/bà mở hồ sơ vừa tiếp nhận để xem, hoặc bắt đầu lại từ bước kiểm tra tài khoản."
    )


class PaperNotOffered(Refusal):
    code = "paper_not_offered"
    message = (
        "Giấy tờ đã chọn không còn dùng được từ Kho dữ liệu của chủ hồ sơ. "
        "Đề nghị ông/bà chọn lại hoặc nhận bản giấy."
    )


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose dossier it is, as the check (or, for an exception, the paper shown) says."""

    subject: str
    name: str = field(repr=False)
    last3: str = field(repr=False, default="")
    number_bi: bytes | None = field(repr=False, default=None)
    number: str = field(repr=False, default="")
    organisation: bool = False
    #: An organisation whose representative is asked about when the portal answers (tiếp nhận tạm).
    representative: CitizenId | None = field(repr=False, default=None)


def receive(
    *,
    authority: Authority,
    check_id: uuid.UUID,
    form: Submission,
    registry: AccountRegistry,
    vault: OwnersVault | None = None,
    now: datetime,
) -> Dossier:
    """One checked owner, one dossier: the check is spent, the code drawn, the papers listed, the owner told.

    The same ``form.key`` again answers with the dossier it made. Raises CheckTooOld, CheckAlreadySpent,
    OwnerNotReceivable, OwnerChanged, PapersIncomplete, NecessaryPaperMissing, PaperNotOffered,
    SubmittedDifferently, NumbersUsedUp, DeskRule.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    # A spent check comes back as it is: then this form's dossier is looked for first.
    check = checks.made_ready(authority=authority, check_id=check_id, registry=registry, now=now)
    mac = form.mac(str(authority.unit_id), str(check.visit))
    if done := already(authority, form, mac):
        return done
    process = catalogue.process_of(
        authority, form.procedure_code, form.process_id, on=timezone.localdate(now)
    )
    lines = submission.whole_checklist(catalogue.components_of(process.procedure), form.papers)
    officer_name = name_of_officer(authority)
    if check.spent_at is None:
        form = _with_mandate(form, check, authority, registry)
        _require_offered(lines, check, authority, vault, form)
    try:
        with database_rules.spoken(), transaction.atomic():
            spent = _spend(check, authority, process)
            return store(
                Dossier(account_check=check),
                authority=authority,
                process=process,
                owner=spent,
                form=form,
                lines=lines,
                officer_name=officer_name,
                mac=mac,
                now=now,
            )
    except (checks.CheckAlreadySpent, checks.CheckTooOld):
        # A double click: the other one has the check, and by now its dossier.
        if done := already(authority, form, mac):
            return done
        raise


def name_of_officer(authority: Authority) -> str:
    """Printed on the slip as it is today; an officer's name may change, a slip does not."""
    return officers.name_of(authority.officer_id)


_ALREADY = "SELECT request_mac FROM desk_dossier WHERE received_by = %s AND idempotency_key = %s LIMIT 1"


def already(authority: Authority, form: Submission, mac: bytes) -> Dossier | None:
    """The dossier this very form has made before, if any."""
    with connection.cursor() as cursor:  # almost always nothing: ask for little, and plainly
        cursor.execute(_ALREADY, [authority.subject, form.key])
        known = cursor.fetchone()
    if known is None:
        return None
    if bytes(known[0]) != mac:
        raise SubmittedDifferently
    by_key = Dossier.objects.filter(received_by=authority.subject, idempotency_key=form.key)
    return by_key.select_related("procedure", "process", "unit").get()


def store(
    dossier: Dossier,
    *,
    authority: Authority,
    process: Process,
    owner: Owner,
    form: Submission,
    lines: Sequence[DossierComponent],
    officer_name: str,
    mac: bytes,
    now: datetime,
) -> Dossier:
    """Write a received dossier with everything that belongs to it, inside the caller's transaction."""
    fill(dossier, authority, process, owner, form, officer_name, mac, now)
    dossier.state = State.RECEIVED
    dossier.received_at = now
    dossier.due_at = deadlines.due_at(process.procedure, now, unit_id=authority.unit_id)
    dossier.due_words = deadlines.due_words(dossier.due_at)
    dossier.code = numbering.draw_code(authority.unit_id, now)
    write(dossier, lines)
    note(dossier, "received", RECEIVED_WORDS, by=authority.subject, counted=_counted(dossier, lines, now))
    deliveries.promise_received(dossier, lines)
    return dossier


def fill(
    dossier: Dossier,
    authority: Authority,
    process: Process,
    owner: Owner,
    form: Submission,
    officer_name: str,
    mac: bytes,
    now: datetime,
) -> None:
    """The columns every dossier has, provisional or received."""
    dossier.public_id = uuid.uuid4()
    dossier.track_check = numbering.track_check()
    dossier.channel = Dossier.Channel.COUNTER
    dossier.unit_id, dossier.unit_code = authority.unit_id, authority.unit_code
    dossier.procedure, dossier.process = process.procedure, process
    dossier.received_by, dossier.received_by_name = authority.subject, officer_name
    dossier.arrived_at = now
    dossier.private_matter = form.private_matter
    dossier.result_wanted = form.result_wanted
    dossier.idempotency_key, dossier.request_mac = form.key, mac
    for column, words in submission.cleaned(form).items():
        setattr(dossier, column, words)
    dossier.contact_sealed = submission.seal_contact(form.contact, dossier.public_id)
    phone = form.contact.phone
    dossier.contact_phone_bi = submission.phone_fingerprint(phone) if phone else None
    dossier.owner_subject, dossier.owner_name = owner.subject, owner.name
    dossier.owner_folded = fold(owner.name).lower()
    dossier.owner_last3, dossier.owner_number_bi = owner.last3, owner.number_bi
    if owner.number:
        dossier.owner_number_sealed = settings.KEYRING.seal(
            "desk.dossier.owner_number", str(dossier.public_id), owner.number
        )
    if owner.representative is not None:
        relations.let_wait(dossier, owner.representative, procedure=process.procedure)
        return
    relations.hold(dossier, form.right, procedure=process.procedure, organisation=owner.organisation, now=now)


def write(dossier: Dossier, lines: Sequence[DossierComponent]) -> None:
    """The dossier and its checklist; files that came along are kept as long as it is."""
    dossier.save(force_insert=True)
    for line in lines:
        line.dossier = dossier
    DossierComponent.objects.bulk_create(lines)
    files = [line.file_id for line in lines if line.file_id is not None]
    if files:
        until = dossier.arrived_at + deliveries.COMPONENTS_KEPT_FOR
        StoredFile.objects.filter(pk__in=files, purged_at=None).update(
            purge_after=Greatest(F("purge_after"), Value(until))
        )


_NOTE = (
    "INSERT INTO desk_dossierevent (dossier_id, kind, from_state, to_state, by_subject, words, facts)"
    " VALUES (%s, %s, %s, %s, %s, %s, '{}') RETURNING id"
)


def _counted(dossier: Dossier, lines: Sequence[DossierComponent], now: datetime) -> dict[str, int]:
    """What reports count of a reception: was the account checked, how long at the gate, papers not asked again."""
    reused = sum(line.how == DossierComponent.How.VAULT for line in lines)
    counted = {"checked": int(dossier.account_check_id is not None), "reused": reused}
    counted["scanned"] = sum(line.how == DossierComponent.How.UPLOADED for line in lines)
    if dossier.account_check is not None:
        waited = (now - dossier.account_check.checked_at).total_seconds()
        counted["minutes"] = max(0, min(int(waited // 60), 999))
    return counted


def note(
    dossier: Dossier,
    kind: str,
    words: str,
    *,
    by: str = "",
    from_state: str = "",
    counted: Mapping[str, int] | None = None,
) -> None:
    """One line of history and one of the journal, in one statement."""
    journal.record_with(
        _NOTE,
        [dossier.pk, kind, str(from_state), str(dossier.state), by, words],
        f"desk.dossier.{kind}",
        subject=f"dossier:{dossier.public_id}",
        actor=by,
        unit_code=dossier.unit_code,
        facts={"procedure": dossier.procedure.code, "state": str(dossier.state), **(counted or {})},
    )
    national_owing.owe(dossier)


def _with_mandate(
    form: Submission, check: AccountCheck, authority: Authority, registry: AccountRegistry
) -> Submission:
    """An organisation is received through somebody with a mandate that stands now; no transaction is open."""
    if form.representative is None:
        return form
    right = relations.right_at_the_desk(
        check=check,
        number=form.representative,
        procedure_code=form.procedure_code,
        asked_by=authority.subject,
        unit_code=authority.unit_code,
        registry=registry,
    )
    return replace(form, right=right)


_SPEND = """
UPDATE desk_accountcheck SET spent_at = clock_timestamp()
 WHERE id = %(check)s AND officer_subject = %(officer)s AND unit_code = %(unit)s
   AND answer = %(answer)s AND procedure_id = %(procedure)s AND spent_at IS NULL
   AND checked_at > clock_timestamp() - interval '15 minutes'
"""


def spend(check: AccountCheck, authority: Authority, process: Process, answer: str) -> None:
    """One conditional UPDATE decides: of two who hold the same check, one has the dossier."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SPEND,
            {
                "check": check.pk,
                "officer": authority.subject,
                "unit": authority.unit_code,
                "answer": answer,
                "procedure": process.procedure_id,
            },
        )
        taken = cursor.rowcount
    if not taken:
        raise _why_not_spent(check, process)


def _spend(check: AccountCheck, authority: Authority, process: Process) -> Owner:
    spend(check, authority, process, AccountCheck.Answer.FOUND)
    number, _ = checks.number_of(check)
    return Owner(
        subject=check.subject,
        name=checks.owner_name_of(check),
        last3=check.last3,
        number_bi=bytes(check.number_bi),
        number=number.value,
        organisation=isinstance(number, TaxCode),
    )


def _why_not_spent(check: AccountCheck, process: Process) -> Refusal:
    check.refresh_from_db(fields=["spent_at", "procedure"])
    if check.spent_at is not None:
        return checks.CheckAlreadySpent()
    if check.procedure_id != process.procedure_id:
        return catalogue.ProcedureNotOffered()
    return checks.CheckTooOld()


def _require_offered(
    lines: Sequence[DossierComponent],
    check: AccountCheck,
    authority: Authority,
    vault: OwnersVault | None,
    form: Submission,
) -> None:
    """A paper id comes from a form: only the vault says that it is this owner's, still good, and within the mandate."""
    wanted = [line for line in lines if line.how == How.VAULT]
    if not wanted:
        return
    if vault is None:
        raise PaperNotOffered
    offered = {
        (paper.paper_id, paper.type_code)
        for paper in vault.offer(
            receipt=check.receipt,
            type_codes=[line.type_code for line in wanted],
            procedure_code=form.procedure_code,
            asked_by=authority.subject,
            unit_code=authority.unit_code,
            mandate=form.right.mandated.mandate if form.right and form.right.mandated else None,
        )
        if paper.validity == PaperValidity.VALID
    }
    if any((line.vault_paper_id, line.type_code) not in offered for line in wanted):
        raise PaperNotOffered
