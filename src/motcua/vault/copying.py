"""Bản sao dữ liệu: the owner's papers, who looked at them, and what the owner said about that (DP-16)."""

from collections.abc import Iterator
from dataclasses import dataclass

from motcua.accounts.identity import with_merged
from motcua.accounts.models import Account
from motcua.accounts.models.columns import ClockTimestamp
from motcua.files import keeping as files
from motcua.files.models import StoredFile
from motcua.kernel.personal_data import CopiedTable, Copy
from motcua.vault import history, paper_reports
from motcua.vault.keeping import held_for, number_of
from motcua.vault.models import Contest, Look, Paper, PaperReport

_SECTION = Copy.VAULT
_OF_LOOK = ("at", "unit_code", "role", "action", "purpose", "dossier_code", "actor_subject")


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """One file of the vault; ``place`` is its name in the archive."""

    place: str
    stored: StoredFile


def tables(account: Account) -> Iterator[CopiedTable]:
    """A house test compares the columns with the register."""
    yield CopiedTable(
        "Paper",
        "Giấy tờ trong kho",
        _SECTION,
        (
            "title",
            "issuer",
            "issued_on",
            "valid_until",
            "number_sealed",
            "subject_name_sealed",
            "kept_at",
            "tep",
        ),
        [_paper(row) for row in _papers(account)],
    )
    yield CopiedTable(
        "StoredFile",
        "Tên tệp khi được đưa vào",
        _SECTION,
        ("tep", "name_sealed"),
        [{"tep": each.place, "name_sealed": files.name_of(each.stored)} for each in copied_files(account)],
    )
    yield CopiedTable(
        "Look",
        "Ai đã xem giấy tờ",
        _SECTION,
        _OF_LOOK,
        [
            dict(row)
            for row in Look.objects.filter(owner__in=with_merged(account.pk)).order_by("pk").values(*_OF_LOOK)
        ],
    )
    yield CopiedTable(
        "Contest",
        "Lượt xem ông/bà đã phản ánh",
        _SECTION,
        ("raised_at", "words_sealed", "answer"),
        [
            {"raised_at": row.raised_at, "words_sealed": history.words_of(row), "answer": row.answer}
            for row in Contest.objects.filter(owner__in=with_merged(account.pk))
            .select_related("look")
            .order_by("pk")
        ],
    )
    yield CopiedTable(
        "PaperReport",
        "Giấy tờ ông/bà đã báo sai",
        _SECTION,
        ("raised_at", "words_sealed", "answer"),
        [
            {"raised_at": row.raised_at, "words_sealed": paper_reports.words_of(row), "answer": row.answer}
            for row in PaperReport.objects.filter(owner__in=with_merged(account.pk)).order_by("pk")
        ],
    )


def copied_files(account: Account) -> Iterator[CopiedFile]:
    """Every file that can still be opened, the versions before it too."""
    for row in _papers(account):
        if row.file is not None and row.file.purged_at is None:
            yield CopiedFile(_place(row), row.file)


def _papers(account: Account) -> list[Paper]:
    """As the vault shows them: a result that was not handed out yet is nobody's news."""
    shown = Paper.objects.filter(
        owner__in=with_merged(account.pk),
        state__in=[Paper.State.CURRENT, Paper.State.SUPERSEDED],
        visible_from__lte=ClockTimestamp(),
    )
    return list(shown.select_related("file").order_by("pk"))


def _paper(row: Paper) -> dict[str, object]:
    return {
        "title": row.title,
        "issuer": row.issuer,
        "issued_on": row.issued_on,
        "valid_until": row.valid_until,
        "number_sealed": number_of(row),
        "subject_name_sealed": held_for(row),
        "kept_at": row.kept_at,
        "tep": _place(row) if row.file is not None and row.file.purged_at is None else "",
    }


def _place(row: Paper) -> str:
    """A name of ours: what the sender called the file stands in the list."""
    return f"kho-du-lieu/{row.public_id}.{row.file.kind if row.file else ''}"
