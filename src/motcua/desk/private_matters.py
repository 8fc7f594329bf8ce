"""Việc riêng của cán bộ: a colleague receives it; where there is none, the unit above at its own desk (SPEC 6)."""

from datetime import date

from motcua.desk import owner_aliases
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.units import posts, staff, tree
from motcua.units.models import Unit

_OWN = "Đây là tài khoản của chính ông/bà. Cán bộ không tiếp nhận hồ sơ của chính mình; "
_NAMED = 3


class NotByThisOfficer(Refusal):
    """The owner works here, and whoever receives may not (any more): somebody else must. Status 409."""

    code = "not_by_this_officer"
    status = 409
    message = "Chủ hồ sơ là cán bộ của đơn vị nên ông/bà chưa tiếp nhận được; {words}."


def own_words(subject: str, unit_code: str, *, on: date) -> str:
    """What an officer is told who asked about the own account."""
    return f"{_OWN}{_way_out(subject, unit_code, on)}."


def require_colleague(authority: Authority, owner_subject: str, *, on: date) -> None:
    """Where the owner works, only a colleague with the right to receive today does. Raises NotByThisOfficer."""
    here = authority.unit_code
    if not _works_at(owner_subject, here, on):
        return
    able = staff.colleagues_of(owner_subject, here, on=on, power=Power.RECEIVE_DOSSIER)
    own = owner_aliases.is_same(owner_subject, authority.subject)
    if own or authority.subject not in {colleague.subject for colleague in able}:
        raise NotByThisOfficer(words=_way_out(owner_subject, here, on))


def unit_above(owner_subject: str, unit_code: str, *, on: date) -> Unit | None:
    """The nearest desk above that is open and where somebody else receives."""
    above = tree.unit(unit_code).parent
    while above is not None:
        able = above.has_desk and above.is_open(on)
        if able and staff.colleagues_of(owner_subject, above.code, on=on, power=Power.RECEIVE_DOSSIER):
            return above
        above = above.parent
    return None


def _way_out(owner_subject: str, unit_code: str, on: date) -> str:
    """The end of a sentence, without its full stop."""
    able = staff.colleagues_of(owner_subject, unit_code, on=on, power=Power.RECEIVE_DOSSIER)
    if able:
        names = ", ".join(colleague.full_name for colleague in able[:_NAMED])
        return f"đề nghị cán bộ khác của đơn vị tiếp nhận: {names}"
    above = unit_above(owner_subject, unit_code, on=on)
    where = above.name if above is not None else "đơn vị cấp trên"
    return f"đơn vị không có cán bộ khác được tiếp nhận hồ sơ, đề nghị nộp tại {where}"


def _works_at(subject: str, unit_code: str, on: date) -> bool:
    """Whether this account belongs to somebody with a post at the unit on this day, under any of their ids."""
    theirs = owner_aliases.all_of(subject)
    return any(post.unit_code == unit_code for each in theirs for post in posts.posts_of(each, on))
