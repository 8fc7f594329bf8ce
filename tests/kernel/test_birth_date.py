from datetime import date

import pytest
from tests.kernel import corpora

from motcua.kernel.birth_date import BirthDate, BirthDateInFuture, BirthDateTooOld, InvalidBirthDate

TODAY = date(2022, 7, 20)


@pytest.mark.parametrize(
    ("raw", "on", "year_only"),
    [
        ("05/09/1990", date(1990, 9, 5), False),
        ("5/9/1990", date(1990, 9, 5), False),
        ("05-09-1990", date(1990, 9, 5), False),
        ("05.09.1990\r\n", date(1990, 9, 5), False),
        ("29/02/2000", date(2000, 2, 29), False),
        ("20/07/2022", date(2022, 7, 20), False),
        ("20/07/1892", date(1892, 7, 20), False),
        ("1950", date(1950, 1, 1), True),
        ("2022", date(2022, 1, 1), True),
        ("1892", date(1892, 1, 1), True),
    ],
)
def test_a_day_or_a_year_is_read_as_people_write_it(raw: str, on: date, year_only: bool) -> None:
    read = BirthDate.parse(raw, today=TODAY)
    assert (read.on, read.year_only) == (on, year_only)
    assert BirthDate.parse(read.shown, today=TODAY) == read


@pytest.mark.parametrize(
    "raw",
    [
        *corpora.HOSTILE,
        *corpora.NOT_TEXT,
        "29/02/1900",
        "29/02/2021",
        "31/04/1990",
        "12/31/1990",
        "00/01/1990",
        "01/00/1990",
        "05/09/90",
        "05/09-1990",
        "1990-09-05",
        "٠٥/٠٩/١٩٩٠",
        "０５/０９/１９９０",
        "05/09/1990\u200b",
        "05 tháng 9 năm 1990",
        "0000",
        "05/09/0000",
        "9" * 100_000,
    ],
)
def test_what_is_no_date_is_refused(raw: object) -> None:
    with pytest.raises(InvalidBirthDate):
        BirthDate.parse(raw, today=TODAY)


@pytest.mark.parametrize("raw", ["21/07/2022", "2023", "01/01/2099"])
def test_nobody_is_born_tomorrow(raw: str) -> None:
    with pytest.raises(BirthDateInFuture):
        BirthDate.parse(raw, today=TODAY)


@pytest.mark.parametrize("raw", ["19/07/1892", "1891", "01/01/1200"])
def test_nobody_is_older_than_a_hundred_and_thirty(raw: str) -> None:
    with pytest.raises(BirthDateTooOld):
        BirthDate.parse(raw, today=TODAY)


def test_a_year_agrees_with_every_day_of_it() -> None:
    year, day = BirthDate.parse("1990"), BirthDate.parse("05/09/1990")
    assert year.agrees_with(day)
    assert day.agrees_with(year)
    assert not day.agrees_with(BirthDate.parse("06/09/1990"))
    assert not year.agrees_with(BirthDate.parse("05/09/1991"))


def test_age_counts_full_years() -> None:
    born = BirthDate.parse("20/07/2004")
    assert born.age_on(date(2022, 7, 19)) == 17
    assert born.age_on(TODAY) == 18


def test_printing_a_birth_date_tells_nothing() -> None:
    assert "1990" not in f"{BirthDate.parse('05/09/1990')} {BirthDate.parse('05/09/1990')!r}"
