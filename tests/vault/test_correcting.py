"""A paper under the wrong owner moves by two officers, and both rows tell it."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.units import people
from tests.vault import papers
from tests.vault.papers import DESK, TODAY, UNIT

from motcua.files import keeping as files
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.units import posts, sample
from motcua.units.models import Unit
from motcua.vault import correcting, reading
from motcua.vault.models import Correction, Paper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _units() -> None:
    sample.load(people.UNITS_FILE)


def approver(unit: str = UNIT, power: Power = Power.APPROVE_EXCEPTION) -> Authority:
    who = people.officer()
    people.post(who, Unit.objects.get(code=unit), power)
    return posts.authority_of(who.subject, on=TODAY)


def ask(authority: Authority, paper: Paper, to_subject: str) -> int:
    return correcting.ask(
        authority=authority, paper_id=paper.public_id, audience=DESK, to_subject=to_subject, reason="nhầm chủ"
    )


def test_a_paper_moves_to_the_right_vault_with_its_bytes_and_leaves_the_wrong_one() -> None:
    wrong, right = papers.owner(), papers.owner()
    scan = papers.scan()
    paper = papers.kept(wrong, file=scan, number="A 1", held_for="Nguyễn Văn Con")
    first, second = approver(), approver()

    asked = ask(first, paper, papers.subject_of(right))
    assert [row.pk for row in correcting.waiting(second)] == [asked]
    moved = correcting.approve(authority=second, correction_id=asked)

    assert reading.papers_of(wrong, with_old=True).papers == []
    line = reading.paper_of(right, moved)
    assert (line.number, line.held_for) == ("A 1", "Nguyễn Văn Con")
    assert files.read(reading.open_own(right, moved)[0]) == scan.data
    paper.refresh_from_db()
    assert paper.state == Paper.State.MOVED
    assert Correction.objects.get(pk=asked).new_paper.public_id == moved


def test_the_next_scan_of_a_moved_paper_follows_it_and_two_of_one_number_stay_two() -> None:
    wrong, right = papers.owner(), papers.owner()
    paper = papers.kept(wrong, number="A 1")
    moved = correcting.approve(
        authority=approver(), correction_id=ask(approver(), paper, papers.subject_of(right))
    )
    again = papers.kept(right, number="A 1")
    assert (again.version, again.replaces.public_id) == (2, moved)

    second = papers.kept(wrong, number="A 1")
    correcting.approve(authority=approver(), correction_id=ask(approver(), second, papers.subject_of(right)))
    assert Paper.objects.filter(owner=right, state=Paper.State.CURRENT).count() == 2


def moved_with_dossier(wrong: object, right: object, code: str) -> dict[UUID, UUID]:
    return correcting.move_dossier(
        audience=DESK,
        from_subject=papers.subject_of(wrong),
        to_subject=papers.subject_of(right),
        dossier_code=code,
        reason="nhầm chủ",
        asked_by="a" * 32,
        approved_by="b" * 32,
        unit_code=UNIT,
    )


def test_all_versions_of_a_dossiers_paper_move_and_stay_in_order() -> None:
    """The review's eighth finding: what had a newer version was left in the wrong vault."""
    wrong, right = papers.owner(), papers.owner()
    first = papers.kept(wrong, number="A 1")
    second = papers.kept(wrong, number="A 1")
    assert second.replaces_id == first.pk

    moved = moved_with_dossier(wrong, right, first.source_dossier_code)

    assert set(moved) == {first.public_id, second.public_id}
    assert not Paper.objects.filter(owner=wrong).exclude(state=Paper.State.MOVED).exists()
    old, new = (Paper.objects.get(public_id=moved[row.public_id]) for row in (first, second))
    assert (old.state, old.version) == (Paper.State.SUPERSEDED, 1)
    assert (new.state, new.version, new.replaces_id) == (Paper.State.CURRENT, 2, old.pk)
    assert moved_with_dossier(wrong, right, first.source_dossier_code) == {}


def test_an_old_version_whose_newer_one_is_of_another_dossier_is_current_where_it_belongs() -> None:
    wrong, right = papers.owner(), papers.owner()
    first = papers.kept(wrong, number="A 1")
    (later,) = papers.put(wrong, papers.new_paper(number="A 1"), dossier="000.00.06.H08-261123-0999")
    other = Paper.objects.get(public_id=later)

    moved = moved_with_dossier(wrong, right, first.source_dossier_code)

    assert set(moved) == {first.public_id}
    assert Paper.objects.get(public_id=moved[first.public_id]).state == Paper.State.CURRENT
    other.refresh_from_db()
    assert (other.owner_id, other.state) == (wrong.pk, Paper.State.CURRENT)


def test_an_old_version_moves_only_by_two_officers() -> None:
    wrong = papers.owner()
    first = papers.kept(wrong, number="A 1")
    papers.kept(wrong, number="A 1")
    for state in ("MOVED", "CURRENT"):
        with pytest.raises(IntegrityError, match="Giấy tờ"), transaction.atomic():
            Paper.objects.filter(pk=first.pk).update(state=state)


def test_one_officer_alone_moves_nothing() -> None:
    wrong, right = papers.owner(), papers.owner()
    paper, first = papers.kept(wrong), approver()
    asked = ask(first, paper, papers.subject_of(right))

    with pytest.raises(correcting.SecondOfficerNeeded):
        correcting.approve(authority=first, correction_id=asked)
    with pytest.raises(correcting.AlreadyAsked):
        ask(approver(), paper, papers.subject_of(right))
    assert reading.paper_of(wrong, paper.public_id)


def test_nobody_moves_papers_into_the_own_vault_or_where_they_are() -> None:
    paper, first = papers.kept(papers.owner()), approver()
    with pytest.raises(correcting.NotForYourself):
        ask(first, paper, first.subject)
    with pytest.raises(correcting.SameOwner):
        ask(first, paper, paper.receipt_subject)


def test_an_approved_correction_is_not_approved_again() -> None:
    paper, right = papers.kept(papers.owner()), papers.owner()
    asked = ask(approver(), paper, papers.subject_of(right))
    correcting.approve(authority=approver(), correction_id=asked)
    with pytest.raises(NotFound):
        correcting.approve(authority=approver(), correction_id=asked)
    assert Paper.objects.filter(owner=right).count() == 1


def test_another_unit_or_another_right_moves_nothing() -> None:
    paper, right = papers.kept(papers.owner()), papers.owner()
    with pytest.raises(NotFound):
        ask(approver("binhdinh-thpt-tay-son"), paper, papers.subject_of(right))
    with pytest.raises(NotAuthorised):
        ask(approver(power=Power.SIGN), paper, papers.subject_of(right))
