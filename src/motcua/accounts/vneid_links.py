"""Gỡ liên kết VNeID: one officer asks before the owner, another agrees; the owner is told."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from motcua import journal
from motcua.accounts import (
    guardianships,
    identity,
    looking_up,
    notices,
    sessions,
    vneid_unlink_news,
    vneid_unlinking,
)
from motcua.accounts.models import Account, VneidLink
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import texts
from motcua.units import tree

PAGE: Final = 20
PURPOSE: Final = "go-lien-ket-vneid"
_SHORTEST: Final = 5
_DROPPED: Final = ~Q(dropped_how="") & Q(asked_by="", ended_at=None)
STATES: Final = {
    "waiting": ~Q(asked_by="") & Q(ended_at=None),
    "ended": Q(ended_at__isnull=False),
    "dropped": _DROPPED,
}


class NoVneidLink(Refusal):
    code = "no_vneid_link"
    status = 404
    message = "Số này chưa có tài khoản liên kết VNeID. Đề nghị ông/bà kiểm tra lại số trên thẻ căn cước."


class UnlinkReasonWanted(Refusal):
    code = "unlink_reason_wanted"
    message = "Đề nghị ông/bà ghi lý do gỡ liên kết và giấy tờ đã xem, ít nhất 5 ký tự."


class UnlinkAsked(Refusal):
    code = "unlink_already_asked"
    status = 409
    message = "Liên kết này đã có đề nghị gỡ đang chờ duyệt. Đề nghị ông/bà xem danh sách."


class UnlinkDecided(Refusal):
    code = "unlink_already_decided"
    status = 409
    message = "Đề nghị gỡ liên kết này đã được xử lý hoặc đã quá 30 ngày. Đề nghị ông/bà tải lại danh sách."


class UnlinkSecondPerson(Refusal):
    code = "unlink_second_person"
    status = 403
    message = "Người đề nghị không tự duyệt việc gỡ liên kết. Đề nghị cán bộ khác duyệt."


class UnlinkForOneself(Refusal):
    code = "unlink_for_oneself"
    status = 403
    message = "Cán bộ không gỡ liên kết VNeID của chính mình. Đề nghị cán bộ khác lập và duyệt đề nghị."


@dataclass(frozen=True, slots=True)
class Page:
    """``more``: there is a following page."""

    rows: Sequence[VneidLink]
    number: int
    more: bool


def ask(*, authority: Authority, number: CitizenId, reason: str) -> VneidLink:
    """Put the link of this number's account before a second officer; it goes on serving until then, thirty days long.
    The owner is told and may say no.

    The look-up is counted, journalled, and visible to the owner. Raises NoVneidLink, UnlinkReasonWanted, UnlinkAsked,
    UnlinkForOneself, TooManyAttempts.
    """
    authority.require(Power.OPEN_ACCOUNT)
    why = plain_text.clean(reason, max_length=300, lines=True)
    if len(why) < _SHORTEST:
        raise UnlinkReasonWanted
    account = looking_up.account_asked_about(authority, number, PURPOSE)
    link = _standing(account) if account is not None else None
    if link is None:
        raise NoVneidLink
    _refuse_own(authority, link)
    with transaction.atomic():
        vneid_unlinking.lapse(Q(pk=link.pk))  # the one before is told as lapsed, not written over
        asked = VneidLink.objects.filter(pk=link.pk, ended_at=None, asked_by="").update(
            asked_by=authority.subject,
            asked_unit_code=authority.unit_code,
            asked_at=ClockTimestamp(),
            reason=why,
        )
        if not asked:
            raise UnlinkAsked
        _note_link("unlink_asked", link, authority)
        link.refresh_from_db()
        vneid_unlink_news.asked(link)
    return link


@transaction.atomic
def approve(*, authority: Authority, link_id: uuid.UUID) -> None:
    """The second officer agrees: the link ends, and sessions by VNeID with it. One UPDATE decides.

    Raises UnlinkSecondPerson, UnlinkForOneself, UnlinkDecided, RequestOfGuardian, NotFound.
    """
    link = seen(authority, link_id)
    _refuse_own(authority, link)
    if link.asked_by == authority.subject:
        raise UnlinkSecondPerson
    if link.asked_at is not None:
        guardianships.refuse_unsaid_now(link.account_id, link.asked_at)
    won = (
        VneidLink.objects.filter(
            pk=link.pk,
            ended_at=None,
            asked_by=link.asked_by,
            asked_at=link.asked_at,
            asked_at__gt=ClockTimestamp() - vneid_unlinking.WAITS,
        )
        .exclude(asked_by="")
        .update(
            ended_how=VneidLink.Ended.DESK,
            ended_by=authority.subject,
            ended_at=ClockTimestamp(),
            tech_bi=None,
        )
    )
    if not won:
        raise UnlinkDecided
    account = identity.stays(link.account)
    sessions.end_all(account, why="vneid_unlinked")
    sessions.end_by_vneid(account, why="vneid_unlinked")
    _note_link("unlinked", link, authority)
    phone = identity.primary_phone(account)
    if phone is not None:
        notices.tell(
            account=account,
            to=phone,
            text=texts.vneid_unlinked(),
            purpose="vneid_unlinked",
            key=str(link.public_id),
        )


@transaction.atomic
def decline(*, authority: Authority, link_id: uuid.UUID) -> None:
    """Another officer does not agree, or whoever asked takes it back: the link goes on.

    Raises UnlinkDecided, UnlinkForOneself, NotFound."""
    link = seen(authority, link_id)
    _refuse_own(authority, link)
    how = "" if link.asked_by == authority.subject else VneidLink.Dropped.DECLINED
    if not vneid_unlinking.drop(link, how):  # decided, or another one was asked for since the page was shown
        raise UnlinkDecided
    _note_link("unlink_dropped", link, authority)


def seen(viewer: Authority, link_id: uuid.UUID) -> VneidLink:
    """One that was asked about at the viewer's unit or below; NotFound for any other."""
    viewer.require(Power.OPEN_ACCOUNT)
    found = _of(viewer).filter(public_id=link_id).first()
    if found is None:
        raise NotFound
    return found


def listing(viewer: Authority, *, state: str = "", oldest_first: bool = False, page: int = 1) -> Page:
    """What was asked at the viewer's units, newest first; ``state``: one of STATES or all. One statement.

    What was dropped is told where it was asked, until somebody asks about the link anew.
    """
    viewer.require(Power.OPEN_ACCOUNT)
    codes = tree.codes_below(viewer)
    asked, dropped = ~Q(asked_by="") & Q(asked_unit_code__in=codes), _DROPPED & Q(dropped_unit_code__in=codes)
    found = _rows().filter(asked | dropped).filter(STATES.get(state, Q()))
    found = found.annotate(newest_at=Coalesce("asked_at", "dropped_at"))
    order = ("newest_at", "id") if oldest_first else ("-newest_at", "-id")
    first = (page - 1) * PAGE
    rows = list(found.order_by(*order)[first : first + PAGE + 1])
    return Page(rows[:PAGE], page, len(rows) > PAGE)


def _of(viewer: Authority) -> QuerySet[VneidLink]:
    return _rows().exclude(asked_by="").filter(asked_unit_code__in=tree.codes_below(viewer))


def _rows() -> QuerySet[VneidLink]:
    return VneidLink.objects.select_related("account__person", "account__merged_into__person")


def _standing(account: Account) -> VneidLink | None:
    return (
        VneidLink.objects.filter(account__in=identity.with_merged(account.pk), ended_at=None)
        .select_related("account")
        .first()
    )


def _refuse_own(authority: Authority, link: VneidLink) -> None:
    own = identity.stays(link.account)
    if own.subjects.filter(subject=authority.subject).exists():
        raise UnlinkForOneself


def _note_link(what: str, link: VneidLink, authority: Authority) -> None:
    journal.record(
        f"accounts.vneid.{what}",
        subject=f"account:{link.account_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"link": str(link.public_id)},
    )
