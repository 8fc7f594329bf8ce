"""Hồ sơ sự cố: found by one officer, told to the people it concerns only when another has approved it (DP-20).

The law gives 72 hours from the moment of knowing to tell the authority (Luật 91/2025; NĐ 13/2023, điều 23).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypedDict

from django.db import connection, transaction
from django.utils import timezone

from motcua import journal
from motcua.journal import inspecting
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import errands
from motcua.protection import breach_keeping, whose
from motcua.protection.breach_finding import Window
from motcua.protection.breach_keeping import BY_COMMAND
from motcua.protection.breach_models import WIDEST
from motcua.protection.models import Breach
from motcua.units import tree

#: Who answers for the data of the province, and who checks them.
READERS: Final = (Power.INSPECT, Power.GRANT)
#: From the moment of knowing until the authority has been told.
CLOCK: Final = timedelta(hours=72)
#: The errand that tells the people.
TELL: Final = "protection.tell_breach"


class BreachWordsMissing(Refusal):
    code = "breach_words_missing"
    message = "Đề nghị ông/bà ghi rõ việc đã xảy ra và biện pháp đã làm, mỗi ô ít nhất 10 ký tự."


class BreachWindowWrong(Refusal):
    code = "breach_window_wrong"
    message = (
        "Khoảng thời gian phải kết thúc sau khi bắt đầu và không ở tương lai. Đề nghị kiểm tra lại hai ô."
    )


class BreachWindowWide(Refusal):
    code = "breach_window_wide"
    message = (
        "Xét mọi cán bộ, mọi hệ thống thì khoảng thời gian không quá 90 ngày. Đề nghị ông/bà thu hẹp, hoặc chọn một "
        "cán bộ hay một hệ thống."
    )


class BreachAwareAhead(Refusal):
    code = "breach_aware_ahead"
    message = "Lúc biết sự cố không ở tương lai. Đề nghị ông/bà kiểm tra lại ô này."


class BreachListWaits(Refusal):
    code = "breach_list_waits"
    status = 403
    message = "Người lập hồ sơ sự cố xem và lấy danh sách khi người thứ hai đã duyệt. Đề nghị ông/bà chờ quyết định đó."


class BreachOwnWork(Refusal):
    code = "breach_own_work"
    status = 403
    message = "Ông/bà không lập hồ sơ sự cố về việc của chính mình được. Việc này do thanh tra hoặc quản trị khác lập."


class BreachBySamePerson(Refusal):
    code = "breach_by_same_person"
    status = 403
    message = "Người lập hồ sơ sự cố không tự duyệt được. Đề nghị người thứ hai duyệt."


class BreachStillSought(Refusal):
    code = "breach_still_sought"
    status = 409
    message = "Hệ thống đang tìm người bị ảnh hưởng. Đề nghị ông/bà tải lại trang sau ít phút."


class BreachDecided(Refusal):
    code = "breach_decided"
    status = 409
    message = "Hồ sơ sự cố này đã được quyết định. Đề nghị ông/bà tải lại trang để xem."


class _Line(TypedDict):
    subject: str
    actor: str
    unit_code: str
    facts: Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Said:
    """What only people know of a breach."""

    aware_at: datetime
    reason: str = field(repr=False)
    happened: str = field(repr=False)
    measures: str = field(repr=False)


def require(viewer: Authority) -> None:
    """Inspectors and administrators at the top of the tree: a breach knows no units. Raises NotAuthorised."""
    if not any(viewer.may(power) for power in READERS) or not tree.is_top(viewer):
        raise NotAuthorised(power=READERS[0].value)


def make(*, authority: Authority, window: Window, said: Said) -> Breach:
    """Have the worker find whom it concerns and keep the list. Counted first (L17).

    Raises NotAuthorised, ReasonWanted, BreachWordsMissing, BreachWindowWrong, BreachWindowWide, BreachAwareAhead,
    BreachOwnWork, NotFound for a system that nobody knows, TooManyAttempts.
    """
    require(authority)
    if window.officer == authority.subject:
        raise BreachOwnWork
    words = _cleaned(said)
    expect_moments(window, said)
    if window.system:
        whose.door_of(window.system)
    spending.spend((Quota.LISTS_EXPORTED_BY_OFFICER, authority.subject))
    with transaction.atomic():
        row = _begun(window, words, by=authority.subject, unit_code=authority.unit_code)
        breach_keeping.promise(row)
    return row


def make_by_command(*, window: Window, said: Said) -> Breach:
    """The same by whoever has the machine: nobody is told before an officer at the top approves."""
    words = _cleaned(said)
    expect_moments(window, said)
    row = _begun(window, words, by=BY_COMMAND, unit_code="")
    breach_keeping.keep(row)
    row.refresh_from_db()
    return row


def decide(*, authority: Authority, public_id: uuid.UUID, approve: bool, why: str) -> None:
    """The second officer: either the people are told, or nobody is.

    Raises NotAuthorised, NotFound, BreachBySamePerson, BreachStillSought, BreachDecided, ReasonWanted.
    """
    require(authority)
    reason = inspecting.reason_of(why)
    with transaction.atomic():
        row = Breach.objects.select_for_update().filter(public_id=public_id).first()
        # Whoever is meant is not told that there is anything to decide.
        if row is None or row.about_officer == authority.subject:
            raise NotFound
        if authority.subject == row.made_by:
            raise BreachBySamePerson
        if row.decision == Breach.Decision.FINDING:
            raise BreachStillSought
        if row.decision != Breach.Decision.WAITING:
            raise BreachDecided
        row.decision = Breach.Decision.APPROVED if approve else Breach.Decision.DECLINED
        row.decided_by, row.decided_why, row.decided_at = authority.subject, reason, timezone.now()
        row.save(update_fields=["decision", "decided_by", "decided_why", "decided_at"])
        if approve:
            errands.promise(TELL, f"breach:{row.public_id}", {"breach": str(row.public_id)})
            journal.record("protection.breach.approved", **_line_of(authority, row))
        else:
            journal.record("protection.breach.declined", **_line_of(authority, row))


def _line_of(authority: Authority, row: Breach) -> _Line:
    """Who decided about which, for either event."""
    return {
        "subject": f"breach:{row.public_id}",
        "actor": authority.subject,
        "unit_code": authority.unit_code,
        "facts": {"count": row.people},
    }


def now() -> datetime:
    """By the database's clock, which writes the lines of the journal and judges the row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def expect_moments(window: Window, said: Said) -> None:
    """Raises BreachWindowWrong, BreachWindowWide, BreachAwareAhead."""
    present = now()
    if window.until <= window.since or window.until > present:
        raise BreachWindowWrong
    if not (window.officer or window.system) and window.until - window.since > WIDEST:
        raise BreachWindowWide
    if said.aware_at > present:
        raise BreachAwareAhead


def due_at(row: Breach) -> datetime:
    """Until when the authority has to be told."""
    return row.aware_at + CLOCK


def _cleaned(said: Said) -> Said:
    happened, measures = (
        plain_text.clean(text, max_length=2_000, lines=True) for text in (said.happened, said.measures)
    )
    if min(len(happened), len(measures)) < inspecting.SHORTEST_REASON:
        raise BreachWordsMissing
    return Said(said.aware_at, inspecting.reason_of(said.reason), happened, measures)


def _begun(window: Window, said: Said, *, by: str, unit_code: str) -> Breach:
    return Breach.objects.create(
        about_officer=window.officer,
        about_system=window.system,
        since=window.since,
        until=window.until,
        aware_at=said.aware_at,
        reason=said.reason,
        happened=said.happened,
        measures=said.measures,
        made_by=by,
        unit_code=unit_code,
    )
