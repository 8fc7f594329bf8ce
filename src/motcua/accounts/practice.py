"""Tập huấn: people in the state that a task begins with, and what became of them. In a training world only.

Nothing of this is a short cut around a rule: the tables are the same, with every constraint and trigger, and what
is read is what really happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings

from motcua.accounts import closing, founding, identity
from motcua.accounts.models import (
    Account,
    AssistApplication,
    Closure,
    IdentityDocument,
    LookUp,
    Passcode,
    Registration,
)
from motcua.accounts.models.passcodes import Purpose
from motcua.accounts.sealed_data import PersonData, number_fingerprint, phone_fingerprint
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone

_LOOKED_UP: Final = "tao-tai-khoan"


class NotInTraining(Exception):
    """A bug of the caller: invented people are for a training world."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of an officer (Phụ lục III), as it was left."""

    officer: str
    status: str
    refused_code: str
    scan_qr: str
    printed: bool
    signed: bool
    shared_asked: bool
    shared_approved_by: str
    name_as_on_card: bool


@dataclass(frozen=True, slots=True)
class Became:
    """What happened to one number since a moment."""

    opened: str = ""
    opened_by: str = ""
    opened_at: datetime | None = None
    registered: frozenset[str] = frozenset()
    looked_up_by: frozenset[str] = frozenset()
    requests: Sequence[Request] = field(default=())


def settle(data: PersonData, *, password: str = "", locked: bool = False) -> Account:
    """An account that was there before; ``password`` is a finished hash, without one it awaits activation."""
    _require()
    account = founding.found(
        data=data,
        origin=Account.Origin.SELF if password else Account.Origin.ASSISTED,
        source=IdentityDocument.Source.OWNER,
        password=password,
        verdict="MATCH",
        operator="Viettel",
    )
    if locked:
        Account.objects.filter(pk=account.pk).update(status=Account.Status.LOCKED)
    return account


def clear(number: CitizenId) -> bool:
    """The account behind a number is closed and its phone is free; False when there was none."""
    _require()
    account = identity.account_by_number(number)
    return account is not None and closing.close(account, how=Closure.How.DESK)


def codes_sent(phone: Phone, *, since: datetime) -> int:
    """How many codes for a registration went to this phone."""
    _require()
    return Passcode.objects.filter(
        phone_bi=phone_fingerprint(phone), purpose=Purpose.REGISTER, created_at__gte=since
    ).count()


def became(data: PersonData, *, since: datetime) -> Became:
    """Everything that a task may be judged by."""
    _require()
    mark = number_fingerprint(data.citizen_id)
    account = identity.live_accounts(data.citizen_id).filter(opened_at__gte=since).first()
    registrations = Registration.objects.filter(number_bi=mark, created_at__gte=since)
    looks = LookUp.objects.filter(number_bi=mark, purpose=_LOOKED_UP, at__gte=since)
    requests = AssistApplication.objects.filter(number_bi=mark, created_at__gte=since)
    return Became(
        opened=account.origin if account else "",
        opened_by=account.vouched_by if account else "",
        opened_at=account.opened_at if account else None,
        registered=frozenset(registrations.values_list("state", flat=True)),
        looked_up_by=frozenset(looks.values_list("asked_by", flat=True)),
        requests=[
            _told(row, data)
            for row in requests.select_related("phone_exception", "account__person").order_by("pk")
        ],
    )


def _told(row: AssistApplication, data: PersonData) -> Request:
    person = row.account.person if row.account else None
    return Request(
        officer=row.officer_subject,
        status=row.status,
        refused_code=row.refused_code,
        scan_qr=row.scan_qr,
        printed=row.paper_hash is not None,
        signed=row.signed_paper_id is not None,
        shared_asked=bool(row.shared_phone_reason),
        shared_approved_by=row.phone_exception.approved_by if row.phone_exception else "",
        name_as_on_card=person is None
        or (person.full_name == data.full_name.value and person.born_on == data.born_on.on),
    )


def _require() -> None:
    if not settings.TRAINING:
        raise NotInTraining
