"""Letters leave by e-mail: promised with the caller's transaction, claimed in a short one, sent in none."""

import logging
import uuid
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from motcua.kernel.email_address import EmailAddress, InvalidEmail
from motcua.kernel.sealing import SealBroken
from motcua.kernel.training_stamp import STAMP
from motcua.outbox.clock import DbClock
from motcua.outbox.models import Letter
from motcua.outbox.ports import EmailGateway, LetterRejected, MailServerBusy
from motcua.outbox.sending import LAST_MOMENT, MAX_ATTEMPTS, pause

log = logging.getLogger(__name__)

#: A mail server is given 20 s; a worker that died holds its letter no longer than this.
LEASE: Final = timedelta(seconds=60)
_LONGEST_WAIT: Final = 300
_LONGEST_WAIT_OF_A_CODE: Final = 15


class UnsafeSubject(ValueError):
    """A line break in a subject would start a header of somebody else's choosing."""


def enqueue(
    *,
    to: EmailAddress,
    subject: str,
    text: str,
    purpose: str,
    dedupe_key: str,
    expires_at: datetime | None = None,
) -> Letter:
    """Promise one letter, with the caller's transaction: it leaves if that commits.

    The same ``dedupe_key`` (ids, never an address) again gives the letter already promised. A letter that
    expires holds a code: it is never sent late. E-mail wakes nobody, so there are no quiet hours.
    """
    if not subject.isprintable():
        raise UnsafeSubject
    if settings.TRAINING:
        subject, text = f"[{STAMP}] {subject}", f"{STAMP}: thư của lớp tập huấn.\n\n{text}"
    reference = uuid.uuid4()
    row = str(reference)
    Letter.objects.bulk_create(
        [
            Letter(
                kind=Letter.Kind.NOTICE if expires_at is None else Letter.Kind.CODE,
                purpose=purpose,
                reference=reference,
                dedupe_key=dedupe_key,
                to_sealed=settings.KEYRING.seal("outbox.letter_to", row, to.value),
                to_bi=settings.KEYRING.mac("email-index", to.value),
                to_masked=to.masked,
                subject_sealed=settings.KEYRING.seal("outbox.subject", row, subject),
                body_sealed=settings.KEYRING.seal("outbox.letter", row, text),
                created_at=DbClock(),
                not_before=DbClock(),
                expires_at=expires_at,
            )
        ],
        ignore_conflicts=True,
    )
    return Letter.objects.get(dedupe_key=dedupe_key)


def send_due(*, gateway: EmailGateway, limit: int = 20) -> int:
    """Send what is due, codes first; returns how many the mail server took.

    Called with no transaction open. A server that is busy ends the round: the others would only wait on it.
    """
    _expire()
    sent = 0
    for _ in range(limit):
        letter = _claim()
        if letter is None:
            break
        # No transaction is open here: a slow server must hold neither locks nor a snapshot.
        outcome = _send(letter, gateway)
        sent += outcome is _Outcome.TAKEN
        if outcome is _Outcome.BUSY:
            break
    return sent


class _Outcome(Enum):
    TAKEN = auto()
    BUSY = auto()
    OVER = auto()


@transaction.atomic(durable=True)
def _claim() -> Letter | None:
    """Take the next due letter for one lease. A row whose lease ran out is due again."""
    letter = (
        Letter.objects.filter(_is_due(), ~_is_too_late())
        .order_by("kind", "not_before", "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if letter is None:
        return None
    letter.lease = uuid.uuid4()
    letter.attempts += 1
    Letter.objects.filter(pk=letter.pk).update(
        state=Letter.State.SENDING,
        lease=letter.lease,
        lease_until=DbClock() + LEASE,
        attempts=letter.attempts,
    )
    return letter


def _send(letter: Letter, gateway: EmailGateway) -> _Outcome:
    if not _held(letter).filter(~_is_too_late()).exists():
        _finish(letter, state=Letter.State.EXPIRED)
        return _Outcome.OVER
    row = str(letter.reference)
    try:
        receipt = gateway.send(
            to=EmailAddress.parse(settings.KEYRING.open("outbox.letter_to", row, letter.to_sealed)),
            subject=settings.KEYRING.open("outbox.subject", row, letter.subject_sealed or b""),
            text=settings.KEYRING.open("outbox.letter", row, letter.body_sealed or b""),
            reference=row,
        )
    except LetterRejected:
        _finish(letter, state=Letter.State.FAILED, failure="rejected")
        return _Outcome.OVER
    except (SealBroken, InvalidEmail):
        log.error("outbox.unreadable", extra={"reference": row})
        _finish(letter, state=Letter.State.FAILED, failure="unreadable")
        return _Outcome.OVER
    except MailServerBusy:
        _try_later(letter, failure="server_busy")
        return _Outcome.BUSY
    except Exception as broken:
        # Our bug or theirs: one letter must not stop the others. Its words may hold an address: log the type.
        log.error("outbox.gateway_broken", extra={"kind": type(broken).__name__, "reference": row})
        _try_later(letter, failure="gateway_broken")
        return _Outcome.OVER
    _finish(letter, state=Letter.State.SENT, server_receipt=receipt[:100], sent_at=DbClock())
    return _Outcome.TAKEN


def _expire() -> None:
    """What is too late is over, and what it said is erased."""
    Letter.objects.filter(
        Q(state=Letter.State.WAITING) | Q(state=Letter.State.SENDING, lease_until__lte=DbClock()),
        _is_too_late(),
    ).update(state=Letter.State.EXPIRED, subject_sealed=None, body_sealed=None, lease=None, lease_until=None)


def _finish(letter: Letter, **changes: object) -> None:
    """A worker whose lease ran out changes nothing."""
    _held(letter).update(subject_sealed=None, body_sealed=None, lease=None, lease_until=None, **changes)


def _try_later(letter: Letter, *, failure: str) -> None:
    if letter.attempts >= MAX_ATTEMPTS:
        _finish(letter, state=Letter.State.FAILED, failure=failure)
        return
    longest = _LONGEST_WAIT_OF_A_CODE if letter.kind == Letter.Kind.CODE else _LONGEST_WAIT
    _held(letter).update(
        state=Letter.State.WAITING,
        lease=None,
        lease_until=None,
        failure=failure,
        not_before=DbClock() + pause(letter.attempts, longest=longest),
    )


def _held(letter: Letter) -> QuerySet[Letter]:
    return Letter.objects.filter(pk=letter.pk, lease=letter.lease)


def _is_due() -> Q:
    return Q(state=Letter.State.WAITING, not_before__lte=DbClock()) | Q(
        state=Letter.State.SENDING, lease_until__lte=DbClock()
    )


def _is_too_late() -> Q:
    return Q(expires_at__isnull=False, expires_at__lte=DbClock() + LAST_MOMENT)
