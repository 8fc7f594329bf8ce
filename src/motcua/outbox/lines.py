"""The ways a text may take, as the installation has them: who carries, how much of it, and for which price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from motcua.kernel.mobile_prefixes import PREFIXES_OF_OPERATOR
from motcua.kernel.phone import Phone
from motcua.outbox.ports import SmsGateway

#: The price of whom the table does not name.
ANY_OPERATOR: Final = "*"
_OPERATOR_OF: Final = {
    prefix: operator for operator, prefixes in PREFIXES_OF_OPERATOR.items() for prefix in prefixes
}


@dataclass(frozen=True, slots=True)
class Line:
    """One provider as it is configured; how it is doing stands in ``Provider``."""

    code: str
    gateway: SmsGateway = field(repr=False)
    weight: int = 1
    #: Whether it tells what became of a text. Only of such a one can silence be noticed.
    receipts: bool = False
    #: Whether the same reference twice is one text. Where it is not, a doubtful one is never sent there again.
    repeatable: bool = True
    prices: Mapping[str, int] = field(default_factory=dict)
    #: A line by itself, without a row that all workers share: there is nowhere else to go.
    watched: bool = True

    def price(self, to: Phone, count: int) -> int:
        """In đồng, by the operator that the prefix was given to: what providers bill by."""
        operator = _OPERATOR_OF.get(to.prefix3, ANY_OPERATOR)
        return count * self.prices.get(operator, self.prices.get(ANY_OPERATOR, 0))


Carriers = SmsGateway | Sequence[Line]


def lines_of(carriers: Carriers) -> Sequence[Line]:
    """A gateway by itself is one line that is always tried."""
    if isinstance(carriers, Sequence):
        return carriers
    repeatable = bool(getattr(carriers, "repeatable", True))
    return (Line("mot", carriers, repeatable=repeatable, watched=False),)
