"""Whatever is merged, parted, put, lent and moved: each paper is in one vault, each number leads to one account."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.accounts import merges, people
from tests.vault import papers
from tests.vault.test_moving_back import move

from motcua.accounts import identity
from motcua.accounts.models import Account, Merge
from motcua.kernel.citizen_id import CitizenId
from motcua.vault import lending, reading
from motcua.vault.models import Paper

pytestmark = pytest.mark.django_db

OWNERS, DOSSIERS = 3, 4
one, dossier = st.integers(0, OWNERS - 1), st.integers(0, DOSSIERS - 1)
steps = st.one_of(
    st.tuples(st.just("arrives"), one, dossier, st.integers(0, 2)),
    st.tuples(st.just("merges"), one, one),
    st.tuples(st.just("merges"), one, one),
    st.tuples(st.just("parts"), one),
    st.tuples(st.just("moves"), one, one, dossier),
    st.tuples(st.just("lends"), one, dossier),
)
lives = st.lists(steps, min_size=4, max_size=9)


@dataclass
class Town:
    """What ought to be true, kept beside what the tables hold."""

    owners: list[Account]
    numbers: list[CitizenId]
    #: Whose each paper is by itself, by dossier and running number.
    lies: dict[tuple[int, int], int] = field(default_factory=dict)
    stays: dict[int, int] = field(default_factory=lambda: {n: n for n in range(OWNERS)})
    joined: dict[int, Merge] = field(default_factory=dict)

    def arrives(self, owner: int, dossier: int, scan: int) -> None:
        nth = len(self.lies)
        new = papers.new_paper(number=f"A {scan}", key=f"key-{nth}", file=papers.scan(f"%PDF-1.7 {nth}"))
        papers.put(self.owners[owner], new, dossier=code(dossier))
        self.lies[dossier, nth] = owner

    def merges(self, absorbed: int, survivor: int) -> None:
        alone = self.stays[absorbed] == absorbed and absorbed not in (
            into for who, into in self.stays.items() if who != absorbed
        )
        if absorbed == survivor or not alone or self.stays[survivor] != survivor:
            return
        self.joined[absorbed] = merges.joined(self.owners[survivor], self.owners[absorbed])
        self.stays[absorbed] = survivor

    def parts(self, absorbed: int) -> None:
        if self.stays[absorbed] == absorbed:
            return
        merges.parted(self.joined.pop(absorbed), *self.owners)
        self.stays[absorbed] = absorbed

    def moves(self, wrong: int, right: int, dossier: int) -> None:
        giver = self.stays[wrong]
        if giver == self.stays[right]:
            return
        mine = [key for key, at in self.lies.items() if key[0] == dossier and self.stays[at] == giver]
        assert len(move(self.owners[wrong], self.owners[right], code(dossier))) == len(mine)
        self.lies |= dict.fromkeys(mine, right)

    def lends(self, owner: int, dossier: int) -> None:
        """Whatever the vault shows under either of the person's ids can be lent under it."""
        subject = papers.subject_of(self.owners[owner])
        account = self.owners[self.stays[owner]]
        for line in reading.papers_of(account, limit=100).papers:
            lent = lending.lend_for_dossier(
                audience=papers.DESK,
                subject=subject,
                paper_id=line.paper_id,
                dossier_code=code(dossier),
                purpose="nop-ho-so",
                by=papers.OFFICER,
                unit_code=papers.UNIT,
            )
            assert lent.paper_id == line.paper_id

    def holds(self) -> None:
        seen: list[str] = []
        for n, owner in enumerate(self.owners):
            if self.stays[n] != n:
                continue
            mine = sorted(f"key-{nth}" for (_, nth), at in self.lies.items() if self.stays[at] == n)
            lines = reading.papers_of(owner, with_old=True, limit=100).papers
            shown = Paper.objects.filter(public_id__in=[line.paper_id for line in lines])
            assert sorted(key_of(row) for row in shown) == mine
            seen += mine
        rows = Paper.objects.exclude(state=Paper.State.MOVED)
        assert sorted(seen) == sorted(key_of(row) for row in rows), "each paper in exactly one vault"
        for n, number in enumerate(self.numbers):
            account = identity.account_by_number(number)
            assert account is not None and account.pk == self.owners[self.stays[n]].pk


def key_of(row: Paper) -> str:
    """The key it first came under, however often it moved."""
    while (came := getattr(row, "came_by", None)) is not None:
        row = came.paper
    return row.put_key


def code(dossier: int) -> str:
    return f"000.00.08.H08-261124-{dossier:04d}"


@pytest.fixture
def town(db: None) -> Iterator[tuple[list[Account], list[CitizenId]]]:
    data = [people.data() for _ in range(OWNERS)]
    accounts = [people.account(each) for each in data]
    for account in accounts:
        identity.name_to(account, papers.DESK)
    yield accounts, [each.citizen_id for each in data]


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],  # a failing life is short enough to be read
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)
@given(life=lives)
def test_no_paper_and_no_number_is_lost(
    town: tuple[list[Account], list[CitizenId]], life: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        there = Town([Account.objects.get(pk=account.pk) for account in town[0]], town[1])
        for what, *given_ in life:
            getattr(there, what)(*given_)
            there.holds()
        transaction.set_rollback(True)


def test_a_whole_life_told(town: tuple[list[Account], list[CitizenId]]) -> None:
    """One story of the machine: two accounts become one, papers come, go and are lent, and they are two again."""
    there = Town(list(town[0]), town[1])
    for what, *given_ in (
        ("arrives", 0, 0, 0),
        ("arrives", 1, 1, 0),
        ("merges", 0, 1),
        ("arrives", 0, 0, 1),
        ("lends", 0, 2),
        ("moves", 0, 2, 0),
        ("merges", 2, 1),
        ("parts", 0),
        ("moves", 2, 0, 0),
        ("parts", 2),
        ("lends", 0, 3),
    ):
        getattr(there, what)(*given_)
        there.holds()
    assert there.lies == {(0, 0): 0, (1, 1): 1, (0, 2): 0}


def test_what_was_received_for_one_of_two_is_theirs_again_once_they_are_parted(
    town: tuple[list[Account], list[CitizenId]],
) -> None:
    """Two people taken for one: the result of a dossier received before is not the other's in the end."""
    wronged, other, third = town[0]
    before = papers.kept(wronged, key="before", number="B 1")
    merge = merges.joined(other, wronged)
    while_one = papers.kept(wronged, key="while-one", number="B 2")
    (moved,) = papers.put(third, papers.new_paper(key="moved", number="B 3"), dossier=code(7))
    move(third, wronged, code(7))
    assert len(reading.papers_of(other, limit=100).papers) == 3
    merges.parted(merge, *town[0])

    assert reading.papers_of(other, limit=100).papers == []
    mine = {line.paper_id for line in reading.papers_of(wronged, limit=100).papers}
    assert {before.public_id, while_one.public_id} < mine and len(mine) == 3
    assert moved not in mine
