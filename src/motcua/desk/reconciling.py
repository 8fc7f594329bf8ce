"""Đối soát: each day what the desk owed the portal is compared with what the portal says arrived there."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from motcua import journal
from motcua.desk import deliveries, owner_deliveries
from motcua.desk.models import (
    Difference,
    Dossier,
    DossierComponent,
    OwnerCorrection,
    Reconciliation,
    Result,
)
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_ledger import Owed, PortalLedger, digest_of
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import errands
from motcua.outbox.clock import DbClock
from motcua.outbox.models import Errand

#: Which errands bring what.
KIND_OF: Final[Mapping[str, Owed]] = {
    deliveries.TELL: Owed.NOTICES,
    owner_deliveries.TELL_OWNERS: Owed.NOTICES,
    deliveries.VAULT: Owed.PAPERS,
    deliveries.RESULT: Owed.RESULTS,
    owner_deliveries.MOVE: Owed.MOVES,
}
_PREFIX: Final = "desk."
#: Days that are looked at again while they differ.
_LOOKED_BACK: Final = 7
_NOWHERE: Final = {"", "not-lent", deliveries.NOT_OFFERED}


class AlreadySentAgain(Refusal):
    code = "difference_sent_again"
    status = 409
    message = "Chênh lệch này đã được gửi lại hoặc đã khớp. Đề nghị ông/bà tải lại trang."


class NothingToSend(Refusal):
    code = "difference_nothing_to_send"
    status = 409
    message = "Một cửa không có gì để gửi lại cho chênh lệch này. Đề nghị báo quản trị Cổng kiểm tra."


@dataclass(frozen=True, slots=True)
class _Thing:
    """One thing that an errand brings."""

    key: str
    errand: Errand
    dossier_id: int | None


def reconcile_due(ledger: PortalLedger, *, today: date | None = None) -> int:
    """Yesterday, and days that still differ; returns how many days were compared. A silent portal is asked later."""
    now = today or timezone.localdate()
    days = [now - timedelta(days=back) for back in range(1, _LOOKED_BACK + 1)]
    differs = Difference.objects.filter(reconciliation=OuterRef("pk"), settled_at=None)
    agreed = set(Reconciliation.objects.filter(~Exists(differs), day__in=days).values_list("day", flat=True))
    begun = Errand.objects.filter(kind__in=KIND_OF).order_by("created_at").first()
    first = timezone.localtime(begun.created_at).date() if begun else now
    compared = 0
    for day in days:
        if day in agreed or day < first:
            continue
        try:
            reconcile(day, ledger)
        except PortalUnavailable:
            break
        compared += 1
    return compared


def reconcile(day: date, ledger: PortalLedger) -> Reconciliation:
    """Compare one day. Raises PortalUnavailable. No transaction is open while the portal is asked."""
    done, given_up, still_open = _things(day)
    theirs = ledger.digest(day=day)
    missing: dict[Owed, list[_Thing]] = {kind: [] for kind in Owed}
    unknown: dict[Owed, list[str]] = {kind: [] for kind in Owed}
    if any(digest_of(done[kind]) != theirs[kind] for kind in Owed):
        arrived = ledger.arrived(day=day)
        for kind in Owed:
            absent = ledger.missing(kind=kind, keys=sorted(done[kind])) if done[kind] else ()
            missing[kind] = [done[kind][key] for key in absent]
            unknown[kind] = _not_ours(kind, [key for key in arrived[kind] if key not in done[kind]])
    counts = {
        kind.value: {
            "owed": len(done[kind]) + len(given_up[kind]) + still_open[kind],
            "arrived": len(done[kind]),
            "portal": theirs[kind].count,
            "open": still_open[kind],
        }
        for kind in Owed
    }
    return _keep(day, counts, missing, given_up, unknown)


def send_again(*, authority: Authority, difference_id: uuid.UUID) -> Difference:
    """Promise once more what did not arrive. Raises NotFound, AlreadySentAgain, NothingToSend, NotAuthorised."""
    authority.require(Power.CONNECT_SYSTEMS)
    with transaction.atomic():
        row = (
            Difference.objects.filter(public_id=difference_id)
            .filter(dossier__unit_id__in=(authority.unit_id, *authority.subtree))
            .select_for_update(of=("self",))
            .first()
        )
        if row is None:
            raise NotFound
        if row.settled_at is not None or row.sent_again_at is not None:
            raise AlreadySentAgain
        if not row.errand_kind or row.why == Difference.Why.UNKNOWN:
            raise NothingToSend
        errands.promise(
            row.errand_kind,
            f"{_again(row)}:{Errand.objects.filter(key__startswith=_again(row)).count() + 1}",
            {**row.errand_data, "again": True},
        )
        Difference.objects.filter(pk=row.pk).update(sent_again_at=DbClock(), sent_again_by=authority.subject)
        journal.record(
            "desk.difference.sent_again",
            subject=f"dossier:{row.dossier.public_id}" if row.dossier else "room:desk",
            actor=authority.subject,
            unit_code=authority.unit_code,
            facts={"kind": row.kind},
        )
    return row


_ByKind = Mapping[Owed, dict[str, _Thing]]


def _things(day: date) -> tuple[_ByKind, Mapping[Owed, list[_Thing]], Mapping[Owed, int]]:
    """What was brought on this day; what was promised on it and given up; how much of it is still under way."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = begins + timedelta(days=1)
    ours = Errand.objects.filter(kind__in=KIND_OF).order_by("id")
    done: dict[Owed, dict[str, _Thing]] = {kind: {} for kind in Owed}
    for errand in ours.filter(state=Errand.State.DONE, done_at__gte=begins, done_at__lt=ends):
        for thing in _brought(errand):
            done[KIND_OF[errand.kind]].setdefault(thing.key, thing)
    given_up: dict[Owed, list[_Thing]] = {kind: [] for kind in Owed}
    for errand in ours.filter(state=Errand.State.DEAD, created_at__gte=begins, created_at__lt=ends):
        dossier = _dossier_of(errand)
        given_up[KIND_OF[errand.kind]].append(_Thing(errand.key, errand, dossier.pk if dossier else None))
    open_ones = ours.filter(
        state__in=[Errand.State.WAITING, Errand.State.RUNNING], created_at__gte=begins, created_at__lt=ends
    )
    still_open = dict.fromkeys(Owed, 0)
    for kind in open_ones.values_list("kind", flat=True):
        still_open[KIND_OF[kind]] += 1
    return done, given_up, still_open


def _dossier_of(errand: Errand) -> Dossier | None:
    if "dossier" in errand.data:
        return Dossier.objects.filter(public_id=uuid.UUID(str(errand.data["dossier"]))).first()
    found = OwnerCorrection.objects.filter(public_id=uuid.UUID(str(errand.data["correction"])))
    correction = found.select_related("dossier").first()
    return correction.dossier if correction else None


def _brought(errand: Errand) -> list[_Thing]:
    """By their keys at the portal."""
    dossier = _dossier_of(errand)
    if dossier is None:
        return []
    return [_Thing(key, errand, dossier.pk) for key in _keys_of(errand, dossier)]


def _keys_of(errand: Errand, dossier: Dossier) -> list[str]:
    match KIND_OF[errand.kind]:
        case Owed.NOTICES:
            return [_notice_key(errand)] if dossier.owner_subject else []
        case Owed.PAPERS:
            lines = DossierComponent.objects.filter(dossier=dossier, how=DossierComponent.How.UPLOADED)
            orders = lines.exclude(delivered_as__in=_NOWHERE).values_list("order", flat=True)
            return [f"{dossier.public_id}:{order}" for order in orders]
        case Owed.RESULTS:
            results = Result.objects.filter(dossier=dossier).exclude(delivered_as__in=_NOWHERE)
            ids = results.values_list("public_id", flat=True)
            return [f"{dossier.public_id}:result:{public_id}" for public_id in ids]
        case Owed.MOVES:
            lines = DossierComponent.objects.filter(dossier=dossier, how=DossierComponent.How.UPLOADED)
            lie = [*lines.values_list("delivered_as", flat=True)]
            lie += Result.objects.filter(dossier=dossier).values_list("delivered_as", flat=True)
            return [paper for paper in lie if paper not in _NOWHERE]


def _notice_key(errand: Errand) -> str:
    """As ``deliveries.tell`` and ``owner_deliveries.tell_owners`` name it to the portal."""
    data = errand.data
    if errand.kind == owner_deliveries.TELL_OWNERS:
        template = "dossier_moved_away" if data["whom"] == "from" else "dossier_moved_here"
        return f"{template}:{data['correction']}"
    version = f":{data['version']}" if "version" in data else ""
    return f"{data['template']}:{data['dossier']}{version}"


def _not_ours(kind: Owed, keys: Sequence[str]) -> list[str]:
    """Of what arrived that day, what no errand of ours ever brought: whichever day it was done on."""
    if kind is Owed.MOVES:
        known = set(
            DossierComponent.objects.filter(delivered_as__in=keys).values_list("delivered_as", flat=True)
        )
        known |= set(Result.objects.filter(delivered_as__in=keys).values_list("delivered_as", flat=True))
        return [key for key in keys if key not in known]
    return [key for key in keys if not _is_owed(key)]


def _is_owed(key: str) -> bool:
    for part in key.split(":"):
        try:
            named = uuid.UUID(part)
        except ValueError:
            continue
        if Dossier.objects.filter(public_id=named).exists():
            return True
        return OwnerCorrection.objects.filter(public_id=named).exists()
    return False


@transaction.atomic
def _keep(
    day: date,
    counts: Mapping[str, Any],
    missing: Mapping[Owed, list[_Thing]],
    given_up: Mapping[Owed, list[_Thing]],
    unknown: Mapping[Owed, list[str]],
) -> Reconciliation:
    """What differs now stands; what differed before and agrees now is settled."""
    row, _ = Reconciliation.objects.update_or_create(
        day=day, defaults={"counts": counts, "compared_at": timezone.now()}
    )
    found: set[tuple[str, str]] = set()
    for why, things in ((Difference.Why.MISSING, missing), (Difference.Why.GIVEN_UP, given_up)):
        for kind, lines in things.items():
            for thing in lines:
                found.add((kind.value, thing.key))
                _note(row, kind, thing.key, why, thing)
    for kind, keys in unknown.items():
        for key in keys:
            found.add((kind.value, key))
            _note(row, kind, key, Difference.Why.UNKNOWN, None)
    for difference in Difference.objects.filter(reconciliation=row, settled_at=None):
        _settle(difference, still=(difference.kind, difference.key) in found)
    return row


def _settle(difference: Difference, *, still: bool) -> None:
    """It agrees by now; or it was sent again to no effect, and may be sent once more."""
    again = Errand.objects.filter(key__startswith=_again(difference))
    brought = difference.why == Difference.Why.GIVEN_UP and again.filter(state=Errand.State.DONE).exists()
    mine = Difference.objects.filter(pk=difference.pk)
    if brought or not still:
        mine.update(settled_at=DbClock())
    elif not again.filter(state__in=[Errand.State.WAITING, Errand.State.RUNNING]).exists():
        mine.update(sent_again_at=None, sent_again_by="")


def _again(difference: Difference) -> str:
    return f"{_PREFIX}{difference.kind.lower()}:again:{difference.public_id}"


def _note(row: Reconciliation, kind: Owed, key: str, why: str, thing: _Thing | None) -> None:
    Difference.objects.get_or_create(
        reconciliation=row,
        kind=kind.value,
        key=key,
        defaults={
            "why": why,
            "dossier_id": thing.dossier_id if thing else None,
            "errand_kind": thing.errand.kind if thing else "",
            "errand_data": thing.errand.data if thing else {},
        },
    )
