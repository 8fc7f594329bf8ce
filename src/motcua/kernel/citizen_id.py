"""The number that the state gives to a person."""

import re
from dataclasses import dataclass
from typing import Final, Literal, Self

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.place_codes import PLACE_NAMES
from motcua.kernel.refusal import Refusal
from motcua.kernel.sex import Sex

_SPELLING: Final = re.compile(r"[0-9](?:[ .-]*[0-9])*")
_SEPARATORS: Final = re.compile(r"[ .-]")
# "52190000001.0" is a number that a spreadsheet has spoilt; its digits would make a wrong 12-digit number.
_SPREADSHEET: Final = re.compile(r"[0-9]+\.0{1,2}")
_LONGEST: Final = 64


class InvalidCitizenId(Refusal):
    code = "invalid_citizen_id"
    message = (
        "Số CMND/CCCD không đúng. Số gồm đúng 12 chữ số (CCCD, số định danh cá nhân) hoặc 9 chữ số (CMND), "
        "chỉ dùng các chữ số từ 0 đến 9. Đề nghị ông/bà nhập lại như trên giấy tờ."
    )


@dataclass(frozen=True, slots=True, repr=False)
class CitizenId:
    """Số CMND/CCCD: 9 digits, or 12 as PPP G YY NNNNNN (place, century and sex, birth year, serial)."""

    value: str

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Outer blanks and separators between digits are dropped; everything else is refused."""
        if not isinstance(raw, str) or len(raw) > _LONGEST:
            raise InvalidCitizenId
        text = raw.strip(" \t\r\n")
        if not _SPELLING.fullmatch(text) or _SPREADSHEET.fullmatch(text):
            raise InvalidCitizenId
        digits = _SEPARATORS.sub("", text)
        if len(digits) not in {9, 12}:
            raise InvalidCitizenId
        return cls(digits)

    @property
    def kind(self) -> Literal["CMND9", "CCCD12"]:
        """The shape of the number; the kind of card cannot be told from it (domain 1.2)."""
        return "CMND9" if len(self.value) == 9 else "CCCD12"

    @property
    def last3(self) -> str:
        """What an officer compares with the card."""
        return self.value[-3:]

    @property
    def place_code(self) -> str | None:
        """Where the birth was registered; unknown for 9 digits."""
        return self.value[:3] if self.kind == "CCCD12" else None

    @property
    def place_name(self) -> str | None:
        """The province of 2022 behind the code. None for 9 digits, births abroad and unknown codes."""
        return PLACE_NAMES.get(self.place_code or "")

    @property
    def has_unknown_place(self) -> bool:
        """A reason to look twice, never to refuse: births abroad have country codes."""
        return self.place_code is not None and self.place_name is None

    @property
    def birth_year(self) -> int | None:
        """The year inside 12 digits."""
        if self.kind == "CMND9":
            return None
        return 1900 + int(self.value[3]) // 2 * 100 + int(self.value[4:6])

    @property
    def sex(self) -> Sex | None:
        """The sex inside 12 digits."""
        if self.kind == "CMND9":
            return None
        return Sex.FEMALE if int(self.value[3]) % 2 else Sex.MALE

    def agrees_with_birth_date(self, birth_date: BirthDate) -> bool:
        """False only when the number itself says another year."""
        return self.birth_year in {None, birth_date.on.year}

    def agrees_with_sex(self, sex: Sex) -> bool:
        """False only when the number itself says otherwise."""
        return self.sex in {None, sex}

    def __str__(self) -> str:
        return f"•••{self.last3}"

    __repr__ = __str__
