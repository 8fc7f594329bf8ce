"""Hồ sơ sự cố: found by one officer, told to the people it concerns only when another has approved it (DP-20).

The law gives 72 hours from the moment of knowing to tell the authority (Luật 91/2025; NĐ 13/2023, điều 23).
"""

import uuid
from collections.abc import Iterator, Mapping
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
from motcua.protection import breach_finding
from motcua.protection.breach_finding import Found, Window
from motcua.protection.breach_models import WIDEST
from motcua.protection.models import Breach, BreachPerson
from motcua.units import tree

#: Who answers for the data of the province, and who checks them.
READERS: Final = (Power.INSPECT, Power.GRANT)
#: From the moment of knowing until the authority has been told.
CLOCK: Final = timedelta(hours=72)
#: The errand that tells the people.
TELL: Final = "protection.tell_breach"
#: Who made a pack on the command line; no officer has this id, so two officers' eyes are still one more.
BY_COMMAND: Final = "command"
_AT_ONCE: Final = 2_000


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
    """Find whom it concerns and keep the list. Counted first (L17), journalled with its mark.

    Raises NotAuthorised, ReasonWanted, BreachWordsMissing, BreachWindowWrong, BreachWindowWide, BreachAwareAhead,
    BreachOwnWork, TooManyAttempts.
    """
    require(authority)
    if window.officer == authority.subject:
        raise BreachOwnWork
    words = _cleaned(said)
    expect_moments(window, said)
    spending.spend((Quota.LISTS_EXPORTED_BY_OFFICER, authority.subject))
    found = breach_finding.find(window)
    with transaction.atomic():
        inspecting.keep_breach(
            authority, reason=words.reason, rows=len(found.people), list_sha256=found.sha256
        )
        return _keep(window, words, found, by=authority.subject, unit_code=authority.unit_code)


def make_by_command(*, window: Window, said: Said) -> Breach:
    """The same by whoever has the machine: nobody is told before an officer at the top approves."""
    words = _cleaned(said)
    expect_moments(window, said)
    found = breach_finding.find(window)
    with transaction.atomic():
        return _keep(window, words, found, by=BY_COMMAND, unit_code="")


def decide(*, authority: Authority, public_id: uuid.UUID, approve: bool, why: str) -> None:
    """The second officer: either the people are told, or nobody is.

    Raises NotAuthorised, NotFound, BreachBySamePerson, BreachDecided, ReasonWanted.
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


def _keep(window: Window, said: Said, found: Found, *, by: str, unit_code: str) -> Breach:
    row = Breach.objects.create(
        about_officer=window.officer,
        about_system=window.system,
        since=window.since,
        until=window.until,
        aware_at=said.aware_at,
        reason=said.reason,
        happened=said.happened,
        measures=said.measures,
        people=len(found.people),
        lines=found.lines,
        lists=found.lists,
        list_rows=found.list_rows,
        list_sha256=found.sha256,
        made_by=by,
        unit_code=unit_code,
    )
    BreachPerson.objects.bulk_create(_rows(row, found), batch_size=_AT_ONCE)
    journal.record(
        "protection.breach.made",
        subject=f"breach:{row.public_id}",
        actor=by if by != BY_COMMAND else "system:command",
        unit_code=unit_code,
        facts=_facts(row),
    )
    return row


def _rows(row: Breach, found: Found) -> Iterator[BreachPerson]:
    for who in sorted(found.people):
        one = found.people[who]
        yield BreachPerson(
            breach=row,
            who=who,
            times=one.times,
            acts=sorted(one.acts),
            data=sorted(one.data),
            first_at=one.first_at,
            last_at=one.last_at,
            told=BreachPerson.Told.NOT_YET,
        )


def _facts(row: Breach) -> Mapping[str, str | int]:
    about = {"officer": row.about_officer, "client": row.about_system}
    return {
        **{name: value for name, value in about.items() if value},
        "count": row.people,
        "rows": row.lines,
        "whole": row.list_sha256,
    }
