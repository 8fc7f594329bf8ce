"""An e-mail address, in one spelling, that cannot smuggle a header."""

import re
from dataclasses import dataclass
from typing import Final, Self

from motcua.kernel.refusal import Refusal

_LONGEST: Final = 254
_LOCAL: Final = r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#: Narrower than RFC 5321 on purpose: no quotes, no comments, no literal addresses, ASCII only.
_SPELLING: Final = re.compile(rf"({_LOCAL})@((?:{_LABEL}\.)+[A-Za-z]{{2,63}})")
_LONGEST_LOCAL: Final = 64


class InvalidEmail(Refusal):
    code = "invalid_email"
    message = "Địa chỉ email không đúng. Đề nghị ông/bà nhập lại không dấu, ví dụ ten@example.vn."


@dataclass(frozen=True, slots=True, repr=False)
class EmailAddress:
    """``value`` is in small letters throughout: nobody runs two mailboxes that differ by case."""

    value: str

    @classmethod
    def parse(cls, raw: object) -> Self:
        text = raw.strip(" \t") if isinstance(raw, str) and len(raw) <= _LONGEST else ""
        found = _SPELLING.fullmatch(text)
        if found is None or len(found[1]) > _LONGEST_LOCAL:
            raise InvalidEmail
        return cls(text.lower())

    @property
    def masked(self) -> str:
        """“n*****@example.vn”: enough for the owner to recognise."""
        local, _, domain = self.value.partition("@")
        return f"{local[:1]}*****@{domain}"

    def __str__(self) -> str:
        return self.masked

    __repr__ = __str__
