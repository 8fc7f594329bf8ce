"""Thủ tục công bố: the part of the catalogue that anybody may read."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from motcua.desk.models import Procedure
from motcua.kernel.collation import collation_key

_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Published:
    """One procedure as the home page lists it; ``code`` is "" where the national catalogue has none."""

    code: str
    name: str
    field: str
    deadline_words: str


def procedures(*, on: date) -> list[Published]:
    """Every procedure in force on this day, by field and name as the alphabet has them; one query."""
    in_force = Procedure.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    return [
        Published(
            procedure.code if procedure.code[:1] in _DIGITS else "",
            procedure.name,
            procedure.field,
            procedure.deadline_words,
        )
        for procedure in sorted(in_force, key=_place)
    ]


def _place(procedure: Procedure) -> tuple[object, object, str]:
    return collation_key(procedure.field), collation_key(procedure.name), procedure.code
