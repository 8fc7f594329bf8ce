"""Whose papers lines of the journal are about, for many lines at once; nothing of a paper is read."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from motcua.journal.subjects import by_word, numbers, public_ids
from motcua.vault.models import Consent, Contest, Correction, Look, Paper
from motcua.vault.paper_correction_tables import PaperCorrection, PaperReport

#: Word → table, by which column its rows are named, which column leads to the owner.
_LEADING: Final[dict[str, tuple[Any, str, str]]] = {
    "paper": (Paper, "pk", "owner_id"),
    "consent": (Consent, "pk", "owner_id"),
    "look": (Look, "pk", "owner_id"),
    "contest": (Contest, "pk", "owner_id"),
    "correction": (Correction, "pk", "paper__owner_id"),
    "paper_correction": (PaperCorrection, "public_id", "paper__owner_id"),
    "paper_report": (PaperReport, "public_id", "owner_id"),
}


def owners_of(subjects: Iterable[str]) -> dict[str, int]:
    """``paper:…``, ``consent:…`` and the like → account; what leads to none is not in the answer."""
    rows = by_word(subjects)
    return {subject: owner for word in _LEADING for subject, owner in _of_word(word, rows[word])}


def _of_word(word: str, rows: list[str]) -> Iterator[tuple[str, int]]:
    model, named_by, owner = _LEADING[word]
    for some in public_ids(rows) if named_by == "public_id" else numbers(rows):
        found = model.objects.filter(**{f"{named_by}__in": some}).values_list(named_by, owner)
        for row, account_id in found:
            yield f"{word}:{row}", account_id
