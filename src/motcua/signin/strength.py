"""How sure the portal is of who signed in, as other systems are told (``acr``, ``amr``)."""

from dataclasses import dataclass
from typing import Final

from motcua.kernel.visitor import Visitor

#: Levels in the spelling of the national portal (``acr_values=LoA1``).
ONE_FACTOR: Final = "LoA1"
TWO_FACTORS: Final = "LoA2"
LEVELS: Final = (ONE_FACTOR, TWO_FACTORS)


#: A password of ours, or the word of VNeID (“federated”: RFC 8176 has no word for it).
_FIRST: Final = {"DVCQG": "pwd", "VNEID": "fed"}
#: By which word a second factor is known.
_SECOND: Final = {"TOTP": ("otp",), "PASSKEY": ("hwk", "user"), "RECOVERY": ("otp",)}


@dataclass(frozen=True, slots=True)
class Strength:
    """``amr`` in the words of RFC 8176."""

    acr: str
    amr: tuple[str, ...]


def strength_of(visitor: Visitor) -> Strength:
    """By which means this session was opened. The one place that reads it from the session."""
    first = _FIRST[visitor.provider]
    means = (first, *_SECOND[visitor.factor]) if visitor.factor else (first,)
    return Strength(acr=TWO_FACTORS if len(means) > 1 else ONE_FACTOR, amr=means)
