"""Đồng bộ lên Cổng DVCQG: what is owed there is told in order, until it was told or somebody gave it up."""

import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from motcua import journal
from motcua.desk import database_rules, national_owing, national_telling
from motcua.desk.models import Dossier, NationalSync
from motcua.desk.moving import reason_of
from motcua.desk.ports_national import NationalRefused, NationalRegister, NationalSilent
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import errands
from motcua.outbox.clock import DbClock

TELL: Final = national_owing.TELL

#: Longer than the slowest answer to both questions of one line.
LEASE: Final = timedelta(seconds=120)
_BUSY: Final = 10
_FIRST_PAUSE, _LONGEST_PAUSE = 15, 600
_LONGEST_WORDS: Final = 500
_LONG_NUMBER: Final = re.compile(r"[0-9](?:[ .-]?[0-9]){8,}")
_UNSETTLED: Final = (NationalSync.State.OWED, NationalSync.State.REFUSED)


class SyncSettled(Refusal):
    code = "sync_settled"
    status = 409
    message = "Lượt đồng bộ này đã được gửi hoặc đã thôi gửi. Đề nghị ông/bà tải lại danh sách."


class SyncInHand(Refusal):
    code = "sync_in_hand"
    status = 409
    message = "Lượt đồng bộ này đang được gửi. Đề nghị ông/bà thử lại sau ít phút."


def tell(data: Mapping[str, errands.Fact], *, register: NationalRegister) -> None:
    """Handler of TELL: everything the dossier owes, the oldest first, until it is told or something is in the way."""
    dossier = Dossier.objects.only("pk").get(public_id=uuid.UUID(str(data["dossier"])))
    while (owed := _claim(dossier.pk)) is not None:
        if not _told(owed, register):
            return


def send_again(*, authority: Authority, sync_id: uuid.UUID) -> NationalSync:
    """Somebody put right what was refused, or will not wait. Raises NotFound, SyncSettled, NotAuthorised."""
    with database_rules.spoken(), transaction.atomic():
        row = _held(authority, sync_id)
        NationalSync.objects.filter(pk=row.pk).update(state=NationalSync.State.OWED)
        national_owing.promise(row.dossier.public_id, uuid.uuid4().hex)
        journal.record(
            "desk.sync.sent_again",
            subject=f"dossier:{row.dossier.public_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
        )
    return row


def drop(*, authority: Authority, sync_id: uuid.UUID, reason: str) -> NationalSync:
    """It will never be told: what comes after it goes on. Raises NotFound, SyncSettled, SyncInHand, ReasonWanted."""
    words = reason_of(reason)
    with database_rules.spoken(), transaction.atomic():
        row = _held(authority, sync_id)
        if row.lease is not None:
            raise SyncInHand
        NationalSync.objects.filter(pk=row.pk).update(
            state=NationalSync.State.DROPPED,
            dropped_at=DbClock(),
            dropped_by=authority.subject,
            dropped_reason=words,
        )
        national_owing.promise(row.dossier.public_id, uuid.uuid4().hex)
        journal.record(
            "desk.sync.dropped",
            subject=f"dossier:{row.dossier.public_id}",
            actor=authority.subject,
            unit_code=authority.unit_code,
        )
    return row


@transaction.atomic(durable=True)
def _claim(dossier_pk: int) -> NationalSync | None:
    """The oldest line that is not settled, held; None when there is none, or when a person must act first.

    Raises TryLater while another worker has it.
    """
    row = (
        NationalSync.objects.filter(dossier_id=dossier_pk, state__in=_UNSETTLED)
        .order_by("id")
        .select_for_update(of=("self",))
        .first()
    )
    if row is None or row.state == NationalSync.State.REFUSED:
        return None
    lease = uuid.uuid4()
    free = Q(lease=None) | Q(lease_until__lte=DbClock())
    taken = NationalSync.objects.filter(free, pk=row.pk).update(
        lease=lease, lease_until=DbClock() + LEASE, tries=F("tries") + 1
    )
    if not taken:
        raise errands.TryLater(_BUSY)
    row.lease, row.tries = lease, row.tries + 1
    return row


def _told(row: NationalSync, register: NationalRegister) -> bool:
    """Whether the next line may follow. No transaction is open while Cổng DVCQG is asked."""
    dossier, step = national_telling.facts_of(row)
    try:
        register.tell_dossier(dossier, known=_is_known(row, dossier.code, register))
        register.tell_step(step)
    except NationalSilent as silent:
        _settle(row)
        raise errands.Silence(_pause(row.tries)) from silent
    except NationalRefused as no:
        _settle(
            row,
            state=NationalSync.State.REFUSED,
            refused_at=DbClock(),
            refused_code=no.code[:40] or "?",
            refused_words=_LONG_NUMBER.sub("•••", no.words)[:_LONGEST_WORDS],
        )
        journal.record("desk.sync.refused", subject=f"dossier:{row.dossier.public_id}")
        return False
    _settle(row, state=NationalSync.State.TOLD, told_at=DbClock(), refused_at=None, refused_words="")
    return True


def _is_known(row: NationalSync, code: str, register: NationalRegister) -> bool:
    """Told before; where an answer may have been lost on the way, Cổng DVCQG itself is asked."""
    others = NationalSync.objects.filter(dossier_id=row.dossier_id).exclude(pk=row.pk)
    if others.filter(state=NationalSync.State.TOLD).exists():
        return True
    tried_before = row.tries > 1 or others.filter(tries__gt=0).exists()
    return tried_before and register.knows(code)


def _settle(row: NationalSync, **columns: object) -> None:
    """A worker whose lease ran out changes nothing."""
    NationalSync.objects.filter(pk=row.pk, lease=row.lease).update(lease=None, lease_until=None, **columns)


def _pause(tries: int) -> int:
    return min(_LONGEST_PAUSE, _FIRST_PAUSE << min(tries - 1, 10))


def _held(authority: Authority, sync_id: uuid.UUID) -> NationalSync:
    authority.require(Power.CONNECT_SYSTEMS)
    row = (
        NationalSync.objects.select_related("dossier")
        .filter(public_id=sync_id, dossier__unit_id__in=(authority.unit_id, *authority.subtree))
        .select_for_update(of=("self",))
        .first()
    )
    if row is None:
        raise NotFound
    if row.state not in _UNSETTLED:
        raise SyncSettled
    return row
