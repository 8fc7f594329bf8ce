"""The sample officers of a desk whose portal is elsewhere: the portal is asked who each is, by the number.

An officer is known here by the opaque id that the portal has for them at this desk; nothing else of their account
is known, and no table of accounts is needed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.ops import first_officer
from motcua.units import officers, posts

_SINCE = date(2022, 1, 1)
#: Seconds for each: both systems of a trial start on one machine, and a slow one takes longer than a counter waits.
_PATIENCE = 90.0


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A sample person with a post, and who the portal says it is."""

    subject: str
    told: dict[str, Any]


def ask(path: Path) -> list[Candidate]:
    """Of each sample person with a post; outside any transaction. Raises CannotStart when the portal is silent."""
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["people"]
    holders = [each for each in told if each["posts"]]
    return [
        Candidate(
            first_officer.subject_of(
                CitizenId.parse(each["number"]), each["posts"][0]["unit"], patience=_PATIENCE
            ),
            each,
        )
        for each in holders
    ]


def appoint(candidates: Sequence[Candidate]) -> None:
    """Give each their posts."""
    for each in candidates:
        _appoint(each.told, each.subject)


def _appoint(told: dict[str, Any], subject: str) -> None:
    officer = officers.register(
        subject=subject, full_name=PersonName.parse(told["name"]), phone=Phone.parse(told["phone"])
    )
    for post in told["posts"]:
        posts.bootstrap(
            officer_id=officer.pk,
            unit_code=post["unit"],
            powers=[Power(power) for power in post["powers"]],
            valid_from=_SINCE,
            reason="Người mẫu",
        )
