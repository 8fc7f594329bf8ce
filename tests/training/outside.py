"""The simulated outside, in memory: phones of invented people and what was texted to them."""

from collections.abc import Sequence

from django.conf import settings

from motcua.accounts.ports import SubscriberAnswer, Verdict
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.outbox.models import Message
from motcua.training.ports import PhonesSilent, Text


class PhonesInMemory:
    """Implements ``training.ports.Phones`` and ``accounts.ports.SubscriberRegistry`` over one memory."""

    def __init__(self) -> None:
        self.owners: dict[str, CitizenId] = {}
        self.asked: list[str] = []
        self.silent = False

    def enrol(self, phone: Phone, *, name: PersonName, number: CitizenId, born_on: BirthDate) -> None:
        self._answer()
        self.owners[phone.value] = number

    def inbox(self, phone: Phone) -> Sequence[Text]:
        self._answer()
        mine = Message.objects.filter(
            to_bi=settings.KEYRING.fingerprint("phone", phone.value), body_sealed__isnull=False
        )
        return [
            Text(
                row.created_at.isoformat(),
                "DVC",
                settings.KEYRING.open("outbox.body", str(row.reference), row.body_sealed),
            )
            for row in mine.order_by("-pk")
        ]

    def ask_1414(self, phone: Phone) -> None:
        self._answer()
        self.asked.append(phone.value)

    def ask(
        self,
        *,
        phone: Phone,
        citizen_id: CitizenId,
        full_name: PersonName,
        born_on: BirthDate,
        reference: str,
    ) -> SubscriberAnswer:
        owner = self.owners.get(phone.value)
        verdict = Verdict.MATCH if owner == citizen_id else Verdict.MISMATCH
        return SubscriberAnswer(verdict, operator="Viettel")

    def _answer(self) -> None:
        if self.silent:
            raise PhonesSilent
