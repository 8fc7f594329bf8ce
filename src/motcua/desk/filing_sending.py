"""Gửi hồ sơ trực tuyến: a draft becomes a dossier "mới đăng ký", proved by its owner's own session, once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from motcua.desk import (
    acting_for_owner,
    database_rules,
    deadlines,
    deliveries,
    filing,
    filing_drafts,
    filing_proof,
    numbering,
    reception,
    relations,
    submission,
)
from motcua.desk.catalogue_words import Necessity
from motcua.desk.models import Component, Dossier, FilingDraft, FilingFile
from motcua.desk.ports import AccountRegistry, OwnersVault, PaperValidity, SignedInOwner
from motcua.desk.reception import PaperNotOffered
from motcua.desk.relations import Kind, Right
from motcua.desk.states import State
from motcua.desk.submission import Contact, HandedIn, How, PersonConcerned, Submission
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units.models import Unit

FILED_WORDS = "nộp hồ sơ trực tuyến."
#: Until it is accepted, nobody has promised a day.
NOT_YET_DUE = "Tính từ khi được tiếp nhận"


class StaffForOthers(Refusal):
    code = "staff_files_for_others"
    status = 403
    message = (
        "Tài khoản của cán bộ chỉ nộp hồ sơ trực tuyến cho việc riêng của mình, không nộp thay người khác. "
        "Đề nghị người có việc tự nộp bằng tài khoản của họ hoặc đến bộ phận một cửa."
    )


class PrivateMatterWanted(Refusal):
    code = "private_matter_wanted"
    message = "Ông/bà là cán bộ trong hệ thống. Đề nghị đánh dấu đây là việc riêng của mình trước khi gửi."


class ComponentWanted(Refusal):
    code = "component_wanted"
    message = "Thành phần “{component}” là bắt buộc. Đề nghị ông/bà kèm tệp, lấy từ Kho dữ liệu hoặc chọn xuất trình."


class ConsentWanted(Refusal):
    code = "own_consent_wanted"
    message = "Đề nghị ông/bà đánh dấu đồng ý cho dùng giấy tờ trong Kho dữ liệu của mình cho hồ sơ này."


class FormOfAnotherVersion(Refusal):
    code = "form_of_another_version"
    status = 409
    message = "Thủ tục vừa được cập nhật. Đề nghị ông/bà xem lại từng thành phần hồ sơ rồi gửi lại."


@dataclass(frozen=True, slots=True)
class Chosen:
    """How one component is handed in; an upload's file is the draft's own."""

    order: int
    how: How
    vault_paper_id: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """The answers of a form that its owner sends."""

    papers: Sequence[Chosen]
    version: int
    person: PersonConcerned = field(default_factory=PersonConcerned)
    right: Right | None = None
    contact: Contact = field(default_factory=Contact)
    result_wanted: Dossier.ResultWanted = Dossier.ResultWanted.AT_DESK
    note: str = field(repr=False, default="")
    private_matter: bool = False
    consent: bool = False


@dataclass(frozen=True, slots=True)
class _Ready:
    """Everything that is known before the transaction."""

    owner: SignedInOwner
    about: filing.Fileable
    form: Filing
    now: datetime


def send(
    *,
    session: uuid.UUID,
    subject: str,
    draft_id: uuid.UUID,
    form: Filing,
    organisation: bool,
    registry: AccountRegistry,
    vault: OwnersVault,
    now: datetime,
    on: date,
) -> Dossier:
    """The owner is who is signed in, and nobody else. Sending twice is sending once.

    Raises NotFound, SessionNotLive, PortalUnavailable, OwnAccountNotUsable, StaffForOthers, PrivateMatterWanted,
    ComponentWanted, ConsentWanted, PaperNotOffered, FormOfAnotherVersion, TooManyAttempts, DeskRule.
    """
    if done := already(subject, draft_id):
        return done
    try:
        return _sent(session, subject, draft_id, form, organisation, registry, vault, now, on)
    except Refusal:
        # Another click was faster and took the draft, with its files, from under this one.
        if done := already(subject, draft_id):
            return done
        raise


def _sent(
    session: uuid.UUID,
    subject: str,
    draft_id: uuid.UUID,
    form: Filing,
    organisation: bool,
    registry: AccountRegistry,
    vault: OwnersVault,
    now: datetime,
    on: date,
) -> Dossier:
    draft = filing_drafts.draft_of(subject, draft_id, organisation=organisation, on=on)
    if form.version != draft.about.procedure.pk:
        raise FormOfAnotherVersion
    _require_own_matter(subject, form)
    _require_whole(draft.about.components, form, set(draft.files))
    spending.spend((Quota.FILINGS_BY_OWNER, subject))
    owner = filing_proof.ask(session=session, subject=subject, registry=registry, now=now)
    if owner.organisation:
        acting = registry.representative_in_session(
            session=session, organisation=subject, procedure_code=draft.about.procedure.code
        )
        if filing.is_staff(acting.subject):
            raise StaffForOthers
        form = replace(form, right=Right(Kind.ORGANISATION, mandated=acting))
    _require_offered(owner, draft.about.components, form, draft.about.procedure.code, vault)
    ready = _Ready(owner, draft.about, form, now)
    with database_rules.spoken(), transaction.atomic():
        taken = filing_drafts.taken_for_sending(subject, draft_id)
        if taken is None:
            raise NotFound
        return _filed(taken, ready)


def already(subject: str, draft_id: uuid.UUID) -> Dossier | None:
    """The dossier this form was sent as, if it was."""
    return (
        Dossier.objects.select_related("procedure", "process", "unit")
        .filter(owner_subject=subject, idempotency_key=draft_id, channel=Dossier.Channel.ONLINE)
        .first()
    )


def _filed(draft: FilingDraft, ready: _Ready) -> Dossier:
    unit, procedure = draft.unit, ready.about.procedure
    filing.place(unit.code, ready.about)
    process = filing.process_for(procedure, unit)
    whole = _submission(draft, ready, process.pk)
    lines = submission.checklist(ready.about.components, whole.papers)
    check = filing_proof.spent_check(ready.owner, procedure, unit_code=unit.code, now=ready.now)
    dossier = Dossier(account_check_id=check.pk, process=process, procedure=procedure)
    _fill(dossier, unit, ready, whole)
    dossier.owner_number_bi = check.number_bi
    reception.write(dossier, lines)
    acting = ready.form.right.mandated if ready.form.right else None
    reception.note(
        dossier,
        "filed",
        f"{acting_for_owner.words_of(acting)} {FILED_WORDS}",
        by=ready.owner.subject,
    )
    filing_drafts.used_up(draft)
    deliveries.promise_telling(dossier, "filing_sent")
    return dossier


def _fill(dossier: Dossier, unit: Unit, ready: _Ready, whole: Submission) -> None:
    owner = ready.owner
    dossier.public_id = uuid.uuid4()
    dossier.track_check = numbering.track_check()
    dossier.channel, dossier.state = Dossier.Channel.ONLINE, State.NEW
    dossier.unit, dossier.unit_code = unit, unit.code
    dossier.arrived_at = ready.now
    dossier.due_words = NOT_YET_DUE if ready.about.procedure.term_online else deadlines.BY_NOTICE
    dossier.private_matter = whole.private_matter
    dossier.result_wanted = whole.result_wanted
    dossier.idempotency_key, dossier.request_mac = whole.key, whole.mac(owner.subject, unit.code)
    for column, words in submission.cleaned(whole).items():
        setattr(dossier, column, words)
    dossier.contact_sealed = submission.seal_contact(whole.contact, dossier.public_id)
    phone = whole.contact.phone
    dossier.contact_phone_bi = submission.phone_fingerprint(phone) if phone else None
    dossier.owner_subject, dossier.owner_name = owner.subject, owner.full_name
    dossier.owner_folded = fold(owner.full_name).lower()
    dossier.owner_last3 = owner.last3
    dossier.owner_number_sealed = settings.KEYRING.seal(
        "desk.dossier.owner_number", str(dossier.public_id), owner.number
    )
    relations.hold(
        dossier,
        whole.right,
        procedure=ready.about.procedure,
        organisation=owner.organisation,
        now=ready.now,
    )


def _submission(draft: FilingDraft, ready: _Ready, process_id: int) -> Submission:
    files = {each.order: each.file for each in FilingFile.objects.select_related("file").filter(draft=draft)}
    form = ready.form
    return Submission(
        key=draft.public_id,
        procedure_code=ready.about.procedure.code,
        process_id=process_id,
        papers=[
            HandedIn(
                order=paper.order,
                how=paper.how,
                file=files.get(paper.order) if paper.how == How.UPLOADED else None,
                vault_paper_id=paper.vault_paper_id,
            )
            for paper in form.papers
        ],
        person=form.person,
        right=form.right,
        contact=form.contact,
        private_matter=form.private_matter,
        result_wanted=form.result_wanted,
        note=form.note,
    )


def _require_own_matter(subject: str, form: Filing) -> None:
    """Threats T-04: a staff account is no way to file other people's dossiers."""
    if not filing.is_staff(subject):
        return
    if form.person != PersonConcerned() or form.right is not None:
        raise StaffForOthers
    if not form.private_matter:
        raise PrivateMatterWanted


def _require_whole(components: Sequence[Component], form: Filing, files: set[int]) -> None:
    chosen = {paper.order: paper for paper in form.papers}
    for component in components:
        paper = chosen.get(component.order, Chosen(component.order, How.NONE))
        nothing = paper.how == How.NONE or (paper.how == How.UPLOADED and component.order not in files)
        if nothing and (component.necessity == Necessity.REQUIRED or paper.how == How.UPLOADED):
            raise ComponentWanted(component=component.name)
    if any(paper.how == How.VAULT for paper in form.papers) and not form.consent:
        raise ConsentWanted


def _require_offered(
    owner: SignedInOwner, components: Sequence[Component], form: Filing, code: str, vault: OwnersVault
) -> None:
    """A paper id comes from a form: only the vault says that it is this owner's and still good."""
    types = {each.order: each.type_code for each in components if not each.not_reused}
    wanted = {(p.vault_paper_id, types.get(p.order, "")) for p in form.papers if p.how == How.VAULT}
    if not wanted:
        return
    if any(not type_code for _, type_code in wanted):
        raise PaperNotOffered
    offered = vault.offer(
        receipt=owner.receipt,
        type_codes=sorted({type_code for _, type_code in wanted}),
        procedure_code=code,
        asked_by=owner.subject,
        unit_code="",
        mandate=form.right.mandated.mandate if form.right and form.right.mandated else None,
    )
    valid = {(p.paper_id, p.type_code) for p in offered if p.validity == PaperValidity.VALID}
    if wanted - valid:
        raise PaperNotOffered
