"""What the QR of the chip card says. Claims, not proof: anybody can print a QR."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.plain_text import clean, has_hidden
from motcua.kernel.refusal import Refusal
from motcua.kernel.sex import Sex

_LONGEST: Final = 600
_FEWEST_FIELDS: Final = 6
_TWELVE: Final = re.compile(r"[0-9]{12}")
_OLD_NUMBER: Final = re.compile(r"[0-9]{9}|[0-9]{12}")
_JOINED_DATE: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_ADDRESS: Final = re.compile(r"[A-Za-z\u00C0-\u024F\u1E00-\u1EFF\u0300-\u03310-9 ,./()'’:&–-]{0,300}")


class NotACardQr(Refusal):
    code = "not_a_card_qr"
    message = (
        "Không đọc được mã QR của thẻ căn cước. Đề nghị tắt bộ gõ tiếng Việt rồi quét lại, "
        "hoặc nhập thông tin bằng tay theo thẻ."
    )


@dataclass(frozen=True, slots=True, repr=False)
class CardQr:
    """The fields of the card, each parsed. The raw string is never kept."""

    citizen_id: CitizenId
    old_number: CitizenId | None
    full_name: PersonName
    born_on: BirthDate
    sex: Sex
    address: str = field(repr=False)
    issued_on: date | None = None

    @classmethod
    def parse(cls, raw: object, *, today: date | None = None) -> Self:
        """From what a reader types, with or without Enter. Fields after the seventh are ignored."""
        if not isinstance(raw, str) or len(raw) > _LONGEST:
            raise NotACardQr
        text = raw.strip(" \t\r\n")
        fields = [part.strip(" ") for part in text.split("|")]
        if has_hidden(text) or len(fields) < _FEWEST_FIELDS:
            raise NotACardQr
        try:
            return cls._from_fields(fields, today)
        except Refusal:
            raise NotACardQr from None

    @classmethod
    def _from_fields(cls, fields: list[str], today: date | None) -> Self:
        number, old_number, name, born, sex, address = fields[:_FEWEST_FIELDS]
        issued = fields[_FEWEST_FIELDS] if len(fields) > _FEWEST_FIELDS else ""
        return cls(
            citizen_id=CitizenId.parse(_matching(_TWELVE, number)),
            old_number=CitizenId.parse(_matching(_OLD_NUMBER, old_number)) if old_number else None,
            full_name=PersonName.parse(name),
            born_on=BirthDate.parse(_with_slashes(born), today=today),
            sex=Sex.parse(sex),
            address=_matching(_ADDRESS, clean(address, max_length=300)),
            issued_on=_day(issued, today) if issued else None,
        )

    def __str__(self) -> str:
        return f"CardQr({self.citizen_id})"

    __repr__ = __str__


def looks_like_card_qr(raw: str) -> bool:
    """Whether a number box was given a whole card instead of a number."""
    return raw.count("|") >= _FEWEST_FIELDS - 1


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise NotACardQr
    return text


def _with_slashes(text: str) -> str:
    return _JOINED_DATE.sub(r"\1/\2/\3", text) if _JOINED_DATE.fullmatch(text) else text


def _day(text: str, today: date | None) -> date:
    read = BirthDate.parse(_with_slashes(text), today=today)
    if read.year_only:
        raise NotACardQr
    return read.on
