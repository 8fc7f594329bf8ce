"""Personal data as the room keeps it: sealed, beside a keyed fingerprint to find it by."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.conf import settings

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.tax_code import TaxCode

#: Any number that can be the key of an account.
Number = CitizenId | TaxCode


def number_fingerprint(number: Number) -> bytes:
    """32 bytes: the blind index of a citizen number or tax code."""
    return settings.KEYRING.fingerprint("citizen_number", number.value)


def phone_fingerprint(phone: Phone) -> bytes:
    """32 bytes: the blind index of a phone in E.164."""
    return settings.KEYRING.fingerprint("phone", phone.value)


def mac(purpose: str, *parts: str | bytes) -> bytes:
    """32 bytes: a keyed digest that only this installation can make."""
    return settings.KEYRING.mac(purpose, *parts)


def pseudonym(purpose: str, *parts: str | bytes) -> str:
    """32 hex digits that stand for a number, a phone or an address in the journal (DP-07).

    The length of a random id: a shorter one now and then looks like somebody's number and is refused there.
    """
    return mac(purpose, *parts)[:16].hex()


def seal(column: str, row: str, text: str) -> bytes:
    """Encrypt ``text`` so that it can be read back only as this column of this row."""
    return settings.KEYRING.seal(column, row, text)


def unseal(column: str, row: str, sealed: bytes | memoryview) -> str:
    """Read back what ``seal`` made; raises when it was moved or changed."""
    return settings.KEYRING.open(column, row, bytes(sealed))


@dataclass(frozen=True, slots=True)
class PersonData:
    """What a person said about themselves: the data a code and a paper are bound to."""

    citizen_id: CitizenId
    full_name: PersonName
    born_on: BirthDate
    phone: Phone
    email: str = field(default="", repr=False)
    old_number: CitizenId | None = None
    address: str = field(default="", repr=False)

    def sealed(self, column: str, row: str) -> bytes:
        """The whole record, encrypted for one row."""
        return seal(column, row, json.dumps(self._plain(), ensure_ascii=False, sort_keys=True))

    @classmethod
    def unsealed(cls, column: str, row: str, sealed: bytes | memoryview) -> Self:
        """Read back a record; its values were checked when it was made."""
        plain = json.loads(unseal(column, row, sealed))
        return cls(
            citizen_id=CitizenId.parse(plain["number"]),
            full_name=PersonName.parse(plain["name"]),
            born_on=birth_date_of(date.fromisoformat(plain["born_on"]), plain["year_only"]),
            phone=Phone.parse(plain["phone"]),
            email=plain["email"],
            old_number=CitizenId.parse(plain["old"]) if plain["old"] else None,
            address=plain.get("address", ""),
        )

    def digest(self, *more: str | bytes) -> bytes:
        """32 bytes that change when any field changes (threats T-03)."""
        plain = json.dumps(self._plain(), ensure_ascii=False, sort_keys=True)
        return mac("person-data", plain, *more)

    def _plain(self) -> dict[str, object]:
        return {
            "number": self.citizen_id.value,
            "name": self.full_name.value,
            "born_on": self.born_on.on.isoformat(),
            "year_only": self.born_on.year_only,
            "phone": self.phone.value,
            "email": self.email,
            "old": self.old_number.value if self.old_number else "",
            "address": self.address,
        }


def birth_date_of(on: date, year_only: bool) -> BirthDate:
    """A stored birth date as the value it was."""
    return BirthDate(on=on, year_only=year_only)
