"""What SMPP 3.4 wants of a text, and what it says in a receipt: alphabets, parts, and the words of stat."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from smpplib import consts, gsm

from motcua.outbox.gsm7 import SEGMENT, NotGsm7, septets
from motcua.outbox.models import DeliveryNews
from motcua.outbox.ports import Heard

_PART, _MARKED, _MARKED_PART = 153, 70, 67
_RECEIPT: Final = re.compile(r"\bid:([^ ]{1,65}).*?\bstat:([A-Z]{1,10})", re.DOTALL)
_DONE: Final = re.compile(r"\bdone date:([0-9]{1,14})")
_SAID: Final = {
    "DELIVRD": DeliveryNews.Said.DELIVERED,
    "ACCEPTD": DeliveryNews.Said.ENROUTE,
    "ENROUTE": DeliveryNews.Said.ENROUTE,
    "UNKNOWN": DeliveryNews.Said.ENROUTE,
    "EXPIRED": DeliveryNews.Said.UNDELIVERED,
    "DELETED": DeliveryNews.Said.UNDELIVERED,
    "UNDELIV": DeliveryNews.Said.UNDELIVERED,
    "REJECTD": DeliveryNews.Said.UNDELIVERED,
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """The bytes of each part, the alphabet they are in, and whether each has a heading."""

    parts: tuple[bytes, ...]
    data_coding: int
    esm_class: int


def encoded(text: str) -> Encoded:
    """In the operators' alphabet where every letter is in it; else UCS-2. In one part if it fits."""
    try:
        length = septets(text)
    except NotGsm7:
        pieces = _split(text, _MARKED if _units(text) <= _MARKED else _MARKED_PART, _units)
        coded = [piece.encode("utf-16-be") for piece in pieces]
        return _headed(coded, consts.SMPP_ENCODING_ISO10646)
    pieces = _split(text, SEGMENT if length <= SEGMENT else _PART, septets)
    return _headed([gsm.gsm_encode(piece) for piece in pieces], consts.SMPP_ENCODING_DEFAULT)


def _units(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2


def _split(text: str, most: int, length_of: Callable[[str], int]) -> list[str]:
    """Whole letters only: one that takes two places is never cut."""
    pieces, piece, used = [], "", 0
    for letter in text:
        takes = length_of(letter)
        if used + takes > most:
            pieces.append(piece)
            piece, used = "", 0
        piece += letter
        used += takes
    return [*pieces, piece]


def _headed(pieces: list[bytes], data_coding: int) -> Encoded:
    if len(pieces) == 1:
        return Encoded((pieces[0],), data_coding, consts.SMPP_MSGTYPE_DEFAULT)
    mark = secrets.randbelow(256)
    parts = tuple(
        bytes([5, 0, 3, mark, len(pieces), nth]) + piece for nth, piece in enumerate(pieces, start=1)
    )
    return Encoded(parts, data_coding, consts.SMPP_GSMFEAT_UDHI)


def heard(pdu: object) -> Heard | None:
    """The receipt in a deliver_sm; None for what is none. The same receipt again has the same event id."""
    words = (getattr(pdu, "short_message", b"") or b"").decode("latin-1")
    found = _RECEIPT.search(words)
    if found is None or found[2] not in _SAID:
        return None
    named = getattr(pdu, "receipted_message_id", None)
    receipt = (named.decode("latin-1") if isinstance(named, bytes) else found[1]).strip("\0 ")
    done = _DONE.search(words)
    return Heard(
        f"{receipt}:{found[2]}:{done[1] if done else ''}"[:100], receipt[:100], _SAID[found[2]].value
    )
