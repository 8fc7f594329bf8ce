"""Đề nghị ghi nhận người đại diện: one officer asks with the scanned proof, another agrees, and only then it holds."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, NoReturn

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import guardianships, identity, looking_up, mandate_news, mandate_reading
from motcua.accounts.models import Account, Mandate, MandateRequest, Person
from motcua.accounts.ports import ProcedureCatalogue
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.files.ports import Antivirus
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota

Basis = Mandate.Basis
Decision = MandateRequest.Decision

#: What nobody decided about is asked for anew after this long.
WAITS_FOR: Final = timedelta(days=90)
#: Long enough to ask why it was declined.
CLOSED_KEPT_FOR: Final = timedelta(days=30)
#: After the last day of a mandate, for whoever asks by what right something was filed.
ENDED_KEPT_FOR: Final = timedelta(days=1826)
_WHILE_IT_STANDS: Final = datetime(2999, 12, 31, tzinfo=UTC)
_SHORTEST_REASON: Final = 5
#: As the catalogue writes them; never digits alone, which could be somebody's number.
_PROCEDURE_CODE = re.compile(r"(?=[0-9-]*[A-Za-z.])[0-9A-Za-z][0-9A-Za-z.-]{0,39}")


class RepresentativeUnknown(Refusal):
    code = "representative_unknown"
    message = (
        "Người đại diện chưa có tài khoản đang hoạt động trên Cổng DVCQG. "
        "Đề nghị người đó đăng ký, kích hoạt tài khoản trước, rồi thực hiện lại."
    )


class ScopeNotCodes(Refusal):
    code = "mandate_scope_not_codes"
    message = (
        "Phạm vi phải ghi bằng mã thủ tục, ví dụ 1.005092, cách nhau bằng dấu phẩy. "
        "Đề nghị ông/bà nhập lại, hoặc để trống cho mọi thủ tục."
    )


class ScopeUnknown(Refusal):
    code = "mandate_scope_unknown"
    message = (
        "Danh mục không có thủ tục nào dành cho tổ chức mang mã {codes}. "
        "Đề nghị ông/bà chọn lại trong danh sách thủ tục."
    )


class MandateNotWritten(Refusal):
    """The database's sentence."""

    code = "mandate_not_written"
    status = 409
    message = "{words}"


class MandateStands(Refusal):
    code = "mandate_stands_already"
    status = 409
    message = (
        "Người này đang đại diện cho tổ chức. Đề nghị thu hồi quyền cũ trước khi đề nghị ghi nhận quyền mới."
    )


class AnotherOfficerNeeded(Refusal):
    code = "mandate_second_officer"
    status = 403
    message = "Ông/bà là người đề nghị nên không tự duyệt được. Đề nghị một cán bộ khác có quyền duyệt."


class MandateRequestDecided(Refusal):
    code = "mandate_request_decided"
    status = 409
    message = "Đề nghị này đã được quyết định. Đề nghị ông/bà tải lại trang để xem tình trạng mới nhất."


class MandateRequestOver(Refusal):
    code = "mandate_request_over"
    status = 409
    message = (
        "Đề nghị này chờ quá 90 ngày nên bản quét đã hủy theo thời hạn lưu. "
        "Đề nghị ông/bà không duyệt và để cán bộ tiếp nhận gửi đề nghị mới."
    )


class LastDayPassed(Refusal):
    code = "mandate_last_day_passed"
    message = (
        "Quyền đại diện này đã qua ngày hết hiệu lực nên không ghi nhận được nữa. "
        "Đề nghị ông/bà kiểm tra lại ngày trên giấy tờ."
    )


class DecliningReasonWanted(Refusal):
    code = "mandate_reason_wanted"
    message = "Đề nghị ông/bà ghi rõ vì sao không duyệt (ít nhất 05 ký tự) để cán bộ đề nghị biết cần làm gì."


@dataclass(frozen=True, slots=True)
class Granting:
    """What the officer types from the paper that was shown."""

    representative: CitizenId
    basis: str
    valid_from: date
    valid_to: date | None
    proof: str = field(repr=False)
    proof_on: date
    scope: Sequence[str] = ()


def check_scan(*, authority: Authority, data: bytes, name: str, antivirus: Antivirus) -> CheckedFile:
    """The scanned proof, counted (L16), then inspected by its content: a PDF. Outside any transaction.

    Raises NotAuthorised, TooManyAttempts and the reasons of the files room.
    """
    authority.require(Power.OPEN_ACCOUNT)
    spending.spend((Quota.UPLOADS_BY_OFFICER, authority.subject))
    return keeping.check(data, name=name, antivirus=antivirus, kinds=(StoredFile.Kind.PDF,))


def ask(
    *,
    authority: Authority,
    organisation: uuid.UUID,
    granting: Granting,
    scan: CheckedFile,
    catalogue: ProcedureCatalogue,
) -> MandateRequest:
    """The answer says whether the number has an account, so it is counted like any other look-up (threats L14).

    Raises ScopeNotCodes, ScopeUnknown, LastDayPassed, RepresentativeUnknown, MandateStands, MandateNotWritten,
    NotFound, NotAuthorised, TooManyAttempts.
    """
    authority.require(Power.OPEN_ACCOUNT)
    account = mandate_reading.organisation_of(organisation)
    scope = _scope_of(granting.scope, catalogue)
    _require_days_left(granting.valid_to)
    holder = looking_up.account_asked_about(authority, granting.representative, "dai-dien-to-chuc")
    if holder is None or not _may_represent(holder):
        raise RepresentativeUnknown
    identity.name_to(holder, settings.DESK_ID)
    theirs = Mandate.objects.filter(representative__in=identity.with_merged(holder.pk), revoked_at=None)
    if theirs.filter(organisation=account).exists():
        raise MandateStands
    try:
        with transaction.atomic():
            asked = MandateRequest.objects.create(
                organisation=account,
                representative=holder,
                basis=granting.basis,
                scope=scope,
                valid_from=granting.valid_from,
                valid_to=granting.valid_to,
                proof=plain_text.clean(granting.proof, max_length=200),
                proof_on=granting.proof_on,
                scan=keeping.keep_checked(
                    scan, purpose=StoredFile.Purpose.EVIDENCE, purge_after=timezone.now() + WAITS_FOR
                ),
                asked_by=authority.subject,
                asked_unit_code=authority.unit_code,
            )
            journal.record(
                "accounts.mandate_request.asked",
                subject=f"mandate_request:{asked.public_id}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts={"organisation": f"account:{account.pk}", "basis": str(granting.basis)},
            )
            mandate_news.asked(asked)
    except IntegrityError as broken:
        _say(broken)
    return asked


def approve(*, authority: Authority, request: uuid.UUID) -> Mandate:
    """A second officer agrees: the mandate is written, in the same transaction, from what was asked.

    Raises AnotherOfficerNeeded, MandateRequestDecided, MandateRequestOver, LastDayPassed, RepresentativeUnknown,
    RequestOfGuardian, MandateNotWritten, NotFound, NotAuthorised.
    """
    authority.require(Power.APPROVE_EXCEPTION)
    try:
        with transaction.atomic():
            row = _waiting(authority, request)
            if row.asked_by == authority.subject:
                raise AnotherOfficerNeeded
            if not _may_represent(row.representative):
                raise RepresentativeUnknown
            _require_days_left(row.valid_to)
            if row.scan.purged_at is not None:
                raise MandateRequestOver
            guardianships.refuse_unsaid_now(row.representative_id, row.asked_at)
            _decide(row, Decision.APPROVED, authority)
            mandate = _written(row, authority)
            keeping.keep_until(row.scan, _proof_until(row.valid_to))
            journal.record(
                "accounts.mandate_request.approved",
                subject=f"mandate_request:{row.public_id}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts={"mandate": str(mandate.public_id)},
            )
            mandate_news.approved(row)
    except IntegrityError as broken:
        _say(broken)
    return mandate


@transaction.atomic
def decline(*, authority: Authority, request: uuid.UUID, reason: str) -> None:
    """A second officer does not agree, and says why; the scan goes after thirty days.

    Raises AnotherOfficerNeeded, DecliningReasonWanted, MandateRequestDecided, NotFound, NotAuthorised.
    """
    authority.require(Power.APPROVE_EXCEPTION)
    words = plain_text.clean(reason, max_length=300, lines=True)
    row = _waiting(authority, request)
    if row.asked_by == authority.subject:
        raise AnotherOfficerNeeded
    if len(words) < _SHORTEST_REASON:
        raise DecliningReasonWanted
    _decide(row, Decision.DECLINED, authority, words)
    _close(row)
    journal.record(
        "accounts.mandate_request.declined",
        subject=f"mandate_request:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


@transaction.atomic
def withdraw(*, authority: Authority, request: uuid.UUID) -> None:
    """Taken back by the one who asked. Raises MandateRequestDecided, NotFound, NotAuthorised."""
    authority.require(Power.OPEN_ACCOUNT)
    row = _waiting(authority, request)
    if row.asked_by != authority.subject:
        raise NotFound
    _decide(row, Decision.WITHDRAWN, authority)
    _close(row)
    journal.record(
        "accounts.mandate_request.withdrawn",
        subject=f"mandate_request:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )


def end(row: MandateRequest, *, by: str, why: str) -> None:
    """Nobody's judgement: whoever ran the representative's account does so no more. The caller holds the row."""
    MandateRequest.objects.filter(pk=row.pk, decision=Decision.WAITING).update(
        decision=Decision.DECLINED, decided_by=by, decided_at=timezone.now(), reason=why
    )
    _close(row)


def keep_proof_after_end(mandate: Mandate) -> None:
    """A mandate was taken back: its proof is kept five years from now, and no longer."""
    if mandate.request is not None:
        keeping.keep_until(mandate.request.scan, timezone.now() + ENDED_KEPT_FOR)


def _waiting(authority: Authority, request: uuid.UUID) -> MandateRequest:
    """Locked, so that of two decisions the second sees the first."""
    seen = mandate_reading.requests_seen_by(authority)
    row = (
        seen.select_related("organisation__person", "representative__person", "scan")
        .select_for_update(of=("self",))
        .filter(public_id=request)
        .first()
    )
    if row is None:
        raise NotFound
    if row.decision != Decision.WAITING:
        raise MandateRequestDecided
    return row


def _decide(row: MandateRequest, decision: MandateRequest.Decision, by: Authority, reason: str = "") -> None:
    MandateRequest.objects.filter(pk=row.pk).update(
        decision=decision,
        decided_by=by.subject,
        decided_unit_code=by.unit_code,
        decided_at=timezone.now(),  # the trigger puts the database's own clock in its place
        reason=reason,
    )


def _close(row: MandateRequest) -> None:
    keeping.keep_until(row.scan, timezone.now() + CLOSED_KEPT_FOR)
    mandate_news.closed(row)


def _written(row: MandateRequest, authority: Authority) -> Mandate:
    mandate = Mandate.objects.create(
        request=row,
        organisation=row.organisation,
        representative=row.representative,
        basis=row.basis,
        scope=row.scope,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        proof=row.proof,
        proof_on=row.proof_on,
        granted_by=authority.subject,
        granted_unit_code=authority.unit_code,
    )
    journal.record(
        "accounts.mandate.granted",
        subject=f"mandate:{mandate.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"organisation": f"account:{row.organisation_id}", "basis": row.basis},
    )
    return mandate


def _proof_until(last_day: date | None) -> datetime:
    if last_day is None:
        return _WHILE_IT_STANDS
    return timezone.now() + (last_day - timezone.localdate()) + ENDED_KEPT_FOR


def _may_represent(account: Account) -> bool:
    return account.status == Account.Status.ACTIVE and account.person.kind == Person.Kind.CITIZEN


def _require_days_left(last_day: date | None) -> None:
    if last_day is not None and last_day < timezone.localdate():
        raise LastDayPassed


def _scope_of(codes: Sequence[str], catalogue: ProcedureCatalogue) -> list[str]:
    """What cannot be a code at all is refused, and what the catalogue does not have, where there is one."""
    if not all(_PROCEDURE_CODE.fullmatch(code) for code in codes):
        raise ScopeNotCodes
    known = catalogue.for_organisations() if codes else None
    unknown = sorted(set(codes) - set(known)) if known is not None else []
    if unknown:
        raise ScopeUnknown(codes=", ".join(unknown))
    return sorted(set(codes))


def _say(broken: IntegrityError) -> NoReturn:
    """The sentence of the rule that refused; what is no rule of mandates is our bug."""
    diagnosis = getattr(broken.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "") or ""
    for rule in (*Mandate._meta.constraints, *MandateRequest._meta.constraints):
        if rule.name == name:
            raise MandateNotWritten(words=str(rule.violation_error_message)) from None
    if not name.startswith("mandate_") or getattr(diagnosis, "table_name", None):
        raise broken
    raise MandateNotWritten(words=getattr(diagnosis, "message_primary", "") or "") from None
