"""Whom a breach concerns: every act of somebody in a window, followed to the people it was about.

Problem: the journal names things (a dossier, a paper), and a breach has to be told to people. Choice: the journal adds
up its lines by thing in one statement; each room says whose its things are, ten thousand at a time. Price: all things
of the window lie in memory once; a million lines are about 300,000 of them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from motcua.journal import touching
from motcua.journal.touching import Touch
from motcua.protection import whose
from motcua.protection.exposing import EXPOSING, LISTS, Act, Data, exposure_of

_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Whose acts, from when, until before when. Neither officer nor system: anybody's but the owners' own."""

    since: datetime
    until: datetime
    officer: str = ""
    system: str = ""


@dataclass(slots=True)
class Concerned:
    """One person and what was seen of them."""

    times: int = 0
    acts: set[Act] = field(default_factory=set)
    data: set[Data] = field(default_factory=set)
    first_at: datetime = _LATEST
    last_at: datetime = _EARLIEST

    def add(self, act: Act, data: Data, times: int, first_at: datetime, last_at: datetime) -> None:
        self.times += times
        self.acts.add(act)
        self.data.add(data)
        self.first_at = min(self.first_at, first_at)
        self.last_at = max(self.last_at, last_at)


@dataclass(frozen=True, slots=True)
class Found:
    """``people``: opaque id → what was seen. Lists that left name nobody: they are counted."""

    people: dict[str, Concerned]
    lines: int
    lists: int
    list_rows: int

    @property
    def sha256(self) -> str:
        """The same people with the same acts have the same mark, whoever makes the list."""
        digest = hashlib.sha256()
        for who in sorted(self.people):
            one = self.people[who]
            said = (who, str(one.times), " ".join(sorted(one.acts)), " ".join(sorted(one.data)))
            digest.update("\x1f".join((*said, f"{one.first_at:%s%f}", f"{one.last_at:%s%f}\n")).encode())
        return digest.hexdigest()


def find(window: Window) -> Found:
    """Raises NotFound for a system that nobody knows."""
    door = whose.door_of(window.system) if window.system else None
    units = door.units if door else ()
    seen = list(
        touching.touches(
            since=window.since,
            until=window.until,
            events=[*EXPOSING, *LISTS],
            actor=window.officer,
            units=units,
        )
    )
    people: dict[str, Concerned] = defaultdict(Concerned)
    _follow([touch for touch in seen if touch.event in EXPOSING], people)
    asked = whose.questions(since=window.since, until=window.until, asked_by=window.officer, units=units)
    for one in asked:
        who = f"account:{one.account_id}" if one.account_id else f"number:{one.mark}"
        people[who].add(Act.ASKED, Data.EXISTENCE, one.times, one.first_at, one.last_at)
    if door is not None:
        people = _heard_of(people, door.audiences)
    lists = [touch for touch in seen if touch.event in LISTS]
    return Found(
        dict(people),
        sum(one.times for one in people.values()),
        sum(touch.times for touch in lists),
        sum(touch.rows for touch in lists),
    )


def _follow(seen: Collection[Touch], people: dict[str, Concerned]) -> None:
    owners = whose.owners_of({touch.subject for touch in seen})
    for touch in seen:
        if whose.told_where_the_owner_reads(touch.event):
            continue
        act, data = exposure_of(touch.event, touch.what)
        for who in owners.get(touch.subject, ()):
            people[who].add(act, data, touch.times, touch.first_at, touch.last_at)


def _heard_of(people: dict[str, Concerned], audiences: Collection[str]) -> dict[str, Concerned]:
    """Of the people of these units those whom the system was ever told of, and numbers it asked about in vain."""
    heard = {f"account:{pk}" for audience in audiences for pk in whose.known_to(audience)}
    return {who: one for who, one in people.items() if who in heard or who.startswith("number:")}
