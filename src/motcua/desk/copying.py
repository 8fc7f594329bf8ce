"""Bản sao dữ liệu: the owner's dossiers here, everything that was written about them, opened (DP-16)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from motcua.desk import asking, dossiers, filing_drafts, owner_aliases, slips, submission
from motcua.desk.models import (
    AccountCheck,
    Charge,
    Dossier,
    DossierEvent,
    FilingDraft,
    HandOut,
    Notice,
    Rating,
    Representation,
    Result,
)
from motcua.desk.states import State
from motcua.kernel.personal_data import CopiedTable, Copy

_SECTION = Copy.DOSSIERS
#: States in which nothing more is done for the owner.
OVER = frozenset({State.NOT_ACCEPTED, State.WITHDRAWN, State.STOPPED, State.RETURNED})


def tables(subject: str) -> Iterator[CopiedTable]:
    """A house test compares the columns with the register."""
    mine = Dossier.objects.filter(owner_subject=subject)
    yield CopiedTable(
        "Dossier",
        "Hồ sơ",
        _SECTION,
        (*_OF_DOSSIER, "owner_number_sealed", "contact_sealed"),
        [_dossier(row) for row in mine.order_by("pk")],
    )
    yield _with(mine, DossierEvent.objects.exclude(kind__in=dossiers.INNER), "Lịch sử hồ sơ", ("at", "words"))
    yield _with(
        mine, Notice.objects.all(), "Phiếu đã ban hành", ("issued_at", "issued_by_name", "reason", "items")
    )
    yield _with(
        mine, Charge.objects.all(), "Khoản thu", ("amount_vnd", "paid_at", "receipt_number", "taken_by_name")
    )
    handed_out = Result.objects.filter(
        withdrawn_at=None, signed_at__isnull=False, dossier__state=State.RETURNED
    )
    yield _with(mine, handed_out, "Kết quả", ("name", "number", "issued_on", "signed_by_name"))
    handed = ("at", "by_name", "to_name", "to_relation", "to_proof", "tracking_number")
    yield _with(mine, HandOut.objects.all(), "Trả kết quả", handed)
    yield _with(mine, Rating.objects.all(), "Đánh giá của ông/bà", ("at", "stars", "words"))
    rights = ("kind", "proof_number", "proof_on", "born_on")
    yield CopiedTable(
        "Representation",
        "Quyền nộp thay",
        _SECTION,
        rights,
        list(Representation.objects.filter(dossier__in=mine).order_by("pk").values(*rights)),
    )
    yield CopiedTable(
        "AccountCheck",
        "Lần kiểm tra tài khoản của ông/bà",
        _SECTION,
        ("checked_at", "unit_code", "purpose", "number_sealed", "owner_name_sealed"),
        [_check(row) for row in AccountCheck.objects.filter(subject=subject).order_by("pk")],
    )
    yield CopiedTable(
        "FilingDraft",
        "Hồ sơ đang soạn",
        Copy.DRAFTS,
        ("procedure_code", "saved_at", "typed_sealed"),
        [_draft(row) for row in FilingDraft.objects.filter(owner_subject=subject).order_by("pk")],
    )


def open_dossiers(subject: str) -> list[str]:
    """Codes of what is still worked on or waits to be handed out, oldest first."""
    mine = Dossier.objects.filter(owner_subject__in=owner_aliases.subjects_of(subject))
    rows = mine.exclude(state__in=OVER).order_by("arrived_at", "pk")
    return [
        row.code or row.provisional_number or str(row.procedure.name)
        for row in rows.select_related("procedure")
    ]


_OF_DOSSIER = (
    "code",
    "state",
    "arrived_at",
    "owner_name",
    "person_name",
    "person_born",
    "person_relation",
    "filer_name",
    "filer_relation",
    "filer_proof",
    "note",
    "closed_reason",
    "received_by_name",
)


def _dossier(row: Dossier) -> dict[str, object]:
    said: dict[str, object] = {name: getattr(row, name) for name in _OF_DOSSIER}
    said["state"] = row.get_state_display()
    return {
        **said,
        "owner_number_sealed": slips.number_of(row),
        "contact_sealed": dict(submission.contact_of(row)),
    }


def _check(row: AccountCheck) -> dict[str, object]:
    number = asking.number_of(row)[0].value if row.number_sealed else ""
    return {
        "checked_at": row.checked_at,
        "unit_code": row.unit_code,
        "purpose": row.purpose,
        "number_sealed": number,
        "owner_name_sealed": asking.owner_name_of(row) if row.owner_name_sealed else "",
    }


def _draft(row: FilingDraft) -> dict[str, object]:
    return {
        "procedure_code": row.procedure_code,
        "saved_at": row.saved_at,
        "typed_sealed": dict(filing_drafts.typed_of(row)),
    }


def _with(
    mine: "QuerySet[Dossier]", rows: "QuerySet[Any]", words: str, columns: tuple[str, ...]
) -> CopiedTable:
    """What belongs to the dossiers, each row with the code of its own."""
    found = rows.filter(dossier__in=mine).order_by("pk").values("dossier__code", *columns)
    return CopiedTable(rows.model.__name__, words, _SECTION, ("dossier__code", *columns), list(found))
