"""Nhà mạng: the table of operators, their prefixes and hotlines; an administrator edits it."""

from motcua.accounts.models import Operator, OperatorPrefix
from motcua.kernel.mobile_prefixes import HOTLINE_OF_OPERATOR, PREFIXES_OF_OPERATOR


def load_known() -> int:
    """Add the operators known when this was written; overwrites nothing. Returns how many were added."""
    added = 0
    for name, prefixes in PREFIXES_OF_OPERATOR.items():
        operator, new = Operator.objects.get_or_create(
            name=name, defaults={"hotline": HOTLINE_OF_OPERATOR.get(name, "")}
        )
        added += new
        for prefix in prefixes:
            OperatorPrefix.objects.get_or_create(prefix=prefix, defaults={"operator": operator})
    return added
