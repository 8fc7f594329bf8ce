"""Gộp tài khoản trùng của một người: asked at the desk with a scan, agreed by another officer, and undone the same way.

Which two accounts are one person is said by a person with the papers before them, never by a name (threats T-18). The
account that stays keeps its own phone, e-mail, password and second step; the other's numbers lead to it from then on.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import guardianships, identity, joining, looking_up, merge_news, merge_state
from motcua.accounts.models import Account, Merge, Person, Session, SignIn, VneidLink
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import Number
from motcua.files.models import StoredFile
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import posts

Kind = Merge.Kind
State = Merge.State
PURPOSE: Final = "gop-tai-khoan"
#: Of what waits for a second officer, with its scan.
WAITS: Final = timedelta(days=30)
_SHORTEST_REASON: Final = 10
_USABLE: Final = (Account.Status.ACTIVE, Account.Status.PENDING)


class NoAccountToMerge(Refusal):
    code = "merge_no_account"
    message = "Số này chưa có tài khoản nên không có gì để gộp. Đề nghị ông/bà kiểm tra lại số trên giấy tờ."


class OneAccountAlready(Refusal):
    code = "merge_one_account_already"
    status = 409
    message = "Hai số này đã dẫn tới cùng một tài khoản. Đề nghị ông/bà kiểm tra lại hai số trên giấy tờ."


class MergeOfOwnAccount(Refusal):
    code = "merge_of_own_account"
    status = 403
    message = "Ông/bà không gộp, không tách tài khoản của chính mình được. Đề nghị cán bộ khác thực hiện."


class MergeByCreator(Refusal):
    code = "merge_by_creator"
    status = 403
    message = "Ông/bà đã tạo một trong hai tài khoản nên không duyệt được. Đề nghị cán bộ khác duyệt."


class MergeSecondOfficerNeeded(Refusal):
    code = "merge_second_officer_needed"
    status = 403
    message = "Người duyệt phải khác người đề nghị. Đề nghị cán bộ thứ hai duyệt."


class MergeReasonMissing(Refusal):
    code = "merge_reason_missing"
    message = "Đề nghị ghi rõ lý do và giấy tờ đã xem (ít nhất 10 ký tự)."


class MergeEvidenceMissing(Refusal):
    code = "merge_evidence_missing"
    message = "Đề nghị đính kèm bản quét giấy tờ cho thấy cả hai số là của một người."


class NotToBeMerged(Refusal):
    code = "merge_not_in_this_state"
    status = 409
    message = (
        "Tài khoản “{which}” đang ở trạng thái “{state}” nên chưa gộp được. "
        "Đề nghị xử lý trạng thái đó trước rồi đề nghị lại."
    )


class ActiveAccountStays(Refusal):
    code = "merge_active_account_stays"
    status = 409
    message = (
        "Tài khoản thôi dùng đang hoạt động, còn tài khoản còn lại chưa kích hoạt: chủ tài khoản sẽ không đăng nhập "
        "được. Đề nghị chọn tài khoản đang hoạt động làm tài khoản còn lại."
    )


class BornOnOtherDays(Refusal):
    code = "merge_born_on_other_days"
    status = 409
    message = (
        "Hai tài khoản ghi ngày sinh khác nhau nên chưa gộp được. "
        "Đề nghị sửa ngày sinh cho đúng giấy tờ tại “Điều chỉnh tài khoản” rồi đề nghị lại."
    )


class OfficersAccountStays(Refusal):
    code = "merge_officers_account_stays"
    status = 409
    message = (
        "Tài khoản thôi dùng đang giữ vị trí cán bộ hoặc đã đăng nhập với tư cách cán bộ. "
        "Đề nghị chọn tài khoản đó làm tài khoản còn lại."
    )


class OthersWereMergedIntoIt(Refusal):
    code = "merge_others_were_joined"
    status = 409
    message = (
        "Tài khoản thôi dùng đã nhận một tài khoản khác. Đề nghị chọn tài khoản đó làm tài khoản còn lại."
    )


class GuardedAccountStaysNot(Refusal):
    code = "merge_of_guarded"
    status = 409
    message = (
        "Một trong hai tài khoản do cha, mẹ hoặc người giám hộ giữ. Nếu chủ tài khoản đã đủ 18 tuổi, đề nghị làm thủ "
        "tục nhận tài khoản trước; nếu chưa, đề nghị chọn tài khoản do chính chủ dùng làm tài khoản còn lại."
    )


class MergeAlreadyAsked(Refusal):
    code = "merge_already_asked"
    status = 409
    message = (
        "Tài khoản này đang có một đề nghị gộp hoặc tách chưa xong. Đề nghị ông/bà xem danh sách đề nghị."
    )


class MergeOfTwoVneids(Refusal):
    """VNeID's word that they are two people, or one who got another VNeID: settled before (docs/adr/0039)."""

    code = "merge_of_two_vneids"
    status = 409
    message = (
        "Hai tài khoản đã liên kết với hai tài khoản VNeID khác nhau. Đề nghị đối chiếu giấy tờ và gỡ một liên kết ở "
        "“Gỡ liên kết VNeID” trước; nếu là hai người thì không gộp."
    )


class MergeGone(Refusal):
    code = "merge_gone"
    status = 409
    message = "Đề nghị này đã được quyết định hoặc đã quá 30 ngày. Đề nghị ông/bà tải lại danh sách."


class NotMergedAnyMore(Refusal):
    code = "merge_stands_no_more"
    status = 409
    message = "Hai tài khoản này hiện không còn được gộp với nhau nên không có gì để tách."


#: The database's rules that a form cannot foresee.
_RULES: Final[dict[str, type[Refusal]]] = {
    "merge_one_open": MergeAlreadyAsked,
    "merge_evidence_stands": MergeEvidenceMissing,
    "merge_born_alike": BornOnOtherDays,
    "merge_not_by_creator": MergeByCreator,
    "merge_not_for_oneself": MergeOfOwnAccount,
    "merge_undoes_the_newest": NotMergedAnyMore,
    "merge_of_guarded": GuardedAccountStaysNot,
    "merge_of_linked": MergeOfTwoVneids,
}


def account_asked_about(authority: Authority, number: Number) -> Account:
    """The look-up is counted, journalled, and visible to the owner. Raises NoAccountToMerge, TooManyAttempts."""
    authority.require(Power.OPEN_ACCOUNT)
    account = looking_up.account_asked_about(authority, number, PURPOSE)
    if account is None:
        raise NoAccountToMerge
    return account


def ask(
    *,
    authority: Authority,
    survivor: Account,
    absorbed: Account,
    reason: str,
    evidence: StoredFile | None,
) -> Merge:
    """Nothing changes before another officer has compared the two.

    Raises OneAccountAlready, MergeOfOwnAccount, MergeReasonMissing, MergeEvidenceMissing, NotToBeMerged,
    OfficersAccountStays, OthersWereMergedIntoIt, MergeAlreadyAsked.
    """
    authority.require(Power.OPEN_ACCOUNT)
    words = _reason(reason)
    if evidence is None:
        raise MergeEvidenceMissing
    refuse_pair(authority, survivor, absorbed)
    refuse_state(survivor, absorbed)
    return _written(
        authority,
        Merge(kind=Kind.MERGE, survivor=survivor, absorbed=absorbed, reason=words, evidence=evidence),
    )


def ask_undo(*, authority: Authority, merge: uuid.UUID, reason: str) -> Merge:
    """The two were not one person after all, or the wrong account stayed.

    Raises NotMergedAnyMore, MergeOfOwnAccount, MergeReasonMissing, MergeAlreadyAsked, NotFound.
    """
    done = one(authority, merge)
    words = _reason(reason)
    refuse_pair(authority, done.survivor, done.absorbed)
    if not merge_state.stands(done):
        raise NotMergedAnyMore
    return _written(
        authority,
        Merge(kind=Kind.UNDO, survivor=done.survivor, absorbed=done.absorbed, undoes=done, reason=words),
    )


def approve(*, authority: Authority, public_id: uuid.UUID) -> Merge:
    """The second officer has compared both. It rests: the owners may object for three days, or for seven where
    one of the two has neither a phone nor an e-mail to be told at.

    Raises MergeSecondOfficerNeeded, MergeOfOwnAccount, MergeByCreator, MergeGone, NotFound, and as ``ask``.
    """
    row = one(authority, public_id)
    if row.asked_by == authority.subject:
        raise MergeSecondOfficerNeeded
    refuse_pair(authority, row.survivor, row.absorbed)
    if authority.subject in (row.survivor.vouched_by, row.absorbed.vouched_by):
        raise MergeByCreator
    with _said(), transaction.atomic():
        joining.lock(row)
        refuse_now(row)
        _decide(row, State.AGREED, authority, "")
        _note_merge(row, "agreed", authority)
        merge_state.keep_scan(row, WAITS)
        merge_news.rests(row)
    return row


def decline(*, authority: Authority, public_id: uuid.UUID, reason: str) -> None:
    """No, with a reason; who asked takes it back in the same way. Raises MergeGone, MergeReasonMissing, NotFound."""
    row = one(authority, public_id)
    mine = row.asked_by == authority.subject
    words = plain_text.clean(reason, max_length=300, lines=True) if mine else _reason(reason)
    if not mine:
        refuse_pair(authority, row.survivor, row.absorbed)
    with transaction.atomic():
        _decide(row, State.WITHDRAWN if mine else State.DECLINED, authority, words)
        merge_state.keep_scan(row, merge_state.CLOSED_KEPT)
        if mine:
            _note_merge(row, "withdrawn", authority)
        else:
            _note_merge(row, "declined", authority)


def settle_due(limit: int = 50) -> int:
    """What was agreed to and has rested is done, or lapses where it cannot be done any more; how many."""
    due = Merge.objects.filter(state=State.AGREED, due_at__lte=ClockTimestamp())
    return sum(_settle(key) for key in list(due.order_by("due_at").values_list("pk", flat=True)[:limit]))


def one(viewer: Authority, public_id: uuid.UUID) -> Merge:
    """Asked for in the viewer's unit or below; NotFound otherwise."""
    viewer.require(Power.OPEN_ACCOUNT)
    found = (
        Merge.objects.select_related("survivor__person", "absorbed__person", "evidence", "undoes")
        .filter(public_id=public_id, unit_id__in=viewer.subtree)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def scan_until() -> datetime:
    """The last moment of a scan that nobody agreed to."""
    return timezone.now() + WAITS


def refuse_state(survivor: Account, absorbed: Account) -> None:
    """Locked, frozen and closed accounts have something to be cleared up first; so has one under review."""
    for account, which in ((survivor, "còn lại"), (absorbed, "thôi dùng")):
        if account.status not in _USABLE or account.person.kind != Person.Kind.CITIZEN:
            raise NotToBeMerged(which=which, state=str(Account.Status(account.status).label))
    if survivor.status != Account.Status.ACTIVE and absorbed.status == Account.Status.ACTIVE:
        raise ActiveAccountStays
    if not _born_alike(survivor.person, absorbed.person):
        raise BornOnOtherDays
    if Account.objects.filter(merged_into=absorbed).exists():
        raise OthersWereMergedIntoIt
    if not guardianships.may_be_joined(survivor, absorbed):
        raise GuardedAccountStaysNot
    if all(_is_linked(account) for account in (survivor, absorbed)):
        raise MergeOfTwoVneids
    at_portal = posts.posts_of(
        identity.subject_of(absorbed.public_id, settings.DESK_ID), timezone.localdate()
    )
    # A desk elsewhere keeps its own posts: whoever ever signed in as an officer is one of somebody's.
    if at_portal or _signed_in_as_officer(absorbed):
        raise OfficersAccountStays


def _is_linked(account: Account) -> bool:
    return VneidLink.objects.filter(account__in=identity.with_merged(account.pk), ended_at=None).exists()


def _signed_in_as_officer(account: Account) -> bool:
    ever = {"account": account, "audience": "OFFICER"}
    return SignIn.objects.filter(**ever).exists() or Session.objects.filter(**ever).exists()


def _born_alike(one: Person, other: Person) -> bool:
    """Where only the year is known of one of them, the years are compared."""
    if one.born_on is None or other.born_on is None:
        return one.born_on == other.born_on
    if one.born_year_only or other.born_year_only:
        return one.born_on.year == other.born_on.year
    return one.born_on == other.born_on


def _settle(key: int) -> int:
    with transaction.atomic():
        agreed = Merge.objects.filter(pk=key, state=State.AGREED)
        row = agreed.select_related("undoes").first()
        if row is None:
            return 0
        joining.lock(row)  # the accounts first, as whoever takes one over holds it and then ends its merges
        if agreed.select_for_update(skip_locked=True).first() is None:
            return 0
        try:
            refuse_now(row)
            with transaction.atomic():
                joining.carry_out(row)
        except Refusal as why:
            joining.lapse(row, why.code)
        except IntegrityError as broken:
            # A rule of the tables that cannot be kept: it never will be, and the next ones do not wait behind it.
            joining.lapse(
                row, getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "") or "rule"
            )
    return 1


def refuse_now(row: Merge) -> None:
    """Whether it can still be done, with both accounts held. Raises NotMergedAnyMore, and as ``refuse_state``."""
    if row.kind == Kind.MERGE:
        refuse_state(row.survivor, row.absorbed)
    elif not merge_state.stands(row.undoes):
        raise NotMergedAnyMore


def _written(authority: Authority, row: Merge) -> Merge:
    for account in (row.survivor, row.absorbed):
        identity.name_to(account, settings.DESK_ID)  # the rule about the own account reads this name
    row.unit_id, row.unit_code, row.asked_by = authority.unit_id, authority.unit_code, authority.subject
    with _said(), transaction.atomic():
        row.save(force_insert=True)
        _note_merge(row, "asked", authority)
    return row


def refuse_pair(authority: Authority, survivor: Account, absorbed: Account) -> None:
    """Two accounts, neither of them the officer's own. Raises OneAccountAlready, MergeOfOwnAccount."""
    if survivor.pk == absorbed.pk:
        raise OneAccountAlready
    own = {identity.subject_of(account.public_id, settings.DESK_ID) for account in (survivor, absorbed)}
    if authority.subject in own:
        raise MergeOfOwnAccount


def _reason(text: str) -> str:
    words = plain_text.clean(text, max_length=300, lines=True)
    if len(words) < _SHORTEST_REASON:
        raise MergeReasonMissing
    return words


def _decide(row: Merge, state: str, authority: Authority, reason: str) -> None:
    """One UPDATE decides which of two officers was first, and that it did not wait too long."""
    won = Merge.objects.filter(pk=row.pk, state=State.WAITING, asked_at__gt=ClockTimestamp() - WAITS).update(
        state=state, decided_by=authority.subject, decided_reason=reason, decided_at=ClockTimestamp()
    )
    if not won:
        raise MergeGone
    row.refresh_from_db(fields=["state", "decided_by", "decided_reason", "decided_at", "due_at"])


def _note_merge(row: Merge, what: str, authority: Authority) -> None:
    journal.record(
        f"accounts.merge.{what}",
        subject=f"merge:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={
            "survivor": f"account:{row.survivor_id}",
            "absorbed": f"account:{row.absorbed_id}",
            "kind": str(row.kind),
        },
    )


@contextmanager
def _said() -> Iterator[None]:
    """What only the database saw, in words: another officer was faster, or the scan went meanwhile."""
    try:
        yield
    except IntegrityError as broken:
        rule = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "")
        refusal = _RULES.get(rule)
        if refusal is None:
            raise
        raise refusal from None
