"""Run beside a running town, with its keys: officers of one unit who are signed in, and people with accounts.

Prints JSON: the officers' cookies by what they may do, numbers and phones of the people, a process with its papers.
"""

import json
from datetime import date

import django

django.setup()

from django.conf import settings  # noqa: E402

from motcua.accounts import founding, hashing, identity, sessions  # noqa: E402
from motcua.accounts.models import Account, IdentityDocument  # noqa: E402
from motcua.accounts.sealed_data import PersonData  # noqa: E402
from motcua.desk.models import Process  # noqa: E402
from motcua.kernel.authority import Power  # noqa: E402
from motcua.kernel.birth_date import BirthDate  # noqa: E402
from motcua.kernel.citizen_id import CitizenId  # noqa: E402
from motcua.kernel.person_name import PersonName  # noqa: E402
from motcua.kernel.phone import Phone  # noqa: E402
from motcua.units import officers, posts  # noqa: E402
from motcua.units.models import Unit  # noqa: E402

UNIT = "binhdinh-sgddt"
CLERKS, OWNERS = 4, 12
WAY = [Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN, Power.HAND_OUT]
OFFICERS = {
    **{f"clerk{nth}": (Power.RECEIVE_DOSSIER,) for nth in range(CLERKS)},
    "specialist": (Power.PROCESS,),
    "leader": (Power.SIGN,),
    "giver": (Power.HAND_OUT, Power.RECEIVE_DOSSIER),
}


def person(nth: int) -> tuple[PersonData, Account]:
    data = PersonData(
        citizen_id=CitizenId.parse(f"000090{990_000 + nth:06d}"),
        full_name=PersonName.parse("Nguyễn Văn Mất Điện"),
        born_on=BirthDate.parse("01/02/1990"),
        phone=Phone.parse(f"09000000{60 + nth}"),
    )
    account = founding.found(
        data=data,
        origin=Account.Origin.SELF,
        source=IdentityDocument.Source.OWNER,
        password=hashing.hashed("mot-cau-dai-de-thu-mat-dien"),
        verdict="MATCH",
        operator="MobiFone",
    )
    return data, account


def officer(nth: int, powers: tuple[Power, ...], unit: str) -> str:
    data, account = person(nth)
    who = officers.register(
        subject=identity.subject_of(account.public_id, settings.DESK_ID),
        full_name=data.full_name,
        phone=data.phone,
    )
    posts.bootstrap(
        officer_id=who.pk,
        unit_code=unit,
        powers=list(powers),
        valid_from=date(2022, 1, 1),
        reason="thử mất điện",
    )
    token, _ = sessions.begin(
        account, audience="OFFICER", device="may-thu", device_words="máy thử", unit_code=unit
    )
    return token


def standard(process: Process) -> bool:
    """Received, worked on by a department, signed and handed out."""
    powers = process.steps.order_by("order").values_list("power", flat=True)
    return list(powers) == WAY and process.procedure.levels == ["so"]


def main() -> None:
    department = Unit.objects.filter(parent__code=UNIT, kind="PHONG_CM").order_by("code")[0].code
    tokens = {
        name: officer(nth, powers, department if Power.PROCESS in powers else UNIT)
        for nth, (name, powers) in enumerate(OFFICERS.items())
    }
    owners = [person(len(OFFICERS) + nth)[0] for nth in range(OWNERS)]
    process = next(each for each in Process.objects.order_by("pk") if standard(each))
    said = {
        "tokens": tokens,
        "owners": [(each.citizen_id.value, each.phone.local) for each in owners],
        "department": department,
        "procedure": process.procedure.code,
        "process": process.pk,
        "papers": list(process.procedure.components.order_by("order").values_list("order", flat=True)),
    }
    print(json.dumps(said))


main()
