"""The dossiers of one person as the journal calls them, for an inspector."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from motcua.desk import owner_aliases
from motcua.desk.models import Dossier
from motcua.kernel.authority import Authority, Power

_MOST: Final = 1_000


def dossiers_of(viewer: Authority, *, subject: str | None, numbers_bi: Iterable[bytes]) -> tuple[str, ...]:
    """``dossier:…`` of the owner, by the desk's name for them or by a number; the newest count."""
    viewer.require(Power.INSPECT)
    theirs = Q(owner_number_bi__in=list(numbers_bi))
    if subject:
        theirs |= Q(owner_subject__in=owner_aliases.subjects_of(subject))
    found = Dossier.objects.filter(theirs).order_by("-pk").values_list("public_id", flat=True)
    return tuple(f"dossier:{public_id}" for public_id in found[:_MOST])
