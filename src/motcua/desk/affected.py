"""Whose dossiers lines of the journal are about, for many lines at once, by the desk's opaque ids of people."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.conf import settings

from motcua.desk import owner_aliases
from motcua.desk.correction_tables import OwnerCorrection
from motcua.desk.models import AccountCheck, Dossier
from motcua.journal.subjects import by_word, pieces, public_ids

_LEADING: Final[dict[str, tuple[Any, str]]] = {
    "dossier": (Dossier, "owner_subject"),
    "check": (AccountCheck, "subject"),
    "owner_correction": (OwnerCorrection, "dossier__owner_subject"),
}


def owners_of(subjects: Iterable[str]) -> dict[str, str]:
    """``dossier:…``, ``check:…`` → opaque id of the owner; a dossier whose owner is not known yet leads to nobody.

    A check that the portal did not answer leads to the owner of the dossier that was taken in on it, once known.
    """
    rows = by_word(subjects)
    found = {subject: owner for word in _LEADING for subject, owner in _of_word(word, rows[word])}
    for some in public_ids(rows["check"]):
        waited = Dossier.objects.filter(unknown_check__public_id__in=some).exclude(owner_subject="")
        for public_id, owner in waited.values_list("unknown_check__public_id", "owner_subject"):
            found.setdefault(f"check:{public_id}", owner)
    return found


def known_now(subjects: Iterable[str]) -> dict[str, str]:
    """Each opaque id → the one its person is known by now: of two accounts that were joined, the one that stays."""
    wanted = list(dict.fromkeys(subjects))
    joined: dict[str, str] = {}
    for some in pieces(wanted):
        joined |= owner_aliases.stands_for(some)
    return {subject: joined.get(subject, subject) for subject in wanted}


def _of_word(word: str, rows: list[str]) -> Iterator[tuple[str, str]]:
    model, owner = _LEADING[word]
    for some in public_ids(rows):
        for public_id, subject in model.objects.filter(public_id__in=some).values_list("public_id", owner):
            if subject:
                yield f"{word}:{public_id}", subject


def numbers_of(subjects: Iterable[str]) -> dict[str, str]:
    """``check:…`` that found nobody → the journal's mark of the number that was asked about."""
    found: dict[str, str] = {}
    for some in public_ids(by_word(subjects)["check"]):
        rows = AccountCheck.objects.filter(public_id__in=some, subject="")
        for public_id, mark in rows.values_list("public_id", "number_bi"):
            keyed = settings.KEYRING.mac("journal-number", bytes(mark))
            found[f"check:{public_id}"] = f"number:{keyed[:16].hex()}"
    return found


def owners_named(subjects: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Opaque ids of people → (name, last three digits), as their newest dossier here has them, under whichever id."""
    found: dict[str, tuple[str, str]] = {}
    for some in pieces(list(subjects)):
        stays = owner_aliases.joined_into(some)
        rows = Dossier.objects.filter(owner_subject__in=[*stays, *some]).order_by("id")
        for subject, name, last3 in rows.values_list("owner_subject", "owner_name", "owner_last3"):
            found[stays.get(subject, subject)] = (name, last3)
    return found
