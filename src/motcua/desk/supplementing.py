"""Bổ sung: the papers that form 02 asked for are handed in, and the work goes on."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from motcua.desk import deliveries, moving, running_clock
from motcua.desk.models import Dossier, DossierComponent, Notice
from motcua.desk.moving import move, note, require_state
from motcua.desk.states import State
from motcua.desk.submission import How
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal

_MOST_COPIES = 999


class SupplementIncomplete(Refusal):
    code = "supplement_incomplete"
    message = (
        "Chưa nhận đủ giấy tờ ghi trên phiếu yêu cầu bổ sung (còn thiếu: {names}). "
        "Đề nghị ông/bà nhận đủ, vì mỗi hồ sơ chỉ yêu cầu bổ sung một lần."
    )


@dataclass(frozen=True, slots=True)
class Handed:
    """One paper of the supplement; ``name`` is the notice's line it answers."""

    name: str
    how: How
    originals: int = 0
    copies: int = 0
    file: StoredFile | None = None


def receive_supplement(
    *, authority: Authority, dossier_id: uuid.UUID, papers: Sequence[Handed], now: datetime
) -> Dossier:
    """Everything that was asked for, at once; the clock goes on as the procedure says.

    Raises SupplementIncomplete, NotInThisState, NotFound, NotAuthorised.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.SUPPLEMENT)
        moving.require_received_here(dossier, authority)
        complete(dossier, papers, now)
        note(
            dossier,
            "supplement_received",
            "Nhận đủ giấy tờ bổ sung.",
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=State.SUPPLEMENT,
        )
        deliveries.promise_moved(dossier)
        return dossier


def asked_for(dossier: Dossier) -> list[dict[str, str]]:
    """The lines of form 02: {"name", "what"}."""
    notice = Notice.objects.filter(dossier=dossier, kind=Notice.Kind.SUPPLEMENT).first()
    return list(notice.items) if notice else []


def complete(dossier: Dossier, papers: Sequence[Handed], now: datetime) -> None:
    """Write the papers down and let the clock go on. Inside the caller's transaction, which holds the dossier."""
    wanted = [line["name"] for line in asked_for(dossier)]
    given = {paper.name for paper in papers if paper.how != How.NONE}
    if lacking := [name for name in wanted if name not in given]:
        raise SupplementIncomplete(names="; ".join(lacking))
    _add(dossier, papers)
    Notice.objects.filter(dossier=dossier, kind=Notice.Kind.SUPPLEMENT, answered_at=None).update(
        answered_at=now
    )
    move(dossier, State.PROCESSING, **running_clock.resumed(dossier, now, after_supplement=True))
    deliveries.promise_supplement(dossier)


@dataclass(frozen=True, slots=True)
class Version:
    """One paper of the checklist as it is shown: what was handed in later stands before what it takes the place of."""

    line: DossierComponent
    newest: bool
    #: There is another one of the same paper.
    several: bool


def in_versions(lines: Iterable[DossierComponent]) -> list[Version]:
    """In the order of the checklist, each paper's newest first and its older ones right after it; asks nothing."""
    by_name: dict[str, list[DossierComponent]] = {}
    for line in sorted(lines, key=lambda one: one.order):
        by_name.setdefault(line.name, []).append(line)
    return [
        Version(line, newest=nth == 0, several=len(same) > 1)
        for same in map(_newest_first, by_name.values())
        for nth, line in enumerate(same)
    ]


def _newest_first(same: list[DossierComponent]) -> list[DossierComponent]:
    """Lines of one name that were all handed in at reception are different papers: they keep their order."""
    later = [line for line in same if line.supplement]
    return [*reversed(later), *(line for line in same if not line.supplement)]


def _add(dossier: Dossier, papers: Sequence[Handed]) -> None:
    last = DossierComponent.objects.filter(dossier=dossier).aggregate(last=Max("order"))["last"] or 0
    by_name = dict(dossier.procedure.components.values_list("name", "type_code"))
    lines = [
        _line(dossier, order, paper, by_name.get(paper.name, ""))
        for order, paper in enumerate((p for p in papers if p.how != How.NONE), start=last + 1)
    ]
    DossierComponent.objects.bulk_create(lines)
    for line in lines:
        if line.file is not None:
            keeping.keep_until(line.file, dossier.arrived_at + deliveries.COMPONENTS_KEPT_FOR)


def _line(dossier: Dossier, order: int, paper: Handed, type_code: str) -> DossierComponent:
    whole = (paper.how == How.UPLOADED) == (paper.file is not None) and paper.how != How.VAULT
    if not whole or not all(0 <= count <= _MOST_COPIES for count in (paper.originals, paper.copies)):
        raise SupplementIncomplete(names=paper.name)
    name = plain_text.clean(paper.name, max_length=300)
    return DossierComponent(
        dossier=dossier,
        order=order,
        name=name,
        type_code=type_code or "giay-to-bo-sung",
        how=paper.how,
        originals=paper.originals,
        copies=paper.copies,
        file=paper.file,
        supplement=True,
    )
