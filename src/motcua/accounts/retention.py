"""What the room forgets, and when (threats DP-10, DP-11). Scans forget themselves: accounts/evidence.py."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from motcua import journal
from motcua.accounts.evidence import APPROVED
from motcua.accounts.models import (
    AssistApplication,
    EmailProof,
    KnownDevice,
    LookUp,
    Passcode,
    Recovery,
    Registration,
    SecondStep,
    Session,
    SignIn,
    SubscriberCheck,
)

CODES: Final = timedelta(hours=24)
OPERATOR_ANSWERS: Final = timedelta(days=30)
SESSIONS: Final = timedelta(days=30)
_AT_ONCE: Final = 2000


def purge_due(now: datetime) -> int:
    """Erase what has lapsed by ``now``; returns how many rows. A second round right after finds nothing."""
    erased = {
        "registrations": _registrations(now),
        "recoveries": _recoveries(now),
        "requests": _ended_requests(now) + _created_requests(now),
        "codes": _delete(Passcode.objects.filter(created_at__lte=now - CODES)),
        "email_codes": _delete(EmailProof.objects.filter(created_at__lte=now - CODES)),
        "operator_answers": _delete(SubscriberCheck.objects.filter(at__lte=now - OPERATOR_ANSWERS)),
        "sessions": _delete(Session.objects.filter(created_at__lte=now - SESSIONS)),
        "second_steps": _delete(SecondStep.objects.filter(created_at__lte=now - CODES)),
        "sign_ins": _sign_ins(),
        "look_ups": _delete(LookUp.objects.filter(at__lte=_months_ago(settings.LOOK_UPS_KEPT_MONTHS))),
        "devices": _delete(
            KnownDevice.objects.filter(last_seen_at__lte=_months_ago(settings.KNOWN_DEVICES_KEPT_MONTHS))
        ),
    }
    total = sum(erased.values())
    if total:
        journal.record("accounts.data.erased", subject="room:accounts", facts=erased)
    return total


def _registrations(now: datetime) -> int:
    """What was typed goes after 24 hours; a finished one has forgotten it already."""
    return Registration.objects.filter(data_sealed__isnull=False, expires_at__lte=now).update(
        data_sealed=None
    )


def _recoveries(now: datetime) -> int:
    ended = Q(expires_at__lte=now) | Q(state=Recovery.State.DONE)
    return Recovery.objects.filter(ended, phone_sealed__isnull=False).update(phone_sealed=None)


@transaction.atomic
def _ended_requests(now: datetime) -> int:
    """A request that came to nothing keeps its number, unit, officer and reason, not the person's data."""
    status = AssistApplication.Status
    over = AssistApplication.objects.filter(data_sealed__isnull=False).filter(
        Q(status__in=[status.CANCELLED, status.REFUSED])
        | Q(status__in=[*AssistApplication.HOLDING, status.LAPSED], expires_at__lte=now)
    )
    over.filter(status__in=AssistApplication.HOLDING).update(status=status.LAPSED)
    return over.update(data_sealed=None, override_reason="", reason_words="", shared_phone_reason="")


def _created_requests(now: datetime) -> int:
    """As long as the scan: 90 days after activation, or after creation when nobody activated."""
    activated = Q(account__activated_at__lte=now - APPROVED)
    never = Q(account__activated_at__isnull=True, last_act_at__lte=now - APPROVED)
    return AssistApplication.objects.filter(
        activated | never, status=AssistApplication.Status.CREATED, data_sealed__isnull=False
    ).update(data_sealed=None, override_reason="")


def _sign_ins() -> int:
    """The owner's history for two years; tries at numbers that nobody has, for a day."""
    theirs = SignIn.objects.filter(at__lt=_months_ago(settings.SIGN_INS_KEPT_MONTHS))
    nobodys = SignIn.objects.filter(
        account__isnull=True, at__lt=RawSQL("clock_timestamp() - interval '1 day'", ())
    )
    return _delete(theirs) + _delete(nobodys)


def _months_ago(months: int) -> RawSQL:
    """By the database clock, as the triggers that guard these rows judge it (migration 0009)."""
    return RawSQL("clock_timestamp() - make_interval(months => %s)", (months,))


def _delete(rows: "QuerySet[Model]") -> int:
    """Some thousands a round, so that no round holds locks for long."""
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    return rows.model._default_manager.filter(pk__in=chosen).delete()[0]
