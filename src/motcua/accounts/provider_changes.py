"""Đổi thời hạn nhà cung cấp danh tính: one administrator asks, another agrees; never for a day that has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from motcua import journal
from motcua.accounts import providers
from motcua.accounts.models import ProviderChange, ProviderPeriod
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import work_calendar

PAGE: Final = 20
STATES: Final = ProviderChange.State.choices
_SHORTEST: Final = 10
_SHORTEST_WHY_NOT: Final = 5


class ProvidersForTheTopOnly(Refusal):
    code = "providers_for_the_top_only"
    status = 403
    message = (
        "Nhà cung cấp danh tính dùng chung cho cả hệ thống nên chỉ đơn vị cấp cao nhất xem và đổi được. "
        "Đề nghị ông/bà liên hệ bộ phận công nghệ thông tin của đơn vị đó."
    )


class ProviderReasonWanted(Refusal):
    code = "provider_reason_wanted"
    message = "Đề nghị ông/bà ghi căn cứ, ít nhất 10 ký tự, ví dụ số nghị định hoặc công văn."


class ProviderWhyNotWanted(Refusal):
    code = "provider_why_not_wanted"
    message = "Đề nghị ông/bà ghi lý do không duyệt, ít nhất 5 ký tự, để người đề nghị biết."


class ProviderDayPast(Refusal):
    code = "provider_day_past"
    message = "Chỉ đổi được từ ngày mai trở đi, để người dân được báo trước. Đề nghị ông/bà chọn ngày khác."


class ProviderDayWanted(Refusal):
    code = "provider_day_wanted"
    message = "Đề nghị ông/bà nhập ngày bắt đầu dùng VNeID."


class ProviderDaysCrossed(Refusal):
    code = "provider_days_crossed"
    message = "Ngày kết thúc trước ngày bắt đầu. Đề nghị ông/bà kiểm tra lại hai ngày."


class ProviderGap(Refusal):
    code = "provider_gap"
    status = 409
    message = (
        "Nếu đổi như vậy thì có ngày không nhà cung cấp danh tính nào dùng được và không ai đăng nhập được. "
        "Đề nghị ông/bà cho VNeID bắt đầu chậm nhất vào ngày liền sau ngày kết thúc tài khoản Cổng DVCQG."
    )


class ProviderUnchanged(Refusal):
    code = "provider_unchanged"
    message = "Thời hạn đang đúng như vậy. Đề nghị ông/bà xem lại các ngày đã nhập."


class VneidNotConnected(Refusal):
    code = "vneid_not_connected"
    status = 409
    message = (
        "Hệ thống chưa được kết nối với VNeID nên chưa đặt ngày dùng VNeID được. "
        "Đề nghị ông/bà báo người vận hành cấu hình kết nối (VNEID_ISSUER) trước."
    )


class ProviderChangeWaits(Refusal):
    code = "provider_change_waits"
    status = 409
    message = (
        "Đang có một đề nghị khác chờ duyệt cho loại chủ tài khoản này. Đề nghị ông/bà xem danh sách đề nghị."
    )


class ProviderChangeDecided(Refusal):
    code = "provider_change_decided"
    status = 409
    message = "Đề nghị này đã được xử lý. Đề nghị ông/bà tải lại danh sách."


class ProviderSecondPerson(Refusal):
    code = "provider_second_person"
    status = 403
    message = "Người đề nghị không tự quyết định đề nghị của mình. Đề nghị quản trị viên khác duyệt."


@dataclass(frozen=True, slots=True)
class Term:
    """What is asked: one provider for one kind of owner, whole inclusive days."""

    owner_kind: str
    provider: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Page:
    """``more``: there is a following page."""

    rows: Sequence[ProviderChange]
    number: int
    more: bool


def require_top(authority: Authority) -> None:
    """Raise unless the post is at the top of the tree and may connect systems."""
    authority.require(Power.CONNECT_SYSTEMS)
    if not work_calendar.manages_the_province(authority):
        raise ProvidersForTheTopOnly


def ask(*, authority: Authority, term: Term, reason: str, on: date) -> ProviderChange:
    """Put a term before a second administrator; nothing changes yet.

    Raises ProviderReasonWanted, ProviderDayWanted, ProviderDaysCrossed, ProviderDayPast, ProviderGap,
    ProviderUnchanged, VneidNotConnected, ProviderChangeWaits.
    """
    require_top(authority)
    why = plain_text.clean(reason, max_length=300, lines=True)
    if len(why) < _SHORTEST:
        raise ProviderReasonWanted
    judge(term, on=on)
    try:
        with transaction.atomic():
            change = ProviderChange.objects.create(
                owner_kind=term.owner_kind,
                provider=term.provider,
                valid_from=term.valid_from,
                valid_to=term.valid_to,
                reason=why,
                asked_by=authority.subject,
                asked_unit_code=authority.unit_code,
            )
            _note_change("asked", change, authority)
    except IntegrityError as broken:
        raise (_refusal(broken) or broken) from broken
    return change


def judge(term: Term, *, on: date) -> providers.Arrangement:
    """How things would be after this term, or the reason why it cannot be so. Raises as ``ask`` does."""
    standing = providers.arrangements()
    was = standing[term.owner_kind]
    own = term.provider == providers.DVCQG
    if not own and term.valid_from is None:
        raise ProviderDayWanted
    if not own and not settings.VNEID_ISSUER:
        raise VneidNotConnected
    if term.valid_from and term.valid_to and term.valid_to < term.valid_from:
        raise ProviderDaysCrossed
    became = was.with_term(term.provider, None if own else term.valid_from, term.valid_to)
    if became == was:
        raise ProviderUnchanged
    if _reaches_back(was, became, on):
        raise ProviderDayPast
    refuse_gap({**standing, term.owner_kind: became})
    return became


def refuse_gap(all_of: Mapping[str, providers.Arrangement]) -> None:
    """Raises ProviderGap; the database says it again (``provider_no_gap``)."""
    citizens = all_of[providers.CITIZEN]
    organisations = all_of[providers.ORGANISATION].with_citizens(citizens)
    if citizens.has_gap or organisations.has_gap:
        raise ProviderGap


def approve(*, authority: Authority, change_id: UUID, on: date) -> ProviderChange:
    """The second administrator agrees. Raises ProviderSecondPerson, ProviderChangeDecided and as ``ask`` does."""
    change = seen(authority, change_id)
    if change.asked_by == authority.subject:
        raise ProviderSecondPerson
    judge(Term(change.owner_kind, change.provider, change.valid_from, change.valid_to), on=on)
    try:
        with transaction.atomic():
            _decide(change, ProviderChange.State.APPROVED, authority)
            ProviderPeriod.objects.update_or_create(
                owner_kind=change.owner_kind,
                provider=change.provider,
                defaults={"valid_from": change.valid_from, "valid_to": change.valid_to, "change": change},
            )
            _note_change("approved", change, authority)
    except IntegrityError as broken:
        raise (_refusal(broken) or broken) from broken
    return change


def decline(*, authority: Authority, change_id: UUID, reason: str) -> None:
    """Another administrator does not agree, and says why.

    Raises ProviderSecondPerson, ProviderWhyNotWanted, ProviderChangeDecided, NotFound.
    """
    change = seen(authority, change_id)
    if change.asked_by == authority.subject:
        raise ProviderSecondPerson
    why = plain_text.clean(reason, max_length=300, lines=True)
    if len(why) < _SHORTEST_WHY_NOT:
        raise ProviderWhyNotWanted
    with transaction.atomic():
        _decide(change, ProviderChange.State.DECLINED, authority, why)
        _note_change("declined", change, authority)


def withdraw(*, authority: Authority, change_id: UUID) -> None:
    """Who asked takes it back. Raises ProviderChangeDecided, NotFound."""
    change = seen(authority, change_id)
    if change.asked_by != authority.subject:
        raise NotFound
    with transaction.atomic():
        _decide(change, ProviderChange.State.WITHDRAWN, authority)
        _note_change("withdrawn", change, authority)


def seen(viewer: Authority, change_id: UUID) -> ProviderChange:
    """Raises NotFound."""
    require_top(viewer)
    change = ProviderChange.objects.filter(public_id=change_id).first()
    if change is None:
        raise NotFound
    return change


def changes(viewer: Authority, *, state: str = "", oldest_first: bool = False, page: int = 1) -> Page:
    """Every change that was asked, newest first; one statement."""
    require_top(viewer)
    found = ProviderChange.objects.filter(state=state) if state else ProviderChange.objects.all()
    order = ("asked_at", "id") if oldest_first else ("-asked_at", "-id")
    first = (page - 1) * PAGE
    rows = list(found.order_by(*order)[first : first + PAGE + 1])
    return Page(rows[:PAGE], page, len(rows) > PAGE)


def _reaches_back(was: providers.Arrangement, became: providers.Arrangement, on: date) -> bool:
    """Whether today or a day before would change. On its last day an end may still be put off."""
    begins = was.vneid_from != became.vneid_from and any(
        day is not None and day <= on for day in (was.vneid_from, became.vneid_from)
    )
    ends = [(was.own_until, became.own_until), (was.vneid_until, became.vneid_until)]
    return begins or any(
        before != after and ((before is not None and before < on) or (after is not None and after <= on))
        for before, after in ends
    )


def _decide(
    change: ProviderChange, state: ProviderChange.State, authority: Authority, reason: str = ""
) -> None:
    """One UPDATE decides who was first."""
    decided = ProviderChange.objects.filter(pk=change.pk, state=ProviderChange.State.OPEN).update(
        state=state, decided_by=authority.subject, decided_at=ClockTimestamp(), decided_reason=reason
    )
    if not decided:
        raise ProviderChangeDecided


_BY_RULE: Final[dict[str, type[Refusal]]] = {
    "provider_change_one_waits": ProviderChangeWaits,
    "provider_period_not_retroactive": ProviderDayPast,
    "provider_no_gap": ProviderGap,
}


def _refusal(broken: IntegrityError) -> Refusal | None:
    kind = _BY_RULE.get(str(getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "")))
    return kind() if kind else None


def _note_change(what: str, change: ProviderChange, authority: Authority) -> None:
    facts = {"kind": change.owner_kind, "provider": change.provider}
    if change.valid_from:
        facts["since"] = change.valid_from.isoformat()
    if change.valid_to:
        facts["until"] = change.valid_to.isoformat()
    journal.record(
        f"accounts.provider_change.{what}",
        subject=f"provider_change:{change.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts=facts,
    )
