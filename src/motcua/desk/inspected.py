"""The dossiers and checks of one person as the journal calls them, for an inspector."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from motcua.desk import asking, owner_aliases
from motcua.desk.asking import Number
from motcua.desk.models import AccountCheck, Dossier
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


def checks_of(viewer: Authority, number: Number) -> tuple[str, ...]:
    """``check:…`` of every question that was asked here about this number; the newest count."""
    viewer.require(Power.INSPECT)
    found = AccountCheck.objects.filter(number_bi=asking.fingerprint_of(number)).order_by("-pk")
    return tuple(f"check:{public_id}" for public_id in found.values_list("public_id", flat=True)[:_MOST])


def marks_of(number: Number) -> tuple[bytes, ...]:
    """By which this desk finds the number again, where no accounts tell of older ones."""
    return (asking.fingerprint_of(number),)
