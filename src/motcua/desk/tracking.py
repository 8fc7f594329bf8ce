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


class WorkWanted(Refusal):
    """Many misses came from this network: the browser does some arithmetic before each further question."""

    code = "tracking_work_wanted"
    status = 429
    message = (
        "Có nhiều lượt tra cứu sai từ mạng ông/bà đang dùng. "
        "Đề nghị ông/bà bấm “Tra cứu” lần nữa; trình duyệt sẽ kiểm tra trong vài giây."
    )


@dataclass(frozen=True, slots=True)
class Tracked:
    """The state, the step and the date; no name, no procedure, no unit."""

    code: str
    state: State
    state_words: str
    #: The name of the step it is at, as its process says it; empty where it is at none.
    step: str
    due_words: str
    received_at: datetime | None
    #: Taken in provisionally and never received: the papers are to be fetched.
    closed_provisional: bool = False


def track(*, code: str, check_chars: str, network: str, worked: bool = False) -> Tracked:
    """``network`` is where the question comes from; ``worked`` says that the asker's browser did its arithmetic.

    A try is counted before anything is compared and given back when it was right, so who holds a slip uses
    nothing up and cannot be shut out by others: what they miss counts against their own network, and in the
    holder's own network arithmetic opens the way again (threats T-28, T-41). A cookie buys no tries. Raises
    NothingTracked, WorkWanted, TooManyAttempts.
    """
    wanted, given = code.strip().upper(), check_chars.strip().upper()
    budget = Quota.TRACKING_MISSES_WITH_WORK if worked else Quota.TRACKING_MISSES
    try:
        spending.spend((budget, network))
    except spending.TooManyAttempts:
        if worked:
            raise
        raise WorkWanted from None
    try:
        found = _found(wanted, given)
    except NothingTracked:
        spending.spend((Quota.TRACKING_MISSES_OF_CODE, wanted), (Quota.TRACKING_MISSES_IN_ALL, ""))
        raise
    spending.refund((budget, network))
    return found


def _found(wanted: str, given: str) -> Tracked:
    if not _CODE.fullmatch(wanted) or not _CHECK.fullmatch(given):
        raise NothingTracked
    column = "provisional_number" if wanted.startswith("TN-") else "code"
    dossier = Dossier.objects.filter(**{column: wanted}).first()
    if dossier is None or not hmac.compare_digest(dossier.track_check.encode(), given.encode()):
        raise NothingTracked
    state = State(dossier.state)
    return Tracked(
        code=dossier.code or dossier.provisional_number or "",
        state=state,
        state_words=str(state.label),
        step=dossier.at_step,
        due_words=dossier.due_shown,
        received_at=dossier.received_at,
        closed_provisional=state == State.NOT_ACCEPTED
        and bool(dossier.provisional_number)
        and not dossier.code,
    )
