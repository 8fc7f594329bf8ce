"""Bằng chứng bị từ chối: the caller is not told which part was wrong; whoever looks after the machine is."""

import logging
import time
from typing import Final

from motcua import journal
from motcua.signin.proofs import ProofRefused, ProofRepeated

log = logging.getLogger(__name__)

_EVERY_SECONDS: Final = 60.0
#: system → when its last repeated proof was journalled by this process.
_told: dict[str, float] = {}


def note(no: ProofRefused, *, client_id: str) -> None:
    """Log why. Stays whatever becomes of the request: called outside a transaction.

    A used proof that comes again is what a stolen call looks like (threats T-29): it is journalled as well, once a
    minute for each system in each process, so that nobody fills the journal by replaying.
    """
    reason = str(no.details.get("why", no.code))
    log.info("signin.proof.refused", extra={"client": client_id, "reason": reason})
    if isinstance(no, ProofRepeated) and _is_due(client_id):
        journal.record("signin.proof.repeated", subject=f"client:{client_id}")


def _is_due(client_id: str) -> bool:
    now = time.monotonic()
    if now - _told.get(client_id, float("-inf")) < _EVERY_SECONDS:
        return False
    _told[client_id] = now
    return True
