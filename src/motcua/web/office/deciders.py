"""Who decided a request, in the words of a page: an officer, or nobody but the eighteenth birthday."""

from collections.abc import Mapping
from typing import Final

from motcua.accounts.of_age_ends import BY_THE_DAY
from motcua.units.staff import Colleague

_THE_DAY: Final = "Hệ thống, vì chủ tài khoản đủ 18 tuổi"


def named(names: Mapping[str, Colleague], subject: str) -> str:
    """Empty where nobody decided, or nobody knows the officer any more."""
    if subject == BY_THE_DAY:
        return _THE_DAY
    return names[subject].full_name if subject in names else ""
