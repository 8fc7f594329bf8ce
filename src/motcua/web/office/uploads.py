"""Files on their way into a request: counted, checked, kept; a good file survives a mistake in another box."""

import hmac
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.web.outside import antivirus

_KEPT = "office-kept-scan"


def take(
    authority: Authority,
    given: "UploadedFile[Any]",
    *,
    request_id: uuid.UUID | None,
    purpose: str,
    until: datetime,
) -> StoredFile:
    """Check outside any transaction, then keep. Raises FileRefused with its reason, TooManyAttempts (L16)."""
    wants: list[tuple[Quota, str]] = [(Quota.UPLOADS_BY_OFFICER, authority.subject)]
    if request_id is not None:
        wants.append((Quota.UPLOADS_TO_APPLICATION, str(request_id)))
    spending.spend(*wants)
    checked = keeping.check(given.read(), name=given.name or "", antivirus=antivirus())
    with transaction.atomic():
        return keeping.keep_checked(checked, purpose=purpose, purge_after=until)


def ticket_for(authority: Authority, stored: StoredFile | None) -> str:
    """What the hidden box carries: the file's id, good in this officer's hands only."""
    return f"{stored.public_id}.{_mark(authority, str(stored.public_id))}" if stored else ""


def kept(authority: Authority, ticket: str) -> StoredFile | None:
    """The file behind a ticket, or None for anything that is not ours."""
    public_id, _, mark = ticket.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(authority, public_id).encode()):
        return None
    return keeping.find(uuid.UUID(public_id), "ID_SCAN")


def shown_size(stored: StoredFile) -> str:
    """E.g. "1,4 MB"."""
    mega = stored.size / 1_048_576
    return f"{mega:.1f} MB".replace(".", ",") if mega >= 1 else f"{max(1, round(stored.size / 1024))} KB"


def _mark(authority: Authority, public_id: str) -> str:
    mark: bytes = settings.KEYRING.mac(_KEPT, authority.subject, public_id)
    return mark.hex()
