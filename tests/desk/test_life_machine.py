"""A dossier's life explored at random, by several people of two units: after each act the house is in order (issue 3).

Real use cases on real PostgreSQL. Acts are tried whether or not they are allowed now; a no must be a Refusal.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.desk import lives, town
from tests.desk.lives import House, fresh, same_bytes
from tests.desk.test_gate_rules import sql
from tests.desk.town import a_unit

from motcua.desk import charging, deliveries, handling, notices, opinions, results, returning, supplementing
from motcua.desk.models import (
    Charge,
    Dossier,
    DossierEvent,
    HandOut,
    Hop,
    Notice,
    Opinion,
    ProcessStep,
    Rating,
    Result,
)
from motcua.desk.moving import OPEN
from motcua.desk.notices import Item
from motcua.desk.results import Particulars
from motcua.desk.returning import Taker
from motcua.desk.states import FOLLOWS, State
from motcua.desk.submission import How
from motcua.desk.supplementing import Handed
from motcua.files.keeping import CheckedFile
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.outbox.models import Errand
from motcua.units.models import Unit

ENDED = {State.NOT_ACCEPTED, State.WITHDRAWN, State.STOPPED, State.RETURNED}
MOVES_THE_DATE = {"apology_issued", "supplement_received", "charge_paid"}
CLERK, WORKER, HEAD, GIVER, PARENT, OTHER = range(6)
anybody = st.integers(CLERK, OTHER)
#: Mostly whoever could, now and then anybody.
mostly = {who: st.one_of(st.just(who), st.just(who), anybody) for who in range(6)}


class Life(RuleBasedStateMachine):
    """One dossier; every act is somebody's; ``seen`` counts what went through."""

    draft: ClassVar[CheckedFile]
    folder: ClassVar[Path]
    seen: ClassVar[dict[str, int]]
    bench: ClassVar[tuple[House, list[Authority]]]

    def __init__(self) -> None:
        super().__init__()
        self.house, self.people = type(self).bench
        self.dossier: Dossier
        self.history: list[int] = []
        self.due: datetime | None = None
        self.closed: list[tuple[Any, ...]] = []

    @initialize()
    def receive(self) -> None:
        self.house.portal.vault.clear()
        self.house.portal.hidden.clear()
        self.dossier = self.house.received()
        self.due = self.dossier.due_at

    # -- acts ----------------------------------------------------------------------------------------

    def attempt(self, name: str, act: Callable[..., object], who: int, **more: object) -> None:
        """Done, or refused in words; an officer is told nothing about a dossier that is not theirs."""
        self.dossier = fresh(self.dossier)
        before = self.picture()
        try:
            act(authority=self.people[who], now=timezone.now(), **more)
        except Refusal as no:
            assert no.text.endswith("."), no.code
            assert self.picture() == before, f"{name} was refused ({no.code}) and yet changed something"
            return
        type(self).seen[name] = type(self).seen.get(name, 0) + 1

    def picture(self) -> tuple[object, ...]:
        row = Dossier.objects.values_list("state", "version", "due_at", "at_unit", "at_officer").get(
            pk=self.dossier.pk
        )
        own = {"dossier": self.dossier}
        counted = [
            model.objects.filter(**own).count() for model in (Hop, Notice, Charge, Result, DossierEvent)
        ]
        return (*row, *counted)

    def mine(self, name: str, act: Callable[..., object], who: int, **more: object) -> None:
        self.attempt(name, act, who, dossier_id=self.dossier.public_id, **more)

    @rule(who=st.one_of(st.just(CLERK), st.just(WORKER), st.just(HEAD), st.just(PARENT), anybody))
    def hand_over(self, who: int) -> None:
        self.mine("hand_over", handling.hand_over, who)

    @rule(who=st.one_of(st.just(WORKER), st.just(HEAD), st.just(PARENT), anybody))
    def accept(self, who: int) -> None:
        self.mine("accept", handling.accept, who)

    @rule(who=mostly[PARENT])
    def send_back(self, who: int) -> None:
        self.mine("send_back", handling.send_back, who, reason="Sai căn cứ pháp lý")

    @rule(who=mostly[WORKER])
    def attach(self, who: int) -> None:
        self.mine("attach", results.attach, who, file=type(self).draft)

    @rule(who=mostly[WORKER])
    def withdraw_draft(self, who: int) -> None:
        self.mine("withdraw_draft", results.withdraw_draft, who, reason="Soạn lại dự thảo")

    @rule(who=st.one_of(st.just(HEAD), st.just(PARENT), anybody))
    def sign(self, who: int) -> None:
        self.mine("sign", results.sign, who, particulars=Particulars("1/QĐ"), signer=same_bytes)

    @rule(who=mostly[WORKER])
    def ask_for_papers(self, who: int) -> None:
        self.mine(
            "ask_for_papers",
            notices.ask_supplement,
            who,
            items=[Item("Đơn đề nghị", "thiếu chữ ký")],
            reason="Hồ sơ chưa hợp lệ",
            answer_by=None,
        )

    @rule(who=mostly[CLERK], name=st.sampled_from(["Đơn đề nghị", "Đơn đề nghị", "Giấy khác"]))
    def hand_in(self, who: int, name: str) -> None:
        papers = [Handed(name, How.PAPER, originals=1)]
        self.mine("hand_in", supplementing.receive_supplement, who, papers=papers)

    @rule(who=mostly[HEAD], days=st.sampled_from([-1, 3, 10]))
    def apologise(self, who: int, days: int) -> None:
        new = (fresh(self.dossier).due_at or timezone.now()) + timedelta(days=days)
        self.mine("apologise", notices.apologise, who, reason="Chờ xác minh", new_due_at=new)

    @rule(who=mostly[CLERK], wait=st.booleans(), kind=st.sampled_from(list(Charge.Kind)))
    def ask_for_money(self, who: int, wait: bool, kind: Charge.Kind) -> None:
        self.mine("ask_for_money", charging.ask, who, kind=kind, amount_vnd=10_000, wait=wait)

    @rule(who=mostly[CLERK])
    def take_money(self, who: int) -> None:
        for charge in Charge.objects.filter(dossier=self.dossier):
            self.attempt("take_money", charging.take, who, charge_id=charge.public_id, how=Charge.How.CASH)

    @rule(who=mostly[WORKER])
    def ask_an_agency(self, who: int) -> None:
        due = timezone.now() + timedelta(days=1)
        self.mine("ask_an_agency", opinions.ask, who, asked_of="Sở", content="Xin ý kiến", due_at=due)

    @rule(who=mostly[WORKER])
    def answer(self, who: int) -> None:
        for asked in Opinion.objects.filter(dossier=self.dossier):
            self.attempt("answer", opinions.answer, who, opinion_id=asked.public_id, words="Đồng ý")

    @rule(who=mostly[GIVER], relation=st.sampled_from(["", "", "Con"]))
    def hand_out(self, who: int, relation: str) -> None:
        self.mine(
            "hand_out", returning.hand_out, who, taker=Taker("Lê Văn Mẫu" if relation else "", relation)
        )

    @rule(
        luck=st.integers(0, 7), end=st.sampled_from([(WORKER, "refuse"), (HEAD, "stop"), (CLERK, "withdraw")])
    )
    def end_early(self, luck: int, end: tuple[int, str]) -> None:
        """Seldom, or no life would be long."""
        if luck == 0:
            self.mine(end[1], getattr(notices, end[1]), end[0], reason="Không thuộc thẩm quyền")

    @rule(detour=st.sampled_from(["", "papers", "back", "money", "short"]))
    def the_usual_way(self, detour: str) -> None:
        """Some steps as they should be, so that ends are reached too."""
        self.hand_over(CLERK)
        self.accept(WORKER)
        if detour == "papers":
            self.ask_for_papers(WORKER)
            self.hand_in(CLERK, "Đơn đề nghị")
        if detour == "money":
            self.ask_for_money(CLERK, True, Charge.Kind.FEE)
            self.take_money(CLERK)
        self.attach(WORKER)
        self.hand_over(WORKER)
        self.accept(PARENT)
        if detour == "back":
            self.send_back(PARENT)
            self.accept(WORKER)
            self.withdraw_draft(WORKER)
            self.attach(WORKER)
            self.hand_over(WORKER)
            self.accept(PARENT)
        if detour != "short":
            self.sign(PARENT)
            self.hand_over(PARENT)
        if detour != "money":
            self.hand_out(GIVER, "")

    @rule()
    def the_worker_runs(self) -> None:
        self.house.run_errands()

    # -- what holds after each act -------------------------------------------------------------------

    @invariant()
    def only_legal_moves(self) -> None:
        """Each change of state in the history follows the one before, and the dossier is where it ends."""
        dossier = fresh(self.dossier)
        at = State.RECEIVED
        events = list(DossierEvent.objects.filter(dossier=dossier).order_by("id"))
        ids = [event.pk for event in events]
        assert ids[: len(self.history)] == self.history, "history was rewritten"
        self.history = ids
        for event in events[1:]:
            to = State(event.to_state)
            assert to == at or to in FOLLOWS[at], (event.kind, at, to)
            at = to
        assert State(dossier.state) == at
        assert (dossier.finished_at is not None) == (at in ENDED | {State.DONE})

    @invariant()
    def one_owner_who_stays(self) -> None:
        row, known = fresh(self.dossier), self.dossier
        assert row.owner_subject == known.owner_subject != ""
        assert row.account_check_id == known.account_check_id is not None

    @invariant()
    def one_holder_and_a_whole_chain(self) -> None:
        dossier = fresh(self.dossier)
        hops = list(Hop.objects.filter(dossier=dossier).order_by("order"))
        still = [hop for hop in hops if hop.left_at is None]
        assert [hop.order for hop in hops] == list(range(1, len(hops) + 1))
        assert len(still) <= 1
        assert not still or still[0] is hops[-1]
        for earlier, later in pairwise(hops):
            assert earlier.left_at is not None and earlier.left_at <= later.handed_at
            assert earlier.accepted_by and earlier.outcome in {Hop.Outcome.FORWARD, Hop.Outcome.BACK}
            forward = earlier.outcome == Hop.Outcome.FORWARD
            assert (later.step_order > earlier.step_order) == forward
        left = [
            (hop.pk, hop.unit_id, hop.accepted_by, hop.left_at, hop.outcome) for hop in hops if hop.left_at
        ]
        assert left[: len(self.closed)] == self.closed, "a hop that was left has changed"
        self.closed = left
        if dossier.state not in OPEN:
            assert not still and (dossier.at_unit_id, dossier.at_officer) == (dossier.unit_id, "")
        elif still:
            assert (dossier.at_unit_id, dossier.at_officer) == (still[0].unit_id, still[0].accepted_by)

    @invariant()
    def papers_behind_each_state(self) -> None:
        dossier = fresh(self.dossier)
        issued = list(Notice.objects.filter(dossier=dossier).values_list("kind", flat=True))
        assert len(issued) == len(set(issued))
        assert (dossier.paused_at is not None) == (dossier.state in {State.SUPPLEMENT, State.PAYMENT}) or (
            dossier.state in ENDED
        )
        if dossier.state in {State.DONE, State.RETURNED}:
            assert (
                Result.objects.filter(dossier=dossier, withdrawn_at=None, signed_at__isnull=False).count()
                == 1
            )
        assert Result.objects.filter(dossier=dossier, withdrawn_at=None).count() <= 1
        assert HandOut.objects.filter(dossier=dossier).count() == (dossier.state == State.RETURNED)
        assert not Rating.objects.filter(dossier=dossier).exists()
        paid = Charge.objects.filter(dossier=dossier, paid_at__isnull=False)
        assert len(set(paid.values_list("receipt_number", flat=True))) == paid.count()

    @invariant()
    def the_date_moves_only_with_a_paper(self) -> None:
        """By an apology, or because the clock went on; and never to an earlier day than was promised."""
        now = fresh(self.dossier).due_at
        if now != self.due:
            kinds = (
                DossierEvent.objects.filter(dossier=self.dossier)
                .order_by("-id")
                .values_list("kind", flat=True)
            )
            assert MOVES_THE_DATE & set(kinds[:12]), list(kinds)
            assert now is not None and self.due is not None and now > self.due, "a promise was taken back"
        self.due = now

    @invariant()
    def each_result_in_one_vault_and_hidden_until_handed_out(self) -> None:
        dossier, portal = fresh(self.dossier), self.house.portal
        results_in = {
            key: value for key, value in portal.vault.items() if key.startswith(f"{dossier.public_id}:result")
        }
        delivered = Result.objects.filter(dossier=dossier).exclude(delivered_as="")
        assert len(results_in) == delivered.count() <= 1
        for subject, _, _ in results_in.values():
            assert subject == dossier.owner_subject
            assert dossier.state in {State.DONE, State.RETURNED}
        if dossier.state == State.DONE and results_in:
            assert portal.hidden[dossier.code or ""] == set(results_in)

    @invariant()
    def the_owner_hears_of_each_change_of_state_once(self) -> None:
        """SPEC 9: one notice for the reception, one for every later change, one for an apology; none for the rest."""
        events = list(
            DossierEvent.objects.filter(dossier=self.dossier).order_by("id").values_list("kind", "to_state")
        )
        states = [State.RECEIVED, *(State(to) for _, to in events[1:])]
        changes = sum(before != after for before, after in pairwise(states))
        apologies = [kind for kind, _ in events].count("apology_issued")
        owed = Errand.objects.filter(kind=deliveries.TELL, data__dossier=str(self.dossier.public_id))
        assert owed.count() == 1 + changes + apologies, events

    @invariant()
    def a_line_in_the_journal_for_each_event(self) -> None:
        events = DossierEvent.objects.filter(dossier=self.dossier).values_list("kind", flat=True)
        lines = Event.objects.filter(subject=f"dossier:{self.dossier.public_id}")
        counted = list(lines.filter(event__startswith="desk.dossier.").values_list("event", flat=True))
        for kind in set(events) - {"received"}:
            assert counted.count(f"desk.dossier.{kind}") == list(events).count(kind), kind


def built(folder: Path) -> tuple[House, list[Authority]]:
    """A department below a province's house: the leader who signs sits in the unit above."""
    hall = town.town(folder)
    above = a_unit("tinh", "000.00.01.H08", kind=Unit.Kind.SO)
    Unit.objects.filter(pk=hall.unit.pk).update(parent=above)
    house = lives.house(hall)
    parent = lives.holding(above, Power.SIGN)
    both = lives.holding(above, Power.PROCESS, Power.RECEIVE_DOSSIER, Power.HAND_OUT)
    return house, [hall.authority, house.specialist, house.leader, house.giver, parent, both]


def straight_through(detour: str) -> None:
    """Each act where it is allowed, so that none is only ever refused; the same invariants hold."""
    life = Life()
    life.receive()
    life.ask_an_agency(WORKER)
    life.answer(WORKER)
    life.apologise(WORKER, 3)
    life.the_usual_way(detour)
    life.take_money(CLERK)
    life.the_worker_runs()
    for holds in (
        life.only_legal_moves,
        life.one_owner_who_stays,
        life.one_holder_and_a_whole_chain,
        life.papers_behind_each_state,
        life.each_result_in_one_vault_and_hidden_until_handed_out,
        life.a_line_in_the_journal_for_each_event,
    ):
        holds()


def test_no_series_of_acts_brings_a_life_into_disorder(transactional_db: None, tmp_path: Path) -> None:
    Life.folder, Life.seen, Life.draft = tmp_path, {}, lives.a_pdf(1)
    Life.bench = built(tmp_path)
    ProcessStep.objects.filter(power=Power.SIGN).update(unit_role="ABOVE")
    for detour in ("", "papers", "back", "money"):
        straight_through(detour)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=14,
            stateful_step_count=12,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    everything = {
        "hand_over", "accept", "send_back", "attach", "withdraw_draft", "sign", "ask_for_papers", "hand_in",
        "apologise", "ask_for_money", "take_money", "ask_an_agency", "answer", "hand_out",
    }  # fmt: skip
    assert everything <= set(Life.seen), f"never done: {everything - set(Life.seen)}"


@pytest.mark.parametrize("spoilt", ["desk_hop_guard", "desk_hop_places"])
def test_the_same_acts_find_a_disorder(transactional_db: None, tmp_path: Path, spoilt: str) -> None:
    """Seen red: somebody steps past the rules in between, and an invariant says so."""
    Life.folder, Life.seen, Life.draft = tmp_path, {}, lives.a_pdf(1)
    Life.bench = built(tmp_path)
    life = Life()
    life.receive()
    life.hand_over(CLERK)
    life.one_holder_and_a_whole_chain()
    change = {
        "desk_hop_guard": 'UPDATE desk_hop SET "order" = 9 WHERE "order" = 2',
        "desk_hop_places": "UPDATE desk_dossier SET at_officer = repeat('a', 32)",
    }[spoilt]
    sql("SET session_replication_role = replica")
    sql(change)
    sql("SET session_replication_role = origin")
    with pytest.raises(AssertionError):
        life.one_holder_and_a_whole_chain()
