"""Hạn mức của cán bộ và đơn vị: what is used of each budget, who is nearest to its edge, and unlocking an officer.

Whoever connects systems, or administers the whole province, sees every budget; a head sees those that count for the
officers and units of the own unit and below, and of these alone. Citizens are never told apart, by anybody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from motcua import journal
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.limits import everywhere, overview, unlocking
from motcua.limits.described import DESCRIBED, Described, Keyed
from motcua.limits.everywhere import Standing, State, Watch
from motcua.limits.overview import Use
from motcua.limits.quotas import Quota
from motcua.outbox import sending, texts
from motcua.units import officers, posts, staff, tree
from motcua.units.models import Unit

#: Who may look at budgets at all.
SEERS: Final = (Power.GRANT, Power.APPROVE_EXCEPTION, Power.CONNECT_SYSTEMS)
#: Who may let an officer go on.
UNLOCKERS: Final = (Power.GRANT, Power.APPROVE_EXCEPTION)
#: For how long, in hours.
SPANS: Final = (1, 2, 4, 8)
_NEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One budget."""

    quota: Quota
    about: Described
    use: Use


@dataclass(frozen=True, slots=True)
class Someone:
    """Whom a budget counts for, as far as a screen may tell: an officer, a unit, a network's opaque label."""

    key: str
    use: Use
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """One unlocking of an officer of the own unit or below."""

    of: str = field(repr=False)
    by: str = field(repr=False)
    reason: str = field(repr=False)
    at: datetime
    ends_at: datetime


def sees_everything(viewer: Authority) -> bool:
    """The IT department, and whoever grants rights at the top of the tree."""
    return viewer.may(Power.CONNECT_SYSTEMS) or (viewer.may(Power.GRANT) and tree.is_top(viewer))


def lines(viewer: Authority, *, on: date) -> list[Line]:
    """Every budget this viewer may see, in the order of the law; as many statements whatever their number."""
    _require_one_of(viewer, SEERS)
    if sees_everything(viewer):
        used = overview.totals()
        return [Line(quota, about, used[quota]) for quota, about in DESCRIBED.items()]
    own = _own(viewer, on)
    found = overview.uses((quota, who) for quota, people in own.items() for who in people)
    return [
        Line(quota, DESCRIBED[quota], _together(found[quota, who] for who in people))
        for quota, people in own.items()
    ]


def watches(viewer: Authority) -> list[Standing]:
    """L10 and L11, for whoever sees every budget; they are nobody's own."""
    _require_one_of(viewer, SEERS)
    if not sees_everything(viewer):
        return []
    found = {one.watch: one for one in everywhere.standings()}
    return [found.get(watch, Standing(watch, State.CALM, None, None, 0)) for watch in Watch]


def one(viewer: Authority, quota: Quota, *, on: date) -> Line:
    """Raises NotFound for a budget that is not this viewer's to see."""
    for line in lines(viewer, on=on):
        if line.quota is quota:
            return line
    raise NotFound


def nearest(viewer: Authority, quota: Quota, *, on: date) -> list[Someone]:
    """Who is nearest to the edge, nearest first: officers and units by name, networks by a label, citizens never."""
    _require_one_of(viewer, SEERS)
    keyed = DESCRIBED[quota].keyed
    if keyed is Keyed.NETWORK and sees_everything(viewer):
        return [
            Someone(label, Use(counted=1, share=share, used={0: used}), f"Mạng {label}")
            for label, share, used in overview.busiest(quota)
        ]
    names = _names(viewer, keyed, on)
    found = overview.uses((quota, who) for who in names)
    shown = [Someone(who, found[quota, who], name) for who, name in names.items()]
    return sorted(shown, key=lambda person: -person.use.share)


def unlockings(viewer: Authority, quota: Quota, *, on: date) -> list[Unlocked]:
    """The newest of this budget, of officers of the own unit and below."""
    _require_one_of(viewer, SEERS)
    names = _names(viewer, DESCRIBED[quota].keyed, on)
    found = unlocking.history(((quota, who) for who in names), limit=_NEWEST)
    heads = staff.officers_by_subject(one.by for _, _, one in found)
    return [
        Unlocked(
            names[who], heads[one.by].full_name if one.by in heads else "", one.reason, one.at, one.ends_at
        )
        for _, who, one in found
    ]


def officer_to_unlock(authority: Authority, quota: Quota, subject: str, *, on: date) -> str:
    """The officer's name, for the page that asks why. Raises as ``unlock`` does for the wrong officer."""
    _require_one_of(authority, UNLOCKERS)
    _expect_in_reach(authority, quota, subject, on)
    colleague = staff.officer_of(subject)
    if colleague is None:
        raise NotFound
    return colleague.full_name


def unlock(
    *, authority: Authority, quota: Quota, subject: str, reason: str, hours: int, on: date, now: datetime
) -> None:
    """A head lets an officer of the own unit or below go on until an hour that is set; the officer is told.

    Raises NotFound, NotAuthorised, and what ``limits.unlocking.unlock`` refuses.
    """
    _require_one_of(authority, UNLOCKERS)
    _expect_in_reach(authority, quota, subject, on)
    if hours not in SPANS:
        raise NotFound
    colleague = staff.officer_of(subject)
    if colleague is None:
        raise NotFound
    lasts = timedelta(hours=hours)
    with transaction.atomic():
        unlocking.unlock(
            quota, subject, by=authority.subject, reason=reason, lasts=lasts, unit_code=authority.unit_code
        )
        journal.record(
            "units.budget.unlocked",
            subject=f"officer:{colleague.officer_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
            facts={"quota": quota.name, "hours": hours},
        )
        ends = timezone.localtime(now + lasts)
        sending.enqueue(
            to=officers.phone_of(subject),
            text=texts.budget_unlocked(at=ends),
            purpose="budget_unlocked",
            dedupe_key=f"budget-unlocked:{colleague.officer_id}:{quota.name}:{ends:%Y%m%d%H%M%S%f}",
        )


def _expect_in_reach(authority: Authority, quota: Quota, subject: str, on: date) -> None:
    """NotFound for who works elsewhere, NotAuthorised for who works above or beside as well as below."""
    if quota not in DESCRIBED or not DESCRIBED[quota].unlockable:
        raise NotFound
    if subject == authority.subject:
        raise unlocking.UnlockedByOneself
    held = posts.posts_of(subject, on)
    inside = [post for post in held if post.unit_id in authority.subtree]
    if not inside:
        raise NotFound
    if len(inside) < len(held):
        raise NotAuthorised(power=Power.APPROVE_EXCEPTION.value)


def _require_one_of(viewer: Authority, powers: tuple[Power, ...]) -> None:
    if not any(viewer.may(power) for power in powers):
        viewer.require(powers[0])


def _own(viewer: Authority, on: date) -> dict[Quota, list[str]]:
    """The budgets that count for officers and units, with those of the viewer's."""
    who = {keyed: list(_names(viewer, keyed, on)) for keyed in (Keyed.OFFICER, Keyed.UNIT)}
    return {quota: who[about.keyed] for quota, about in DESCRIBED.items() if about.keyed in who}


def _names(viewer: Authority, keyed: Keyed, on: date) -> dict[str, str]:
    """What a budget is kept under → how it is shown; nobody for budgets of citizens."""
    if keyed is Keyed.OFFICER:
        return {one.subject: one.full_name for one in staff.working_at(viewer.subtree, on=on)}
    if keyed is Keyed.UNIT:
        units = Unit.objects.filter(id__in=viewer.subtree).order_by("code")
        return dict(units.values_list("code", "short_name"))
    return {}


def _together(uses: Iterable[Use] | Iterator[Use]) -> Use:
    whole = Use()
    for use in uses:
        whole.counted += use.counted
        whole.near += use.near
        whole.full += use.full
        whole.share = max(whole.share, use.share)
        whole.refused += use.refused
        whole.alarms += use.alarms
        whole.unlocked_today += use.unlocked_today
    return whole
