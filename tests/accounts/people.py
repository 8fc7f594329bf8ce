"""Builders: invented people, in the state a test needs."""

import itertools

from motcua.accounts import founding, hashing, opening
from motcua.accounts.models import Account, IdentityDocument, Registration
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.outbox.models import Message
from tests.fakes import FakeOperator

_serial = itertools.count(1)
STRONG = "Muon.Trung-Song-94!"


def data(
    *,
    number: str | None = None,
    phone: str | None = None,
    name: str = "Nguyễn Văn Mẫu",
    born: str = "01/02/1990",
) -> PersonData:
    """A man born in 1990 whose number agrees with that."""
    nth = next(_serial)
    return PersonData(
        citizen_id=CitizenId.parse(number or f"052090{nth:06d}"),
        full_name=PersonName.parse(name),
        born_on=BirthDate.parse(born),
        phone=Phone.parse(phone or f"0913{nth:06d}"),
    )


def account(person: PersonData | None = None, *, password: str = STRONG) -> Account:
    """A self-registered, active account."""
    return founding.found(
        data=person or data(),
        origin=Account.Origin.SELF,
        source=IdentityDocument.Source.OWNER,
        password=hashing.hashed(password),
        verdict="MATCH",
        operator="Viettel",
    )


def registration(person: PersonData, browser: str = "trinh-duyet-mot") -> Registration:
    return opening.begin(data=person, browser=browser, from_desk=False, return_to="")


def operator_knowing(*people: PersonData) -> FakeOperator:
    operator = FakeOperator()
    for person in people:
        operator.enrol(
            person.phone,
            operator="Viettel",
            full_name=person.full_name.value,
            born_on=person.born_on.shown,
            citizen_ids=(person.citizen_id,),
        )
    return operator


def newest_text(purpose: str) -> str:
    """The newest promised text of a purpose, opened as the worker would open it."""
    from django.conf import settings

    message = Message.objects.filter(purpose=purpose).latest("id")
    return str(settings.KEYRING.open("outbox.body", str(message.reference), message.body_sealed))


def newest_code(purpose: str = "otp_register") -> str:
    text = newest_text(purpose)
    return text.split(": ", 1)[1][:6]
