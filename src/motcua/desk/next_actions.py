"""Việc tiếp theo: what this officer may do with this dossier now, and nothing else; for showing, never for deciding."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from motcua.desk import charging, digitising, handling, moving, steps
from motcua.desk.models import Charge, Dossier, HandOut, Hop, Notice, Opinion, ProcessStep, Result
from motcua.desk.moving import OPEN
from motcua.desk.states import State
from motcua.kernel.authority import Authority, Power


class Deed(StrEnum):
    """The last part of the address under which it is done."""

    ACCEPT = "nhan-xu-ly"
    DIGITISE = "so-hoa"
    HAND_OVER = "chuyen"
    SEND_BACK = "tra-lai"
    REASSIGN = "giao-lai"
    ASK_SUPPLEMENT = "yeu-cau-bo-sung"
    RECEIVE_SUPPLEMENT = "nhan-bo-sung"
    ASK_OPINION = "xin-y-kien"
    ASK_CHARGE = "yeu-cau-nop-phi"
    ATTACH = "dinh-kem-ket-qua"
    WITHDRAW_RESULT = "thu-hoi-ket-qua"
    SIGN = "ky-ket-qua"
    APOLOGISE = "hen-lai"
    HAND_OUT = "tra-ket-qua"
    REFUSE = "tu-choi"
    STOP = "dung-giai-quyet"
    WITHDRAW = "rut-ho-so"


#: What moves a dossier towards its result.
FORWARD = frozenset(
    {
        Deed.ACCEPT,
        Deed.DIGITISE,
        Deed.HAND_OVER,
        Deed.RECEIVE_SUPPLEMENT,
        Deed.ATTACH,
        Deed.SIGN,
        Deed.HAND_OUT,
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a dossier is: everything its page shows beside its papers. Eight queries, however long its life."""

    way: Sequence[ProcessStep]
    hops: Sequence[Hop]
    notices: Sequence[Notice]
    opinions: Sequence[Opinion]
    charges: Sequence[Charge]
    results: Sequence[Result]
    hand_out: HandOut | None
    missing: Sequence[str]
    #: Something lies here as paper only that should be scanned.
    on_paper: bool

    @property
    def open_hop(self) -> Hop | None:
        return next((hop for hop in self.hops if hop.left_at is None), None)

    @property
    def place(self) -> int:
        """At which of its steps the dossier is, from 1; the last one once it waits to be handed out, one more after."""
        if self.hand_out is not None:
            return len(self.way) + 1
        hop = self.open_hop
        if hop is None:
            return len(self.way) if self.hops else 1
        return next((n for n, step in enumerate(self.way, start=1) if step.order == hop.step_order), 1)

    @property
    def result(self) -> Result | None:
        return next((result for result in self.results if result.withdrawn_at is None), None)

    @property
    def owed(self) -> Sequence[Charge]:
        return [charge for charge in self.charges if charge.owed]

    def issued(self, kind: str) -> bool:
        """Whether this notice was issued; each is issued once."""
        return any(notice.kind == kind for notice in self.notices)


def standing_of(dossier: Dossier) -> Standing:
    """Read for the dossier's page."""
    way = steps.steps_of(dossier)
    hops = list(Hop.objects.select_related("unit").filter(dossier=dossier).order_by("order"))
    here = next((hop.step_order for hop in hops if hop.left_at is None), way[0].order if way else 0)
    step = next((each for each in way if each.order == here), None)
    working = dossier.state in {State.RECEIVED, State.PROCESSING}
    return Standing(
        way=way,
        hops=hops,
        notices=list(Notice.objects.filter(dossier=dossier).order_by("id")),
        opinions=list(Opinion.objects.filter(dossier=dossier).order_by("id")),
        charges=list(Charge.objects.filter(dossier=dossier).order_by("id")),
        results=list(Result.objects.select_related("signed", "draft").filter(dossier=dossier).order_by("id")),
        hand_out=HandOut.objects.filter(dossier=dossier).first(),
        on_paper=working and bool(digitising.waiting(dossier)),
        missing=steps.missing(dossier, step) if step and working else [],
    )


def next_deeds(authority: Authority, dossier: Dossier, now_at: Standing) -> list[Deed]:
    """In the order of a page: first what moves the dossier on, last what ends it."""
    if moving.is_own(dossier, authority.subject):
        return []
    state = State(dossier.state)
    deeds = [deed for deed in Deed if _may(deed, state, authority, dossier, now_at)]
    # What was handed to this unit is accepted first; then it may go on.
    return [deed for deed in deeds if deed != Deed.HAND_OVER] if Deed.ACCEPT in deeds else deeds


def _may(  # noqa: C901 - one line of law each; a table of functions would hide them
    deed: Deed, state: State, who: Authority, dossier: Dossier, now_at: Standing
) -> bool:
    working = state in {State.RECEIVED, State.PROCESSING}
    hop = now_at.open_hop
    turn = working and handling.may_act(who, dossier, hop)
    here = moving.lies_with(dossier, hop, who)
    received_here = who.works_for(dossier.unit_id)
    mine_or_led = here and moving.in_hands_of(hop, who, or_leader=True)
    result = now_at.result
    match deed:
        case Deed.ACCEPT:
            return turn and hop is not None and hop.accepted_at is None
        case Deed.DIGITISE:
            return working and received_here and who.may(Power.RECEIVE_DOSSIER) and now_at.on_paper
        case Deed.HAND_OVER:
            return turn and not now_at.missing
        case Deed.SEND_BACK:
            return turn and hop is not None and _has_step_before(now_at, hop)
        case Deed.REASSIGN:
            held = hop is not None and bool(hop.accepted_by)
            return state == State.PROCESSING and here and held and who.may(Power.SIGN)
        case Deed.ASK_SUPPLEMENT:
            asks = who.may(Power.PROCESS) or who.may(Power.RECEIVE_DOSSIER)
            return working and mine_or_led and asks and not now_at.issued(Notice.Kind.SUPPLEMENT)
        case Deed.RECEIVE_SUPPLEMENT:
            return state == State.SUPPLEMENT and received_here and who.may(Power.RECEIVE_DOSSIER)
        case Deed.ASK_OPINION:
            return working and here and who.may(Power.PROCESS)
        case Deed.ASK_CHARGE:
            asks = who.may(Power.PROCESS) or who.may(Power.RECEIVE_DOSSIER)
            return working and here and asks and bool(charging.kinds_of(dossier.procedure))
        case Deed.ATTACH:
            # Where the process has no step for it, whoever may process attaches; so it is with signing.
            may = here and moving.has_turn(hop, who, Power.PROCESS)
            return working and may and who.may(Power.PROCESS) and result is None
        case Deed.WITHDRAW_RESULT:
            decides = who.may(Power.PROCESS) or who.may(Power.SIGN)
            return working and mine_or_led and decides and result is not None and _may_undo(who, result)
        case Deed.SIGN:
            may = here and moving.has_turn(hop, who, Power.SIGN)
            return working and may and who.may(Power.SIGN) and _unsigned(result)
        case Deed.APOLOGISE:
            says = who.may(Power.PROCESS) or who.may(Power.SIGN)
            late = dossier.due_at is not None and not now_at.issued(Notice.Kind.APOLOGY)
            return working and mine_or_led and says and late
        case Deed.HAND_OUT:
            return state == State.DONE and received_here and who.may(Power.HAND_OUT)
        case Deed.REFUSE:
            says = bool(who.powers & {Power.PROCESS, Power.RECEIVE_DOSSIER, Power.SIGN})
            return (state in OPEN or state == State.NEW) and mine_or_led and says
        case Deed.STOP:
            return state in OPEN and here and who.may(Power.SIGN)
        case Deed.WITHDRAW:
            return state in OPEN and received_here and who.may(Power.RECEIVE_DOSSIER)


def _has_step_before(now_at: Standing, hop: Hop) -> bool:
    return any(1 < step.order < hop.step_order for step in now_at.way)


def _may_undo(who: Authority, result: Result) -> bool:
    return result.signed_at is None or who.may(Power.SIGN)


def _unsigned(result: Result | None) -> bool:
    return result is not None and result.signed_at is None
