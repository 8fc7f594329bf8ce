"""Thời hạn giải quyết: how long an office may take, as a procedure says it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from motcua.kernel.refusal import Refusal
from motcua.kernel.working_time import HOURS_A_DAY

LONGEST: Final = 3_650


class TermUnit(StrEnum):
    """What is counted."""

    WORKING_HOURS = "WORKING_HOURS"
    WORKING_DAYS = "WORKING_DAYS"
    CALENDAR_DAYS = "CALENDAR_DAYS"
    SAME_DAY = "SAME_DAY"


TERM_UNIT_WORDS: Final = {
    TermUnit.WORKING_HOURS: "giờ làm việc",
    TermUnit.WORKING_DAYS: "ngày làm việc",
    TermUnit.CALENDAR_DAYS: "ngày",
    TermUnit.SAME_DAY: "trong ngày làm việc",
}

_HALF_DAY: Final = re.compile(r"(?:0[,.]5|1/2|½|nửa) ngày(?: làm việc)?")
_SAME_DAY: Final = re.compile(r"(?:ngay )?trong ngày(?: làm việc)?|giải quyết ngay|ngay sau khi tiếp nhận")
_COUNTED: Final = re.compile(r"(?:không quá |tối đa )?([0-9]{1,5}) (giờ làm việc|giờ|ngày làm việc|ngày)")
_UNITS: Final = {
    "giờ": TermUnit.WORKING_HOURS,
    "giờ làm việc": TermUnit.WORKING_HOURS,
    "ngày": TermUnit.CALENDAR_DAYS,
    "ngày làm việc": TermUnit.WORKING_DAYS,
}


class InvalidTerm(Refusal):
    code = "invalid_term"
    message = (
        "Thời hạn không đúng. Đề nghị ông/bà nhập theo một trong các dạng: 40 giờ làm việc, 5 ngày làm việc, "
        "30 ngày, trong ngày làm việc."
    )


@dataclass(frozen=True, slots=True)
class Term:
    """So many hours or days. ``amount`` is 0 for the same day and at least 1 for all others."""

    amount: int
    unit: TermUnit

    def __post_init__(self) -> None:
        same_day = self.unit is TermUnit.SAME_DAY
        if not 0 <= self.amount <= LONGEST or same_day != (self.amount == 0):
            raise InvalidTerm

    @classmethod
    def parse(cls, raw: object) -> Self:
        """From Vietnamese words: “40 giờ”, “05 ngày làm việc”, “30 ngày”, “Trong ngày”, “1/2 ngày làm việc”."""
        text = " ".join(raw.lower().split()).rstrip(".") if isinstance(raw, str) and len(raw) <= 80 else ""
        if _SAME_DAY.fullmatch(text):
            return cls(0, TermUnit.SAME_DAY)
        if _HALF_DAY.fullmatch(text):
            return cls(HOURS_A_DAY // 2, TermUnit.WORKING_HOURS)
        if found := _COUNTED.fullmatch(text):
            return cls(int(found[1]), _UNITS[found[2]])
        raise InvalidTerm

    @classmethod
    def of_working_days(cls, days: int) -> Self:
        """So many working days; 0 is “same day”."""
        return cls(days, TermUnit.WORKING_DAYS if days else TermUnit.SAME_DAY)

    @property
    def words(self) -> str:
        """As it is printed."""
        words = TERM_UNIT_WORDS[self.unit]
        return words.capitalize() if self.unit is TermUnit.SAME_DAY else f"{self.amount} {words}"

    def __str__(self) -> str:
        return self.words
