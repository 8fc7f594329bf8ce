"""Kiểm tra tài khoản: ask the portal about an owner, keep its signed answer, spend it once."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import DurationField
from django.db.models.expressions import RawSQL

from motcua import journal
from motcua.desk import catalogue, database_rules, receipts
from motcua.desk.models import AccountCheck, Component, Process
from motcua.desk.ports import (
    PURPOSE_RECEPTION,
    RECEIVABLE,
    AccountRegistry,
    Answer,
    Found,
    NotFoundAnswer,
    OwnerStatus,
    Unknown,
)
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.units.models import Officer

log = logging.getLogger(__name__)

Number = CitizenId | TaxCode

#: A check is good for this long (threats C7); a form renews its check well before.
GOOD_FOR = timedelta(minutes=15)
RENEW_AFTER = timedelta(minutes=10)
LONGEST_FORM = timedelta(hours=12)

FOUND_WORDS = "Kiểm tra tài khoản thành công"
NOT_FOUND_WORDS = (
    "Công dân chưa có tài khoản trên Cổng DVCQG. "
    "Bạn có muốn chuyển đến Cổng Dịch Vụ Công Quốc Gia để tạo tài khoản ?"
)
UNKNOWN_WORDS = (
    "Cổng DVCQG chưa trả lời nên chưa biết chủ hồ sơ đã có tài khoản hay chưa. "
    "Đề nghị ông/bà kiểm tra lại, hoặc tiếp nhận tạm và in phiếu cho công dân."
)
OWN_WORDS = (
    "Đây là tài khoản của chính ông/bà. Cán bộ không tiếp nhận hồ sơ của chính mình; "
    "đề nghị cán bộ khác hoặc đơn vị cấp trên tiếp nhận."
)
STATUS_WORDS: dict[str, str] = {
    OwnerStatus.LOCKED: (
        "Tài khoản của chủ hồ sơ đang bị khóa nên chưa tiếp nhận được. "
        "Đề nghị chủ hồ sơ mở khóa bằng “Quên mật khẩu” hoặc xác minh lại tại quầy, rồi kiểm tra lại."
    ),
    OwnerStatus.CLOSED: (
        "Tài khoản của chủ hồ sơ đã đóng nên chưa tiếp nhận được. "
        "Đề nghị hỗ trợ chủ hồ sơ tạo lại tài khoản, rồi kiểm tra lại."
    ),
    OwnerStatus.REVIEW: (
        "Thông tin của chủ hồ sơ trùng với một người khác và đang chờ xác minh nên chưa tiếp nhận được. "
        "Đề nghị đối chiếu giấy tờ gốc và liên hệ cán bộ quản trị tài khoản."
    ),
}

_ALARM_OVER = 20


class OwnerNotReceivable(Refusal):
    code = "owner_not_receivable"
    message = "{words}"


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
class CheckView:
    """What the officer's screen shows of one check. ``words`` is the sentence to show."""

    public_id: uuid.UUID
    visit: uuid.UUID
    answer: str
    status: str
    words: str
    name_masked: str = field(repr=False)
    last3: str = field(repr=False)
    matched_by_old_number: bool
    can_receive: bool
    can_receive_provisionally: bool
    checked_at: datetime


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
    row = _asked(authority, number, old_number, visit or uuid.uuid4())
    _ask(row, number, old_number, registry, now)
    _keep(row)
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
    row = _asked(authority, number, old_number, old.visit)
    row.renewed_from = old
    row.procedure_id = old.procedure_id
    _ask(row, number, old_number, registry, now)
    if row.answer == AccountCheck.Answer.FOUND and row.subject == old.subject and old.owner_name_sealed:
        row.owner_name_sealed = _seal_name(row, owner_name_of(old))
    try:
        _keep(row)
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

    Raises OwnerNotReceivable, CheckTooOld, ProcedureNotOffered, PortalUnavailable.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    row, age = _with_age(authority, check_id)
    process = catalogue.process_of(authority, procedure_code, process_id, on=now.date())
    provisional = row.answer == AccountCheck.Answer.UNKNOWN
    if not provisional:
        require_receivable(row)
    if age > GOOD_FOR:
        raise CheckTooOld
    row = _bound_to(row, process)
    if not provisional and row.owner_name_sealed is None:
        card = registry.owner_card(
            receipt=row.receipt,
            procedure_code=procedure_code,
            asked_by=authority.subject,
            unit_code=authority.unit_code,
        )
        row.owner_name_sealed = _seal_name(row, card.full_name)
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
        owner_is_staff=not provisional and Officer.objects.filter(subject=row.subject).exists(),
        renew_after_seconds=int(RENEW_AFTER.total_seconds()),
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


def _with_age(authority: Authority, check_id: uuid.UUID) -> tuple[AccountCheck, timedelta]:
    """The check and its age by the database's clock: an application server's own may be minutes off."""
    row = (
        AccountCheck.objects.filter(
            public_id=check_id, officer_subject=authority.subject, unit_code=authority.unit_code
        )
        .exclude(kind=AccountCheck.Kind.RECHECK)
        .annotate(age=RawSQL("clock_timestamp() - checked_at", (), DurationField()))
        .first()
    )
    if row is None:
        raise NotFound
    return row, row.age


def _newest(authority: Authority, check_id: uuid.UUID) -> tuple[AccountCheck, timedelta]:
    """The check, or the one that renewed it in the meantime (the form still holds the first id)."""
    row, age = _with_age(authority, check_id)
    while row.spent_at is None and age > RENEW_AFTER:
        newer = AccountCheck.objects.filter(renewed_from=row).first()
        if newer is None or newer.answer != row.answer:
            break
        row, age = _with_age(authority, newer.public_id)
    return row, age


def require_receivable(row: AccountCheck) -> None:
    """Raise unless the answer lets a dossier be received."""
    if row.answer != AccountCheck.Answer.FOUND or row.status not in RECEIVABLE or _is_own(row):
        raise OwnerNotReceivable(words=words_of(row))


def view_of(row: AccountCheck) -> CheckView:
    """What the screen shows."""
    found = row.answer == AccountCheck.Answer.FOUND
    return CheckView(
        public_id=row.public_id,
        visit=row.visit,
        answer=row.answer,
        status=row.status,
        words=words_of(row),
        name_masked=row.name_masked,
        last3=row.last3,
        matched_by_old_number=row.by_old_number,
        can_receive=found and row.status in RECEIVABLE and not _is_own(row),
        can_receive_provisionally=row.answer == AccountCheck.Answer.UNKNOWN,
        checked_at=row.checked_at,
    )


def words_of(row: AccountCheck) -> str:
    """The sentence for the answer; for the first two, the dispatch's own."""
    if row.answer == AccountCheck.Answer.NOT_FOUND:
        return NOT_FOUND_WORDS
    if row.answer == AccountCheck.Answer.UNKNOWN:
        return UNKNOWN_WORDS
    if _is_own(row):
        return OWN_WORDS
    return STATUS_WORDS.get(row.status, FOUND_WORDS)


def number_of(row: AccountCheck) -> tuple[Number, CitizenId | None]:
    """The number that was asked, and the old one that went with it."""
    text: str = settings.KEYRING.open("desk.check.number", str(row.public_id), row.number_sealed or b"")
    first, _, second = text.partition("|")
    number: Number = CitizenId(first) if len(first) in {9, 12} else TaxCode(first)
    return number, CitizenId(second) if second else None


def owner_name_of(row: AccountCheck) -> str:
    """The full name that came with the choice of the procedure."""
    name: str = settings.KEYRING.open(
        "desk.check.owner_name", str(row.public_id), row.owner_name_sealed or b""
    )
    return name


def fingerprint_of(number: Number) -> bytes:
    """By which dossiers of this number are found again."""
    kind = "citizen_number" if isinstance(number, CitizenId) else "tax_code"
    digest: bytes = settings.KEYRING.fingerprint(kind, number.value)
    return digest


def answered(
    row: AccountCheck,
    number: Number,
    old_number: CitizenId | None,
    registry: AccountRegistry,
    now: datetime,
) -> None:
    """Fill a row with the portal's answer; a receipt that cannot be believed is no answer."""
    _ask(row, number, old_number, registry, now)


def keep(row: AccountCheck) -> None:
    """Write the row and its line in the journal."""
    _keep(row)


def _asked(
    authority: Authority, number: Number, old_number: CitizenId | None, visit: uuid.UUID
) -> AccountCheck:
    row = AccountCheck(
        public_id=uuid.uuid4(),
        kind=AccountCheck.Kind.COUNTER,
        officer_subject=authority.subject,
        unit_code=authority.unit_code,
        purpose=PURPOSE_RECEPTION,
        number_bi=fingerprint_of(number),
        visit=visit,
    )
    row.number_sealed = seal_number(row, number, old_number)
    return row


def seal_number(row: AccountCheck, number: Number, old_number: CitizenId | None) -> bytes:
    """The number at rest; needed for asking again."""
    text = f"{number.value}|{old_number.value if old_number else ''}"
    sealed: bytes = settings.KEYRING.seal("desk.check.number", str(row.public_id), text)
    return sealed


def _seal_name(row: AccountCheck, name: str) -> bytes:
    sealed: bytes = settings.KEYRING.seal("desk.check.owner_name", str(row.public_id), name)
    return sealed


def _ask(
    row: AccountCheck,
    number: Number,
    old_number: CitizenId | None,
    registry: AccountRegistry,
    now: datetime,
) -> None:
    answer = _believed(
        registry.check(
            number=number,
            old_number=old_number,
            purpose=PURPOSE_RECEPTION,
            asked_by=row.officer_subject,
            unit_code=row.unit_code,
            reference=str(row.public_id),
        ),
        now,
    )
    match answer:
        case (Found() as found, receipts.Receipt() as receipt):
            row.answer = AccountCheck.Answer.FOUND
            row.status, row.subject = receipt.status.value, receipt.subject
            row.receipt, row.jti = receipt.jws, receipt.jti
            row.name_masked, row.last3 = found.name_masked, found.last3
            row.by_old_number = found.matched_by_old_number
        case NotFoundAnswer():
            row.answer = AccountCheck.Answer.NOT_FOUND
            row.number_sealed = None
        case Unknown(reason_code=reason):
            row.answer = AccountCheck.Answer.UNKNOWN
            row.reason_code = reason


def _believed(answer: Answer, now: datetime) -> tuple[Found, receipts.Receipt] | NotFoundAnswer | Unknown:
    if not isinstance(answer, Found):
        return answer
    try:
        receipt = receipts.verify(
            answer.receipt,
            audience=settings.DESK_ID,
            issuer=settings.PORTAL_ISSUER,
            public_key=settings.KEYRING.receipt_key.public_key(),
            now=now,
        )
    except receipts.ReceiptNotTrusted as forged:
        log.error("desk.receipt_not_trusted", extra={"reason": str(forged.details.get("reason"))})
        return Unknown("receipt_not_trusted")
    if (receipt.subject, receipt.status, receipt.purpose) != (
        answer.subject,
        answer.status,
        PURPOSE_RECEPTION,
    ):
        log.error("desk.receipt_not_trusted", extra={"reason": "answer_differs"})
        return Unknown("receipt_not_trusted")
    return answer, receipt


_COLUMNS = (
    "public_id", "kind", "answer", "status", "subject", "number_sealed", "number_bi", "last3", "name_masked",
    "owner_name_sealed", "by_old_number", "officer_subject", "unit_code", "purpose", "procedure_id",
    "receipt", "jti", "look_up_id", "renewed_from_id", "for_dossier", "reason_code", "visit",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO desk_accountcheck ({', '.join(_COLUMNS)})"  # noqa: S608 - constants
    f" VALUES ({', '.join(['%s'] * len(_COLUMNS))}) RETURNING id, checked_at"
)


def _keep(row: AccountCheck) -> None:
    with transaction.atomic():
        _insert(row)
        journal.record(
            "desk.account.checked",
            subject=f"check:{row.public_id}",
            actor=row.officer_subject,
            unit_code=row.unit_code,
            facts={"answer": row.answer, "status": row.status, "kind": row.kind},
        )


def _insert(row: AccountCheck) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [getattr(row, column) for column in _COLUMNS])
        row.pk, row.checked_at = cursor.fetchone()
    row._state.adding = False


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
        _insert(row)
        return
    row.save(update_fields=["procedure", "owner_name_sealed"])


def _is_own(row: AccountCheck) -> bool:
    return bool(row.subject) and row.subject == row.officer_subject


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
