"""What a password must be (the dispatch's rule), and what it must not be."""

import secrets
import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from motcua.kernel.own_data import is_about
from motcua.kernel.plain_text import has_hidden
from motcua.kernel.refusal import Refusal
from motcua.kernel.weak_passwords import is_weak

SHORTEST: Final = 8
LONGEST: Final = 128
RULE: Final = "Sử dụng 8 ký tự trở lên bao gồm chữ thường, chữ in hoa, số và ký tự đặc biệt."
_THIS_PLACE: Final = ("dichvucong", "binhdinh", "motcua")
# All of them in the basic GSM-7 table; none that looks like another where both may stand.
_LOWER: Final = "abcdefghjkmnpqrstuvwxy"
_UPPER: Final = "ACDEFGHJKLMNPQRTUVWXY"
_DIGITS: Final = "23456789"
_GROUPS: Final = 3
_IN_A_GROUP: Final = 4


class PasswordWeakness(StrEnum):
    """One thing that is wrong with a password; ``text`` is the sentence for it."""

    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    NO_LOWER = "NO_LOWER"
    NO_UPPER = "NO_UPPER"
    NO_DIGIT = "NO_DIGIT"
    NO_SPECIAL = "NO_SPECIAL"
    UNREADABLE = "UNREADABLE"
    COMMON = "COMMON"
    ABOUT_OWNER = "ABOUT_OWNER"

    @property
    def text(self) -> str:
        """What is wrong and what to do."""
        return _TEXTS[self]


_TEXTS: Final[dict[PasswordWeakness, str]] = {
    PasswordWeakness.TOO_SHORT: "Mật khẩu cần có ít nhất 8 ký tự.",
    PasswordWeakness.TOO_LONG: "Mật khẩu không được dài quá 128 ký tự.",
    PasswordWeakness.NO_LOWER: "Mật khẩu cần có ít nhất một chữ thường.",
    PasswordWeakness.NO_UPPER: "Mật khẩu cần có ít nhất một chữ in hoa.",
    PasswordWeakness.NO_DIGIT: "Mật khẩu cần có ít nhất một chữ số.",
    PasswordWeakness.NO_SPECIAL: "Mật khẩu cần có ít nhất một ký tự đặc biệt, ví dụ @ # ! ?.",
    PasswordWeakness.UNREADABLE: "Mật khẩu có ký tự ẩn. Đề nghị ông/bà gõ lại thay vì dán.",
    PasswordWeakness.COMMON: (
        "Mật khẩu này dễ đoán (từ thường gặp và vài chữ số). Đề nghị ông/bà ghép từ ba từ trở lên "
        "không liên quan với nhau."
    ),
    PasswordWeakness.ABOUT_OWNER: (
        "Mật khẩu chứa họ tên, ngày sinh, số giấy tờ, số điện thoại hoặc thư điện tử của ông/bà. "
        "Đề nghị chọn mật khẩu khác."
    ),
}


class PasswordTooWeak(Refusal):
    """``details["weaknesses"]`` lists them; the password itself is nowhere in it."""

    code = "password_too_weak"
    message = "Mật khẩu chưa đạt yêu cầu. Đề nghị ông/bà chọn mật khẩu khác."

    def __init__(self, weaknesses: Sequence[PasswordWeakness]) -> None:
        super().__init__(weaknesses=list(weaknesses))
        self.weaknesses = list(weaknesses)

    @property
    def text(self) -> str:
        """All that is wrong, at once."""
        return " ".join(weakness.text for weakness in self.weaknesses) or self.message


def prepared(password: str) -> str:
    """The one spelling that is hashed: two keyboards may write the same letters differently."""
    return unicodedata.normalize("NFC", password)


def weaknesses(password: str, *, about: Sequence[str]) -> list[PasswordWeakness]:
    """Everything wrong with a password, in the order of the rule. ``about``: what is known of the owner."""
    if len(password) > 4 * LONGEST:  # not worth reading
        return [PasswordWeakness.TOO_LONG]
    text = prepared(password)
    found = [weakness for weakness, is_wrong in _RULES if is_wrong(text)]
    if len(text) > LONGEST:
        return found
    if is_weak(text):
        found.append(PasswordWeakness.COMMON)
    if is_about(text, [*about, *_THIS_PLACE]):
        found.append(PasswordWeakness.ABOUT_OWNER)
    return found


def require_strong(password: str, *, about: Sequence[str]) -> str:
    """The prepared password, or PasswordTooWeak."""
    if found := weaknesses(password, about=about):
        raise PasswordTooWeak(found)
    return prepared(password)


def new_one_time_password() -> str:
    """Like "Kmt4-hx7p-Rw29": more than 60 bits, and capitals only where a word would have one."""
    while True:
        password = "-".join(_group() for _ in range(_GROUPS))
        if not weaknesses(password, about=()):
            return password


def _group() -> str:
    rest = (secrets.choice(_LOWER + _DIGITS) for _ in range(_IN_A_GROUP - 1))
    return secrets.choice(_LOWER + _UPPER + _DIGITS) + "".join(rest)


def _is_special(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


_RULES: Final[tuple[tuple[PasswordWeakness, Callable[[str], bool]], ...]] = (
    (PasswordWeakness.TOO_SHORT, lambda text: len(text) < SHORTEST),
    (PasswordWeakness.TOO_LONG, lambda text: len(text) > LONGEST),
    (PasswordWeakness.NO_LOWER, lambda text: not any(char.islower() for char in text)),
    (PasswordWeakness.NO_UPPER, lambda text: not any(char.isupper() for char in text)),
    (PasswordWeakness.NO_DIGIT, lambda text: not any(char in "0123456789" for char in text)),
    (PasswordWeakness.NO_SPECIAL, lambda text: not any(_is_special(char) for char in text)),
    (PasswordWeakness.UNREADABLE, has_hidden),
)
