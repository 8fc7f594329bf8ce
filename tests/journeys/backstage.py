"""Behind the scenes of a journey: people it takes for granted are settled by the rooms themselves, in one process.

A registration in the browser takes seconds and is what other journeys are about; so is a start of Django for each
officer who is appointed. The process ends with its last line of input, that is, with the tests.
"""

import json
import os
import subprocess
import sys
from datetime import date
from functools import cache
from typing import Any

from tests.running_town import SOURCE, Town

_READY = "ready"


class Backstage:
    """One process beside a town, with the town's own keys and database."""

    def __init__(self, town: Town) -> None:
        surroundings = os.environ | {
            "PYTHONPATH": os.pathsep.join((str(SOURCE / "src"), str(SOURCE))),
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings_dev",
            "VAR_DIR": str(town.var_dir),
            "KEYS_DIR": str(town.var_dir / "keys"),
            "DATABASE_URL": town.owner_database_url(),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.backstage"],
            cwd=SOURCE,
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear(_READY)

    def do(self, what: str, **told: object) -> None:
        """Wait until it is done; what went wrong there fails the journey here."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"what": what, **told}) + "\n")
        self.process.stdin.flush()
        self._hear("done")

    def _hear(self, expected: str) -> None:
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        assert said == expected, f"backstage: {said or 'it has ended'}"


@cache
def _of(place: str) -> Backstage:
    return Backstage(_towns[place])


_towns: dict[str, Town] = {}


def of(town: Town) -> Backstage:
    """The one of this town; begun when it is first needed."""
    place = str(town.var_dir)
    _towns[place] = town
    return _of(place)


def main() -> None:
    """A command a line, an answer a line."""
    import django

    django.setup()
    from django.db import connection

    print(_READY, flush=True)
    for line in sys.stdin:
        told: dict[str, Any] = json.loads(line)
        try:
            {"settle": _settle, "appoint": _appoint}[told.pop("what")](**told)
        except Exception as broken:
            print(f"{type(broken).__name__}: {broken}".replace("\n", " "), flush=True)
        else:
            print("done", flush=True)
        finally:
            connection.close()


def _settle(*, number: str, name: str, born: str, phone: str, password: str) -> None:
    """An account as self-registration leaves it."""
    from motcua.accounts import founding
    from motcua.accounts.models import Account, IdentityDocument
    from motcua.accounts.sealed_data import PersonData
    from motcua.kernel.birth_date import BirthDate
    from motcua.kernel.citizen_id import CitizenId
    from motcua.kernel.person_name import PersonName
    from motcua.kernel.phone import Phone

    founding.found(
        data=PersonData(
            citizen_id=CitizenId.parse(number),
            full_name=PersonName.parse(name),
            born_on=BirthDate.parse(born),
            phone=Phone.parse(phone),
        ),
        origin=Account.Origin.SELF,
        source=IdentityDocument.Source.OWNER,
        password=_hashed(password),
        verdict="MATCH",
        operator="Viettel",
    )


@cache
def _hashed(password: str) -> str:
    """Once: hashing is slow on purpose, and all of these people have one password."""
    from motcua.accounts import hashing

    return hashing.hashed(password)


def _appoint(*, number: str, name: str, phone: str, unit: str, powers: list[str]) -> None:
    """Make an officer of somebody; the screen for it does not exist yet."""
    from django.conf import settings

    from motcua.accounts import identity
    from motcua.kernel.authority import Power
    from motcua.kernel.citizen_id import CitizenId
    from motcua.kernel.person_name import PersonName
    from motcua.kernel.phone import Phone
    from motcua.units import officers, posts

    account = identity.account_by_number(CitizenId.parse(number))
    assert account is not None
    officer = officers.register(
        subject=identity.subject_of(account.public_id, settings.DESK_ID),
        full_name=PersonName.parse(name),
        phone=Phone.parse(phone),
    )
    posts.bootstrap(
        officer_id=officer.pk,
        unit_code=unit,
        powers=[Power(each) for each in powers],
        valid_from=date(2022, 1, 1),
        reason="Người mẫu",
    )


if __name__ == "__main__":
    main()
