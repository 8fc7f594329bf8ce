"""One file of the corpus: how it is called, what it holds, and the reason it must be refused for."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    label: str
    name: str
    data: bytes = field(repr=False)
    code: str = ""  # empty: must be accepted


#: The antivirus industry's harmless test text, cut in two so that this file is not reported itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
