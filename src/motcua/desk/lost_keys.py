"""What is owed under a receipt whose key the portal lost since: the portal is asked anew about the same owner.

The portal believes nothing that a lost key signed, however long ago, and papers and results follow a reception for
days. The number is kept with the check, so nobody at the counter has to do anything.
"""

from typing import Protocol

from django.utils import timezone

from motcua import journal
from motcua.desk import asking, portal_keys, receipts
from motcua.desk.models import AccountCheck, Dossier
from motcua.desk.ports import PURPOSE_RECEPTION, AccountRegistry, Found, PortalUnavailable, Unknown


class ReceiptOf(Protocol):
    """What is shown to the portal for a dossier's check."""

    def __call__(self, check: AccountCheck, dossier: Dossier) -> str: ...


def as_kept(check: AccountCheck, dossier: Dossier) -> str:
    """The receipt that the dossier was received with."""
    return check.receipt


def receipt_of(check: AccountCheck, dossier: Dossier, *, registry: AccountRegistry) -> str:
    """The kept receipt; a new one when its key is lost and the portal still finds the same owner.

    Outside any transaction. Raises PortalUnavailable.
    """
    kid = receipts.kid_of(check.receipt)
    if not kid or all(one.kid != kid or not one.lost for one in portal_keys.source().known(kid)):
        return check.receipt
    number, old_number = asking.number_of(check)
    answer = registry.check(
        number=number,
        old_number=old_number,
        purpose=PURPOSE_RECEPTION,
        asked_by=check.officer_subject or dossier.received_by,
        unit_code=check.unit_code,
        reference=str(check.public_id),
    )
    if isinstance(answer, Unknown):
        raise PortalUnavailable
    if not isinstance(answer, Found) or not _is_the_same(answer, check):
        return check.receipt  # refused by the portal: seen by people in the list of what stays owed
    journal.record("desk.check.asked_anew", subject=f"dossier:{dossier.public_id}")
    return answer.receipt


def _is_the_same(answer: Found, check: AccountCheck) -> bool:
    try:
        return receipts.of_the_portal(answer.receipt, now=timezone.now()).subject == check.subject
    except receipts.ReceiptNotTrusted:
        return False
