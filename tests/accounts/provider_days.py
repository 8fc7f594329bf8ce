"""Days of identity providers that have come: past the triggers, which let nobody write them afterwards."""

import itertools
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from motcua.accounts.models import ProviderChange, ProviderPeriod
from motcua.accounts.vneid_port import VneidPerson
from motcua.kernel.authority import Authority, Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.units import officers as staff
from motcua.units.models import Unit
from tests.accounts import people
from tests.units import people as officers

DAY = timedelta(days=1)
_serial = itertools.count(1)


def arrange(*, kind: str = "CITIZEN", own_until: date | None = None, vneid_from: date | None = None) -> None:
    """As if it had been agreed long ago; None: no end, no day."""
    terms = [("DVCQG", None, own_until)] if own_until else []
    terms += [("VNEID", vneid_from, None)] if vneid_from else []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        ProviderPeriod.objects.filter(owner_kind=kind).delete()
        for provider, first, last in terms:
            change = ProviderChange.objects.create(
                owner_kind=kind,
                provider=provider,
                valid_from=first,
                valid_to=last,
                reason="Nghị định 69/2024/NĐ-CP",
                asked_by="a" * 32,
                asked_unit_code="so-mau",
                state="APPROVED",
                decided_by="b" * 32,
                decided_at=timezone.now(),
            )
            ProviderPeriod.objects.create(
                owner_kind=kind, provider=provider, valid_from=first, valid_to=last, change=change
            )
        cursor.execute("SET LOCAL session_replication_role = origin")


def transition(*, kind: str = "CITIZEN") -> None:
    """Both are good today; passwords for thirty days more."""
    today = timezone.localdate()
    arrange(kind=kind, own_until=today + 30 * DAY, vneid_from=today - 30 * DAY)


def over(*, kind: str = "CITIZEN") -> None:
    """Yesterday was the last day of the portal's own accounts."""
    today = timezone.localdate()
    arrange(kind=kind, own_until=today - DAY, vneid_from=today - 60 * DAY)


def person(
    number: CitizenId,
    *,
    name: str = "NGUYỄN VĂN MẪU",
    born: str = "01/02/1990",
    tech: str = "",
    level: int = 2,
) -> VneidPerson:
    """As VNeID would name the bearer of this number."""
    return VneidPerson(
        tech_id=tech or f"tech-{next(_serial)}",
        citizen_id=number,
        full_name=PersonName.parse(name),
        born_on=BirthDate.parse(born),
        level=level,
    )


def holder(where: Unit, *powers: Power) -> Authority:
    """Another officer with these rights there."""
    data = people.data()
    who = staff.register(
        subject=f"{next(_serial):f>32x}", full_name=data.full_name, phone=data.phone
    )  # a phone that gets texts
    officers.post(who, where, *powers)
    return officers.authority_at(who, where)
