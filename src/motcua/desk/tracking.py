"""Tra cứu hồ sơ: anybody who holds the slip may see how far it is; nothing else is said (threats T-28)."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from motcua.desk.models import TRACK_LETTERS, Dossier
from motcua.desk.states import State
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota

_CODE = re.compile(r"(?:TN-)?[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}-[0-9]{6}-[0-9]{4}")
_CHECK = re.compile(rf"[{TRACK_LETTERS}]{{6}}")


class NothingTracked(Refusal):
    """The same for a wrong code, wrong characters and nothing at all."""

    code = "nothing_tracked"
    status = 404
    message = (
        "Không tìm thấy hồ sơ với mã hồ sơ và mã tra cứu này. "
        "Đề nghị ông/bà nhập lại đúng như in trên giấy tiếp nhận, hoặc đăng nhập để xem hồ sơ của mình."
    )


@dataclass(frozen=True, slots=True)
class Tracked:
    """The state and the date; no name, no procedure."""

    code: str
    state: State
    state_words: str
    due_words: str
    received_at: datetime | None


def track(*, code: str, check_chars: str, who: str) -> Tracked:
    """``who`` is the asker's browser or address: enumeration runs out of attempts long before it hits.

    Counted per asker and per code: many askers do not get more guesses at one slip than one asker has.
    """
    wanted, given = code.strip().upper(), check_chars.strip().upper()
    if not _CODE.fullmatch(wanted) or not _CHECK.fullmatch(given):
        spending.spend((Quota.TRACKINGS, who))
        raise NothingTracked
    spending.spend((Quota.TRACKINGS, who), (Quota.TRACKINGS, f"code:{wanted}"))
    found = _found(wanted, given)
    spending.reset(Quota.TRACKINGS, f"code:{wanted}")  # whoever holds the slip locks nobody out
    return found


def _found(wanted: str, given: str) -> Tracked:
    column = "provisional_number" if wanted.startswith("TN-") else "code"
    dossier = Dossier.objects.filter(**{column: wanted}).first()
    if dossier is None or not hmac.compare_digest(dossier.track_check.encode(), given.encode()):
        raise NothingTracked
    state = State(dossier.state)
    return Tracked(
        code=dossier.code or dossier.provisional_number or "",
        state=state,
        state_words=str(state.label),
        due_words=dossier.due_words,
        received_at=dossier.received_at,
    )
