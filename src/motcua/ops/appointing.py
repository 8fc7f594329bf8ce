"""The sample officers of a desk whose portal is elsewhere: the portal is asked who each is, by the number.

An officer is known here by the opaque id that the portal has for them at this desk; nothing else of their account
is known, and no table of accounts is needed.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.desk.ports import PURPOSE_APPOINTING, AccountRegistry, Found
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.ops.places import CannotStart
from motcua.units import officers, posts

_SINCE = date(2022, 1, 1)
_NOBODY = "0" * 32  # the installation itself asks, before it has an officer


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A sample person with a post, and who the portal says it is."""

    subject: str
    told: dict[str, Any]


def ask(path: Path) -> list[Candidate]:
    """Of each sample person with a post; outside any transaction. Raises CannotStart when the portal is silent."""
    registry = cast(AccountRegistry, import_string(settings.ACCOUNT_REGISTRY)())
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["people"]
    return [Candidate(_subject_of(registry, each), each) for each in told if each["posts"]]


def appoint(candidates: Sequence[Candidate]) -> None:
    """Give each their posts."""
    for each in candidates:
        _appoint(each.told, each.subject)


def _subject_of(registry: AccountRegistry, told: dict[str, Any]) -> str:
    answer = registry.check(
        number=CitizenId.parse(told["number"]),
        old_number=None,
        purpose=PURPOSE_APPOINTING,
        asked_by=_NOBODY,
        unit_code=told["posts"][0]["unit"],
        reference=str(uuid.uuid4()),
    )
    if not isinstance(answer, Found):
        raise CannotStart(
            f"Cổng ở {settings.PORTAL_URL} chưa cho biết cán bộ mẫu là ai ({type(answer).__name__});"
            " hãy kiểm tra Cổng đã chạy và đã đăng ký hệ thống Một cửa này."
        )
    return answer.subject


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
