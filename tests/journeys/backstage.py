"""Behind the scenes of a journey: people it takes for granted are settled by the rooms themselves, in one process.

A registration in the browser takes seconds and is what other journeys are about; so is a start of Django for each
officer who is appointed. The process ends with its last line of input, that is, with the tests.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from tests.running_town import SOURCE, Town

_DONE = "done:"


class Backstage:
    """One process beside an installation, with its own keys and database."""

    def __init__(self, town: Town) -> None:
        surroundings = os.environ | {
            "PYTHONPATH": os.pathsep.join((str(SOURCE / "src"), str(SOURCE))),
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings_dev",
            "VAR_DIR": str(town.var_dir),
            "KEYS_DIR": str(town.var_dir / "keys"),
            "DATABASE_URL": town.owner_database_url(),
            **town.extra,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.backstage"],
            cwd=SOURCE,
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear()

    def do(self, what: str, **told: object) -> str:
        """Wait until it is done, and hear what came of it; what went wrong there fails the journey here."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"what": what, **told}) + "\n")
        self.process.stdin.flush()
        return self._hear()

    def _hear(self) -> str:
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        assert said.startswith(_DONE), f"backstage: {said or 'it has ended'}"
        return said.removeprefix(_DONE)


def settle(town: Town, **person: object) -> None:
    """An account as self-registration leaves it."""
    _beside(town.accounts_at).do("settle", **person)


def appoint(town: Town, *, number: str, **post: object) -> None:
    """Make an officer of somebody, in each installation: where a right is used is the page's to know."""
    for place in town.installations:
        subject = _beside(town.accounts_at).do("subject", number=number, desk=place.desk_id)
        _beside(place).do("appoint", subject=subject, **post)


@cache
def _of(place: str) -> Backstage:
    return Backstage(_towns[place])


_towns: dict[str, Town] = {}


def _beside(town: Town) -> Backstage:
    """The one of this installation; begun when it is first needed."""
    place = str(town.var_dir)
    _towns[place] = town
    return _of(place)


def main() -> None:
    """A command a line, an answer a line."""
    import django

    django.setup()
    from django.db import connection

    acts: dict[str, Callable[..., str]] = {"settle": _settle, "subject": _subject, "appoint": _appoint}
    print(_DONE, flush=True)
    for line in sys.stdin:
        told: dict[str, Any] = json.loads(line)
        try:
            came = acts[told.pop("what")](**told)
        except Exception as broken:
            print(f"{type(broken).__name__}: {broken}".replace("\n", " "), flush=True)
        else:
            print(f"{_DONE}{came}", flush=True)
        finally:
            connection.close()


def _settle(*, number: str, name: str, born: str, phone: str, password: str) -> str:
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
    return ""


@cache
def _hashed(password: str) -> str:
    """Once: hashing is slow on purpose, and all of these people have one password."""
    from motcua.accounts import hashing

    return hashing.hashed(password)


def _subject(*, number: str, desk: str) -> str:
    """Who somebody with an account is to a desk."""
    from motcua.accounts import identity
    from motcua.kernel.citizen_id import CitizenId

    account = identity.account_by_number(CitizenId.parse(number))
    assert account is not None
    return identity.subject_of(account.public_id, desk)


def _appoint(*, subject: str, name: str, phone: str, unit: str, powers: list[str]) -> str:
    """As `motcua appoint` does for the first officers."""
    from motcua.kernel.authority import Power
    from motcua.kernel.person_name import PersonName
    from motcua.kernel.phone import Phone
    from motcua.units import officers, posts

    officer = officers.register(subject=subject, full_name=PersonName.parse(name), phone=Phone.parse(phone))
    posts.bootstrap(
        officer_id=officer.pk,
        unit_code=unit,
        powers=[Power(each) for each in powers],
        valid_from=date(2022, 1, 1),
        reason="Người mẫu",
    )
    return ""


if __name__ == "__main__":
    main()
