"""Whose dossiers lines of the journal are about, for many lines at once, by the desk's opaque ids of people."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from motcua.desk.correction_tables import OwnerCorrection
from motcua.desk.models import AccountCheck, Dossier
from motcua.journal.subjects import by_word, public_ids

_LEADING: Final[dict[str, tuple[Any, str]]] = {
    "dossier": (Dossier, "owner_subject"),
    "check": (AccountCheck, "subject"),
    "owner_correction": (OwnerCorrection, "dossier__owner_subject"),
}


def owners_of(subjects: Iterable[str]) -> dict[str, str]:
    """``dossier:…``, ``check:…`` → opaque id of the owner; a dossier whose owner is not known yet leads to nobody."""
    rows = by_word(subjects)
    return {subject: owner for word in _LEADING for subject, owner in _of_word(word, rows[word])}


def _of_word(word: str, rows: list[str]) -> Iterator[tuple[str, str]]:
    model, owner = _LEADING[word]
    for some in public_ids(rows):
        for public_id, subject in model.objects.filter(public_id__in=some).values_list("public_id", owner):
            if subject:
                yield f"{word}:{public_id}", subject
