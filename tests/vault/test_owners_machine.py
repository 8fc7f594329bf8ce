"""Whatever is misfiled, moved, moved back and moved again: no paper is lost, and each owner lists exactly their own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.vault import papers
from tests.vault.test_moving_back import move

from motcua.accounts.models import Account
from motcua.vault import reading
from motcua.vault.models import Correction, Paper

pytestmark = pytest.mark.django_db

OWNERS, DOSSIERS = 3, 4
SCANS = ("%PDF-1.7 one", "%PDF-1.7 two")

#: In which order the dossiers come, with which scans of which of two numbers; most of them to one owner.
first_scans = st.tuples(
    st.permutations(range(DOSSIERS)),
    st.lists(st.tuples(st.sampled_from([0, 0, 1]), st.integers(0, 1)), min_size=DOSSIERS, max_size=DOSSIERS),
)
#: (dossier, owner): it goes to that owner; (dossier, number, scan): one more scan comes with it.
moves = st.tuples(st.just("moves"), st.integers(0, DOSSIERS - 1), st.integers(0, OWNERS - 1))
arrivals = st.tuples(
    st.just("arrives"), st.integers(0, DOSSIERS - 1), st.sampled_from([0, 0, 1]), st.integers(0, 1)
)
lives = st.lists(st.one_of(moves, moves, moves, arrivals), min_size=2, max_size=6)


@dataclass
class Town:
    """What ought to be true, kept beside what the vault holds."""

    owners: list[Account]
    whose: dict[int, int] = field(default_factory=lambda: {n: n // 3 for n in range(DOSSIERS)})
    came: dict[int, list[bytes]] = field(default_factory=lambda: {n: [] for n in range(DOSSIERS)})

    def arrives(self, dossier: int, number: int, scan: int) -> None:
        new = papers.new_paper(number=f"A {number}", file=papers.scan(SCANS[scan]))
        (public_id,) = papers.put(self.owner_of(dossier), new, dossier=code(dossier))
        self.came[dossier].append(bytes(Paper.objects.get(public_id=public_id).sha256 or b""))

    def moves(self, dossier: int, owner: int) -> None:
        if self.whose[dossier] == owner:
            return
        moved = move(self.owner_of(dossier), self.owners[owner], code(dossier))
        assert len(moved) == len(self.came[dossier])
        self.whose[dossier] = owner

    def owner_of(self, dossier: int) -> Account:
        return self.owners[self.whose[dossier]]

    def holds(self) -> None:
        for n, owner in enumerate(self.owners):
            mine = {code(d): sorted(self.came[d]) for d in self.came if self.whose[d] == n and self.came[d]}
            lines = reading.papers_of(owner, with_old=True, limit=100).papers
            listed: dict[str, list[bytes]] = {}
            for line in lines:
                listed.setdefault(line.source_dossier_code, []).append(bytes.fromhex(line.sha256))
            assert {dossier: sorted(hashes) for dossier, hashes in listed.items()} == mine
            self._every_one_is_reached(owner, {line.paper_id for line in lines})
        rows = Paper.objects.exclude(state=Paper.State.MOVED).count()
        assert rows == sum(map(len, self.came.values()))
        assert Correction.objects.count() == Paper.objects.filter(state=Paper.State.MOVED).count()

    def _every_one_is_reached(self, owner: Account, mine: set[UUID]) -> None:
        """From what is shown at first: each old version lies behind a current paper, or has its number."""
        shown = reading.papers_of(owner, limit=100).papers
        behind = {one.paper_id for line in shown for one in reading.versions_of(owner, line.paper_id)}
        numbers = {line.number for line in shown}
        hidden = [reading.paper_of(owner, each) for each in mine - behind]
        assert {line.number for line in hidden} <= numbers
        for line in shown:
            seen = reading.versions_of(owner, line.paper_id)
            assert [one.version for one in seen] == list(range(len(seen), 0, -1))
            assert seen[0].paper_id == line.paper_id, "the newest of them is the current one"


def code(dossier: int) -> str:
    return f"000.00.08.H08-261124-{dossier:04d}"


@pytest.fixture
def owners(db: None) -> Iterator[list[Account]]:
    yield [papers.owner() for _ in range(OWNERS)]


@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],  # a failing life is short enough to be read
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)
@given(scans=first_scans, life=lives)
def test_no_paper_is_lost_and_each_owner_lists_exactly_the_own(
    owners: list[Account], scans: tuple[list[int], list[tuple[int, int]]], life: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        town = Town(owners)
        for dossier, scan in zip(*scans, strict=True):
            town.arrives(dossier, *scan)
        for what, *given in life:
            getattr(town, what)(*given)
            town.holds()
        transaction.set_rollback(True)


def test_the_longest_way_round_and_home_again(owners: list[Account]) -> None:
    """One story of the machine, told: a dossier that goes from hand to hand between two own scans of its number."""
    town = Town(owners)
    town.arrives(0, 0, 0)
    town.arrives(1, 0, 1)
    town.arrives(0, 0, 1)
    for dossier, owner in ((1, 1), (1, 2), (0, 1), (1, 0), (1, 1), (0, 0), (1, 0)):
        town.moves(dossier, owner)
        town.holds()
    newest = reading.papers_of(owners[0]).papers[0]
    seen = reading.versions_of(owners[0], newest.paper_id)
    assert [line.source_dossier_code for line in seen] == [code(0), code(1), code(0)]
