"""V-43: what names somebody goes on its day, one day more or less. The rows get older, the chores run as every day."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from motcua.ops import handlers
from motcua.protection import duties
from tests import app_role
from tests.evidence import figure
from tests.protection.planting import OVER, aged, columns_of_chores, left, planted, without_rules_of_a_row
from tests.protection.test_periods import as_the_running_system

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(7200)]

_ALL: Final = bool(os.environ.get("EVIDENCE_DIR"))
_SUBJECTS: Final = 2000 if _ALL else 3
#: Every day is lived through with EVIDENCE_DIR; else the day before and the day after each change.
_DAILY_UNTIL: Final = 400 if _ALL else 0

#: Days after the last thing that happened, by table; a column of its own where it differs from its row.
DAYS: Final[dict[str, int]] = {
    "accounts.Account": 30,
    "accounts.AssistApplication": 1826,
    "accounts.AssistApplication.data_sealed": 0,
    "accounts.AssistApplication.override_reason": 0,
    "accounts.AssistApplication.reason_words": 0,
    "accounts.AssistApplication.shared_phone_reason": 0,
    "accounts.ClassList": 7,
    "accounts.ClassRow": 7,
    "accounts.EmailProof": 1,
    "accounts.Guardianship": 30,
    "accounts.IdentityDocument": 30,
    "accounts.KnownDevice": 365,
    "accounts.ListExport": 1826,
    "accounts.LookUp": 730,
    "accounts.OwnerNews": 730,
    "accounts.Passcode": 1,
    "accounts.Person": 30,
    "accounts.PhoneBinding": 30,
    "accounts.Recovery": 30,
    "accounts.Recovery.phone_sealed": 0,
    "accounts.Registration": 31,
    "accounts.Registration.data_sealed": 1,
    "accounts.Registration.phone_masked": 1,
    "accounts.RestingReset": 30,
    "units.SearchMemory": 1,
    "accounts.SecondStep": 1,
    "accounts.Session": 30,
    "accounts.SignIn": 730,
    "accounts.SubscriberCheck": 30,
    "accounts.TempCredential": 31,
    "desk.AccountCheck": 730,
    "desk.FilingDraft": 30,
    "desk.GroupRow": 30,
    "files.StoredFile": 45,
    "guests.GuestSession": 30,
    "limits.Bucket": 1,
    "limits.Tally": 35,
    "outbox.Letter": 90,
    "outbox.Message": 90,
    "signin.DeskDossier": 30,
    "signin.KeptAnswer": 2,
    "signin.SignInRequest": 0,
    "vault.Look": 730,
    "vault.Paper": 30,
}
#: With the dossier: ten years.
_TEN_YEARS: Final = 3652


def later(**much: int) -> Callable[[], object]:
    moment = timezone.now() + timedelta(**much)
    return lambda *_: moment


#: What has a day of its own from the start.
BEGUN: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "accounts.Registration": lambda: {"expires_at": later(days=1)},
    "accounts.TempCredential": lambda: {"expires_at": later(days=1)},
    "accounts.Recovery": lambda: {"expires_at": later(minutes=30)},
    "accounts.SignIn": lambda: {"account_id": lambda nth: nth},
    "files.StoredFile": lambda: {"purge_after": later(days=45)},
}


def expected(column: str) -> int:
    label = column.rpartition(".")[0]
    return DAYS.get(column, DAYS.get(label, _TEN_YEARS))


def test_v43_every_class_goes_on_its_day(tmp_path: Any, settings: Any) -> None:
    settings.ERASURE_LEDGERS = [str(tmp_path / "one.jsonl")]
    settings.FILES_DIR = tmp_path
    tables = dict(columns_of_chores())
    plant(tables)
    app_role.give()

    early, late = live_through(tables)

    figure(
        "V-43",
        "columns emptied more than a day early",
        n=_SUBJECTS,
        measured=str(early),
        limit="[]",
        passed=not early,
    )
    figure(
        "V-43", "columns not emptied a day late", n=_SUBJECTS, measured=str(late), limit="[]", passed=not late
    )


def plant(tables: dict[type[models.Model], list[str]]) -> None:
    without_rules_of_a_row()
    beside = {apps.get_model(label): [] for label in OVER if apps.get_model(label) not in tables}
    for model, names in [*tables.items(), *beside.items()]:
        planted(model, names, _SUBJECTS, **BEGUN.get(model._meta.label, dict)())
    tables.update(beside)


def live_through(tables: dict[type[models.Model], list[str]]) -> tuple[list[str], list[str]]:
    """Columns that said nothing any more a day too early, and those that still did a day too late."""
    early, late, before = set[str](), set[str](), 0
    for day in days_to_live(tables):
        for model in tables if day else ():
            aged(model, f"{day - before} days")
        before = day
        a_day_of_chores()
        for model, names in tables.items():
            wanted = {name: expected(f"{model._meta.label}.{name}") for name in names}
            still = said_still(model, [name for name, on in wanted.items() if abs(day - on) == 1])
            early |= {f"{model._meta.label}.{name}" for name, on in wanted.items() if day == on - 1} - still
            late |= {f"{model._meta.label}.{name}" for name, on in wanted.items() if day == on + 1} & still
    return sorted(early), sorted(late)


def said_still(model: type[models.Model], names: list[str]) -> set[str]:
    return set(left(model, names)) if names else set()


def days_to_live(tables: dict[type[models.Model], list[str]]) -> list[int]:
    changes = {expected(f"{model._meta.label}.{name}") for model, names in tables.items() for name in names}
    beside = {day + one for day in changes for one in (-1, 1)}
    return sorted({day for day in beside if day >= 0} | set(range(_DAILY_UNTIL)))


def a_day_of_chores() -> None:
    """Each as often as a worker runs it in a day, or until there is nothing left to do."""
    every = {duty.chore: duty.every for duty in duties.duties()}
    for name, work, _ in handlers.chores():
        rounds = int(86_400 / every[name]) if name in every else 0
        for _ in range(rounds):
            if not as_the_running_system(work):
                break
