"""Whose vault and whose account: what the desk brings back is the portal's own signed receipt."""

from django.conf import settings
from django.utils import timezone

from motcua.desk import receipts
from motcua.desk.ports import PortalUnavailable
from motcua.gateways import portal_line


def subject_of(receipt: str, *, late: bool = False) -> str:
    """The opaque id a receipt names. Raises ReceiptNotTrusted, PortalUnavailable while the line is down.

    ``late`` leaves the expiry aside, for what the desk owes after an outage.
    """
    if not portal_line.line_is_up():
        raise PortalUnavailable
    return receipts.verify(
        receipt,
        audience=settings.DESK_ID,
        issuer=settings.PORTAL_ISSUER,
        public_key=settings.KEYRING.receipt_key.public_key(),
        now=timezone.now(),
        late=late,
    ).subject
