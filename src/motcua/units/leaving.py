"""Cho cán bộ thôi làm việc: every post ends with a reason and nothing is open to the officer from that moment."""

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Q

from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import granting, officers
from motcua.units.models import Officer, Post

SHORTEST_REASON: Final = 5
_LONGEST: Final = 300


class LeavingReasonWanted(Refusal):
    code = "leaving_reason_wanted"
    message = "Đề nghị ông/bà ghi rõ lý do, ít nhất 05 ký tự."


class WorksElsewhereToo(Refusal):
    code = "officer_works_elsewhere"
    status = 409
    message = (
        "Cán bộ này còn vị trí tại đơn vị ngoài phạm vi của ông/bà. "
        "Đề nghị thu hồi từng vị trí thuộc đơn vị mình, hoặc chuyển việc này lên cấp trên."
    )


def reason_of(typed: str) -> str:
    """The reason as it is kept, or LeavingReasonWanted."""
    reason = plain_text.clean(typed, max_length=_LONGEST, lines=True)
    if len(reason) < SHORTEST_REASON:
        raise LeavingReasonWanted
    return reason


@transaction.atomic
def stop(*, authority: Authority, officer_id: int, reason: str, on: date) -> None:
    """End all posts and the officer's work. Raises NotFound, NotForYourself, WorksElsewhereToo."""
    authority.require(Power.GRANT)
    why = reason_of(reason)
    officer = Officer.objects.select_for_update().filter(pk=officer_id, active=True).first()
    if officer is None:
        raise NotFound
    if officer.subject == authority.subject:
        raise granting.NotForYourself
    standing = Post.objects.filter(officer=officer, revoked_at=None).filter(
        Q(valid_to=None) | Q(valid_to__gte=on)
    )
    posts = list(standing.select_related("unit"))
    if not any(post.unit_id in authority.subtree for post in posts):
        raise NotFound
    if not all(post.unit_id in authority.subtree for post in posts):
        raise WorksElsewhereToo
    for post in posts:
        granting.end_post(post, by=authority.subject, reason=why)
    officers.deactivate(subject=officer.subject, by=authority.subject)
