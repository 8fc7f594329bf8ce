"""Xác nhận lại vị trí: a post that nobody confirmed for so many months is listed, and then lapses with a notice."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from motcua import journal
from motcua.kernel.authority import Authority, Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.outbox import sending, texts
from motcua.units import granting, officers
from motcua.units.granting import NotForYourself
from motcua.units.models import Post, PostConfirmation

#: So many days before it lapses a post stands on the list.
LISTED_BEFORE: Final = timedelta(days=30)
LAPSED_BY: Final = "system"
_REASON: Final = "Quá hạn xác nhận lại."

# A post stands since it was granted or last confirmed. Somebody must be left to confirm: a post that grants does
# not lapse while nobody else could give it back.
_STANDING: Final = """
SELECT p.id, p.officer_id, o.full_name, o.subject, u.code, u.short_name, p.powers,
       greatest(p.granted_at, coalesce(max(c.at), p.granted_at)) AS confirmed_at
  FROM units_post p
  JOIN units_officer o ON o.id = p.officer_id AND o.active
  JOIN units_unit u ON u.id = p.unit_id
  LEFT JOIN units_postconfirmation c ON c.post_id = p.id
 WHERE p.revoked_at IS NULL AND p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
   AND (u.valid_to IS NULL OR u.valid_to >= %(on)s)
   AND (%(units)s::bigint[] IS NULL OR p.unit_id = ANY (%(units)s::bigint[]))
 GROUP BY p.id, o.id, u.id
HAVING greatest(p.granted_at, coalesce(max(c.at), p.granted_at)) < %(before)s
 ORDER BY confirmed_at, p.id
 LIMIT %(limit)s
"""
_ANOTHER_GRANTS: Final = """
WITH RECURSIVE up(id) AS (
    SELECT p.unit_id FROM units_post p WHERE p.id = %(post)s
    UNION
    SELECT n.id FROM up JOIN units_unit u ON u.id = up.id
      CROSS JOIN LATERAL (VALUES (u.parent_id), (u.successor_id)) AS n(id) WHERE n.id IS NOT NULL
)
SELECT EXISTS (
    SELECT 1 FROM units_post other JOIN units_officer o ON o.id = other.officer_id AND o.active
      JOIN units_post mine ON mine.id = %(post)s AND mine.officer_id <> other.officer_id
     WHERE other.unit_id IN (SELECT id FROM up) AND 'GRANT' = ANY (other.powers) AND other.revoked_at IS NULL
       AND other.valid_from <= %(on)s AND (other.valid_to IS NULL OR other.valid_to >= %(on)s)
)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A post that has to be confirmed."""

    post_id: int
    officer_id: int
    officer_name: str
    subject: str
    unit_code: str
    unit_name: str
    powers: tuple[Power, ...]
    confirmed_at: datetime
    lapses_on: date

    def __repr__(self) -> str:
        return f"post:{self.post_id}"


def due(viewer: Authority, *, on: date, limit: int = 200) -> list[Standing]:
    """Posts of the own unit and below that lapse within thirty days, the first first."""
    viewer.require(Power.GRANT)
    return _standing(on, before=_lapsing(on + LISTED_BEFORE), units=viewer.subtree, limit=limit)


@transaction.atomic
def confirm(*, authority: Authority, post_id: int) -> None:
    """The post is still needed; never one's own. Raises NotFound, NotForYourself."""
    authority.require(Power.GRANT)
    post = (
        Post.objects.select_for_update()
        .filter(pk=post_id, unit_id__in=authority.subtree, revoked_at=None)
        .first()
    )
    if post is None:
        raise NotFound
    if post.grantee_subject == authority.subject:
        raise NotForYourself
    PostConfirmation.objects.create(post=post, by_subject=authority.subject)
    journal.record(
        "units.post.confirmed",
        subject=f"post:{post.pk}",
        actor=authority.subject,
        unit_code=post.unit.code,
        facts={"officer": post.officer_id},
    )


def lapse_due(*, on: date, limit: int = 50) -> int:
    """End what nobody confirmed in time, and tell the officers; how many. For the worker."""
    return sum(_lapse(found, on) for found in _standing(on, before=_lapsing(on), units=None, limit=limit))


@transaction.atomic
def _lapse(found: Standing, on: date) -> bool:
    post = Post.objects.select_for_update().select_related("unit").get(pk=found.post_id)
    if Power.GRANT in found.powers and not _another_grants(post, on):
        return False
    # Confirmed a moment ago: whoever was first has decided.
    if not _standing_still(found, on) or not granting.end_post(post, by=LAPSED_BY, reason=_REASON):
        return False
    sending.enqueue(
        to=_phone(found.subject),
        text=texts.post_lapsed(unit=found.unit_code),
        purpose="post_lapsed",
        dedupe_key=f"post-lapsed:{post.pk}",
    )
    return True


def _phone(subject: str) -> Phone:
    return officers.phone_of(subject)


def _standing_still(found: Standing, on: date) -> bool:
    return not PostConfirmation.objects.filter(post_id=found.post_id, at__gte=_lapsing(on)).exists()


def _another_grants(post: Post, on: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ANOTHER_GRANTS, {"post": post.pk, "on": on})
        (there,) = cursor.fetchone()
    return bool(there)


def _standing(on: date, *, before: datetime, units: tuple[int, ...] | None, limit: int) -> list[Standing]:
    asked = {"on": on, "before": before, "units": list(units) if units is not None else None, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, asked)
        rows = cursor.fetchall()
    return [
        Standing(
            post_id,
            officer_id,
            name,
            subject,
            code,
            unit,
            tuple(Power(power) for power in powers),
            since,
            _months_after(timezone.localtime(since).date(), settings.POSTS_CONFIRMED_EVERY_MONTHS),
        )
        for post_id, officer_id, name, subject, code, unit, powers, since in rows
    ]


def _lapsing(on: date) -> datetime:
    """Posts confirmed before this moment lapse on that day."""
    day = _months_after(on, -settings.POSTS_CONFIRMED_EVERY_MONTHS)
    return timezone.make_aware(datetime.combine(day, time.min))


def _months_after(day: date, months: int) -> date:
    """The same day of another month, or its last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
