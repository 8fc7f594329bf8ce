"""The sample people: accounts with their phones, and the posts some of them hold. Invented people only."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from motcua.accounts import (
    authenticators,
    decoys,
    founding,
    hashing,
    identity,
    operators,
    second_factor,
)
from motcua.accounts.models import Account, IdentityDocument
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.authority import Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.ops import secret_files
from motcua.ops.sign_ins import sample_secret
from motcua.units import officers, posts

_SINCE = date(2022, 1, 1)
_DECOYS = 20


@dataclass(frozen=True, slots=True, repr=False)
class SamplePerson:
    data: PersonData
    password: str
    posts: list[dict[str, Any]]


def load(path: Path) -> int:
    """Operators' prefixes, then each person once; how many accounts were made."""
    operators.load_known()
    decoys.plant(decoys.invent(_DECOYS))
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["people"]
    people = [_read(each) for each in told]
    return sum(_settle(person) for person in people)


def enrol(path: Path) -> int:
    """Each sample officer who has no second factor yet gets the app whose secret is printed; how many.

    Each start with OFFICER_SECOND_FACTOR=on may be the first one. The code of the half minute before is used up.
    """
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["people"]
    enrolled = 0
    for each in told:
        account = identity.account_by_number(CitizenId.parse(each["number"])) if each["posts"] else None
        if account is None or second_factor.had_one(account):
            continue
        secret = sample_secret(each["number"])
        enrolled += authenticators.add(account, secret, authenticators.shown_before(secret)) is not None
    return enrolled


def _read(told: dict[str, Any]) -> SamplePerson:
    data = PersonData(
        citizen_id=CitizenId.parse(told["number"]),
        full_name=PersonName.parse(told["name"]),
        born_on=BirthDate.parse(told["born_on"]),
        phone=Phone.parse(told["phone"]),
    )
    password = told["password"]
    if settings.TRAINING and password:
        password = secret_files.training_password(settings.VAR_DIR, told["number"])
    return SamplePerson(data, password, told["posts"])


def _settle(person: SamplePerson) -> bool:
    if identity.account_by_number(person.data.citizen_id) is not None:
        return False
    account = founding.found(
        data=person.data,
        origin=Account.Origin.SELF,
        source=IdentityDocument.Source.OWNER,
        password=hashing.hashed(person.password),
        verdict="MATCH",
        operator="MobiFone",
    )
    if person.posts:
        _appoint(account, person)
    return True


def _appoint(account: Account, person: SamplePerson) -> None:
    officer = officers.register(
        subject=identity.subject_of(account.public_id, settings.DESK_ID),
        full_name=person.data.full_name,
        phone=person.data.phone,
    )
    for post in person.posts:
        posts.bootstrap(
            officer_id=officer.pk,
            unit_code=post["unit"],
            powers=[Power(power) for power in post["powers"]],
            valid_from=_SINCE,
            reason="Người mẫu",
        )
