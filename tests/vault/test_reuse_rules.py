"""The table of reuse_rules.py, row by row through the real functions; and each paper in exactly one vault."""

from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.units import people
from tests.vault import papers
from tests.vault.papers import DESK, DOSSIER, OFFICER, UNIT
from tests.vault.reuse_rules import CASES, NOTHING, Case

from motcua.accounts.models import Account, PairwiseSubject
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound
from motcua.units import posts, sample
from motcua.units.models import Unit
from motcua.vault import correcting, keeping, lending, offering, reading
from motcua.vault.models import Consent, Correction, Loan, Paper

pytestmark = pytest.mark.django_db

PURPOSE = "tiep-nhan-ho-so"
ANOTHER_DOSSIER = "000.00.08.H08-261123-0009"
_serial = count(1)


@pytest.fixture(autouse=True)
def _units() -> None:
    sample.load(people.UNITS_FILE)


def approver() -> Authority:
    who = people.officer()
    people.post(who, Unit.objects.get(code=UNIT), Power.APPROVE_EXCEPTION)
    return posts.authority_of(who.subject, on=timezone.localdate())


def moved(paper: Paper, to: Account) -> Paper:
    asked = correcting.ask(
        authority=approver(),
        paper_id=paper.public_id,
        audience=DESK,
        to_subject=papers.subject_of(to),
        reason="nhầm chủ",
    )
    return Paper.objects.get(public_id=correcting.approve(authority=approver(), correction_id=asked))


def the_paper(case: Case, owner: Account, stranger: Account) -> Paper:
    """The paper whose loan is tried."""
    ends = timezone.localdate() + timedelta(days=case.days_left) if case.days_left is not None else None
    how = {"source": case.source, "held_for": case.held_for, "valid_until": ends}
    if not case.with_file:
        how["file"] = None
    whose = stranger if case.of == "stranger" else owner
    match case.paper:
        case "hidden" | "handed_out":
            paper = papers.kept(whose, hidden=True, **how)
            if case.paper == "handed_out":
                keeping.hand_out(audience=DESK, dossier_code=DOSSIER, by=OFFICER, unit_code=UNIT)
        case "superseded":
            paper = papers.kept(whose, number="B 1", **how)
            papers.kept(whose, number="B 1", **how)
        case "moved_away":
            paper = papers.kept(owner, **how)
            moved(paper, stranger)
        case "moved_here":
            paper = moved(papers.kept(stranger, **how), owner)
        case _:
            paper = papers.kept(whose, **how)
    return Paper.objects.get(pk=paper.pk)


def the_consent(case: Case, owner: Account, stranger: Account) -> UUID:
    who = stranger if case.consent == "strangers" else owner
    desk = "gia-lai" if case.consent == "other_desk" else DESK
    if desk != DESK:
        PairwiseSubject.objects.create(account=owner, audience=desk, subject=f"d{next(_serial):031x}")
    if case.consent == "none":
        return uuid4()
    return lending.record_consent(
        audience=desk,
        subject=papers.subject_of(who, desk),
        unit_code="binhdinh-thpt-tay-son" if case.consent == "other_unit" else UNIT,
        dossier_code=ANOTHER_DOSSIER if case.consent == "other_dossier" else DOSSIER,
        purpose=PURPOSE,
        recorded_by="" if case.consent == "online" else OFFICER,
    )


def lend(owner: Account, paper: Paper, consent: UUID) -> bool:
    try:
        lending.lend(
            audience=DESK,
            subject=papers.subject_of(owner),
            paper_id=paper.public_id,
            consent=consent,
            dossier_code=DOSSIER,
            by=OFFICER,
            unit_code=UNIT,
        )
    except (NotFound, lending.ConsentNeeded):
        return False
    return True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_paper_is_offered_and_lent_as_the_table_says(case: Case) -> None:
    owner, stranger = papers.owner(), papers.owner()
    paper, consent = the_paper(case, owner, stranger), the_consent(case, owner, stranger)
    if case.already_lent:
        assert lend(owner, paper, consent)
    if case.consent == "withdrawn":
        lending.withdraw(owner, consent)

    offers = offering.offer(
        audience=DESK,
        subject=papers.subject_of(owner),
        wanted=[case.wanted],
        purpose=PURPOSE,
        asked_by=OFFICER,
        unit_code=UNIT,
        on=timezone.localdate(),
    )
    assert [found.state.value for found in offers] == [case.offered]
    if case.offered != NOTHING and case.paper != "superseded":
        assert offers[0].paper_id == paper.public_id
    assert lend(owner, paper, consent) is case.lendable
    assert Loan.objects.filter(paper=paper, dossier_code=DOSSIER).exists() is (
        case.lendable or case.already_lent
    )
    assert not Loan.objects.exclude(paper__owner=owner).exists()


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.held_by_database], ids=lambda case: case.name
)
def test_the_database_refuses_the_same_loans_however_they_are_written(case: Case) -> None:
    owner, stranger = papers.owner(), papers.owner()
    paper, consent = the_paper(case, owner, stranger), the_consent(case, owner, stranger)
    if case.consent == "withdrawn":
        lending.withdraw(owner, consent)
    row = Consent.objects.get(public_id=consent)
    with pytest.raises(IntegrityError, match="đồng ý"), transaction.atomic():
        Loan.objects.create(consent=row, paper=paper, dossier_code=DOSSIER)


def test_the_table_has_cases_enough_of_each_answer() -> None:
    assert len(CASES) >= 35 and len({case.name for case in CASES}) == len(CASES)
    assert {(case.offered, case.lendable) for case in CASES} == {
        (offered, lendable) for offered in ("AVAILABLE", "EXPIRED", "NONE") for lendable in (True, False)
    }
    assert sum(case.held_by_database for case in CASES) >= 7


#: What may happen to papers: laid in, laid in again as a new version, handed out, moved to somebody.
_DEEDS = some.lists(
    some.tuples(
        some.sampled_from(["put", "again", "result", "move"]), some.integers(0, 2), some.integers(0, 2)
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=_DEEDS)
def test_each_paper_is_in_exactly_one_vault_whatever_happened(deeds: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        owners = [papers.owner() for _ in range(3)]
        made = 0
        for what, of, to in deeds:
            here, there = owners[of], owners[to]
            current = Paper.objects.filter(owner=here, state="CURRENT", correction=None).first()
            match what:
                case "put":
                    papers.kept(here, number=f"S {next(_serial)}")
                    made += 1
                case "again" if current is not None and keeping.number_of(current):
                    papers.kept(here, number=keeping.number_of(current))
                case "result":
                    papers.kept(here, source=Paper.Source.RESULT, hidden=True)
                    made += 1
                case "move" if current is not None and here != there:
                    moved(current, there)

        current = Paper.objects.filter(owner__in=owners, state="CURRENT")
        assert current.count() == made
        doubled = current.values("same_paper_bi").annotate(times=Count("id")).filter(times__gt=1)
        assert not doubled.exists()
        assert not Paper.objects.values("file").annotate(times=Count("id")).filter(times__gt=1).exists()
        for gone in Paper.objects.filter(state="MOVED", owner__in=owners):
            heir = Correction.objects.get(paper=gone).new_paper
            assert heir is not None and heir.owner_id != gone.owner_id
        seen = [
            line.paper_id
            for each in owners
            for line in reading.papers_of(each, with_old=True, limit=50).papers
        ]
        assert len(seen) == len(set(seen))
        transaction.set_rollback(True)
