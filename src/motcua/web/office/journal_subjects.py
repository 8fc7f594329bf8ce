"""Nhật ký bằng lời: which dossier and which officer a line is about, for whoever may read it; citizens stay ids."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.conf import settings

from motcua.journal.subjects import by_word
from motcua.kernel.authority import Authority
from motcua.units import staff
from motcua.web.office.journal_words import SUBJECT_WORDS, subject_words

_ACCOUNT: Final = "account"


def named(authority: Authority, subjects: Iterable[str]) -> Mapping[str, str]:
    """Subject → its words; a few queries whatever their number. What has no better name keeps its id.

    A dossier is called by its code (no personal datum), an account by its officer's name when an officer has it.
    """
    wanted = {subject for subject in subjects if subject}
    by = by_word(wanted)
    said = {subject: subject_words(subject) for subject in wanted}
    for row, code in _dossiers(authority, by["dossier"]).items():
        said[f"dossier:{row}"] = f"{SUBJECT_WORDS['dossier']} {code}"
    for row, who in _officers(authority, by[_ACCOUNT]).items():
        said[f"{_ACCOUNT}:{row}"] = f"{SUBJECT_WORDS['officer']} {who} ({subject_words(f'{_ACCOUNT}:{row}')})"
    return said


def _dossiers(authority: Authority, rows: list[str]) -> Mapping[str, str]:
    if not rows or not settings.HOSTS_DESK:
        return {}
    from motcua.desk import inspected  # a desk is not everywhere

    return inspected.codes_of(authority, rows)


def _officers(authority: Authority, rows: list[str]) -> dict[str, str]:
    """At the portal only: elsewhere no line is about an account."""
    if not rows or not settings.HOSTS_PORTAL:
        return {}
    from motcua.accounts import inspected  # accounts are not everywhere

    behind = inspected.desk_subjects_of(authority, rows)
    known = staff.officers_by_subject(behind.values())
    return {row: known[subject].full_name for row, subject in behind.items() if subject in known}
