"""Run on a node, with the owner's rights: signed-in officers, people with accounts, a procedure; JSON."""

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

UNIT = "binhdinh-sgddt"
OFFICERS, OWNERS = 24, 40
PAPERS = 2


def account_of(nth: int) -> tuple[PersonData, Account]:
    """Place 000 is nobody's; the phones ring nowhere."""
    data = PersonData(
        citizen_id=CitizenId.parse(f"000090{770_000 + nth:06d}"),
        full_name=PersonName.parse("Nguyễn Văn Thử Máy"),
        born_on=BirthDate.parse("01/02/1990"),
        phone=Phone.parse(f"0900000{100 + nth}"),
    )
    account = founding.found(
        data=data,
        origin=Account.Origin.SELF,
        source=IdentityDocument.Source.OWNER,
        password=hashing.hashed("mot-cau-dai-de-thu-hai-may"),
        verdict="MATCH",
        operator="MobiFone",
    )
    return data, account


def officer(nth: int) -> str:
    data, account = account_of(nth)
    subject = identity.subject_of(account.public_id, settings.DESK_ID)
    who = officers.register(subject=subject, full_name=data.full_name, phone=data.phone)
    posts.bootstrap(
        officer_id=who.pk,
        unit_code=UNIT,
        powers=[Power.RECEIVE_DOSSIER],
        valid_from=date(2022, 1, 1),
        reason="thử hai máy",
    )
    token, _ = sessions.begin(
        account, audience="OFFICER", device="may-thu", device_words="máy thử", unit_code=UNIT
    )
    return token


def main() -> None:
    tokens = [officer(nth) for nth in range(OFFICERS)]
    owners = [account_of(OFFICERS + nth)[0] for nth in range(OWNERS)]
    known = Process.objects.filter(procedure__levels__contains=["so"]).order_by("pk")
    process = next(each for each in known if each.procedure.components.count() >= PAPERS)
    said = {
        "tokens": tokens,
        "numbers": [each.citizen_id.value for each in owners],
        "procedure": process.procedure.code,
        "process": process.pk,
        "papers": list(process.procedure.components.order_by("order").values_list("order", flat=True)),
    }
    print(json.dumps(said))


main()
