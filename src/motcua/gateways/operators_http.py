"""Who owns a phone, asked of the operators."""

import re
from datetime import datetime

from django.conf import settings

from motcua.accounts.ports import SubscriberAnswer, Verdict
from motcua.gateways.breaker import Breaker
from motcua.gateways.wire import LineBroken, Reply, Wire
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone

_UNKNOWN = SubscriberAnswer(Verdict.UNKNOWN)
_OPERATOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .&-]{0,39}")


class HttpOperators:
    """Implements ``accounts.ports.SubscriberRegistry``. What is not a whole, fitting answer is UNKNOWN."""

    def __init__(
        self, url: str | None = None, secret: str | None = None, *, breaker: Breaker | None = None
    ) -> None:
        self._wire = Wire(url or settings.OPERATORS_URL, secret or settings.OPERATORS_SECRET)
        self._breaker = breaker or Breaker()

    def ask(
        self,
        *,
        phone: Phone,
        citizen_id: CitizenId,
        full_name: PersonName,
        born_on: BirthDate,
        reference: str,
    ) -> SubscriberAnswer:
        question = {
            "phone": phone.value,
            "id_number": citizen_id.value,
            "name": full_name.value,
            "born_on": born_on.shown,
            "reference": reference,
        }
        try:
            with self._breaker.call():
                return _understood(self._wire.ask(question), phone=phone, reference=reference)
        except LineBroken:
            return _UNKNOWN


def _understood(reply: Reply, *, phone: Phone, reference: str) -> SubscriberAnswer:
    """The verdict, if it is about the phone and the question we asked; LineBroken otherwise."""
    if reply.status != 200:
        raise LineBroken("status")
    answer = reply.json()
    if answer.get("phone") != phone.value or answer.get("reference") != reference:
        raise LineBroken("about somebody else")
    operator = answer.get("operator", "")
    if not isinstance(operator, str) or (operator and not _OPERATOR.fullmatch(operator)):
        raise LineBroken("operator")
    sim, owner = _moment(answer.get("sim_changed_at")), _moment(answer.get("owner_changed_at"))
    match answer.get("verdict"):
        case "MATCH":
            return SubscriberAnswer(Verdict.MATCH, operator, sim, owner)
        case "MISMATCH":
            return SubscriberAnswer(Verdict.MISMATCH, operator, sim, owner)
        case "UNKNOWN":
            return SubscriberAnswer(Verdict.UNKNOWN, operator)
        case _:
            raise LineBroken("verdict")


def _moment(said: object) -> datetime | None:
    """A time with its zone, or nothing where the operator does not tell; LineBroken for anything else."""
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) and len(said) <= 40 else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise LineBroken("hint")
    return at
