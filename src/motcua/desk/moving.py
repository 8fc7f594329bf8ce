"""One step in a dossier's life: lock it, see that it may move, move it, write it down."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from motcua import journal
from motcua.desk import acting_for_owner, database_rules, dossiers, national_owing, owner_aliases
from motcua.desk.models import Dossier, DossierComponent, DossierEvent, Hop
from motcua.desk.states import FOLLOWS, State
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
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


class FiledByOneself(OwnDossier):
    code = "dossier_filed_by_oneself"
    message = (
        "Ông/bà là người đại diện đã nộp hồ sơ này cho tổ chức nên không tự giải quyết. "
        "Đề nghị cán bộ khác thực hiện."
    )


class NotWhereItLies(Refusal):
    code = "dossier_lies_elsewhere"
    status = 409
    message = (
        "Hồ sơ đang ở đơn vị khác, nên đơn vị của ông/bà chưa thực hiện được việc này. "
        "Đề nghị chờ hồ sơ được chuyển đến."
    )


class HeldByAnother(Refusal):
    code = "dossier_held_by_another"
    status = 409
    message = (
        "Hồ sơ đang do cán bộ khác giữ. Đề nghị ông/bà chờ hồ sơ được chuyển, hoặc lãnh đạo đơn vị giao lại."
    )


class ReasonWanted(Refusal):
    code = "reason_wanted"
    message = "Đề nghị ông/bà ghi rõ lý do (ít nhất 05 ký tự), vì nội dung này được in trên phiếu."


@contextmanager
def locked(authority: Authority, dossier_id: uuid.UUID) -> Iterator[Dossier]:
    """The dossier, seen by this officer and held until the end of the transaction that this opens.

    Of two officers the second waits, and then sees what the first has made of it. Raises NotFound, NotWhereItLies,
    OwnDossier.
    """
    with database_rules.spoken(), transaction.atomic():
        dossier = (
            dossiers.seen_by(authority)
            .filter(public_id=dossier_id)
            .select_related("representation")
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if dossier is None:
            raise _why_not(authority, dossier_id)
        refuse_own(dossier, authority)
        yield dossier


def _why_not(authority: Authority, dossier_id: uuid.UUID) -> Refusal:
    """Who had it once is told that it has gone on; nobody else that it is there."""
    gone_on = dossiers.known_to(authority).filter(public_id=dossier_id).exists()
    return NotWhereItLies() if gone_on else NotFound()


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


def refuse_own(dossier: Dossier, authority: Authority) -> None:
    """Raises OwnDossier: an owner sees the own dossier as everybody does, under “Cá nhân”."""
    if owner_aliases.is_same(dossier.owner_subject, authority.subject):
        raise OwnDossier
    if is_filed_by(dossier, authority.subject):
        raise FiledByOneself


def is_own(dossier: Dossier, subject: str) -> bool:
    """Their own, or filed by them for an organisation: they do nothing about it as an officer."""
    return owner_aliases.is_any(subject, (dossier.owner_subject, *_filed_by(dossier)))


def is_filed_by(dossier: Dossier, subject: str) -> bool:
    """As the organisation's representative, when it was filed or since. A person's dossier costs no query."""
    return owner_aliases.is_any(subject, _filed_by(dossier))


def _filed_by(dossier: Dossier) -> Iterator[str]:
    right = dossier.representation if dossier.representation_id else None
    if right is not None and right.representative_subject:
        yield right.representative_subject
    elif not acting_for_owner.is_of_organisation(dossier):
        return  # of an organisation since it was put right, others may have gone on with it
    went_on = (event.facts.get("representative") for event in dossier.events.all())
    yield from (who for who in went_on if isinstance(who, str))


def lies_with(dossier: Dossier, hop: Hop | None, who: Authority) -> bool:
    """Seeing a dossier is not working on it: the unit that has it now acts. ``hop``: the open one, if there is one."""
    return who.works_for(hop.unit_id if hop else dossier.unit_id)


def in_hands_of(hop: Hop | None, who: Authority, *, or_leader: bool = False) -> bool:
    """Held by this officer, or still at its reception; ``or_leader``: a leader of the unit may as well."""
    free = hop is None or hop.accepted_by == who.subject or (hop.order == 1 and bool(hop.accepted_by))
    return free or (or_leader and who.may(Power.SIGN))


def has_turn(hop: Hop | None, who: Authority, power: Power) -> bool:
    """At a step of this power its holder; where the process has no such step, whoever has the power here."""
    return hop is None or hop.power != power or in_hands_of(hop, who)


def require_here(dossier: Dossier, authority: Authority) -> Hop | None:
    """The open hop, if there is one. Raises NotWhereItLies."""
    hop = Hop.objects.filter(dossier=dossier, left_at=None).first()
    if not lies_with(dossier, hop, authority):
        raise NotWhereItLies
    return hop


def require_holder(dossier: Dossier, authority: Authority, *, or_leader: bool = False) -> None:
    """Here, and in this officer's own hands. Raises NotWhereItLies, HeldByAnother."""
    if not in_hands_of(require_here(dossier, authority), authority, or_leader=or_leader):
        raise HeldByAnother


def require_turn(dossier: Dossier, authority: Authority, power: Power) -> None:
    """Here, and this officer's turn. Raises NotWhereItLies, HeldByAnother."""
    if not has_turn(require_here(dossier, authority), authority, power):
        raise HeldByAnother


def require_received_here(dossier: Dossier, authority: Authority) -> None:
    """What is done with the owner at the counter is done at the desk that received it. Raises NotWhereItLies."""
    if not authority.works_for(dossier.unit_id):
        raise NotWhereItLies


def move(dossier: Dossier, to: State, **columns: object) -> str:
    """To the next state, with what changes along; the state it came from. Raises NotInThisState."""
    came_from = dossier.state
    if to not in FOLLOWS[State(came_from)]:
        raise NotInThisState(state=State(came_from).label)
    Dossier.objects.filter(pk=dossier.pk).update(state=to, version=F("version") + 1, **columns)
    dossier.refresh_from_db()
    return came_from


def note(
    dossier: Dossier,
    kind: str,
    words: str,
    *,
    by: str,
    unit_code: str,
    from_state: str = "",
    **facts: object,
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
        facts={"state": str(dossier.state), **_counted(dossier, kind, facts)},
    )
    national_owing.owe(dossier)


def _counted(dossier: Dossier, kind: str, facts: Mapping[str, object]) -> dict[str, int | bool]:
    """What reports count: a filing that was accepted, and whether the work was done in time."""
    if kind == "received":
        ways = list(dossier.components.values_list("how", flat=True))
        return {
            "checked": int(dossier.account_check_id is not None),
            "reused": ways.count(DossierComponent.How.VAULT),
            "scanned": ways.count(DossierComponent.How.UPLOADED),
        }
    if kind == "digitised":
        return {"first": int(bool(facts["first"]))}
    if kind == "finished" and dossier.due_at is not None:
        return {"late": timezone.now() > dossier.due_at}
    return {}


def noted_by(dossier: Dossier, kind: str, words: str, authority: Authority, *, from_state: str = "") -> None:
    """The same, of an officer's act; without ``from_state`` the dossier stays in its state."""
    note(
        dossier,
        kind,
        words,
        by=authority.subject,
        unit_code=authority.unit_code,
        from_state=from_state or dossier.state,
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
