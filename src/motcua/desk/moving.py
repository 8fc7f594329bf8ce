"""One step in a dossier's life: lock it, see that it may move, move it, write it down."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from motcua import journal
from motcua.desk import database_rules, dossiers
from motcua.desk.models import Dossier, DossierEvent
from motcua.desk.states import FOLLOWS, State
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Officer

#: Results and the opinions they rest on stay as long as the archive wants them (TT 13/2023/TT-BNV).
RESULTS_KEPT_FOR = timedelta(days=3650 * 2)
SHORTEST_REASON, LONGEST_REASON = 5, 1000

#: A dossier that somebody at the desk still works on.
OPEN = frozenset({State.RECEIVED, State.PROCESSING, State.SUPPLEMENT, State.PAYMENT})


class NotInThisState(Refusal):
    code = "dossier_not_in_this_state"
    status = 409
    message = (
        "Hồ sơ đang ở trạng thái “{state}” nên không thực hiện được việc này. Đề nghị ông/bà tải lại trang."
    )


class OwnDossier(Refusal):
    code = "own_dossier"
    status = 403
    message = "Ông/bà là chủ hồ sơ này nên không tự giải quyết. Đề nghị cán bộ khác thực hiện."


class ReasonWanted(Refusal):
    code = "reason_wanted"
    message = "Đề nghị ông/bà ghi rõ lý do (ít nhất 05 ký tự), vì nội dung này được in trên phiếu."


@contextmanager
def locked(authority: Authority, dossier_id: uuid.UUID) -> Iterator[Dossier]:
    """The dossier, seen by this officer and held until the end of the transaction that this opens.

    Of two officers the second waits, and then sees what the first has made of it. Raises NotFound, OwnDossier.
    """
    with database_rules.spoken(), transaction.atomic():
        dossier = (
            dossiers.seen_by(authority)
            .filter(public_id=dossier_id)
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if dossier is None:
            raise NotFound
        if dossier.owner_subject and dossier.owner_subject == authority.subject:
            raise OwnDossier
        yield dossier


@contextmanager
def held(dossier_pk: int) -> Iterator[Dossier]:
    """The dossier, held, for acts of others than its officers: a payment, the answer of a unit that was asked."""
    with database_rules.spoken(), transaction.atomic():
        yield (
            Dossier.objects.select_related("procedure", "process", "unit")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=dossier_pk)
        )


@contextmanager
def once(no: type[Refusal]) -> Iterator[None]:
    """What a unique row decides: the second gets this refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise no from None


def require_state(dossier: Dossier, *states: State) -> None:
    """Raises NotInThisState."""
    if State(dossier.state) not in states:
        raise NotInThisState(state=State(dossier.state).label)


def move(dossier: Dossier, to: State, **columns: object) -> str:
    """To the next state, with what changes along; the state it came from. Raises NotInThisState."""
    came_from = dossier.state
    if to not in FOLLOWS[State(came_from)]:
        raise NotInThisState(state=State(came_from).label)
    Dossier.objects.filter(pk=dossier.pk).update(state=to, version=F("version") + 1, **columns)
    dossier.refresh_from_db()
    return came_from


def note(
    dossier: Dossier, kind: str, words: str, *, by: str, unit_code: str, from_state: str = "", **facts: object
) -> None:
    """One line of history for people, one of the journal in codes."""
    DossierEvent.objects.create(
        dossier=dossier,
        kind=kind,
        from_state=from_state,
        to_state=dossier.state,
        by_subject=by,
        words=words,
        facts=facts,
    )
    journal.record(
        f"desk.dossier.{kind}",
        subject=f"dossier:{dossier.public_id}",
        actor=by,
        unit_code=unit_code,
        facts={"state": str(dossier.state)},
    )


def name_of(authority: Authority) -> str:
    """The officer's name as it stands on papers of today."""
    return Officer.objects.values_list("full_name", flat=True).get(pk=authority.officer_id)


def reason_of(raw: str) -> str:
    """A reason that says something. Raises ReasonWanted."""
    words = plain_text.clean(raw, max_length=LONGEST_REASON, lines=True)
    if len(words) < SHORTEST_REASON:
        raise ReasonWanted
    return words
