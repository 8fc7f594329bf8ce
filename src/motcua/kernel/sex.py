"""Sex as the card prints it."""

import unicodedata
from enum import StrEnum
from typing import Self

from motcua.kernel.refusal import Refusal


class InvalidSex(Refusal):
    code = "invalid_sex"
    message = "Giới tính phải là Nam hoặc Nữ như trên giấy tờ. Đề nghị ông/bà chọn lại."


class Sex(StrEnum):
    MALE = "MALE"
    FEMALE = "FEMALE"

    @classmethod
    def parse(cls, raw: object) -> Self:
        """“Nam” or “Nữ”, in any case and Unicode spelling."""
        words = {"nam": "MALE", "nữ": "FEMALE"}
        if isinstance(raw, str) and len(raw) <= 16:
            word = unicodedata.normalize("NFC", raw).strip(" \t\r\n").lower()
            if word in words:
                return cls(words[word])
        raise InvalidSex

    @property
    def shown(self) -> str:
        """As on the card."""
        return "Nam" if self is Sex.MALE else "Nữ"
