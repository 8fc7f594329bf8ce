"""Files on their way into a request: counted, checked, kept; a good file survives a mistake in another box."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from motcua.files import keeping, tickets
from motcua.kernel.authority import Authority
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.web.outside import antivirus

if TYPE_CHECKING:
    from motcua.files.models import StoredFile

_SCAN = "ID_SCAN"


def take(
    authority: Authority,
    given: "UploadedFile[Any]",
    *,
    request_id: uuid.UUID | None,
    purpose: str,
    until: datetime,
) -> "StoredFile":
    """Check outside any transaction, then keep. Raises FileRefused with its reason, TooManyAttempts (L16)."""
    wants: list[tuple[Quota, str]] = [(Quota.UPLOADS_BY_OFFICER, authority.subject)]
    if request_id is not None:
        wants.append((Quota.UPLOADS_TO_APPLICATION, str(request_id)))
    spending.spend(*wants)
    checked = keeping.check(given.read(), name=given.name or "", antivirus=antivirus())
    with transaction.atomic():
        return keeping.keep_checked(checked, purpose=purpose, purge_after=until)


def take_scan(
    authority: Authority, given: "UploadedFile[Any]", *, request_id: uuid.UUID | None, until: datetime
) -> "StoredFile":
    """“Đính kèm CCCD/CMND”."""
    return take(authority, given, request_id=request_id, purpose=_SCAN, until=until)


def ticket_for(authority: Authority, stored: "StoredFile | None", form: str) -> str:
    """What the hidden box carries: good in this officer's hands, in this form or request."""
    return tickets.ticket_for(stored, holder=authority.subject, form=form) if stored else ""


def kept(authority: Authority, ticket: str, form: str) -> "StoredFile | None":
    """The scan behind a ticket, or None for anything that is not this form's."""
    return tickets.redeem(ticket, purpose=_SCAN, holder=authority.subject, form=form)


def shown_size(stored: "StoredFile") -> str:
    """E.g. "1,4 MB"."""
    mega = stored.size / 1_048_576
    return f"{mega:.1f} MB".replace(".", ",") if mega >= 1 else f"{max(1, round(stored.size / 1024))} KB"
