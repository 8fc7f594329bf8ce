"""The tax code (MST), which identifies an organisation."""

import re
from dataclasses import dataclass
from typing import Final, Self

from stdnum.exceptions import InvalidLength, ValidationError
from stdnum.vn import mst

from motcua.kernel.refusal import Refusal

_SPELLING: Final = re.compile(r"[0-9](?:[ .-]*[0-9])*")
_LONGEST: Final = 64


class InvalidTaxCode(Refusal):
    code = "invalid_tax_code"
    message = (
        "Mã số thuế không đúng. Mã gồm 10 chữ số, hoặc 13 chữ số với đơn vị phụ thuộc. "
        "Đề nghị ông/bà nhập lại như trên giấy chứng nhận đăng ký."
    )


class WrongTaxCodeDigits(InvalidTaxCode):
    code = "wrong_tax_code_digits"
    message = (
        "Mã số thuế đủ {digits} chữ số nhưng có chữ số chưa đúng (không khớp chữ số kiểm tra). "
        "Đề nghị ông/bà đối chiếu từng chữ số với giấy chứng nhận đăng ký."
    )


@dataclass(frozen=True, slots=True, repr=False)
class TaxCode:
    """10 or 13 digits with a right check digit."""

    value: str

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Blanks, dots and hyphens between digits are dropped. Raises InvalidTaxCode, WrongTaxCodeDigits."""
        text = raw.strip(" \t\r\n") if isinstance(raw, str) and len(raw) <= _LONGEST else ""
        if not _SPELLING.fullmatch(text):
            raise InvalidTaxCode
        try:
            digits = str(mst.validate(text))
        except InvalidLength:
            raise InvalidTaxCode from None
        except ValidationError:
            raise WrongTaxCodeDigits(digits=_count(text)) from None
        if digits.startswith("00"):  # no province has the number 00 (domain 1.4)
            raise WrongTaxCodeDigits(digits=_count(text))
        return cls(digits)

    @property
    def is_branch(self) -> bool:
        """13 digits: a dependent unit of the organisation with the first ten."""
        return len(self.value) == 13

    @property
    def shown(self) -> str:
        """As printed: 0100233488 or 0100233488-001."""
        return f"{self.value[:10]}-{self.value[10:]}" if self.is_branch else self.value

    def __str__(self) -> str:
        return f"•••{self.value[-3:]}"

    __repr__ = __str__


def _count(text: str) -> int:
    return len(re.findall("[0-9]", text))
