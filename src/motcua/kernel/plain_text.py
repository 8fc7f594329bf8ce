"""Text that people typed, in one spelling and without hidden characters."""

import unicodedata
from typing import Final

from motcua.kernel.refusal import Refusal

#: Controls, invisible format marks (bidi, zero width, BOM), lone surrogates, private and unassigned ones,
#: ends of lines. Nobody types them; they forge what a reader sees or break what a program reads.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MOST_MARKS: Final = 3


class NotPlainText(Refusal):
    code = "not_plain_text"
    message = (
        "Nội dung có ký tự ẩn hoặc ký tự không đọc được. "
        "Đề nghị ông/bà xóa đi và gõ lại thay vì dán từ nơi khác."
    )


class TextTooLong(Refusal):
    code = "text_too_long"
    message = "Nội dung dài quá {max_length} ký tự. Đề nghị ông/bà rút gọn lại."


def clean(raw: object, *, max_length: int, lines: bool = False) -> str:
    """NFC, without outer white space; other spaces (no-break, wide) become plain ones.

    With ``lines`` the text may have several lines, ended by ``\\n``.
    """
    if not isinstance(raw, str):
        raise NotPlainText
    if len(raw) > max_length * (1 + _MOST_MARKS) + 64:  # too long in any spelling: not worth normalising
        raise TextTooLong(max_length=max_length)
    text = raw.strip("\t\r\n ")
    if lines:
        text = text.replace("\r\n", "\n")
    if has_hidden(text.replace("\n", "") if lines else text):
        raise NotPlainText
    text = "".join(" " if unicodedata.category(char) == "Zs" else char for char in text)
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > max_length:
        raise TextTooLong(max_length=max_length)
    return text


def has_hidden(text: str) -> bool:
    """Whether the text holds a character that no keyboard types."""
    return any(unicodedata.category(char) in _HIDDEN for char in text)
