"""Nhà mạng: the table of operators, their prefixes and hotlines; an administrator edits it."""

import re

from motcua.accounts.models import Operator, OperatorPrefix
from motcua.kernel.mobile_prefixes import HOTLINE_OF_OPERATOR, PREFIXES_OF_OPERATOR
from motcua.kernel.person_name import fold


def code_of(operator: str) -> str:
    """The operator's name as a code: the journal takes no other letters, and reports count by it."""
    return re.sub(r"[^a-z]+", "-", fold(operator).lower())[:40].strip("-")


def names_by_code() -> dict[str, str]:
    """Code → the name as the operator writes it, for whoever reads what was counted."""
    return {code_of(known): known for known in Operator.objects.values_list("name", flat=True)}


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
