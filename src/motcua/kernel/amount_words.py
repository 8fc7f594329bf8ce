"""Số tiền bằng chữ: an amount in dong as a receipt says it, e.g. "Một trăm hai mươi lăm nghìn đồng"."""

from typing import Final

_ONES: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES: Final = ("", " nghìn", " triệu", " tỷ")
_MOST: Final = 10**12


def in_words(amount_vnd: int) -> str:
    """The whole amount. ValueError below nought and from 1,000 billion on."""
    if not 0 <= amount_vnd < _MOST:
        raise ValueError("no such amount on a receipt")
    if amount_vnd == 0:
        return "Không đồng"
    groups: list[str] = []
    for place in reversed(range(len(_SCALES))):
        group = amount_vnd // 1000**place % 1000
        if group:
            groups.append(_group(group, whole=bool(groups)) + _SCALES[place])
    words = " ".join(groups)
    return f"{words[0].upper()}{words[1:]} đồng"


def _group(number: int, *, whole: bool) -> str:
    """Three digits; ``whole``: something stands before them, so that noughts are spoken."""
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} trăm"] if hundreds or whole else []
    tens, ones = divmod(rest, 10)
    if tens == 0 and ones:
        words.append(f"lẻ {_ONES[ones]}" if words else _ONES[ones])
    elif tens:
        words.append("mười" if tens == 1 else f"{_ONES[tens]} mươi")
        if ones:
            words.append(_last(tens, ones))
    return " ".join(words)


def _last(tens: int, ones: int) -> str:
    if ones == 5:
        return "lăm"
    return "mốt" if ones == 1 and tens > 1 else _ONES[ones]
