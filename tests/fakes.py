"""The outside, faked at its ports: an SMS gateway and a register of subscribers that do as they are told."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from motcua.accounts.ports import SubscriberAnswer, Verdict
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import NameMatch, PersonName
from motcua.kernel.phone import Phone
from motcua.outbox.ports import NumberRejected, OperatorBusy


@dataclass
class FakeSms:
    """Keeps what it was given; the same reference again is the same message."""

    messages: list[tuple[str, str, str]] = field(default_factory=list)  # E.164, text, reference
    busy: bool = False
    slow: float = 0
    rejected: set[str] = field(default_factory=set)
    calls: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        self.calls += 1
        time.sleep(self.slow)
        if self.busy:
            raise OperatorBusy
        if to.value in self.rejected:
            raise NumberRejected
        with self._lock:
            if reference not in {kept for _, _, kept in self.messages}:
                self.messages.append((to.value, text, reference))
        return f"fake-{reference}"

    @property
    def last_text(self) -> str:
        return self.messages[-1][1]

    def texts_to(self, phone: Phone) -> list[str]:
        return [text for to, text, _ in self.messages if to == phone.value]


@dataclass
class FakeOperator:
    """A register of subscribers; ``down`` answers UNKNOWN like every gateway in an outage."""

    subscribers: dict[str, tuple[str, PersonName, BirthDate, tuple[CitizenId, ...]]] = field(
        default_factory=dict
    )
    down: bool = False
    calls: int = 0
    #: What the operators tell beside the verdict.
    sim_changed_at: datetime | None = None
    owner_changed_at: datetime | None = None

    def enrol(
        self, phone: Phone, *, operator: str, full_name: str, born_on: str, citizen_ids: tuple[CitizenId, ...]
    ) -> None:
        self.subscribers[phone.value] = (
            operator,
            PersonName.parse(full_name),
            BirthDate.parse(born_on),
            citizen_ids,
        )

    def ask(
        self,
        *,
        phone: Phone,
        citizen_id: CitizenId,
        full_name: PersonName,
        born_on: BirthDate,
        reference: str,
    ) -> SubscriberAnswer:
        self.calls += 1
        if self.down:
            return SubscriberAnswer(Verdict.UNKNOWN)
        if phone.value not in self.subscribers:
            return SubscriberAnswer(Verdict.MISMATCH, "Viettel")
        operator, name, born, numbers = self.subscribers[phone.value]
        same = (
            citizen_id in numbers
            and name.compare(full_name) is not NameMatch.DIFFERENT
            and born.on == born_on.on
        )
        verdict = Verdict.MATCH if same else Verdict.MISMATCH
        return SubscriberAnswer(verdict, operator, self.sim_changed_at, self.owner_changed_at)
