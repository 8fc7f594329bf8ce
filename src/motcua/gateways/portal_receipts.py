"""Whose vault and whose account: what the desk brings back is the portal's own signed receipt."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from motcua.desk import portal_keys, receipts
from motcua.desk.ports import PortalUnavailable
from motcua.gateways import portal_line


def subject_of(receipt: str, *, late: bool = False, longest: timedelta | None = None) -> str:
    """The opaque id a receipt names. Raises ReceiptNotTrusted, PortalUnavailable while the line is down.

    ``late`` leaves the expiry aside, for what the desk owes after an outage; ``longest`` bounds that:
    a question is not asked with the receipt of another day.
    """
    return receipt_of(receipt, late=late, longest=longest).subject


def receipt_of(receipt: str, *, late: bool = False, longest: timedelta | None = None) -> receipts.Receipt:
    """Everything a receipt says, believed as ``subject_of`` believes it."""
    if not portal_line.line_is_up():
        raise PortalUnavailable
    return verified(receipt, late=late, longest=longest)


def verified(receipt: str, *, late: bool = False, longest: timedelta | None = None) -> receipts.Receipt:
    """The same, whatever the line to the portal in this process does."""
    now = timezone.now()
    late = late or longest is not None
    kid = receipts.kid_of(receipt)
    keys = portal_keys.not_lost(kid) if late else portal_keys.believed(kid)
    found = receipts.by_one_of(
        [key.public for key in keys],
        receipt,
        audience=settings.DESK_ID,
        issuer=settings.PORTAL_ISSUER,
        now=now,
        late=late,
    )
    if longest is not None and now - found.issued_at > longest:
        raise receipts.ReceiptNotTrusted(reason="expired")
    return found
