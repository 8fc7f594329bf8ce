"""Điều chỉnh tài khoản tại quầy: a new number, a corrected name or birth date, lock, unlock, close (SPEC 2, 4).

The owner stands at the desk with the papers. What changes who a person is takes two officers and a scan; the owner
reads every change in the account's history and is told by SMS. Nobody adjusts the own account.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import closing, founding, guardianships, identity, looking_up, notices, sessions
from motcua.accounts.models import Account, Adjustment, Closure, IdentityDocument, Person
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import birth_date_of, seal, unseal
from motcua.files import card_scan, keeping
from motcua.files.models import StoredFile
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.card_qr import CardQr
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import texts
from motcua.units import posts

Kind = Adjustment.Kind
Decision = Adjustment.Decision
Qr = Adjustment.Qr
PURPOSE: Final = "dieu-chinh-tai-khoan"
#: Of what waits for a second officer, with its scan; and of the scan once it was agreed (DP-10).
WAITS: Final = timedelta(days=30)
KEPT: Final = timedelta(days=90)
_COLUMN: Final = "accounts_adjustment.data"
_SHORTEST_REASON: Final = 10
_ALONE: Final = (Kind.LOCK, Kind.UNLOCK)


class NoAccountToAdjust(Refusal):
    code = "adjustment_no_account"
    message = "Số này chưa có tài khoản. Đề nghị ông/bà kiểm tra lại số trên giấy tờ."


class AdjustmentOfOwnAccount(Refusal):
    code = "adjustment_of_own_account"
    status = 403
    message = "Ông/bà không tự điều chỉnh tài khoản của mình được. Đề nghị cán bộ khác thực hiện."


class AdjustmentReasonMissing(Refusal):
    code = "adjustment_reason_missing"
    message = "Đề nghị ghi rõ lý do và giấy tờ đã xem (ít nhất 10 ký tự)."


class AdjustmentEvidenceMissing(Refusal):
    code = "adjustment_evidence_missing"
    message = "Đề nghị đính kèm bản quét giấy tờ chứng minh thông tin đúng."


class NothingToAdjust(Refusal):
    code = "adjustment_changes_nothing"
    message = "Thông tin vừa nhập trùng với thông tin đang có. Đề nghị ông/bà kiểm tra lại."


class NumberOfAnotherAccount(Refusal):
    code = "adjustment_number_of_another"
    status = 409
    message = (
        "Số này đang thuộc một tài khoản khác. Nếu hai tài khoản là của cùng một người, "
        "đề nghị ông/bà báo quản trị đơn vị để xem xét."
    )


class NotInThisState(Refusal):
    code = "adjustment_not_in_this_state"
    status = 409
    message = "Tài khoản đang ở trạng thái “{state}” nên không thực hiện được việc này."


class OfficersAccountNotClosed(Refusal):
    code = "adjustment_officers_account"
    status = 409
    message = "Người này đang giữ vị trí cán bộ. Đề nghị thu hồi vị trí trước khi đóng tài khoản."


class AdjustmentAlreadyAsked(Refusal):
    code = "adjustment_already_asked"
    status = 409
    message = "Tài khoản này đang có một đề nghị cùng loại chờ duyệt. Đề nghị ông/bà xem danh sách chờ duyệt."


class AdjustmentSecondOfficerNeeded(Refusal):
    code = "adjustment_second_officer_needed"
    status = 403
    message = "Người duyệt phải khác người đề nghị. Đề nghị cán bộ thứ hai duyệt."


class AdjustmentGone(Refusal):
    code = "adjustment_gone"
    status = 409
    message = "Đề nghị này đã được quyết định hoặc đã quá 30 ngày. Đề nghị ông/bà tải lại danh sách."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the officer typed. ``number`` for a new one; name and birth date for a correction."""

    kind: str
    reason: str
    number: CitizenId | None = None
    full_name: PersonName | None = None
    born_on: BirthDate | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What it was and what it becomes, as the second officer compares it with the scan."""

    before: dict[str, str] = field(repr=False)
    after: dict[str, str] = field(repr=False)


def account_asked_about(authority: Authority, number: CitizenId) -> Account:
    """The look-up is counted, journalled, and visible to the owner. Raises NoAccountToAdjust, TooManyAttempts."""
    authority.require(Power.OPEN_ACCOUNT)
    account = looking_up.account_asked_about(authority, number, PURPOSE)
    if account is None:
        raise NoAccountToAdjust
    return account


def ask(*, authority: Authority, account: Account, wanted: Wanted, evidence: StoredFile | None) -> Adjustment:
    """Lock and unlock happen at once; everything else waits for a second officer.

    Raises AdjustmentOfOwnAccount, AdjustmentReasonMissing, AdjustmentEvidenceMissing, NothingToAdjust,
    NumberOfAnotherAccount, NotInThisState, AdjustmentAlreadyAsked, OfficersAccountNotClosed.
    """
    authority.require(Power.OPEN_ACCOUNT)
    reason = plain_text.clean(wanted.reason, max_length=300, lines=True)
    if len(reason) < _SHORTEST_REASON:
        raise AdjustmentReasonMissing
    if identity.subject_of(account.public_id, settings.DESK_ID) == authority.subject:
        raise AdjustmentOfOwnAccount
    identity.name_to(account, settings.DESK_ID)
    _refuse_state(account, wanted.kind)
    content = _content(account, wanted)
    if content is not None and evidence is None:
        raise AdjustmentEvidenceMissing
    row = Adjustment(
        account=account,
        kind=wanted.kind,
        evidence=evidence,
        scan_qr=_compared(wanted, account, evidence) if content is not None and evidence else "",
        reason=reason,
        unit_id=authority.unit_id,
        unit_code=authority.unit_code,
        asked_by=authority.subject,
    )
    if content is not None:
        said = json.dumps({"before": content.before, "after": content.after}, ensure_ascii=False)
        row.data_sealed = seal(_COLUMN, str(row.public_id), said)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _note(row, "requested", authority)
            if row.kind in _ALONE:
                _decide(row, Decision.APPROVED, authority, "")
                _apply(row)
    except IntegrityError as taken:
        if "adjustment_one_waiting" not in str(taken):
            raise
        raise AdjustmentAlreadyAsked from None
    return row


def scan_until() -> datetime:
    """The last moment of a scan that nobody agreed to."""
    return timezone.now() + WAITS


def approve(*, authority: Authority, public_id: uuid.UUID) -> None:
    """The second officer has compared the scan with what was asked; only now anything changes.

    Raises AdjustmentSecondOfficerNeeded, AdjustmentOfOwnAccount, AdjustmentGone, NumberOfAnotherAccount,
    RequestOfGuardian, NotFound.
    """
    row = one(authority, public_id)
    if row.asked_by == authority.subject:
        raise AdjustmentSecondOfficerNeeded
    if identity.subject_of(row.account.public_id, settings.DESK_ID) == authority.subject:
        raise AdjustmentOfOwnAccount
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=row.account_id)
        row.account.refresh_from_db()
        _refuse_state(row.account, row.kind)
        if row.kind == Kind.CLOSE:
            guardianships.refuse_unsaid_now(row.account_id, row.asked_at)
        _decide(row, Decision.APPROVED, authority, "")
        _apply(row)
        if row.evidence is not None:
            keeping.keep_until(row.evidence, timezone.now() + KEPT)


def decline(*, authority: Authority, public_id: uuid.UUID, reason: str) -> None:
    """No, with a reason; who asked takes it back in the same way. Raises AdjustmentGone, NotFound."""
    row = one(authority, public_id)
    mine = row.asked_by == authority.subject
    words = plain_text.clean(reason, max_length=300, lines=True)
    if not mine and len(words) < _SHORTEST_REASON:
        raise AdjustmentReasonMissing
    with transaction.atomic():
        _decide(row, Decision.WITHDRAWN if mine else Decision.DECLINED, authority, words)


def one(viewer: Authority, public_id: uuid.UUID) -> Adjustment:
    """Asked for in the viewer's unit or below; NotFound otherwise."""
    viewer.require(Power.OPEN_ACCOUNT)
    found = (
        Adjustment.objects.select_related("account__person", "evidence")
        .filter(public_id=public_id, unit_id__in=viewer.subtree)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def content_of(row: Adjustment) -> Content | None:
    """For the page of the second officer."""
    if row.data_sealed is None:
        return None
    told: dict[str, Any] = json.loads(unseal(_COLUMN, str(row.public_id), row.data_sealed))
    return Content(told["before"], told["after"])


def _content(account: Account, wanted: Wanted) -> Content | None:
    person = account.person
    if wanted.kind == Kind.ADD_NUMBER:
        if wanted.number is None:
            raise NothingToAdjust
        _refuse_number(account, wanted.number)
        return Content({"number": ""}, {"number": wanted.number.value})
    if wanted.kind != Kind.CORRECT:
        return None
    born = birth_date_of(person.born_on, person.born_year_only) if person.born_on else None
    now_born = born.shown if born else ""
    name = wanted.full_name.value if wanted.full_name else person.full_name
    new_born = wanted.born_on.shown if wanted.born_on else now_born
    if (name, new_born) == (person.full_name, now_born):
        raise NothingToAdjust
    return Content({"name": person.full_name, "born": now_born}, {"name": name, "born": new_born})


def _refuse_number(account: Account, number: CitizenId) -> None:
    holder = identity.account_by_number(number)
    if holder is not None and holder.pk == account.pk:
        raise NothingToAdjust
    if holder is not None:
        raise NumberOfAnotherAccount


def _refuse_state(account: Account, kind: str) -> None:
    status = Account.Status
    allowed = {
        Kind.LOCK: (status.ACTIVE,),
        Kind.UNLOCK: (status.LOCKED,),
        Kind.CLOSE: (status.PENDING, status.ACTIVE, status.LOCKED, status.FROZEN),
    }.get(Kind(kind), (status.PENDING, status.ACTIVE, status.LOCKED))
    if account.status not in allowed or account.person.kind != Person.Kind.CITIZEN:
        raise NotInThisState(state=str(Account.Status(account.status).label))
    if kind == Kind.CLOSE and posts.posts_of(
        identity.subject_of(account.public_id, settings.DESK_ID), timezone.localdate()
    ):
        raise OfficersAccountNotClosed


def _compared(wanted: Wanted, account: Account, evidence: StoredFile) -> str:
    """What the card's own QR says, against what was typed; read outside any transaction."""
    raw = card_scan.read_card_qr(keeping.read(evidence), evidence.kind)
    if raw is None:
        return Qr.UNREAD
    try:
        card = CardQr.parse(raw)
    except Refusal:
        return Qr.UNREAD
    person = account.person
    name = wanted.full_name or PersonName.parse(person.full_name)
    same = card.full_name.compare(name) is not NameMatch.DIFFERENT
    if wanted.number is not None:
        same = same and card.citizen_id == wanted.number
    if wanted.born_on is not None:
        same = same and card.born_on.on == wanted.born_on.on
    return Qr.SAME if same else Qr.DIFFERENT


def _decide(row: Adjustment, decision: str, authority: Authority, reason: str) -> None:
    """One UPDATE decides which of two officers was first, and that it did not wait too long."""
    won = Adjustment.objects.filter(
        pk=row.pk, decision=Decision.WAITING, asked_at__gt=ClockTimestamp() - WAITS
    ).update(
        decision=decision,
        decided_by=authority.subject,
        decided_reason=reason,
        decided_at=ClockTimestamp(),
    )
    if not won:
        raise AdjustmentGone
    row.refresh_from_db(fields=["decision", "decided_by", "decided_at"])
    _note(row, decision.lower(), authority)


def _apply(row: Adjustment) -> None:
    """In the transaction that decided: the triggers let identity change in no other."""
    account, content = row.account, content_of(row)
    if row.kind == Kind.ADD_NUMBER and content is not None:
        _add_number(account, CitizenId.parse(content.after["number"]))
    elif row.kind == Kind.CORRECT and content is not None:
        _correct(account, content)
    elif row.kind == Kind.LOCK:
        Account.objects.filter(pk=account.pk).update(status=Account.Status.LOCKED)
        sessions.end_all(account, why="locked")
    elif row.kind == Kind.UNLOCK:
        Account.objects.filter(pk=account.pk).update(status=Account.Status.ACTIVE)
    else:
        _close(account, row)
        return
    _tell(account, row)


def _add_number(account: Account, number: CitizenId) -> None:
    """The earlier number stays: old papers carry it, and it leads to the same account (SPEC 2)."""
    _refuse_number(account, number)
    try:
        with transaction.atomic():
            founding.link_number(account.person, number, IdentityDocument.Source.OFFICER)
    except IntegrityError as taken:
        if founding.refusal_for(taken) is None:
            raise
        raise NumberOfAnotherAccount from None


def _correct(account: Account, content: Content) -> None:
    name, born = PersonName.parse(content.after["name"]), BirthDate.parse(content.after["born"])
    Person.objects.filter(pk=account.person_id).update(
        full_name=name.value,
        folded_name=name.folded,
        name_words=list(name.words),
        born_on=born.on,
        born_year_only=born.year_only,
    )


def _close(account: Account, row: Adjustment) -> None:
    """Nobody signs in any more and the phone is free; what the law keeps stays: dossiers, papers, journal."""
    _tell(account, row)
    closing.close(account, how=Closure.How.DESK)


def _tell(account: Account, row: Adjustment) -> None:
    phone = identity.primary_phone(account)
    if phone is None:
        return
    words = {Kind.LOCK: "tam khoa", Kind.UNLOCK: "mo lai", Kind.CLOSE: "dong"}.get(Kind(row.kind))
    if words is not None:
        text = texts.account_status_changed(word=words)
    else:
        text = texts.identity_adjusted(link=notices.disavowal_link(account, "adjusted"))
    notices.tell(account=account, to=phone, text=text, purpose="account_adjusted", key=str(row.public_id))


def _note(row: Adjustment, what: str, authority: Authority) -> None:
    journal.record(
        f"accounts.adjustment.{what}",
        subject=f"adjustment:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"account": f"account:{row.account_id}", "kind": str(row.kind)},
    )
