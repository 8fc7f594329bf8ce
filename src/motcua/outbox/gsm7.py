"""How many letters of the operators' alphabet a text takes: one segment holds 160 (GSM 03.38)."""

SEGMENT = 160
#: A letter outside the alphabet makes the whole text UCS-2.
_MARKED_SEGMENT = 70
#: Several parts carry a heading each, which takes seven letters (three of UCS-2).
_PART, _MARKED_PART = 153, 67
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")


class NotGsm7(ValueError):
    """A letter that would turn the whole text into UCS-2: 70 letters a segment and twice the money."""


def septets(text: str) -> int:
    """The length as the operator counts it; extension characters take two. Raises NotGsm7."""
    count = 0
    for letter in text:
        if letter in _BASIC:
            count += 1
        elif letter in _EXTENSION:
            count += 2
        else:
            raise NotGsm7(f"U+{ord(letter):04X}")
    return count


def parts(text: str) -> int:
    """How many messages the operator counts, and bills."""
    try:
        length, one, each = septets(text), SEGMENT, _PART
    except NotGsm7:
        length, one, each = len(text.encode("utf-16-be")) // 2, _MARKED_SEGMENT, _MARKED_PART
    return 1 if length <= one else -(-length // each)
