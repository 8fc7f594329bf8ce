"""Whose lines are these: what the journal calls a person, found for an inspector and shown to that person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet

from motcua.accounts import identity, looking_up
from motcua.accounts.models import (
    AssistApplication,
    IdentityDocument,
    LookUp,
    Merge,
    PairwiseSubject,
    Registration,
)
from motcua.accounts.sealed_data import Number, number_fingerprint, pseudonym
from motcua.journal.subjects import numbers
from motcua.kernel.authority import Authority, Power

#: What the citizen reads as the purpose of the question.
PURPOSE: Final = "thanh-tra-nhat-ky"
#: Of each kind; the newest count.
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Inspected:
    """A person as ids; ``account_id`` and ``desk_subject`` are None when there is no account."""

    subjects: tuple[str, ...]
    account_id: int | None
    desk_subject: str | None
    numbers_bi: tuple[bytes, ...] = field(repr=False)


def ask(viewer: Authority, number: Number) -> Inspected:
    """What the journal calls the person behind a number; the question is counted, written down and shown to them.

    Raises TooManyAttempts, NotAuthorised.
    """
    viewer.require(Power.INSPECT)
    account = looking_up.account_asked_about(viewer, number, PURPOSE)
    marks = {number_fingerprint(number)}
    if account is not None:
        documents = IdentityDocument.objects.filter(person_id=account.person_id)
        marks |= {bytes(mark) for mark in documents.values_list("number_bi", flat=True)}
    subjects = [f"number:{pseudonym('journal-number', mark)}" for mark in sorted(marks)]
    subjects += _named("application", AssistApplication.objects.filter(number_bi__in=marks), "pk")
    subjects += _named("registration", Registration.objects.filter(number_bi__in=marks), "pk")
    # A desk's own question is named by the reference it came with.
    asked = LookUp.objects.filter(number_bi__in=marks).exclude(reference="")
    subjects += _named("check", asked, "reference")
    if account is None:
        return Inspected(tuple(subjects), None, None, tuple(sorted(marks)))
    both = list(identity.with_merged(account.pk))
    subjects += _named(
        "merge", Merge.objects.filter(Q(survivor__in=both) | Q(absorbed__in=both)), "public_id"
    )
    return Inspected(
        (*(f"account:{pk}" for pk in sorted(both, key=lambda pk: pk != account.pk)), *subjects),
        account.pk,
        identity.subject_of(account.public_id, settings.DESK_ID),
        tuple(sorted(marks)),
    )


def _named(word: str, found: QuerySet[Any], by: str) -> list[str]:
    return [f"{word}:{value}" for value in found.order_by("-pk").values_list(by, flat=True)[:_MOST]]


def desk_subjects_of(viewer: Authority, account_ids: Iterable[str]) -> dict[str, str]:
    """Account, as the journal numbers it → its opaque id at the desk here; of nobody who was never met there."""
    viewer.require(Power.INSPECT)
    found: dict[str, str] = {}
    for some in numbers(account_ids):
        met = PairwiseSubject.objects.filter(account_id__in=some, audience=settings.DESK_ID)
        found |= {
            str(account_id): subject for account_id, subject in met.values_list("account_id", "subject")
        }
    return found
