"""Danh sách cán bộ: who holds which post in the own unit and below, now and before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from motcua.kernel.authority import Authority, Power
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.units.models import GrantRequest, Officer, Post, PostConfirmation

PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class Search:
    """Empty means any. ``current``: only who holds a post on that day."""

    words: str = field(default="", repr=False)
    unit_code: str = ""
    power: Power | None = None
    current: bool = True
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One officer with the posts that count."""

    officer: Officer
    posts: list[Post]


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Line]
    number: int
    more: bool


def listing(viewer: Authority, wanted: Search, *, page: int, on: date) -> Page:
    """By name; three statements whatever the size."""
    viewer.require(Power.GRANT)
    held = Post.objects.filter(unit_id__in=viewer.subtree)
    if wanted.unit_code:
        held = held.filter(unit__code=wanted.unit_code)
    if wanted.power is not None:
        held = held.filter(powers__contains=[wanted.power.value])
    if wanted.current:
        held = _current(held.filter(officer__active=True), on)
    names = Officer.objects.filter(id__in=held.values("officer_id")).values_list("id", "full_name")
    words = set(fold(wanted.words).split())
    found = [(name, pk) for pk, name in names if words <= set(fold(name).split())]
    found.sort(key=lambda pair: (collation_key(pair[0]), pair[1]), reverse=wanted.descending)
    shown = [pk for _, pk in found[(page - 1) * PAGE : page * PAGE]]
    officers = Officer.objects.in_bulk(shown)
    posts = _current(Post.objects.filter(officer_id__in=shown, unit_id__in=viewer.subtree), on)
    by_officer: dict[int, list[Post]] = {}
    for post in posts.select_related("unit").order_by("valid_from", "id"):
        by_officer.setdefault(post.officer_id, []).append(post)
    rows = [Line(officers[pk], by_officer.get(pk, [])) for pk in shown]
    return Page(rows, page, len(found) > page * PAGE)


def one(viewer: Authority, officer_id: int) -> tuple[Officer, list[Post]]:
    """An officer who has or had a post, or waits for one, in the viewer's units; posts newest first."""
    viewer.require(Power.GRANT)
    officer = Officer.objects.filter(pk=officer_id).first()
    posts = list(
        Post.objects.filter(officer_id=officer_id, unit_id__in=viewer.subtree)
        .select_related("unit")
        .order_by("-valid_from", "-id")[:200]
    )
    waits = GrantRequest.objects.filter(officer_id=officer_id, unit_id__in=viewer.subtree).exists()
    if officer is None or not (posts or waits):
        raise NotFound
    return officer, posts


def requests_of(viewer: Authority, officer_id: int) -> list[GrantRequest]:
    """What was asked for this officer and is still open, or was not agreed."""
    viewer.require(Power.GRANT)
    asked = GrantRequest.objects.filter(officer_id=officer_id, unit_id__in=viewer.subtree)
    return list(asked.exclude(state="APPROVED").select_related("unit").order_by("-asked_at", "-id")[:50])


def confirmed(posts: Iterable[Post]) -> dict[int, PostConfirmation]:
    """The newest confirmation of each."""
    rows = PostConfirmation.objects.filter(post__in=[post.pk for post in posts]).order_by("at", "id")
    return {row.post_id: row for row in rows}


def standing_of(post: Post, on: date) -> str:
    """“current”, “coming”, “over” or “revoked”."""
    if post.revoked_at is not None:
        return "revoked"
    if post.valid_from > on:
        return "coming"
    return "over" if post.valid_to is not None and post.valid_to < on else "current"


def unit_roster(viewer: Authority, unit_code: str, on: date) -> list[Post]:
    """Who works at a unit of the viewer's today."""
    viewer.require(Power.GRANT)
    held = Post.objects.filter(unit__code=unit_code, unit_id__in=viewer.subtree, officer__active=True)
    return sorted(
        _current(held, on).select_related("officer"), key=lambda post: collation_key(post.officer.full_name)
    )


def _current(posts: QuerySet[Post], on: date) -> QuerySet[Post]:
    return posts.filter(Q(valid_to=None) | Q(valid_to__gte=on), revoked_at=None, valid_from__lte=on)
