"""Each day both sides are compared; what differs is seen, sent again, and settled when it agrees."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.accounts import people
from tests.desk import lives
from tests.desk import town as building
from tests.desk.lives import House
from tests.desk.test_gate_rules import sql
from tests.desk.test_owner_corrections import approve, ask, head, receiver
from tests.desk.town import Town, a_form, a_unit, authority_of
from tests.rule_by_rule import two_rows, wrong_of

from motcua.accounts.models import OwnerNews
from motcua.desk import promises, reconciling
from motcua.desk.models import Difference, Dossier, Reconciliation
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_ledger import Owed, digest_of
from motcua.desk.reconciling import AlreadySentAgain, NothingToSend
from motcua.desk.submission import HandedIn, How
from motcua.files import keeping
from motcua.gateways import portal_line
from motcua.gateways.antivirus_none import NotConfigured
from motcua.gateways.portal_ledger import LocalLedger
from motcua.gateways.portal_local import LocalPortal
from motcua.gateways.vault_local import LocalVault
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.outbox import errands
from motcua.outbox.models import Errand
from motcua.vault.models import Paper

Why = Difference.Why


class BothPorts(LocalPortal, LocalVault):
    """The portal in the same process, accounts and vault."""


@dataclass
class Ground:
    """A desk with the real portal beside it."""

    town: Town
    house: House
    ledger: LocalLedger = field(default_factory=LocalLedger)

    @property
    def today(self) -> date:
        return timezone.localdate()

    def receive(self) -> Dossier:
        """With one scan, which goes to the owner's vault."""
        person = people.data(born="01/02/1990")
        people.account(person)
        file = keeping.keep(
            lives.a_pdf(1).data,
            name="don.pdf",
            purpose="DOSSIER_COMPONENT",
            purge_after=timezone.now() + timedelta(days=1),
            antivirus=NotConfigured(),
        )
        scan = HandedIn(order=1, how=How.UPLOADED, copies=1, file=file)
        form = a_form(papers=[scan, HandedIn(order=2, how=How.SHOWN)])
        return self.town.receive(self.town.draft(person.citizen_id.value), form)

    def run(self) -> None:
        handlers = promises.handlers(registry=self.town.portal, vault=self.town.portal)
        for _ in range(5):
            Errand.objects.filter(state="WAITING").update(not_before=timezone.now())
            errands.run_due(handlers, limit=50)

    def compare(self) -> list[Difference]:
        reconciling.reconcile(self.today, self.ledger)
        return list(Difference.objects.filter(settled_at=None).order_by("id"))


@pytest.fixture
def ground(transactional_db: None, tmp_path: Path) -> Iterator[Ground]:
    town = building.town(tmp_path)
    town.portal = BothPorts()  # type: ignore[assignment]
    yield Ground(town, lives.house(town))


@pytest.fixture
def keeper(ground: Ground) -> Authority:
    return authority_of(lives.an_officer(), ground.town.unit, Power.CONNECT_SYSTEMS)


def gone(model: Any) -> None:
    """As after a portal that was set back to yesterday's copy."""
    sql("SET session_replication_role = replica")
    sql(f"DELETE FROM {model._meta.db_table}")
    sql("SET session_replication_role = origin")


def test_a_day_on_which_all_arrived_has_no_difference_and_needs_no_key(ground: Ground) -> None:
    for _ in range(3):
        ground.receive()
    ground.run()

    class Watched(LocalLedger):
        def arrived(self, *, day: date) -> Any:
            raise AssertionError("the digests agree: nobody asks for keys")

    digests = LocalLedger().digest(day=ground.today)
    ours = reconciling._things(ground.today)[0]
    assert {kind: digest_of(ours[kind]) for kind in Owed} == digests
    watched = Watched()
    watched.digest = lambda *, day: digests  # type: ignore[method-assign]
    row = reconciling.reconcile(ground.today, watched)
    assert row.counts["NOTICES"] == {"owed": 3, "arrived": 3, "portal": 3, "open": 0}
    assert row.counts["PAPERS"] == {"owed": 3, "arrived": 3, "portal": 3, "open": 0}
    assert not Difference.objects.exists()


def test_what_is_still_under_way_is_owed_and_no_difference(ground: Ground) -> None:
    ground.receive()
    assert ground.compare() == []
    assert Reconciliation.objects.get().counts["PAPERS"] == {"owed": 1, "arrived": 0, "portal": 0, "open": 1}


def test_a_whole_life_reconciles(ground: Ground) -> None:
    dossier = ground.receive()
    house = ground.house
    house.forward(ground.town.authority, dossier)
    house.accept(house.specialist, dossier)
    house.attach(dossier)
    house.forward(house.specialist, dossier)
    house.accept(house.leader, dossier)
    house.sign(dossier)
    house.forward(house.leader, dossier)
    ground.run()
    house.hand_out(lives.fresh(dossier))
    ground.run()

    assert ground.compare() == []
    counts = Reconciliation.objects.get().counts
    assert counts["RESULTS"]["arrived"] == counts["RESULTS"]["portal"] == 1
    assert counts["NOTICES"]["arrived"] == counts["NOTICES"]["portal"] >= 3


def test_papers_that_went_to_another_owner_reconcile(ground: Ground) -> None:
    dossier = ground.receive()
    ground.run()
    right = people.data(born="01/02/1990")
    people.account(right)
    asked = ask(ground.house, dossier, receiver(ground.house), right.citizen_id.value)
    approve(ground.house, asked, head(ground.house))
    ground.run()

    assert ground.compare() == []
    assert Reconciliation.objects.get().counts["MOVES"] == {"owed": 1, "arrived": 1, "portal": 1, "open": 0}
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_dossiercomponent SET delivered_as = gen_random_uuid()::text WHERE delivered_as <> ''")
    sql("SET session_replication_role = origin")
    assert {(one.kind, one.why) for one in ground.compare()} == {
        ("MOVES", Why.MISSING),
        ("MOVES", Why.UNKNOWN),
    }


def test_what_the_portal_lost_is_found_sent_again_and_settled(ground: Ground, keeper: Authority) -> None:
    ground.receive()
    ground.run()
    gone(Paper)
    gone(OwnerNews)

    lost = ground.compare()
    assert sorted((one.kind, one.why) for one in lost) == [("NOTICES", Why.MISSING), ("PAPERS", Why.MISSING)]

    for one in lost:
        reconciling.send_again(authority=keeper, difference_id=one.public_id)
        with pytest.raises(AlreadySentAgain):
            reconciling.send_again(authority=keeper, difference_id=one.public_id)
    ground.run()

    assert ground.compare() == []
    assert Difference.objects.exclude(settled_at=None).count() == 2
    assert (Paper.objects.count(), OwnerNews.objects.count()) == (1, 1)


def test_what_was_given_up_is_a_difference_until_it_was_brought(ground: Ground, keeper: Authority) -> None:
    ground.receive()
    Errand.objects.filter(kind="desk.vault").update(state="DEAD", failure="KeyError")
    ground.run()

    (one,) = ground.compare()
    assert (one.kind, one.why) == ("PAPERS", Why.GIVEN_UP)
    reconciling.send_again(authority=keeper, difference_id=one.public_id)
    assert ground.compare() == [one]  # promised is not brought
    ground.run()

    assert ground.compare() == []
    assert Paper.objects.count() == 1


def test_what_was_sent_again_to_no_effect_may_be_sent_once_more(ground: Ground, keeper: Authority) -> None:
    ground.receive()
    ground.run()
    gone(OwnerNews)
    (one,) = ground.compare()
    for _ in range(2):
        reconciling.send_again(authority=keeper, difference_id=one.public_id)
        Errand.objects.filter(key__contains=":again:", state="WAITING").update(state="DEAD")
        reconciling.reconcile(ground.today, ground.ledger)
    assert Errand.objects.filter(key__contains=":again:").count() == 2
    one.refresh_from_db()
    assert one.settled_at is None and one.sent_again_at is None


def test_what_the_desk_never_sent_is_said_and_not_sent_again(ground: Ground, keeper: Authority) -> None:
    ground.receive()
    ground.run()
    OwnerNews.objects.create(audience="binh-dinh", key=f"dossier_received:{uuid.uuid4()}")

    (one,) = ground.compare()
    assert (one.kind, one.why) == ("NOTICES", Why.UNKNOWN)
    Difference.objects.update(dossier=Dossier.objects.get())
    with pytest.raises(NothingToSend):
        reconciling.send_again(authority=keeper, difference_id=one.public_id)


def test_what_arrived_before_midnight_and_was_noted_after_is_no_difference(ground: Ground) -> None:
    ground.receive()
    ground.run()
    sql("SET session_replication_role = replica")
    sql("UPDATE vault_paper SET kept_at = kept_at - interval '1 day'")
    sql("UPDATE accounts_ownernews SET told_at = told_at - interval '1 day'")
    sql("SET session_replication_role = origin")
    assert ground.compare() == []
    reconciling.reconcile(ground.today - timedelta(days=1), ground.ledger)
    assert not Difference.objects.exists()


def test_a_silent_portal_is_asked_later_and_nothing_is_written(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.receive()
    ground.run()
    monkeypatch.setattr(portal_line, "line_is_up", lambda: False)
    with pytest.raises(PortalUnavailable):
        reconciling.reconcile(ground.today, ground.ledger)
    tomorrow = ground.today + timedelta(days=1)
    assert reconciling.reconcile_due(ground.ledger, today=tomorrow) == 0
    assert not Reconciliation.objects.exists()


def test_each_day_is_compared_once_unless_it_differs(ground: Ground) -> None:
    ground.receive()
    ground.run()
    tomorrow = ground.today + timedelta(days=1)
    assert reconciling.reconcile_due(ground.ledger, today=tomorrow) == 1
    assert reconciling.reconcile_due(ground.ledger, today=tomorrow) == 0
    gone(OwnerNews)
    later = tomorrow + timedelta(days=1)
    assert reconciling.reconcile_due(ground.ledger, today=later) == 1  # the new day, of which nothing is owed
    reconciling.reconcile(ground.today, ground.ledger)
    assert reconciling.reconcile_due(ground.ledger, today=later) == 1  # the old one differs


def test_only_who_connects_systems_here_sends_again(ground: Ground) -> None:
    ground.receive()
    ground.run()
    gone(OwnerNews)
    (one,) = ground.compare()
    elsewhere = authority_of(lives.an_officer(), a_unit("phong-khac", "000.01.06.H08"), Power.CONNECT_SYSTEMS)
    with pytest.raises(NotFound):
        reconciling.send_again(authority=elsewhere, difference_id=one.public_id)
    with pytest.raises(NotAuthorised):
        reconciling.send_again(authority=ground.town.authority, difference_id=one.public_id)


@pytest.mark.parametrize("keys", [[], ["b", "a"], ["a", "b", "a"]])
def test_a_digest_does_not_mind_the_order(keys: list[str]) -> None:
    assert digest_of(keys) == digest_of(reversed(keys))


RULES = [
    ("desk_difference", "difference_once", "key = 'one', reconciliation_id = 1, kind = 'PAPERS'"),
    ("desk_difference", "difference_words", "kind = 'LOOKS'"),
    ("desk_difference", "difference_words", "why = 'LATE'"),
    ("desk_difference", "difference_sent_again_by", "sent_again_at = now()"),
]


@pytest.mark.django_db
def test_each_row_keeps_its_rules() -> None:
    two_rows(Difference, kind="PAPERS", why="MISSING")
    assert wrong_of(RULES) == []
