"""Kho dữ liệu: numbers and names of papers, words of owners; rows that are written once."""

from typing import Final

from motcua.keys.registry import Sealed

SEALED: Final = (
    Sealed("vault.Contest", "words_sealed", "contest.words", row="{look_id}"),
    Sealed("vault.Paper", "number_sealed", "paper.number"),
    Sealed("vault.Paper", "subject_name_sealed", "paper.held_for"),
    Sealed("vault.PaperCorrection", "number_sealed", "paper_correction.number"),
    Sealed("vault.PaperCorrection", "subject_name_sealed", "paper_correction.name"),
    Sealed("vault.PaperReport", "words_sealed", "paper_report.words"),
)
