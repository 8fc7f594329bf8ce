"""A Vietnamese mobile number, in one spelling."""

import re
from dataclasses import dataclass
from typing import Final, Self

from motcua.kernel.mobile_prefixes import NEW_PREFIX_OF_OLD
from motcua.kernel.refusal import Refusal

_SPELLING: Final = re.compile(r"\+?[0-9](?:[ .-]*[0-9])*")
_SEPARATORS: Final = re.compile(r"[ .-]")
_MOBILE: Final = re.compile(r"[35789][0-9]{8}")
_OLD_MOBILE: Final = re.compile(r"1[0-9]{9}")
_LANDLINE: Final = re.compile(r"0?2[0-9]{8,9}")
_SERVICE: Final = re.compile(r"1[89]00[0-9]{4,6}|[0-9]{3,5}")
_LONGEST: Final = 64
#: Of nobody: no operator was ever given these. Invented people of a training world have them (ADR 0025).
CITIZENS_PREFIX: Final = "030"
OFFICERS_PREFIX: Final = "031"


class InvalidPhone(Refusal):
    code = "invalid_phone"
    message = (
        "Số điện thoại không đúng. Đề nghị ông/bà nhập số di động Việt Nam gồm 10 chữ số, "
        "bắt đầu bằng 03, 05, 07, 08 hoặc 09."
    )


class LandlinePhone(InvalidPhone):
    code = "landline_phone"
    message = "Đây là số điện thoại cố định, không nhận được mã OTP. Đề nghị ông/bà nhập số di động."


class ServicePhone(InvalidPhone):
    code = "service_phone"
    message = "Đây là số tổng đài. Đề nghị ông/bà nhập số di động của mình."


class ForeignPhone(InvalidPhone):
    code = "foreign_phone"
    message = "Đây là số điện thoại nước ngoài. Đề nghị ông/bà nhập số di động Việt Nam gồm 10 chữ số."


class TrainingPhone(InvalidPhone):
    code = "training_phone"
    message = (
        "Đây là số của người hư cấu trong hệ thống tập huấn. Nếu đang làm bài tập huấn, ông/bà đang mở nhầm "
        "hệ thống thật; nếu không, đề nghị nhập số di động của mình."
    )


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """``value`` is E.164: +84 and nine digits. Numbers of eleven digits from before 2018 become today's."""

    value: str

    @classmethod
    def parse(cls, raw: object) -> Self:
        """From 0…, 84… or +84…, with spaces, dots or hyphens between digits; only ASCII digits."""
        text = raw.strip(" \t\r\n") if isinstance(raw, str) and len(raw) <= _LONGEST else ""
        if not _SPELLING.fullmatch(text):
            raise InvalidPhone
        number = _SEPARATORS.sub("", text)
        national = _national(number)
        if _MOBILE.fullmatch(national):
            return cls(f"+84{national}")
        if _OLD_MOBILE.fullmatch(national) and (prefix := NEW_PREFIX_OF_OLD.get(f"0{national[:3]}")):
            return cls(f"+84{prefix[1:]}{national[3:]}")
        raise _reason(number, national)

    @property
    def local(self) -> str:
        """As people dial it."""
        return f"0{self.value[3:]}"

    @property
    def prefix3(self) -> str:
        """Tells which operator gave the number out, not which one serves it today."""
        return self.local[:3]

    @property
    def is_invented(self) -> bool:
        """Of somebody in a training world; a real system texts it nothing."""
        return self.prefix3 in {CITIZENS_PREFIX, OFFICERS_PREFIX}

    @property
    def masked(self) -> str:
        """“09*****678”: enough for the owner to recognise."""
        return f"{self.local[:2]}*****{self.local[-3:]}"

    def __str__(self) -> str:
        return self.masked

    __repr__ = __str__


def _national(number: str) -> str:
    """The digits after 0, 84 or +84; nothing when the number starts in another way."""
    if number.startswith("+"):
        return number[3:] if number.startswith("+84") else ""
    if number.startswith("0"):
        return number[1:]
    return number[2:] if number.startswith("84") else ""


def _reason(number: str, national: str) -> InvalidPhone:
    if number.startswith("+") and not number.startswith("+84"):
        return ForeignPhone()
    if number.startswith("00"):
        return ForeignPhone()
    if _LANDLINE.fullmatch(national):
        return LandlinePhone()
    if _SERVICE.fullmatch(number):
        return ServicePhone()
    return InvalidPhone()
