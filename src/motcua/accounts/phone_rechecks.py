"""Numbers that were checked long ago are asked about again: a number may have gone to somebody else (threats T-11)."""

import logging
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from motcua import journal
from motcua.accounts import emails, identity, sim_hints
from motcua.accounts.founding import freeze_phone
from motcua.accounts.models import Account, PhoneBinding, SubscriberCheck, WaitsForOwner
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.ports import SubscriberRegistry, Verdict
from motcua.accounts.recovery import as_subscriber
from motcua.accounts.sealed_data import number_fingerprint
from motcua.kernel.refusal import Refusal
from motcua.outbox import letters, mailing

_log = logging.getLogger(__name__)

PURPOSE: Final = "RECHECK"
#: The chore's budget: so many questions a round, and the operators have the rest of the time for people.
A_ROUND: Final = 20
#: So many of a round gone to others at once is an operator's mistake, not twenty new owners.
_TOO_MANY: Final = 5


def recheck_due(registry: SubscriberRegistry) -> int:
    """Ask about the numbers that were confirmed longest ago; returns how many were answered.

    Only a phone that the operator once confirmed is judged: a relative's number, taken at the desk, stays. Nothing
    is frozen in a round in which half of the answers, and five, say that the owner is another.
    """
    gone: list[PhoneBinding] = []
    answered = 0
    for binding in _due():
        verdict = _asked(binding, registry)
        if verdict == Verdict.UNKNOWN:
            break  # an outage: the rest of the round waits
        answered += 1
        if verdict == Verdict.MISMATCH:
            gone.append(binding)
        elif verdict == Verdict.MATCH:
            _active(binding).update(rechecked_at=ClockTimestamp())
    if len(gone) >= _TOO_MANY and len(gone) * 2 >= answered:
        _log.error("accounts.recheck_not_believed", extra={"count": len(gone)})
        return answered
    for binding in gone:
        _freeze(binding)
    return answered


def _due() -> list[PhoneBinding]:
    """Never one that is shut until its owner comes: it answers for nobody, and must not hold up those behind it."""
    before = ClockTimestamp() - timedelta(days=settings.PHONES_RECHECKED_AFTER_DAYS)
    return list(
        PhoneBinding.objects.select_related("account__person")
        .filter(
            role="primary",
            status=PhoneBinding.Status.ACTIVE,
            verdict=Verdict.MATCH.value,
            account__status__in=[Account.Status.ACTIVE, Account.Status.LOCKED],
        )
        .exclude(WaitsForOwner("account_id"))
        .annotate(last=Coalesce("rechecked_at", "verified_at"))
        .filter(last__lte=before)
        .order_by("last", "pk")[:A_ROUND]
    )


def _asked(binding: PhoneBinding, registry: SubscriberRegistry) -> Verdict:
    """No transaction is open while the operator is asked."""
    phone = identity.primary_phone(binding.account)
    if phone is None:
        return Verdict.UNKNOWN
    try:
        data = as_subscriber(binding.account, phone)
    except Refusal:  # an organisation, or nobody's number: there is nothing to ask
        return Verdict.MATCH
    answer = registry.ask(
        phone=data.phone,
        citizen_id=data.citizen_id,
        full_name=data.full_name,
        born_on=data.born_on,
        reference=f"recheck-{binding.row_key}",
    )
    SubscriberCheck.objects.create(
        subject_bi=number_fingerprint(data.citizen_id),
        phone_bi=bytes(binding.phone_bi),
        verdict=answer.verdict.value,
        operator=answer.operator[:40],
        purpose=PURPOSE,
    )
    journal.record(
        "accounts.phone.rechecked",
        subject=f"account:{binding.account_id}",
        facts={"verdict": answer.verdict.value, "hint": sim_hints.offered(answer)},
    )
    return answer.verdict


def _active(binding: PhoneBinding) -> "QuerySet[PhoneBinding]":
    return PhoneBinding.objects.filter(pk=binding.pk, status=PhoneBinding.Status.ACTIVE)


@transaction.atomic
def _freeze(binding: PhoneBinding) -> None:
    """The phone opens nothing any more; the owner is told by e-mail, and proves a phone at the desk."""
    if not freeze_phone(binding):
        return
    email = emails.email_of(binding.account)
    if email is not None:
        said = letters.phone_frozen()
        mailing.enqueue(
            to=email,
            subject=said.subject,
            text=said.text,
            purpose="phone_frozen",
            dedupe_key=f"phone_frozen:{binding.row_key}",
        )
