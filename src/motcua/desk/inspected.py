"""The dossiers and checks of one person as the journal calls them, for an inspector."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from motcua.desk import asking, owner_aliases
from motcua.desk.asking import Number
from motcua.desk.models import AccountCheck, Dossier
from motcua.journal.subjects import public_ids as public_ids_of
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


def codes_of(viewer: Authority, public_ids: Iterable[str]) -> dict[str, str]:
    """Public id → the code, or the number of a provisional reception: what an inspector finds the papers by."""
    viewer.require(Power.INSPECT)
    found: dict[str, str] = {}
    for some in public_ids_of(public_ids):
        rows = Dossier.objects.filter(public_id__in=some)
        for public_id, code, number in rows.values_list("public_id", "code", "provisional_number"):
            found[str(public_id)] = code or number or ""
    return {public_id: code for public_id, code in found.items() if code}
