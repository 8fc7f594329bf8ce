"""What the training asks of the simulated outside: phones whose inbox a trainee reads beside the task."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal


class PhonesSilent(Refusal):
    code = "training_phones_silent"
    status = 503
    message = (
        "Điện thoại mô phỏng của hệ thống tập huấn chưa trả lời. Đề nghị ông/bà thử lại sau ít phút "
        "hoặc báo giảng viên."
    )


@dataclass(frozen=True, slots=True)
class Text:
    """One text of an inbox."""

    at: str
    sender: str
    text: str = field(repr=False)


class Phones(Protocol):
    """The simulated phones and the operators' records of them. Every call may raise PhonesSilent."""

    def enrol(self, phone: Phone, *, name: PersonName, number: CitizenId, born_on: BirthDate) -> None:
        """The operator has this person on record as the owner of the phone."""
        ...

    def inbox(self, phone: Phone) -> Sequence[Text]:
        """Newest first."""
        ...

    def ask_1414(self, phone: Phone) -> None:
        """Send TTTB to 1414 from this phone; the answer arrives in its inbox."""
        ...
