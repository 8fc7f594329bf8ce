"""Does this phone belong to this person? Asked of the operator, only after the phone has been proved."""

from datetime import datetime, timedelta

from motcua import journal
from motcua.accounts import operators
from motcua.accounts.models import Operator, SubscriberCheck
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.ports import SubscriberAnswer, SubscriberRegistry, Verdict
from motcua.accounts.sealed_data import PersonData, number_fingerprint, phone_fingerprint
from motcua.limits import spending
from motcua.limits.quotas import Quota


def ask(
    *,
    data: PersonData,
    purpose: str,
    session: str,
    registry: SubscriberRegistry,
    reference: str,
    officer: str = "",
) -> SubscriberAnswer:
    """The operator's answer, recorded as result and time only. No transaction may be open.

    The budget of threats L12 is spent first (TooManyAttempts) and given back when the operator does not know:
    an outage is not the citizen's doing. A wider bound that is never given back protects the operator. An
    officer's question is not counted against the citizen's day.
    """
    subject, phone = number_fingerprint(data.citizen_id), phone_fingerprint(data.phone)
    budget = (
        (Quota.OPERATOR_CHECKS_OF_PHONE, phone.hex()),
        (Quota.OPERATOR_CHECKS_OF_ID, subject.hex()),
        (Quota.OPERATOR_CHECKS_IN_SESSION, session),
    )
    if not officer:
        spending.spend(*budget, (Quota.OPERATOR_QUESTIONS_OF_PHONE, phone.hex()))
    answer = registry.ask(
        phone=data.phone,
        citizen_id=data.citizen_id,
        full_name=data.full_name,
        born_on=data.born_on,
        reference=reference,
    )
    if answer.verdict == Verdict.UNKNOWN and not officer:
        spending.refund(*budget)
    SubscriberCheck.objects.create(
        subject_bi=subject,
        phone_bi=phone,
        verdict=answer.verdict.value,
        operator=answer.operator[:40],
        purpose=purpose,
    )
    journal.record(
        "accounts.subscriber.asked",
        subject=f"reference:{reference}",
        actor=officer,
        facts={
            "verdict": answer.verdict.value,
            "purpose": purpose,
            "operator": operators.code_of(answer.operator),
        },
    )
    return answer


def matched_at(data: PersonData) -> datetime | None:
    """When the operator last said that this phone is this person's, by the database clock."""
    return (
        SubscriberCheck.objects.filter(
            subject_bi=number_fingerprint(data.citizen_id),
            phone_bi=phone_fingerprint(data.phone),
            verdict=Verdict.MATCH.value,
        )
        .order_by("-id")
        .values_list("at", flat=True)
        .first()
    )


def registry_is_silent() -> bool:
    """Whether the operators knew nothing the last three times within ten minutes: said before people start."""
    last = list(
        SubscriberCheck.objects.filter(at__gt=ClockTimestamp() - timedelta(minutes=10))
        .order_by("-id")
        .values_list("verdict", flat=True)[:3]
    )
    return len(last) == 3 and set(last) == {Verdict.UNKNOWN.value}


def hotline_of(operator: str) -> str:
    """The number that the operator's subscribers call, or empty."""
    return Operator.objects.filter(name__iexact=operator).values_list("hotline", flat=True).first() or ""
