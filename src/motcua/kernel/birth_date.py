"""When a person was born: a day, or only a year when the card has no more."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self
from zoneinfo import ZoneInfo

from motcua.kernel.refusal import Refusal

_DAY: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_YEAR: Final = re.compile(r"[0-9]{4}")
_OLDEST: Final = 130
_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


class InvalidBirthDate(Refusal):
    code = "invalid_birth_date"
    message = (
        "Ngày sinh không đúng. Đề nghị ông/bà nhập ngày/tháng/năm như trên giấy tờ, ví dụ 05/09/1990; "
        "nếu giấy tờ chỉ có năm sinh thì nhập bốn chữ số của năm."
    )


class BirthDateInFuture(InvalidBirthDate):
    code = "birth_date_in_future"
    message = "Ngày sinh ở sau ngày hôm nay. Đề nghị ông/bà kiểm tra lại ngày, tháng, năm sinh."


class BirthDateTooOld(InvalidBirthDate):
    code = "birth_date_too_old"
    message = "Ngày sinh cách đây hơn 130 năm. Đề nghị ông/bà kiểm tra lại năm sinh."


@dataclass(frozen=True, slots=True, repr=False)
class BirthDate:
    """``on`` is 1 January when only the year is known; ``year_only`` tells which."""

    on: date
    year_only: bool = False

    @classmethod
    def parse(cls, raw: object, *, today: date | None = None) -> Self:
        """From “dd/mm/yyyy” (or with dots or hyphens) or “yyyy”. The order is never guessed."""
        text = raw.strip(" \t\r\n") if isinstance(raw, str) and len(raw) <= 32 else ""
        if _YEAR.fullmatch(text):
            return cls._checked(int(text), 1, 1, True, today or _today())
        if found := _DAY.fullmatch(text):
            return cls._checked(int(found[4]), int(found[3]), int(found[1]), False, today or _today())
        raise InvalidBirthDate

    @classmethod
    def _checked(cls, year: int, month: int, day: int, year_only: bool, today: date) -> Self:
        try:
            on = date(year, month, day)
        except ValueError:
            raise InvalidBirthDate from None
        if on > today:
            raise BirthDateInFuture
        if (year, month, day) < (today.year - _OLDEST, *((1, 1) if year_only else (today.month, today.day))):
            raise BirthDateTooOld
        return cls(on, year_only)

    @property
    def shown(self) -> str:
        """As on the card; ``parse`` reads it back to the same value."""
        return f"{self.on.year:04}" if self.year_only else f"{self.on:%d/%m/}{self.on.year:04}"

    def agrees_with(self, other: "BirthDate") -> bool:
        """Whether both can be the same day: a year alone agrees with every day of it."""
        if self.year_only or other.year_only:
            return self.on.year == other.on.year
        return self.on == other.on

    def age_on(self, day: date) -> int:
        """Full years on that day."""
        return day.year - self.on.year - ((day.month, day.day) < (self.on.month, self.on.day))

    def __str__(self) -> str:
        return "••/••/••••"

    __repr__ = __str__


def _today() -> date:
    return datetime.now(_ZONE).date()
