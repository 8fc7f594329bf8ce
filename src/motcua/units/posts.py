"""Ai được làm gì, ở đơn vị nào, hôm nay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.units.granting import (
    AlreadyHolds,
    NotForYourself,
    approve,
    bootstrap,
    decline,
    grant,
    open_requests,
    revoke,
)
from motcua.units.models import Post, Unit

__all__ = [
    "AlreadyHolds",
    "NotForYourself",
    "PostOfOfficer",
    "approve",
    "as_authority",
    "authority_of",
    "bootstrap",
    "decline",
    "grant",
    "open_requests",
    "posts_of",
    "revoke",
    "rights_sql",
]

# A post counts when its officer is active, its unit is open and it is neither revoked nor out of its days.
# The subtree takes in closed units whose work this one took over. UNION (not ALL) ends even on a ring.
# Inherited is what the unit itself took over, however many units lie between: what ended in it, and what ended in that.
_RIGHTS = """
WITH RECURSIVE held AS (
    SELECT o.id AS officer_id, p.id AS post_id, p.unit_id, u.code, u.short_name, p.powers, p.valid_from
      FROM units_officer o
      JOIN units_post p ON p.officer_id = o.id
      JOIN units_unit u ON u.id = p.unit_id
     WHERE o.subject = {subject} AND o.active AND p.revoked_at IS NULL
       AND p.valid_from <= {on} AND (p.valid_to IS NULL OR p.valid_to >= {on})
       AND u.valid_from <= {on} AND (u.valid_to IS NULL OR u.valid_to >= {on})
       AND ({at_unit} IS NULL OR u.code = {at_unit})
), chosen AS (
    SELECT officer_id, unit_id, code, short_name FROM held ORDER BY valid_from, post_id LIMIT 1
), heir(id) AS (
    SELECT unit_id FROM chosen
    UNION
    SELECT e.id FROM heir h JOIN units_unit e ON e.successor_id = h.id AND e.valid_to < {on}
), tree(id) AS (
    SELECT unit_id FROM chosen
    UNION
    SELECT c.id FROM tree t
      JOIN units_unit c ON c.parent_id = t.id OR (c.successor_id = t.id AND c.valid_to < {on})
)
SELECT c.officer_id, c.unit_id, c.code,
       ARRAY(SELECT DISTINCT unnest(h.powers) FROM held h WHERE h.unit_id = c.unit_id) AS powers,
       ARRAY(SELECT id FROM tree ORDER BY id) AS subtree,
       ARRAY(SELECT id FROM heir WHERE id <> c.unit_id ORDER BY id) AS inherited, c.short_name
  FROM chosen c
"""


def rights_sql(*, subject: str, at_unit: str, on: str) -> str:
    """``authority_of`` as part of another room's statement; the arguments are SQL, a NULL unit is the first post.

    Seven columns, for ``as_authority``: whoever is signed in and what they may do is read on every request,
    and a second round trip costs more than the reading.
    """
    return _RIGHTS.format(subject=subject, at_unit=at_unit, on=on)


_AUTHORITY = rights_sql(subject="%(subject)s", at_unit="%(at_unit)s::text", on="%(on)s")

_POSTS = """
SELECT p.id, u.id, u.code, u.name, u.short_name, p.powers, p.valid_from, p.valid_to
  FROM units_officer o
  JOIN units_post p ON p.officer_id = o.id
  JOIN units_unit u ON u.id = p.unit_id
 WHERE o.subject = %(subject)s AND o.active AND p.revoked_at IS NULL
   AND p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
   AND u.valid_from <= %(on)s AND (u.valid_to IS NULL OR u.valid_to >= %(on)s)
 ORDER BY p.valid_from, p.id
"""


@dataclass(frozen=True, slots=True)
class PostOfOfficer:
    """One line of the unit switcher."""

    post_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    unit_short_name: str
    powers: frozenset[Power]
    valid_from: date
    valid_to: date | None


def authority_of(subject: str, *, at_unit: str | None = None, on: date) -> Authority:
    """What this officer may do at ``at_unit`` (or at their first post) on this day; one query.

    Raises NotAuthorised when no post counts: an unknown subject and a lapsed post get the same answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AUTHORITY, {"subject": subject, "at_unit": at_unit, "on": on})
        row = cursor.fetchone()
    if row is None:
        raise NotAuthorised
    return as_authority(subject, row)


def as_authority(subject: str, row: Sequence[Any]) -> Authority:
    """The columns of ``rights_sql`` as a value."""
    officer_id, unit_id, unit_code, powers, subtree, inherited, _ = row
    return Authority(
        officer_id=officer_id,
        subject=subject,
        unit_id=unit_id,
        unit_code=unit_code,
        powers=_as_powers(powers),
        subtree=tuple(subtree),
        inherited=tuple(inherited),
    )


def units_where(power: Power, *, on: date) -> QuerySet[Unit]:
    """Open units in which somebody active holds this power on this day."""
    held = Post.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on),
        unit=OuterRef("pk"),
        officer__active=True,
        powers__contains=[power.value],
        revoked_at=None,
        valid_from__lte=on,
    )
    open_today = Unit.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    return open_today.filter(Exists(held))


def posts_of(subject: str, on: date) -> list[PostOfOfficer]:
    """The posts that count for this officer on this day, first held first."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, {"subject": subject, "on": on})
        rows = cursor.fetchall()
    return [
        PostOfOfficer(post_id, unit_id, code, name, short_name, _as_powers(powers), since, until)
        for post_id, unit_id, code, name, short_name, powers, since, until in rows
    ]


def _as_powers(values: Sequence[str]) -> frozenset[Power]:
    return frozenset(Power(value) for value in values)
