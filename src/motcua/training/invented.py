"""Invented people: who each is follows from a number alone, so nothing about them has to be kept.

A citizen belongs to an attempt and a part in it, an officer to a seat of a course. Two never share a number or a
phone: the last six digits of the one and the last seven of the other count.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.conf import settings

from motcua.accounts.sealed_data import PersonData
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import CITIZENS_PREFIX, OFFICERS_PREFIX, Phone
from motcua.training.models import MOST_SEATS

_PLACE: Final = "052"
_PARTS: Final = 8  # of an attempt: four people, and what each of them says by mistake
_MISTAKEN: Final = 4
_OF_SEATS, _OF_CITIZENS = 900_000, 500_000
_SEATS: Final = (MOST_SEATS + 1) * 2
_FAMILY: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Huỳnh")
_GIVEN: Final = (
    "An",
    "Bình",
    "Chi",
    "Dung",
    "Giang",
    "Hà",
    "Khánh",
    "Linh",
    "Minh",
    "Ngọc",
    "Phúc",
    "Quỳnh",
    "Tâm",
)
_ADDRESS: Final = "Thôn Mẫu, xã Mẫu, tỉnh Bình Định"
_LETTERS: Final = "abcdefghkmnpqrstuvwxyz"
_MALE, _FEMALE = "Nam", "Nữ"


@dataclass(frozen=True, slots=True, repr=False)
class Invented:
    """One person, as the card says."""

    data: PersonData
    sex: str
    address: str

    @property
    def card_qr(self) -> str:
        """What the code of the chip card holds."""
        day = f"{self.data.born_on.on:%d%m%Y}"
        parts = (self.data.citizen_id.value, "", self.data.full_name.value, day, self.sex, self.address)
        return "|".join([*parts, "01072021"])


def citizen(attempt: int, part: int) -> Invented:
    """Who plays ``part`` in this attempt; 0 is the owner."""
    return _person(attempt * _PARTS + part, _OF_CITIZENS, 400_000, CITIZENS_PREFIX)


def misremembered(attempt: int) -> PersonData:
    """The owner, with the number that they say from memory; it is nobody's."""
    said = _person(attempt * _PARTS + _MISTAKEN, _OF_CITIZENS, 400_000, CITIZENS_PREFIX).data.citizen_id
    return replace(citizen(attempt, 0).data, citizen_id=said)


def officer(course: int, nth: int, *, colleague: bool = False) -> Invented:
    """Who sits on this seat, or their colleague."""
    return _person(course * _SEATS + nth * 2 + colleague, _OF_SEATS, 100_000, OFFICERS_PREFIX)


def password(course: int, nth: int) -> str:
    """Of both officers of a seat; another in every installation, and the same whenever the sheet is printed."""
    digest: bytes = settings.KEYRING.mac("training-sign-in", str(course), str(nth))
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:6])
    return f"Hoc-{letters}-{int.from_bytes(digest[6:10], 'big') % 10_000:04}"


def _person(index: int, first: int, room: int, prefix: str) -> Invented:
    year = (60 + index % 39 + index // room) % 100
    woman = index % 2 == 1
    middle = "Thị" if woman else "Văn"
    given = f"{_GIVEN[index % len(_GIVEN)]} {_GIVEN[(index // 7) % len(_GIVEN)]}"
    name = f"{_FAMILY[index % len(_FAMILY)]} {middle} {given} Mẫu"
    born = date(1900 + year, 1 + index % 12, 1 + index % 28)
    number = f"{_PLACE}{int(woman)}{year:02}{first + index % room:06}"
    return Invented(
        data=PersonData(
            citizen_id=CitizenId.parse(number),
            full_name=PersonName.parse(name),
            born_on=BirthDate.parse(f"{born:%d/%m/%Y}"),
            phone=Phone.parse(f"{prefix}{index % 10_000_000:07}"),
        ),
        sex=_FEMALE if woman else _MALE,
        address=_ADDRESS,
    )
