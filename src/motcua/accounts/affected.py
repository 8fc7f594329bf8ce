"""Whose account a line of the journal is about, for many lines at once; for a breach only, never for a search."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from motcua.accounts.models import (
    Account,
    Adjustment,
    AssistApplication,
    IdentityDocument,
    Mandate,
    MandateRequest,
    Merge,
    PairwiseSubject,
    PhoneBinding,
)
from motcua.accounts.revealing import PURPOSES
from motcua.accounts.sealed_data import pseudonym
from motcua.journal.subjects import by_word, numbers, pieces, public_ids
from motcua.keys import marks


@dataclass(frozen=True, slots=True)
class Question:
    """One number that was asked about: whose it is, if it is anybody's, and under which name it is kept else."""

    account_id: int | None
    mark: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """As the list of a breach names a person: the name, everything else masked."""

    full_name: str = field(repr=False)
    number_masked: str = field(repr=False)
    phone_masked: str = field(repr=False)
    status: str


def accounts_of(subjects: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """``account:…``, ``application:…`` and the like → accounts; what leads to none is not in the answer."""
    rows = by_word(subjects)
    found: dict[str, tuple[int, ...]] = {
        f"account:{pk}": (pk,) for some in numbers(rows["account"]) for pk in some
    }
    found |= _of_applications(rows["application"])
    for word, model, columns in _POINTING:
        for some in public_ids(rows[word]):
            known = model.objects.filter(public_id__in=some).values_list("public_id", *columns)
            found |= {f"{word}:{public_id}": tuple(accounts) for public_id, *accounts in known}
    return found


_POINTING: Final[tuple[tuple[str, Any, tuple[str, ...]], ...]] = (
    ("adjustment", Adjustment, ("account_id",)),
    ("merge", Merge, ("survivor_id", "absorbed_id")),
    ("mandate", Mandate, ("representative_id", "organisation_id")),
    ("mandate_request", MandateRequest, ("representative_id", "organisation_id")),
)


def questions(
    *, since: datetime, until: datetime, asked_by: str = "", units: Collection[str] = ()
) -> Iterator[Question]:
    """Every number that was asked about in the window; a look at what is masked is told by the journal already.

    Questions of connected systems stand here only, and no longer than ``LOOK_UPS_KEPT_MONTHS``.
    """
    where: list[str] = ["at >= %s", "at < %s", "purpose <> ALL(%s)"]
    values: list[Any] = [since, until, list(PURPOSES.values())]
    if asked_by:
        where, values = [*where, "asked_by = %s"], [*values, asked_by]
    if units:
        where, values = [*where, "unit_code = ANY(%s)"], [*values, sorted(units)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number_bi, count(*)::int, min(at), max(at) FROM accounts_lookup"  # noqa: S608
            f" WHERE {' AND '.join(where)} GROUP BY 1",
            values,
        )
        rows = _by_number((marks.read(mark), *rest) for mark, *rest in cursor.fetchall())
    known = _accounts_behind([mark for mark, *_ in rows])
    for mark, times, first_at, last_at in rows:
        yield Question(known.get(mark), pseudonym("journal-number", mark), times, first_at, last_at)


def _by_number(
    rows: Iterable[tuple[bytes, int, datetime, datetime]],
) -> list[tuple[bytes, int, datetime, datetime]]:
    """While the key of look-ups changes a number lies under two forms for a minute."""
    found: dict[bytes, tuple[bytes, int, datetime, datetime]] = {}
    for mark, times, first_at, last_at in rows:
        _, before, first, last = found.get(mark, (mark, 0, first_at, last_at))
        found[mark] = (mark, before + times, min(first, first_at), max(last, last_at))
    return list(found.values())


def accounts_named(subjects: Iterable[str]) -> dict[str, int]:
    """The desk's opaque ids of people → accounts."""
    found: dict[str, int] = {}
    for some in pieces(list(subjects)):
        rows = PairwiseSubject.objects.filter(audience=settings.DESK_ID, subject__in=some)
        found |= dict(rows.values_list("subject", "account_id"))
    return found


def known_to(audience: str) -> set[int]:
    """The accounts that were ever named to this audience; what it never heard of it was not told about."""
    return set(PairwiseSubject.objects.filter(audience=audience).values_list("account_id", flat=True))


def cards(account_ids: Collection[int]) -> dict[int, Card]:
    """Three statements for each ten thousand."""
    found: dict[int, Card] = {}
    for some in pieces(sorted(account_ids)):
        people = dict(_people(some))
        last3 = dict(
            IdentityDocument.objects.filter(person_id__in=[person for person, *_ in people.values()])
            .order_by("-status", "-kind")
            .values_list("person_id", "last3")
        )
        phones = dict(
            PhoneBinding.objects.filter(account_id__in=some, status=PhoneBinding.Status.ACTIVE).values_list(
                "account_id", "phone_masked"
            )
        )
        found |= {
            pk: Card(name, f"•••{last3[person]}" if person in last3 else "", phones.get(pk, ""), status)
            for pk, (person, name, status) in people.items()
        }
    return found


def _people(account_ids: list[int]) -> Iterator[tuple[int, tuple[int, str, str]]]:
    rows = Account.objects.filter(pk__in=account_ids)
    for pk, person, name, status in rows.values_list("pk", "person_id", "person__full_name", "status"):
        yield pk, (person, name, status)


def _of_applications(ids: list[str]) -> dict[str, tuple[int, ...]]:
    asked: dict[int, bytes] = {}
    for some in numbers(ids):
        rows = AssistApplication.objects.filter(pk__in=some).values_list("pk", "number_bi")
        asked |= {pk: bytes(mark) for pk, mark in rows}
    known = _accounts_behind(list(asked.values()))
    return {f"application:{pk}": (known[mark],) for pk, mark in asked.items() if mark in known}


def _accounts_behind(asked: list[bytes]) -> Mapping[bytes, int]:
    """Fingerprints of numbers, also of those that are not used any more → accounts."""
    found: dict[bytes, int] = {}
    with connection.cursor() as cursor:
        for some in pieces(asked):
            cursor.execute(
                "SELECT d.number_bi, a.id FROM accounts_identitydocument d"
                " JOIN accounts_account a ON a.person_id = d.person_id"
                " WHERE d.number_bi = ANY(%s) ORDER BY (a.status = 'closed') DESC, a.id",
                [marks.forms(*some)],
            )
            found |= {marks.read(mark): pk for mark, pk in cursor.fetchall()}
    return found
