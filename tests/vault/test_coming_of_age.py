"""A minor's papers lie in a parent's vault until the minor has one: then they move there, by two officers."""

import threading

import pytest
from django.db import connection
from tests.units import people
from tests.vault import papers
from tests.vault.papers import DESK
from tests.vault.test_correcting import approver

from motcua.accounts.models import Account
from motcua.files import keeping as files
from motcua.journal.models import Event
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.units import sample
from motcua.vault import coming_of_age, correcting, reading
from motcua.vault.models import Correction, Paper

CHILD = "Lê Văn Học"


@pytest.fixture(autouse=True)
def _units(transactional_db: None) -> None:
    sample.load(people.UNITS_FILE)


def child(status: str = "active") -> Account:
    account = papers.owner(name=CHILD)
    Account.objects.filter(pk=account.pk).update(status=status, password="argon2id-của-em")
    account.refresh_from_db()
    return account


def ask(parent: Account, own: Account, power: Power = Power.APPROVE_EXCEPTION) -> list[int]:
    return coming_of_age.ask(
        authority=approver(power=power),
        audience=DESK,
        from_subject=papers.subject_of(parent),
        to_subject=papers.subject_of(own),
        reason="đã có tài khoản của mình",
    )


def approve(parent: Account, own: Account) -> list[object]:
    moved = coming_of_age.approve(
        authority=approver(),
        audience=DESK,
        from_subject=papers.subject_of(parent),
        to_subject=papers.subject_of(own),
    )
    return list(moved)


def test_the_childs_papers_move_and_the_parents_and_the_siblings_stay() -> None:
    parent, own = papers.owner(), child()
    scan = papers.scan()
    papers.kept(parent, held_for=CHILD, number="HB 1", file=scan)
    papers.kept(parent, held_for=CHILD, type_code="GIAY_KHAC")
    papers.kept(parent, held_for="Lê Thị Em")
    papers.kept(parent)

    assert len(ask(parent, own)) == 2
    assert len(approve(parent, own)) == 2

    there = reading.papers_of(own).papers
    assert len(there) == 2
    assert len(reading.papers_of(parent).papers) == 2
    with_number = next(line for line in (reading.paper_of(own, one.paper_id) for one in there) if line.number)
    assert (with_number.number, with_number.held_for) == ("HB 1", "")
    assert files.read(reading.open_own(own, with_number.paper_id)[0]) == scan.data
    assert Paper.objects.filter(state=Paper.State.MOVED).count() == 2
    assert Correction.objects.exclude(new_paper=None).count() == 2
    assert Event.objects.filter(event="vault.own_papers.asked").count() == 1
    assert Event.objects.filter(event="vault.correction.approved").count() == 2


def test_the_next_scan_of_the_childs_paper_is_the_next_version_in_the_childs_vault() -> None:
    parent, own = papers.owner(), child()
    papers.kept(parent, held_for=CHILD, number="HB 1")
    ask(parent, own)
    (moved,) = approve(parent, own)

    again = papers.kept(own, number="HB 1")

    assert (again.version, again.replaces.public_id) == (2, moved)


def test_an_earlier_scan_does_not_stay_with_the_parent() -> None:
    parent, own = papers.owner(), child()
    first = papers.kept(parent, held_for=CHILD, number="HB 1")
    second = papers.kept(parent, held_for=CHILD, number="HB 1")
    assert second.replaces == first, "rescanned while it lay in the parent's vault"
    ask(parent, own)

    (moved,) = approve(parent, own)

    for paper in (first, second):
        with pytest.raises(NotFound):
            reading.paper_of(parent, paper.public_id)
    there = Paper.objects.get(public_id=moved)
    assert (there.version, there.state) == (2, Paper.State.CURRENT)
    assert there.replaces is not None
    assert (there.replaces.version, there.replaces.state) == (1, Paper.State.SUPERSEDED)
    assert there.replaces.owner == own


def test_one_officer_alone_moves_nothing() -> None:
    parent, own = papers.owner(), child()
    papers.kept(parent, held_for=CHILD)
    first = approver()
    subjects = {"from_subject": papers.subject_of(parent), "to_subject": papers.subject_of(own)}
    coming_of_age.ask(authority=first, audience=DESK, reason="đã đủ 18 tuổi", **subjects)

    with pytest.raises(correcting.SecondOfficerNeeded):
        coming_of_age.approve(authority=first, audience=DESK, **subjects)
    assert Paper.objects.get().state == Paper.State.CURRENT
    with pytest.raises(NotAuthorised):
        ask(parent, own, Power.RECEIVE_DOSSIER)


def test_another_name_or_an_account_that_is_not_open_gets_nothing() -> None:
    parent = papers.owner()
    papers.kept(parent, held_for="Lê Thị Em")
    with pytest.raises(coming_of_age.NothingHeldFor):
        ask(parent, child())
    with pytest.raises(coming_of_age.OwnerNotActive):
        ask(parent, child(status="pending_activation"))
    with pytest.raises(correcting.SameOwner):
        ask(parent, parent)


def test_what_was_asked_for_once_waits_once_and_later_papers_are_asked_for_again() -> None:
    parent, own = papers.owner(), child()
    papers.kept(parent, held_for=CHILD)
    ask(parent, own)
    with pytest.raises(coming_of_age.NothingHeldFor):
        ask(parent, own)
    approve(parent, own)
    papers.kept(parent, held_for=CHILD)

    assert len(ask(parent, own)) == 1


def test_two_officers_who_agree_at_once_move_each_paper_once() -> None:
    parent, own = papers.owner(), child()
    for _ in range(3):
        papers.kept(parent, held_for=CHILD)
    ask(parent, own)
    barrier, moved = threading.Barrier(2), []

    def agree() -> None:
        try:
            barrier.wait()
            moved.append(len(approve(parent, own)))
        finally:
            connection.close()

    agreeing = [threading.Thread(target=agree) for _ in range(2)]
    for thread in agreeing:
        thread.start()
    for thread in agreeing:
        thread.join()

    assert sorted(moved) == [0, 3]
    assert Paper.objects.filter(owner=own, state=Paper.State.CURRENT).count() == 3
    assert Paper.objects.filter(owner=parent, state=Paper.State.CURRENT).count() == 0
