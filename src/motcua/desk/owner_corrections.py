"""Sửa chủ hồ sơ: a dossier filed under the wrong owner goes to the right one, by two officers (SPEC 6, threats C9)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from motcua import journal
from motcua.desk import asking, database_rules, misfiled, moving, owner_aliases, owner_deliveries, reception
from motcua.desk.answers import STATUS_WORDS
from motcua.desk.models import AccountCheck, Dossier, OwnerCorrection
from motcua.desk.ports import PURPOSE_CORRECTION, RECEIVABLE, AccountRegistry, PortalUnavailable
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.files.models import ClockNow, StoredFile
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units.models import Officer

#: How many dossiers one request may name.
MOST_AT_ONCE = 20
SHORTEST_REASON, LONGEST_REASON = 10, 300
EVIDENCE_KEPT_FOR = timedelta(days=3650)
#: Of a request that came to nothing.
CLOSED_KEPT_FOR = timedelta(days=30)
ASKED_WORDS = "Đề nghị sửa chủ hồ sơ vì hồ sơ ghi nhầm chủ; chờ cán bộ thứ hai duyệt."
APPROVED_WORDS = "Đã sửa chủ hồ sơ theo đề nghị được cán bộ thứ hai duyệt; giấy tờ được chuyển theo."
WITHDRAWN_WORDS = "Đề nghị sửa chủ hồ sơ được người đề nghị rút lại; chủ hồ sơ giữ nguyên."
DECLINED_WORDS = "Đề nghị sửa chủ hồ sơ không được duyệt; chủ hồ sơ giữ nguyên."


class NewOwnerNotFound(Refusal):
    code = "new_owner_not_found"
    message = (
        "Chủ hồ sơ mới chưa có tài khoản trên Cổng DVCQG nên chưa sửa được. "
        "Đề nghị kiểm tra lại số, hoặc hỗ trợ người dân tạo tài khoản rồi đề nghị lại."
    )


class NewOwnerNotUsable(Refusal):
    code = "new_owner_not_usable"
    message = "{words}"


class NewOwnerIsTheOld(Refusal):
    code = "new_owner_is_the_old"
    message = "Hồ sơ đang ghi đúng chủ này. Đề nghị ông/bà kiểm tra lại số của chủ hồ sơ mới."


class NewOwnerReceived(Refusal):
    code = "new_owner_received"
    status = 409
    message = (
        "Chủ hồ sơ mới là chính cán bộ đã tiếp nhận hồ sơ này nên không ghi được: cán bộ không tiếp nhận hồ sơ của "
        "mình. Đề nghị dừng giải quyết và để cán bộ khác tiếp nhận lại."
    )


class NewOwnerIsYou(Refusal):
    code = "new_owner_is_you"
    status = 403
    message = "Ông/bà là chủ hồ sơ mới nên không tự đề nghị, không tự duyệt. Đề nghị cán bộ khác thực hiện."


class NewOwnerIsStaff(Refusal):
    code = "new_owner_is_staff"
    message = (
        "Chủ hồ sơ mới là cán bộ. Nếu đúng là việc riêng của cán bộ đó, đề nghị đánh dấu “Việc riêng của cán bộ” "
        "rồi gửi lại."
    )


class CorrectionReasonMissing(Refusal):
    code = "correction_reason_missing"
    message = "Đề nghị ông/bà ghi rõ vì sao hồ sơ ghi nhầm chủ (ít nhất 10 ký tự)."


class CorrectionWaiting(Refusal):
    code = "correction_waiting"
    status = 409
    message = "Hồ sơ này đã có đề nghị sửa chủ đang chờ duyệt. Đề nghị ông/bà xem danh sách chờ duyệt."


class CorrectionDecided(Refusal):
    code = "correction_decided"
    status = 409
    message = "Đề nghị này đã được quyết định. Đề nghị ông/bà tải lại danh sách."


class AnotherMustApprove(Refusal):
    code = "another_must_approve"
    status = 403
    message = "Người duyệt phải khác người đề nghị và không phải là chủ hồ sơ cũ. Đề nghị cán bộ có quyền khác duyệt."


class OwnerChangedMeanwhile(Refusal):
    code = "owner_changed_meanwhile"
    status = 409
    message = (
        "Tài khoản của chủ hồ sơ mới không còn như lúc đề nghị nên chưa sửa. "
        "Đề nghị ông/bà không duyệt đề nghị này và để cán bộ đề nghị lại."
    )


class EvidenceGone(Refusal):
    code = "owner_evidence_gone"
    status = 409
    message = (
        "Đề nghị này không có tài liệu chứng minh còn mở được nên chưa duyệt được. "
        "Đề nghị ông/bà không duyệt, và để cán bộ đề nghị lại kèm tài liệu chứng minh."
    )


class TooManyDossiers(Refusal):
    code = "too_many_dossiers"
    message = "Mỗi lần đề nghị sửa tối đa {most} hồ sơ. Đề nghị ông/bà chọn ít hơn rồi gửi làm nhiều lần."


class DossiersOfSeveralUnits(Refusal):
    code = "owner_corrections_of_several_units"
    message = (
        "Tài liệu chứng minh chỉ dùng cho hồ sơ của một đơn vị, để đơn vị khác không xem được. "
        "Đề nghị ông/bà chọn hồ sơ của từng đơn vị rồi gửi làm nhiều lần."
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """One dossier and the number of the owner it should have had."""

    dossier_id: uuid.UUID
    number: asking.Number = field(repr=False)
    private_matter: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one of many; ``refusal`` is None when it went well."""

    item: uuid.UUID
    refusal: Refusal | None


def require_may_ask(*, authority: Authority, wanted: int, reason: str) -> str:
    """Asked before the portal is asked or the evidence opened; the reason as it is kept.

    Raises CorrectionReasonMissing, TooManyDossiers, NotAuthorised.
    """
    misfiled.require_right(authority)
    words = plain_text.clean(reason, max_length=LONGEST_REASON, lines=True)
    if len(words) < SHORTEST_REASON:
        raise CorrectionReasonMissing
    if not 0 < wanted <= MOST_AT_ONCE:
        raise TooManyDossiers(most=MOST_AT_ONCE)
    return words


def ask(
    *,
    authority: Authority,
    wanted: Sequence[Wanted],
    reason: str,
    evidence: CheckedFile,
    registry: AccountRegistry,
    now: datetime,
) -> list[Said]:
    """Ask for several dossiers with one reason; each stands for itself, and what is refused is said of each.

    One proof for all of them, those filed under members of staff too: SPEC 6 lets two officers put right what was
    filed wrongly before, and frees no kind of dossier from saying what shows it; one scan (the desk's own list, the
    applicants' statements) may show it of all that one request names. The database keeps a proof to its request,
    and a request keeps to one unit: whoever may read the proof is of the unit of every dossier it is about.
    """
    words = require_may_ask(authority=authority, wanted=len(wanted), reason=reason)
    if len(misfiled.units_of(authority, [one.dossier_id for one in wanted])) > 1:
        raise DossiersOfSeveralUnits
    batch = uuid.uuid4()
    stored: StoredFile | None = None
    said = []
    for one in wanted:
        try:
            stored = _ask(authority, one, words, (batch, stored or evidence), registry, now).evidence
        except Refusal as no:
            said.append(Said(one.dossier_id, no))
        else:
            said.append(Said(one.dossier_id, None))
    return said


def approve(
    *, authority: Authority, correction_id: uuid.UUID, registry: AccountRegistry, now: datetime
) -> OwnerCorrection:
    """The second officer agrees: the portal is asked again, then owner, papers and history follow at once."""
    asked = _waiting_one(authority, correction_id)
    if owner_aliases.is_any(authority.subject, (asked.asked_by, asked.from_subject)):
        raise AnotherMustApprove
    if owner_aliases.is_same(authority.subject, asked.to_subject):
        raise NewOwnerIsYou
    if asked.evidence is None or asked.evidence.purged_at is not None:
        raise EvidenceGone
    number, _ = asking.number_of(asked.asked_check)
    row = _checked(authority, asked.dossier, number, registry, now)
    if row.subject != asked.to_subject:
        with transaction.atomic():
            asking.keep(row)
        raise OwnerChangedMeanwhile
    card = registry.owner_card(
        receipt=row.receipt,
        procedure_code=asked.dossier.procedure.code,
        asked_by=authority.subject,
        unit_code=authority.unit_code,
    )
    with database_rules.spoken(), transaction.atomic():
        return _carry_out(authority, asked, row, number, card.full_name)


def waiting_dossiers() -> frozenset[str]:
    """Codes of the dossiers that may turn out to be another owner's: nothing of theirs is forgotten meanwhile."""
    waiting = OwnerCorrection.objects.filter(approved_at=None, declined_at=None)
    return frozenset(code for code in waiting.values_list("dossier__code", flat=True) if code)


def decline(*, authority: Authority, correction_id: uuid.UUID) -> OwnerCorrection:
    """The second officer does not agree; who asked may take it back the same way."""
    asked = _waiting_one(authority, correction_id, own=True)
    own = asked.asked_by == authority.subject
    if not own and owner_aliases.is_any(authority.subject, (asked.from_subject, asked.to_subject)):
        raise AnotherMustApprove
    with database_rules.spoken(), transaction.atomic():
        taken = OwnerCorrection.objects.filter(pk=asked.pk, approved_at=None, declined_at=None).update(
            declined_at=ClockNow(), declined_by=authority.subject
        )
        if not taken:
            raise CorrectionDecided
        if own:
            reception.note(asked.dossier, "owner_correction_withdrawn", WITHDRAWN_WORDS, by=authority.subject)
            journal.record("desk.owner_correction.withdrawn", **_said_of(asked, authority))
        else:
            reception.note(asked.dossier, "owner_correction_declined", DECLINED_WORDS, by=authority.subject)
            _record("declined", asked, authority)
        _keep_no_longer(asked)
    return asked


def _keep_no_longer(asked: OwnerCorrection) -> None:
    """A proof that no dossier of its request needs is soon forgotten (docs/data-protection.md)."""
    needed = OwnerCorrection.objects.filter(evidence=asked.evidence_id, declined_at=None)
    if asked.evidence is not None and not needed.exists():
        keeping.keep_until(asked.evidence, timezone.now() + CLOSED_KEPT_FOR)


def _ask(
    authority: Authority,
    one: Wanted,
    words: str,
    with_it: tuple[uuid.UUID, StoredFile | CheckedFile],
    registry: AccountRegistry,
    now: datetime,
) -> OwnerCorrection:
    dossier = misfiled.dossier_in_reach(authority, one.dossier_id)
    if moving.is_filed_by(dossier, authority.subject):
        raise moving.FiledByOneself
    if OwnerCorrection.objects.filter(dossier=dossier, approved_at=None, declined_at=None).exists():
        raise CorrectionWaiting
    spending.spend((Quota.CHECKS_BY_OFFICER, authority.subject))
    row = _checked(authority, dossier, one.number, registry, now)
    refusal = _why_not(authority, dossier, row, one)
    if refusal is not None:
        with transaction.atomic():
            asking.keep(row)
        raise refusal
    batch, evidence = with_it
    if dossier.account_check is None:  # an exception has no owner to put right; never in reach
        raise NotFound
    try:
        with database_rules.spoken(), transaction.atomic():
            asking.keep(row)
            asked = OwnerCorrection.objects.create(
                batch=batch,
                dossier=dossier,
                from_subject=dossier.owner_subject,
                from_check=dossier.account_check,
                to_subject=row.subject,
                asked_check=row,
                private_matter=one.private_matter and _is_staff(row.subject),
                reason=words,
                evidence=_kept(evidence, now),
                asked_by=authority.subject,
                asked_unit_id=authority.unit_id,
            )
            reception.note(dossier, "owner_correction_asked", ASKED_WORDS, by=authority.subject)
            _record("asked", asked, authority)
    except database_rules.DeskRule as no:
        if no.details.get("rule") == "owner_correction_one_waiting":
            raise CorrectionWaiting from None
        raise
    return asked


def _why_not(authority: Authority, dossier: Dossier, row: AccountCheck, one: Wanted) -> Refusal | None:
    if row.answer == AccountCheck.Answer.NOT_FOUND:
        return NewOwnerNotFound()
    if row.status not in RECEIVABLE:
        return NewOwnerNotUsable(words=STATUS_WORDS[row.status])
    if owner_aliases.is_same(row.subject, dossier.owner_subject):
        return NewOwnerIsTheOld()
    if owner_aliases.is_same(row.subject, authority.subject):
        return NewOwnerIsYou()
    if owner_aliases.is_same(row.subject, dossier.received_by):
        return NewOwnerReceived()
    if _is_staff(row.subject) and not one.private_matter:
        return NewOwnerIsStaff()
    return None


def _checked(
    authority: Authority, dossier: Dossier, number: asking.Number, registry: AccountRegistry, now: datetime
) -> AccountCheck:
    """The portal's answer about the new owner, for this dossier's correction alone; not written down yet."""
    row = AccountCheck(
        public_id=uuid.uuid4(),
        kind=AccountCheck.Kind.RECHECK,
        officer_subject=authority.subject,
        unit_code=authority.unit_code,
        purpose=PURPOSE_CORRECTION,
        procedure_id=dossier.procedure_id,
        number_bi=asking.fingerprint_of(number),
        for_dossier=dossier.public_id,
        visit=uuid.uuid4(),
    )
    row.number_sealed = asking.seal_number(row, number, None)
    asking.ask(row, number, None, registry, now)
    if row.answer == AccountCheck.Answer.UNKNOWN:
        with transaction.atomic():
            asking.keep(row)
        raise PortalUnavailable
    return row


def _waiting_one(authority: Authority, correction_id: uuid.UUID, *, own: bool = False) -> OwnerCorrection:
    rows = misfiled.corrections_seen_by(authority).select_related(
        "dossier__procedure", "dossier__representation", "asked_check", "evidence"
    )
    asked = rows.filter(public_id=correction_id).first()
    if asked is None:
        raise NotFound
    if not (authority.may(Power.APPROVE_EXCEPTION) or (own and asked.asked_by == authority.subject)):
        raise NotAuthorised
    if asked.approved_at is not None or asked.declined_at is not None:
        raise CorrectionDecided
    if moving.is_filed_by(asked.dossier, authority.subject):
        raise moving.FiledByOneself
    return asked


def _carry_out(
    authority: Authority, asked: OwnerCorrection, row: AccountCheck, number: asking.Number, name: str
) -> OwnerCorrection:
    """Inside one transaction: check, decision, owner, history, what is owed to the vaults and to both owners."""
    dossier = (
        Dossier.objects.select_for_update(of=("self",), no_key=True)
        .select_related("procedure")
        .get(pk=asked.dossier_id)
    )
    asking.keep(row)
    AccountCheck.objects.filter(pk=row.pk, spent_at=None).update(spent_at=ClockNow())
    taken = OwnerCorrection.objects.filter(pk=asked.pk, approved_at=None, declined_at=None).update(
        approved_at=ClockNow(), approved_by=authority.subject, done_check_id=row.pk
    )
    if not taken:
        raise CorrectionDecided
    Dossier.objects.filter(pk=dossier.pk).update(
        **_owner_columns(dossier, row, number, name),
        account_check_id=row.pk,
        private_matter=asked.private_matter,
        version=F("version") + 1,
    )
    reception.note(dossier, "owner_corrected", APPROVED_WORDS, by=authority.subject)
    asked.refresh_from_db(fields=["approved_at", "approved_by", "done_check"])
    _record("approved", asked, authority)
    owner_deliveries.promise(asked)
    return asked


def _owner_columns(
    dossier: Dossier, row: AccountCheck, number: asking.Number, name: str
) -> Mapping[str, object]:
    return {
        "owner_subject": row.subject,
        "owner_name": name,
        "owner_folded": fold(name).lower(),
        "owner_last3": row.last3,
        "owner_number_bi": bytes(row.number_bi),
        "owner_number_sealed": settings.KEYRING.seal(
            "desk.dossier.owner_number", str(dossier.public_id), number.value
        ),
    }


def _kept(evidence: StoredFile | CheckedFile, now: datetime) -> StoredFile:
    if isinstance(evidence, StoredFile):
        return evidence
    return keeping.keep_checked(
        evidence, purpose=StoredFile.Purpose.EVIDENCE, purge_after=now + EVIDENCE_KEPT_FOR
    )


def _is_staff(subject: str) -> bool:
    return Officer.objects.filter(subject=subject).exists()


def _record(what: str, asked: OwnerCorrection, authority: Authority) -> None:
    journal.record(f"desk.owner_correction.{what}", **_said_of(asked, authority))


def _said_of(asked: OwnerCorrection, authority: Authority) -> dict[str, Any]:
    return {
        "subject": f"owner_correction:{asked.public_id}",
        "actor": authority.subject,
        "unit_code": authority.unit_code,
        "facts": {"dossier": str(asked.dossier.public_id)},
    }
