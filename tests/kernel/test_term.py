import pytest

from motcua.kernel.term import InvalidTerm, Term, TermUnit


@pytest.mark.parametrize(
    ("raw", "amount", "unit", "words"),
    [
        ("40 giờ", 40, TermUnit.WORKING_HOURS, "40 giờ làm việc"),
        ("8 giờ làm việc", 8, TermUnit.WORKING_HOURS, "8 giờ làm việc"),
        ("05 ngày làm việc", 5, TermUnit.WORKING_DAYS, "5 ngày làm việc"),
        ("  25  NGÀY làm việc. ", 25, TermUnit.WORKING_DAYS, "25 ngày làm việc"),
        ("Không quá 3 ngày làm việc", 3, TermUnit.WORKING_DAYS, "3 ngày làm việc"),
        ("30 ngày", 30, TermUnit.CALENDAR_DAYS, "30 ngày"),
        ("Trong ngày", 0, TermUnit.SAME_DAY, "Trong ngày làm việc"),
        ("ngay trong ngày làm việc", 0, TermUnit.SAME_DAY, "Trong ngày làm việc"),
        ("1/2 ngày làm việc", 4, TermUnit.WORKING_HOURS, "4 giờ làm việc"),
        ("0,5 ngày", 4, TermUnit.WORKING_HOURS, "4 giờ làm việc"),
    ],
)
def test_terms_are_read_and_said(raw: str, amount: int, unit: TermUnit, words: str) -> None:
    term = Term.parse(raw)
    assert term == Term(amount, unit)
    assert str(term) == term.words == words
    assert Term.parse(term.words) == term


@pytest.mark.parametrize(
    "raw",
    ["", "5", "ngày", "-1 ngày", "0 ngày làm việc", "5 tuần", "٥ ngày", "3651 ngày", "5 ngày\x00", None, 5],
)
def test_what_is_no_term_is_refused(raw: object) -> None:
    with pytest.raises(InvalidTerm):
        Term.parse(raw)


def test_only_the_same_day_has_no_number() -> None:
    assert Term.of_working_days(0) == Term(0, TermUnit.SAME_DAY)
    assert Term.of_working_days(5) == Term(5, TermUnit.WORKING_DAYS)
    for amount, unit in ((1, TermUnit.SAME_DAY), (0, TermUnit.CALENDAR_DAYS), (-1, TermUnit.WORKING_HOURS)):
        with pytest.raises(InvalidTerm):
            Term(amount, unit)
