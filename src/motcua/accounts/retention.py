"""What the room forgets, and when (threats DP-10, DP-11). Scans forget themselves: accounts/evidence.py."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from motcua import journal
from motcua.accounts.evidence import APPROVED
from motcua.accounts.models import (
    AssistApplication,
    Disavowal,
    EmailProof,
    KnownDevice,
    ListExport,
    LookUp,
    OwnerNews,
    Passcode,
    Recovery,
    Registration,
    RestingReset,
    SecondStep,
    Session,
    SignIn,
    SubscriberCheck,
    TempCredential,
)

CODES: Final = timedelta(hours=24)
OPERATOR_ANSWERS: Final = timedelta(days=30)
SESSIONS: Final = timedelta(days=30)
#: Of a registration, a recovery, a one-time password that nobody can use any more.
ROWS: Final = timedelta(days=30)
#: What an officer answers for, where no law says longer (DP-10, DP-25): five years.
EVIDENCE_MONTHS: Final = 60
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class _Due:
    """Rows past their day, and what is done with them."""

    what: str
    rows: "QuerySet[Any]"
    forget: "Callable[[QuerySet[Any]], int]"


def purge_due(now: datetime) -> int:
    """Erase what has lapsed by ``now``; returns how many rows. A second round right after finds nothing."""
    erased: Counter[str] = Counter()
    for due in _due(now):
        erased[due.what] += due.forget(due.rows)
    total = erased.total()
    if total:
        journal.record("accounts.data.erased", subject="room:accounts", facts=dict(erased))
    return total


def overdue(now: datetime, at_most: int) -> int:
    """How many rows are past their day and still here; counted no further than ``at_most``."""
    return sum(due.rows.order_by()[:at_most].count() for due in _due(now))


def _due(now: datetime) -> "Iterator[_Due]":
    yield from _what_was_typed(now)
    yield _Due("codes", Passcode.objects.filter(created_at__lte=now - CODES), _delete)
    yield _Due("email_codes", EmailProof.objects.filter(created_at__lte=now - CODES), _delete)
    yield _Due("second_steps", SecondStep.objects.filter(created_at__lte=now - CODES), _delete)
    yield from _ways_that_ended(now)
    yield _Due("operator_answers", SubscriberCheck.objects.filter(at__lte=now - OPERATOR_ANSWERS), _delete)
    yield _Due("sessions", Session.objects.filter(created_at__lte=now - SESSIONS), _delete)
    yield from _traces()


def _what_was_typed(now: datetime) -> "Iterator[_Due]":
    """Emptied where it stands: a finished registration or recovery has forgotten it already."""
    typed = Q(data_sealed__isnull=False) | ~Q(phone_masked="")
    yield _Due("registrations", Registration.objects.filter(typed, expires_at__lte=now), _unsaid)
    ended = Q(expires_at__lte=now) | Q(state=Recovery.State.DONE)
    yield _Due(
        "recoveries",
        Recovery.objects.filter(ended, phone_sealed__isnull=False),
        lambda rows: rows.update(phone_sealed=None),
    )
    yield _Due("requests", _ended_requests(now), _close_requests)
    yield _Due("requests", _created_requests(now), _unsaid_request)


def _ways_that_ended(now: datetime) -> "Iterator[_Due]":
    """The rows themselves, a month after nobody can go on with them."""
    yield _Due("registration_rows", Registration.objects.filter(expires_at__lte=now - ROWS), _delete)
    yield _Due("recovery_rows", Recovery.objects.filter(expires_at__lte=now - ROWS), _delete)
    yield _Due("resets", RestingReset.objects.filter(settled_at__lte=now - ROWS), _delete)
    yield _Due("temp_passwords", TempCredential.objects.filter(expires_at__lte=now - ROWS), _delete)
    yield _Due("disavowals", Disavowal.objects.filter(expires_at__lte=now - ROWS), _delete)


def _traces() -> "Iterator[_Due]":
    theirs = SignIn.objects.filter(at__lt=_months_ago(settings.SIGN_INS_KEPT_MONTHS))
    yield _Due("sign_ins", theirs, _delete)
    # Tries at numbers that nobody has, for a day.
    day_old = RawSQL("clock_timestamp() - interval '1 day'", ())
    yield _Due("sign_ins", SignIn.objects.filter(account__isnull=True, at__lt=day_old), _delete)
    yield _Due("look_ups", LookUp.objects.filter(at__lte=_months_ago(settings.LOOK_UPS_KEPT_MONTHS)), _delete)
    known = KnownDevice.objects.filter(last_seen_at__lte=_months_ago(settings.KNOWN_DEVICES_KEPT_MONTHS))
    yield _Due("devices", known, _delete)
    news = OwnerNews.objects.filter(told_at__lte=_months_ago(settings.OWNER_NEWS_KEPT_MONTHS))
    yield _Due("owner_news", news, _delete)
    yield _Due("exports", ListExport.objects.filter(at__lte=_months_ago(EVIDENCE_MONTHS)), _delete)
    over = AssistApplication.objects.exclude(status__in=AssistApplication.HOLDING)
    yield _Due("request_rows", over.filter(last_act_at__lte=_months_ago(EVIDENCE_MONTHS)), _delete_requests)


def _ended_requests(now: datetime) -> "QuerySet[AssistApplication]":
    """A request that came to nothing keeps its number, unit, officer and reason, not the person's data."""
    status = AssistApplication.Status
    return AssistApplication.objects.filter(data_sealed__isnull=False).filter(
        Q(status__in=[status.CANCELLED, status.REFUSED])
        | Q(status__in=[*AssistApplication.HOLDING, status.LAPSED], expires_at__lte=now)
    )


@transaction.atomic
def _close_requests(over: "QuerySet[Any]") -> int:
    over.filter(status__in=AssistApplication.HOLDING).update(status=AssistApplication.Status.LAPSED)
    return over.update(data_sealed=None, override_reason="", reason_words="", shared_phone_reason="")


def _created_requests(now: datetime) -> "QuerySet[AssistApplication]":
    """As long as the scan: 90 days after activation, or after creation when nobody activated."""
    activated = Q(account__activated_at__lte=now - APPROVED)
    never = Q(account__activated_at__isnull=True, last_act_at__lte=now - APPROVED)
    return AssistApplication.objects.filter(
        activated | never, status=AssistApplication.Status.CREATED, data_sealed__isnull=False
    )


def _unsaid_request(rows: "QuerySet[Any]") -> int:
    return int(rows.update(data_sealed=None, override_reason=""))


def _unsaid(rows: "QuerySet[Any]") -> int:
    return int(rows.update(data_sealed=None, phone_masked=""))


@transaction.atomic
def _delete_requests(rows: "QuerySet[Any]") -> int:
    """With the one-time passwords that came of them."""
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    TempCredential.objects.filter(application__in=chosen).delete()
    return AssistApplication.objects.filter(pk__in=chosen).delete()[0]


def _months_ago(months: int) -> RawSQL:
    """By the database clock, as the triggers that guard these rows judge it (migration 0009)."""
    return RawSQL("clock_timestamp() - make_interval(months => %s)", (months,))


def _delete(rows: "QuerySet[Any]") -> int:
    """Some thousands a round, so that no round holds locks for long."""
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    return int(rows.model._default_manager.filter(pk__in=chosen).delete()[0])
