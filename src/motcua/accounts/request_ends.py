"""The end of an assisted request: what was prepared at the desk is done, and the one-time password leaves."""

from django.db import transaction

from motcua.accounts import evidence, passcodes, recovery
from motcua.accounts.application_rows import NotReady
from motcua.accounts.models import Account, AssistApplication, TempCredential
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.notices import public_host
from motcua.accounts.sealed_data import PersonData, phone_fingerprint
from motcua.kernel.phone import Phone
from motcua.outbox import sending, texts


def close(application: AssistApplication, account: Account, verdict: str, operator: str) -> None:
    """In the transaction that did it. Raises NotReady when the request ended otherwise meanwhile."""
    won = AssistApplication.objects.filter(pk=application.pk, status=AssistApplication.Status.OTP_OK).update(
        status=AssistApplication.Status.CREATED,
        account=account,
        verdict=verdict,
        operator=operator[:40],
        last_act_at=ClockTimestamp(),
    )
    if not won:
        raise NotReady
    evidence.keep_after_creation(application)


def give_password(
    account: Account, application: AssistApplication | None, phone: Phone, one_time: str, hashed: str
) -> None:
    """Never shown to staff, never logged: only its hash is kept, and the sealed text until it is sent."""
    TempCredential.objects.filter(account=account, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=ClockTimestamp()
    )
    temporary = TempCredential.objects.create(account=account, application=application, password=hashed)
    sending.enqueue(
        to=phone,
        text=texts.one_time_password(one_time, host=public_host()),
        purpose="one_time_password",
        dedupe_key=f"one_time_password:{temporary.pk}",
        unit_code=account.vouching_unit_code,
    )


def forgive(account: Account, data: PersonData) -> None:
    """Proofing at the desk starts the count of wrong codes anew, once it is committed (threats L2)."""
    subjects = [
        *(bytes(number) for number in account.person.documents.values_list("number_bi", flat=True)),
        recovery.subject_of(account),
    ]
    transaction.on_commit(lambda: passcodes.forgive(subjects, phone_fingerprint(data.phone)))
