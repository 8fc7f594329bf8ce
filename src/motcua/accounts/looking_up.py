"""An officer asks about a number: counted, and visible to whoever it belongs to (threats L14)."""

from collections.abc import Sequence

from motcua import journal
from motcua.accounts import decoys, identity
from motcua.accounts.models import Account, LookUp
from motcua.accounts.sealed_data import Number, number_fingerprint, pseudonym
from motcua.kernel.authority import Authority
from motcua.limits import spending
from motcua.limits.quotas import Quota


def account_asked_about(authority: Authority, number: Number, purpose: str) -> Account | None:
    """The account behind the number, or None. The caller decides who may ask. Raises TooManyAttempts."""
    spending.spend((Quota.CHECKS_BY_OFFICER, authority.subject))
    account = identity.account_by_number(number)
    note(authority, number, found=account is not None, purpose=purpose)
    if account is None:
        decoys.watch(number, asked_by=authority.subject, unit=authority.unit_code)
    return account


def note(authority: Authority, number: Number, *, found: bool, purpose: str) -> None:
    """The line the owner sees, and the journal's."""
    LookUp.objects.create(
        number_bi=number_fingerprint(number),
        answer="FOUND" if found else "NOT_FOUND",
        asked_by=authority.subject,
        unit_code=authority.unit_code,
        purpose=purpose,
    )
    journal.record(
        "accounts.look_up.made",
        subject=f"number:{pseudonym('journal-number', number_fingerprint(number))}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"found": found, "purpose": purpose},
    )


def note_many(answers: Sequence[tuple[bytes, str]], *, asked_by: str, unit_code: str, purpose: str) -> None:
    """As ``note`` for many numbers, each (fingerprint, FOUND, NOT_FOUND or REVIEW); two statements for all of them."""
    LookUp.objects.bulk_create(
        LookUp(
            number_bi=mark,
            answer=answer,
            asked_by=asked_by,
            unit_code=unit_code,
            purpose=purpose,
        )
        for mark, answer in answers
    )
    journal.record_many(
        "accounts.look_up.made",
        [
            (f"number:{pseudonym('journal-number', mark)}", {"found": answer == "FOUND", "purpose": purpose})
            for mark, answer in answers
        ],
        actor=asked_by,
        unit_code=unit_code,
    )
