"""Chuyển vị trí: posts of a unit that ends, at the unit that follows it from the day after."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction

from motcua.kernel.authority import Authority, Power
from motcua.units import granting
from motcua.units.models import GrantRequest, Post, Unit

_OTHERWISE: Final = "Đơn vị kế thừa được chỉ định lại."


def carry(authority: Authority, unit: Unit, heir: Unit, last_day: date, why: str, on: date) -> None:
    """The posts of the old unit at the new one from the day after; privileged ones wait for a second person."""
    held = Post.objects.filter(unit=unit, revoked_at=None, officer__active=True).exclude(
        valid_to__lt=last_day
    )
    begins = last_day + timedelta(days=1)
    for post in held.exclude(grantee_subject=authority.subject).order_by("id"):
        if post.valid_to is not None and post.valid_to < begins:
            continue
        powers = [power for power in map(Power, post.powers) if power not in granting.without_effect()]
        if not powers:
            continue
        try:
            with transaction.atomic():
                granting.grant(
                    authority=authority,
                    officer_id=post.officer_id,
                    unit_code=heir.code,
                    powers=powers,
                    valid_from=begins,
                    valid_to=post.valid_to,
                    reason=why,
                    on=on,
                )
        except granting.AlreadyHolds:
            # Who works at both already has a post there, and keeps it as it is.
            continue


def call_back(authority: Authority, unit: Unit, former: Unit, *, why: str) -> bool:
    """What ``carry`` granted at a successor that is not to follow after all, before it began; whether there was any.

    Found by what it was written with: the end's reason, and the day after the last. Who also comes there from another
    unit keeps the post; one's own an administrator cannot take from oneself.
    """
    if unit.valid_to is None:
        return False
    begins = unit.valid_to + timedelta(days=1)
    working = Post.objects.filter(unit=unit, revoked_at=None).values("officer")
    also_from_others = Post.objects.filter(
        unit__successor=former, unit__valid_to=unit.valid_to, revoked_at=None
    ).exclude(unit=unit)
    theirs = {"unit": former, "valid_from": begins, "reason": why, "officer__in": working}
    granted = Post.objects.select_related("unit").filter(revoked_at=None, **theirs)
    granted = granted.exclude(officer__in=also_from_others.values("officer"))
    found = False
    for post in granted.exclude(grantee_subject=authority.subject).order_by("id"):
        found |= granting.end_post(post, by=authority.subject, reason=_OTHERWISE)
    waiting = GrantRequest.objects.filter(state=GrantRequest.State.OPEN, **theirs)
    for request in waiting.exclude(officer__in=also_from_others.values("officer")).order_by("id"):
        granting.decline(authority=authority, request_id=request.pk, reason=_OTHERWISE)
        found = True
    return found
