"""Vé xem đầy đủ: the sealed word in the hidden box of one open form, good for its officer and dossier, and for a while.

Made here and not in the browser: a word that a caller could choose would show again whenever what remembers it has
lapsed, and the owner, to whom one word is one look, would not be told.
"""

import hmac
import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings

from motcua.desk.models import Dossier
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import Refusal

#: Far shorter than a press is remembered (``revealing``), long enough to wait for a silent portal.
GOOD_FOR: Final = timedelta(minutes=30)


class PressNotGood(Refusal):
    code = "owner_reveal_press_not_good"
    status = 409
    message = "Trang xem thông tin này đã mở quá lâu. Đề nghị ông/bà mở lại trang và ghi lý do để xem."


def ticket_for(authority: Authority, dossier: Dossier, *, now: datetime) -> str:
    """For one press by this officer on this dossier."""
    name = f"{uuid.uuid4()}.{int(now.timestamp())}"
    return f"{name}.{_seal(authority, dossier, name)}"


def require_good(ticket: str, authority: Authority, dossier: Dossier, *, now: datetime) -> None:
    """Raises PressNotGood for another's, another dossier's, an old one and every other word."""
    name, _, seal = ticket.rpartition(".")
    wanted = _seal(authority, dossier, name)
    if not hmac.compare_digest(seal.encode("utf-8", "replace"), wanted.encode()):
        raise PressNotGood
    made = datetime.fromtimestamp(int(name.rpartition(".")[2]), UTC)
    if not made <= now + timedelta(seconds=1) or now - made > GOOD_FOR:
        raise PressNotGood


def _seal(authority: Authority, dossier: Dossier, name: str) -> str:
    mark: bytes = settings.KEYRING.mac(
        "desk.owner-reveal", authority.subject, dossier.public_id.bytes, name.encode("utf-8", "replace")
    )
    return mark.hex()
