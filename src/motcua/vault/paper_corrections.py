"""Sửa một giấy tờ trong kho: asked by one officer with evidence, decided by another; it moves or says what is true.

A paper in the wrong vault goes to the right one with the versions that came with the same dossier. The right owner's
account is checked when it is asked for and again when it is approved. Wrong facts are put right by a new version; the
one before stays to be seen. Both can be undone the same way: the copy in the right vault, or the new version, is a
paper like any other.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, NoReturn, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import identity, looking_up
from motcua.accounts.models import Account
from motcua.accounts.sealed_data import Number
from motcua.files import keeping as files
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.files.ports import Antivirus
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.vault import correcting, keeping, paper_correction_reading, paper_news, paper_reports, versions
from motcua.vault.models import Paper, PaperCorrection, PaperFault, PaperReport

Decision = PaperCorrection.Decision
_Done = TypeVar("_Done")

EVIDENCE_KEPT_FOR: Final = timedelta(days=3650)
CLOSED_KEPT_FOR: Final = timedelta(days=30)
_SHORTEST_REASON: Final = 5
#: As for dossiers: who may own one owns a vault that papers may come to.
_USABLE: Final = (Account.Status.ACTIVE, Account.Status.PENDING)
_DONE_WORDS: Final = "Đã sửa theo đề nghị được cán bộ thứ hai duyệt."


class RightOwnerUnknown(Refusal):
    code = "paper_right_owner_unknown"
    message = (
        "Chủ kho đúng chưa có tài khoản dùng được trên Cổng DVCQG. "
        "Đề nghị kiểm tra lại số, hoặc hỗ trợ người đó tạo, kích hoạt tài khoản rồi đề nghị lại."
    )


class PaperCorrectionWaits(Refusal):
    code = "paper_correction_waiting"
    status = 409
    message = "Giấy tờ này đã có đề nghị chờ duyệt. Đề nghị ông/bà xem danh sách chờ duyệt."


class PaperCorrectionDecided(Refusal):
    code = "paper_correction_decided"
    status = 409
    message = "Đề nghị này đã được quyết định. Đề nghị ông/bà tải lại trang để xem tình trạng mới nhất."


class PaperChangedMeanwhile(Refusal):
    code = "paper_changed_meanwhile"
    status = 409
    message = (
        "Giấy tờ đã có bản mới, đã được chuyển, hoặc tài liệu chứng minh không còn mở được, nên chưa sửa. "
        "Đề nghị ông/bà không duyệt và để cán bộ đề nghị lại."
    )


class NothingToPutRight(Refusal):
    code = "paper_nothing_to_put_right"
    message = "Thông tin ông/bà nhập giống thông tin đang ghi. Đề nghị ông/bà sửa chỗ chưa đúng rồi gửi lại."


class PaperReasonWanted(Refusal):
    code = "paper_reason_wanted"
    message = "Đề nghị ông/bà ghi rõ lý do (ít nhất 05 ký tự), vì người xem sau quyết định theo nội dung này."


class DaysOutOfOrder(Refusal):
    code = "paper_days_out_of_order"
    message = "Ngày hết hiệu lực không thể trước ngày cấp. Đề nghị ông/bà xem lại trên giấy tờ."


@dataclass(frozen=True, slots=True)
class Facts:
    """What ought to be written about a paper. ``held_for`` is empty where it is about the vault's owner."""

    type_code: str
    title: str
    number: str = field(default="", repr=False)
    held_for: str = field(default="", repr=False)
    issued_on: date | None = None
    valid_until: date | None = None


def check_evidence(*, authority: Authority, data: bytes, name: str, antivirus: Antivirus) -> CheckedFile:
    """Counted (L16), then inspected by its content: a PDF. Outside any transaction.

    Raises NotAuthorised, TooManyAttempts and the reasons of the files room.
    """
    paper_correction_reading.units_of(authority)
    spending.spend((Quota.UPLOADS_BY_OFFICER, authority.subject))
    return files.check(data, name=name, antivirus=antivirus, kinds=(StoredFile.Kind.PDF,))


def facts_of(paper: Paper) -> Facts:
    """As they are written now."""
    return Facts(
        type_code=paper.type_code,
        title=paper.title,
        number=keeping.number_of(paper),
        held_for=keeping.held_for(paper),
        issued_on=paper.issued_on,
        valid_until=paper.valid_until,
    )


def ask_to_move(
    *, authority: Authority, paper: uuid.UUID, to: Number, reason: str, evidence: CheckedFile
) -> PaperCorrection:
    """The right owner's account is asked about, counted, and its owner sees that.

    Raises RightOwnerUnknown, correcting.SameOwner, correcting.NotForYourself, PaperCorrectionWaits,
    PaperReasonWanted, NotFound, NotAuthorised, TooManyAttempts.
    """
    row = paper_correction_reading.paper_in_reach(authority, paper)
    words = _reason(reason)
    account = looking_up.account_asked_about(authority, to, paper_correction_reading.PURPOSE)
    if account is None or account.status not in _USABLE:
        raise RightOwnerUnknown
    if account.pk == identity.stands_for(row.owner_id):
        raise correcting.SameOwner
    if _is_of(authority, account):
        raise correcting.NotForYourself
    named = identity.name_to(account, row.receipt_audience)
    wanted = PaperCorrection(fault=PaperFault.VAULT, to_account=account, to_subject=named.subject)
    return _ask(authority, row, wanted, words, evidence)


def ask_to_put_right(
    *, authority: Authority, paper: uuid.UUID, facts: Facts, reason: str, evidence: CheckedFile
) -> PaperCorrection:
    """Raises NothingToPutRight, DaysOutOfOrder, PaperCorrectionWaits, PaperReasonWanted, NotFound, NotAuthorised."""
    row = paper_correction_reading.paper_in_reach(authority, paper)
    words = _reason(reason)
    if facts.issued_on and facts.valid_until and facts.valid_until < facts.issued_on:
        raise DaysOutOfOrder
    right = _cleaned(facts)
    if right == facts_of(row):
        raise NothingToPutRight
    wanted = PaperCorrection(
        public_id=uuid.uuid4(),
        fault=PaperFault.FACTS,
        type_code=right.type_code,
        title=right.title,
        issued_on=right.issued_on,
        valid_until=right.valid_until,
    )
    wanted.number_sealed = paper_correction_reading.sealed("number", wanted.public_id, right.number)
    wanted.subject_name_sealed = paper_correction_reading.sealed("name", wanted.public_id, right.held_for)
    return _ask(authority, row, wanted, words, evidence)


def approve(*, authority: Authority, correction: uuid.UUID) -> Paper:
    """A second officer agrees; the paper as it lies and reads from now on.

    Raises correcting.SecondOfficerNeeded, correcting.NotForYourself, RightOwnerUnknown, PaperCorrectionDecided,
    PaperChangedMeanwhile, NotFound, NotAuthorised, TooManyAttempts.
    """
    authority.require(Power.APPROVE_EXCEPTION)
    asked = paper_correction_reading.one(authority, correction)
    _require_another(authority, asked)
    if asked.to_account is not None:
        _check_again(authority, asked.to_account)
    return _spoken(lambda: _carry_out(authority, asked))


def decline(*, authority: Authority, correction: uuid.UUID, reason: str) -> None:
    """A second officer does not agree, and says why; what the owner reported stays open.

    Raises correcting.SecondOfficerNeeded, PaperReasonWanted, PaperCorrectionDecided, NotFound, NotAuthorised.
    """
    authority.require(Power.APPROVE_EXCEPTION)
    asked = paper_correction_reading.one(authority, correction)
    _require_another(authority, asked)
    words = _reason(reason)
    with transaction.atomic():
        _decide(asked, Decision.DECLINED, authority, words)
        files.keep_until(asked.evidence, timezone.now() + CLOSED_KEPT_FOR)
        journal.record("vault.paper_correction.declined", **_noted(asked, authority))
        paper_news.declined(asked)


def withdraw(*, authority: Authority, correction: uuid.UUID) -> None:
    """Taken back by the one who asked. Raises PaperCorrectionDecided, NotFound, NotAuthorised."""
    asked = paper_correction_reading.one(authority, correction)
    if asked.asked_by_subject != authority.subject:
        raise NotFound
    with transaction.atomic():
        _decide(asked, Decision.WITHDRAWN, authority)
        files.keep_until(asked.evidence, timezone.now() + CLOSED_KEPT_FOR)
        journal.record("vault.paper_correction.withdrawn", **_noted(asked, authority))


def _ask(
    authority: Authority, paper: Paper, wanted: PaperCorrection, words: str, evidence: CheckedFile
) -> PaperCorrection:
    if _is_of(authority, paper.owner):
        raise correcting.NotForYourself
    wanted.paper, wanted.unit_code = paper, paper.digitised_unit_code
    wanted.report = PaperReport.objects.filter(paper=paper, answered_at=None).first()
    wanted.reason, wanted.asked_by_subject = words, authority.subject

    def written() -> PaperCorrection:
        wanted.evidence = files.keep_checked(
            evidence,
            purpose=StoredFile.Purpose.EVIDENCE,
            purge_after=timezone.now() + EVIDENCE_KEPT_FOR,
        )
        wanted.save(force_insert=True)
        journal.record("vault.paper_correction.asked", **_noted(wanted, authority))
        return wanted

    return _spoken(written)


def _carry_out(authority: Authority, asked: PaperCorrection) -> Paper:
    """In one transaction: decision, paper, history, news. One writer per vault, as everywhere in this room."""
    owners = [pk for pk in (asked.paper.owner_id, asked.to_account_id) if pk]
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=owners).order_by("pk"))
    _decide(asked, Decision.APPROVED, authority)
    paper = Paper.objects.select_related("file", "owner__person").get(pk=asked.paper_id)
    if asked.to_account is None:
        new = _put_right(asked, paper)
        paper_news.put_right(asked)
    else:
        new = _moved(asked, paper, authority)
        paper_news.moved(asked, asked.to_account)
    PaperCorrection.objects.filter(pk=asked.pk).update(new_paper=new)
    if asked.report is not None and asked.report.answered_at is None:
        paper_reports.close(asked.report, authority, _DONE_WORDS)
    journal.record("vault.paper_correction.approved", **_noted(asked, authority))
    return new


def _moved(asked: PaperCorrection, paper: Paper, authority: Authority) -> Paper:
    moved = correcting.move_versions(
        paper,
        to_subject=asked.to_subject,
        reason=asked.reason,
        asked_by=asked.asked_by_subject,
        approved_by=authority.subject,
        unit_code=authority.unit_code,
    )
    return moved[paper.pk]


def _put_right(asked: PaperCorrection, old: Paper) -> Paper:
    """The same bytes under the right facts, as the next version."""
    Paper.objects.filter(pk=old.pk).update(state=Paper.State.SUPERSEDED)
    last = versions.last_of_line(old)
    right = Paper(
        public_id=uuid.uuid4(),
        replaces=last,
        version=last.version + 1,
        owner=old.owner,
        receipt_audience=old.receipt_audience,
        receipt_subject=old.receipt_subject,
        put_key=f"right:{old.public_id}",
        type_code=asked.type_code,
        title=asked.title,
        issuer=old.issuer,
        issued_on=asked.issued_on,
        valid_until=asked.valid_until,
        sha256=old.sha256,
        source=old.source,
        source_dossier_code=old.source_dossier_code,
        digitised_by_subject=old.digitised_by_subject,
        digitised_unit_code=old.digitised_unit_code,
        visible_from=old.visible_from,
    )
    keeping.name(
        right,
        number=paper_correction_reading.number_asked(asked),
        held_for=paper_correction_reading.name_asked(asked),
    )
    if old.file is not None:
        right.file = files.share(old.file, StoredFile.Purpose.VAULT_PAPER, keeping.KEPT_UNTIL)
    right.save(force_insert=True)
    return right


def _check_again(authority: Authority, account: Account) -> None:
    """Asked for anew under the second officer's name: the account may have been locked or closed since."""
    document = account.person.documents.filter(status="active").order_by("-id").first()
    if document is None:
        raise RightOwnerUnknown
    value = identity.number_of(document)
    number: Number = TaxCode(value) if document.kind == "MST" else CitizenId.parse(value)
    found = looking_up.account_asked_about(authority, number, paper_correction_reading.PURPOSE)
    if found is None or found.pk != account.pk or found.status not in _USABLE:
        raise RightOwnerUnknown


def _require_another(authority: Authority, asked: PaperCorrection) -> None:
    if asked.decision != Decision.WAITING:
        raise PaperCorrectionDecided
    if asked.asked_by_subject == authority.subject:
        raise correcting.SecondOfficerNeeded
    concerned = [asked.paper.owner, *([asked.to_account] if asked.to_account else [])]
    if any(_is_of(authority, account) for account in concerned):
        raise correcting.NotForYourself


def _decide(asked: PaperCorrection, decision: Decision, by: Authority, reason: str = "") -> None:
    """One UPDATE decides, so that of two officers one is told that the other was faster."""
    taken = PaperCorrection.objects.filter(pk=asked.pk, decision=Decision.WAITING).update(
        decision=decision,
        decided_by_subject=by.subject,
        decided_at=timezone.now(),  # the trigger puts the database's own clock in its place
        decided_reason=reason,
    )
    if not taken:
        raise PaperCorrectionDecided


def _spoken(act: Callable[[], _Done]) -> _Done:
    """In one transaction; what a rule of the database refuses is said in its own words."""
    try:
        with transaction.atomic():
            return act()
    except IntegrityError as broken:
        _say(broken)


def _say(broken: IntegrityError) -> NoReturn:
    diagnosis = getattr(broken.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "") or ""
    match name:
        case "paper_correction_one_waiting":
            raise PaperCorrectionWaits from None
        case "paper_correction_not_for_oneself":
            raise correcting.NotForYourself from None
        case "paper_correction_of_a_current_paper" | "paper_correction_has_evidence":
            raise PaperChangedMeanwhile from None
    raise broken


def _is_of(authority: Authority, account: Account) -> bool:
    return account.subjects.filter(subject=authority.subject).exists()


def _cleaned(facts: Facts) -> Facts:
    return Facts(
        type_code=facts.type_code,
        title=clean(facts.title, max_length=300),
        number=clean(facts.number, max_length=100),
        held_for=PersonName.parse(facts.held_for).value if facts.held_for else "",
        issued_on=facts.issued_on,
        valid_until=facts.valid_until,
    )


def _reason(reason: str) -> str:
    words = clean(reason, max_length=300)
    if len(words) < _SHORTEST_REASON:
        raise PaperReasonWanted
    return words


def _noted(asked: PaperCorrection, authority: Authority) -> dict[str, Any]:
    return {
        "subject": f"paper_correction:{asked.public_id}",
        "actor": authority.subject,
        "unit_code": authority.unit_code,
        "facts": {"paper": asked.paper_id, "fault": str(asked.fault)},
    }
