"""Vé giữ tệp: the sealed word in a hidden box by which one open form finds again the file it sent."""

import hmac
import uuid

from django.conf import settings

from motcua.files.models import StoredFile


def ticket_for(stored: StoredFile, *, holder: str, form: str) -> str:
    """``holder``: who sent the file; ``form``: the form or request it was sent with. Good there and nowhere else."""
    return f"{stored.public_id}.{_seal(stored.purpose, holder, form, stored.public_id)}"


def redeem(ticket: str, *, purpose: str, holder: str, form: str) -> StoredFile | None:
    """The file behind a ticket of this form; None for every other word, and for a file that is gone."""
    name, _, seal = ticket.partition(".")
    try:
        public_id = uuid.UUID(name)
    except ValueError:
        return None
    if not hmac.compare_digest(
        seal.encode("utf-8", "replace"), _seal(purpose, holder, form, public_id).encode()
    ):
        return None
    return StoredFile.objects.filter(public_id=public_id, purpose=purpose, purged_at=None).first()


def _seal(purpose: str, holder: str, form: str, public_id: uuid.UUID) -> str:
    mark: bytes = settings.KEYRING.mac("files.ticket", purpose, holder, form, public_id.bytes)
    return mark.hex()
