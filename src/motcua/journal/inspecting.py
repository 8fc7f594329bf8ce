"""Thanh tra nhật ký: who asked about a person or took lines out, and why; the journal keeps a line of it."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from django.db import transaction

from motcua import journal
from motcua.journal.models import Inspection
from motcua.kernel.authority import Authority, Power
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import NotFound, Refusal

SHORTEST_REASON: Final = 10
#: Subjects of one person that a search goes through; the newest count.
MOST_SUBJECTS: Final = 5_000


class ReasonWanted(Refusal):
    code = "inspection_reason_wanted"
    message = "Đề nghị ông/bà ghi rõ lý do, ít nhất 10 ký tự, ví dụ số văn bản giao việc kiểm tra."


def reason_of(typed: str) -> str:
    """The reason as it is kept, or ReasonWanted."""
    reason = clean(typed, max_length=300, lines=True)
    if len(reason) < SHORTEST_REASON:
        raise ReasonWanted
    return reason


@transaction.atomic
def begin(viewer: Authority, *, about: Iterable[str], reason: str) -> int:
    """A search for one person: the number that its pages are asked for with. Raises ReasonWanted."""
    viewer.require(Power.INSPECT)
    kept = reason_of(reason)
    subjects = list(dict.fromkeys(about))[:MOST_SUBJECTS]
    row = Inspection.objects.create(
        kind=Inspection.Kind.PERSON,
        officer_subject=viewer.subject,
        unit_code=viewer.unit_code,
        reason=kept,
        about=subjects,
    )
    journal.record(
        "journal.inspection.begun",
        subject=f"inspection:{row.pk}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
        facts={"reason": sha256(kept.encode()).hexdigest(), "count": len(subjects)},
    )
    return int(row.pk)


def about(viewer: Authority, inspection_id: int) -> tuple[str, ...]:
    """The subjects of the viewer's own search; NotFound for anybody else's."""
    viewer.require(Power.INSPECT)
    found = Inspection.objects.filter(
        pk=inspection_id, officer_subject=viewer.subject, kind=Inspection.Kind.PERSON
    ).values_list("about", flat=True)
    subjects = found.first()
    if subjects is None:
        raise NotFound
    return tuple(subjects)


def keep_reason(viewer: Authority, *, about: str, reason: str) -> int:
    """Why an officer looks at what is masked, in the caller's transaction; the caller writes the one line of it."""
    row = Inspection.objects.create(
        kind=Inspection.Kind.REVEAL,
        officer_subject=viewer.subject,
        unit_code=viewer.unit_code,
        reason=reason_of(reason),
        about=[about],
    )
    return int(row.pk)


def keep_list(viewer: Authority, *, reason: str, rows: int) -> int:
    """Why a list leaves as a file, in the caller's transaction; the caller writes the one line of it."""
    row = Inspection.objects.create(
        kind=Inspection.Kind.LIST,
        officer_subject=viewer.subject,
        unit_code=viewer.unit_code,
        reason=reason_of(reason),
        rows=rows,
    )
    return int(row.pk)


def keep_breach(officer_subject: str, unit_code: str, *, reason: str, rows: int, list_sha256: str) -> int:
    """Why somebody asked whom a breach concerns, with the mark of the list; the caller writes the one line of it."""
    row = Inspection.objects.create(
        kind=Inspection.Kind.BREACH,
        officer_subject=officer_subject,
        unit_code=unit_code,
        reason=reason_of(reason),
        rows=rows,
        file_sha256=list_sha256,
    )
    return int(row.pk)


@transaction.atomic
def note_evidence(viewer: Authority, *, reason: str, rows: int, file_sha256: str) -> int:
    """Lines leave the house as a file: its hash lies in the journal, so that the file can be told from another."""
    viewer.require(Power.INSPECT)
    kept = reason_of(reason)
    row = Inspection.objects.create(
        kind=Inspection.Kind.EVIDENCE,
        officer_subject=viewer.subject,
        unit_code=viewer.unit_code,
        reason=kept,
        rows=rows,
        file_sha256=file_sha256,
    )
    journal.record(
        "journal.evidence.exported",
        subject=f"inspection:{row.pk}",
        actor=viewer.subject,
        unit_code=viewer.unit_code,
        facts={"rows": rows, "whole": file_sha256, "reason": sha256(kept.encode()).hexdigest()},
    )
    return int(row.pk)
