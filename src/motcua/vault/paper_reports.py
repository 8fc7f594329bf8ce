"""Báo giấy tờ sai: the owner says that a paper is not theirs or says something wrong; the unit that has it answers."""

import uuid
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts.identity import with_merged
from motcua.accounts.models import Account
from motcua.kernel.authority import Authority
from motcua.kernel.plain_text import clean
from motcua.kernel.refusal import NotFound, Refusal
from motcua.vault import paper_correction_reading, paper_news, reading
from motcua.vault.models import Paper, PaperFault, PaperReport

#: As its owner says it.
FAULTS: Final = (
    (PaperFault.VAULT.value, "Giấy tờ này không phải của tôi"),
    (PaperFault.FACTS.value, "Thông tin ghi về giấy tờ này sai"),
)
_WORDS = "paper_report.words"
_SHORTEST = 5


class AlreadyReported(Refusal):
    code = "paper_reported_already"
    status = 409
    message = "Ông/bà đã báo giấy tờ này. Đơn vị số hóa đang xem xét và sẽ báo tin cho ông/bà."


class ReportWordsWanted(Refusal):
    code = "paper_report_words_wanted"
    message = "Đề nghị ông/bà ghi rõ điều chưa đúng, ví dụ: ngày cấp đúng là 12/3/2020."


class NobodyToAsk(Refusal):
    code = "paper_without_unit"
    status = 409
    message = (
        "Giấy tờ này không do đơn vị nào số hóa. Đề nghị ông/bà mang bản chính đến bộ phận một cửa gần nhất."
    )


class AnswerWanted(Refusal):
    code = "paper_report_answer_wanted"
    message = "Đề nghị ông/bà ghi câu trả lời (ít nhất 05 ký tự); chủ kho đọc nguyên văn câu này."


def report(*, viewer: Account, paper_id: uuid.UUID, fault: str, words: str) -> PaperReport:
    """Raises ReportWordsWanted, AlreadyReported, NobodyToAsk, NotFound."""
    said = clean(words, max_length=1000, lines=True)
    if len(said) < _SHORTEST:
        raise ReportWordsWanted
    paper = reading.row_of(viewer, paper_id)
    if paper.state != Paper.State.CURRENT:
        raise NotFound
    if not paper.digitised_unit_code:
        raise NobodyToAsk
    row = PaperReport(
        public_id=uuid.uuid4(),
        paper=paper,
        owner_id=paper.owner_id,
        unit_code=paper.digitised_unit_code,
        fault=PaperFault(fault),
    )
    row.words_sealed = settings.KEYRING.seal(_WORDS, str(row.public_id), said)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            journal.record(
                "vault.paper_report.raised",
                subject=f"paper_report:{row.public_id}",
                actor=f"account:{viewer.pk}",
                unit_code=row.unit_code,
                facts={"paper": paper.pk, "fault": row.fault},
            )
    except IntegrityError as twice:
        raise AlreadyReported from twice
    return row


def report_of(viewer: Account, paper_id: uuid.UUID) -> PaperReport | None:
    """The newest thing the viewer said about this paper."""
    found = PaperReport.objects.filter(owner__in=with_merged(viewer.pk), paper__public_id=paper_id)
    return found.order_by("-id").first()


def words_of(row: PaperReport) -> str:
    """What the owner wrote."""
    words: str = settings.KEYRING.open(_WORDS, str(row.public_id), bytes(row.words_sealed))
    return words


@transaction.atomic
def answer(*, authority: Authority, report: uuid.UUID, words: str) -> None:
    """Nothing is to be put right, and why; the owner is told. Raises AnswerWanted, NotFound, NotAuthorised."""
    said = clean(words, max_length=300)
    if len(said) < _SHORTEST:
        raise AnswerWanted
    row = paper_correction_reading.report_for(authority, report)
    close(row, authority, said)
    paper_news.answered(row)


def close(row: PaperReport, authority: Authority, words: str) -> None:
    """In the caller's transaction; of two officers one answers. Raises NotFound."""
    closed = PaperReport.objects.filter(pk=row.pk, answered_at=None).update(
        answered_at=timezone.now(),  # the trigger puts the database's own clock in its place
        answered_by_subject=authority.subject,
        answer=words,
    )
    if not closed:
        raise NotFound
    journal.record(
        "vault.paper_report.answered",
        subject=f"paper_report:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
    )
